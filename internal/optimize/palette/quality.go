package palette

import "math/bits"

// mseSteps are the errors of the qualities 0, 5, 10 ... 100 on pngquant's scale, in 10^-9 of the square of full green:
// 2.5·(100.1-q)/100/(210+q)^1.2, more below 16 where it shall fall steeply, and nothing at 100.
var mseSteps = [21]float64{
	16003089883, 5976772, 4081269, 3267337, 2934264, 2681010, 2440083, 2210659, 1991987, 1783378, 1584199,
	1393868, 1211847, 1037643, 870797, 710886, 557517, 410327, 268977, 133153, 0,
}

// fullSquare is the square of full green in units.
const fullSquare = 255 * unit * 255 * unit

// mseOf returns the mean squared error in units that a quality (0 to 100) allows: half of that of the scale, because the
// weights of pixels leave out more of what is hard to see.
func mseOf(quality int) float64 {
	i, part := quality/5, float64(quality%5)/5
	if part == 0 {
		return mseSteps[i] * (fullSquare / 1e9 / 2)
	}
	return (mseSteps[i] - float64(part*(mseSteps[i]-mseSteps[i+1]))) * (fullSquare / 1e9 / 2)
}

// qualityOf returns the highest quality that allows a mean squared error.
func qualityOf(mse float64) int {
	for q := 100; q > 0; q-- {
		if mse <= mseOf(q) {
			return q
		}
	}
	return 0
}

// aimOf returns the mean squared error to aim at for a quality: what the scale allows says nothing of the few worst pixels,
// which are what is seen. It is less for small pictures, where a colour costs few bytes and each pixel is looked at.
func aimOf(quality, pixels int) float64 {
	aim := 4.0
	if n := bits.Len(uint(pixels)); n < largeBits {
		aim += float64(largeBits-n) * aim / 4
	}
	return mseOf(quality) / aim
}

// largeBits is the length of the number of pixels from which on a picture is not small.
const largeBits = 18
