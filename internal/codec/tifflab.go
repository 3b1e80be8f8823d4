package codec

import (
	"sort"
	"sync"

	"imgpool/internal/colour"
)

// lab says that the samples are CIE L*a*b*.
func (l *tiffLayout) lab() bool { return l.photometric == tiffCIELab || l.photometric == tiffICCLab }

// labToSRGB converts CIE L*a*b* of samples scaled to 16 bits, under D50 as everybody writes it, to sRGB (TIFF 6.0, section 23; ICC.1,
// annex D). a and b are two's complement with 256 for 1, or have 0x8000 for 0.
func (l *tiffLayout) labToSRGB(px []uint16) (c [3]uint16) {
	ab := func(v uint16) float64 {
		if l.bits == 8 {
			v &= 0xFF00
		}
		if l.photometric == tiffCIELab {
			return float64(int16(v)) / 256
		}
		return (float64(v) - 32768) / 256
	}
	y := (float64(px[0])/655.35 + 16) / 116
	x, z := y+ab(px[1])/500, y-ab(px[2])/200
	cube := func(f float64) float64 {
		if f > 6.0/29 {
			return float64(f*f) * f
		}
		return (f - 16.0/116) * (108.0 / 841)
	}
	x, y, z = 0.9642*cube(x), cube(y), 0.8249*cube(z)
	// From XYZ under D50 to linear sRGB, by way of Bradford's matrix.
	for i, row := range [3][3]float64{
		{3.1338561, -1.6168667, -0.4906146},
		{-0.9787684, 1.9161415, 0.0334540},
		{0.0719453, -0.2289914, 1.4052427},
	} {
		light := float64(row[0]*x) + float64(row[1]*y) + float64(row[2]*z)
		c[i] = uint16(sort.SearchFloat64s(srgbSteps(), light))
	}
	return c
}

// srgbSteps are the lights between each 16-bit value of sRGB and the next.
var srgbSteps = sync.OnceValue(func() []float64 {
	curves, _ := colour.Light(nil)
	steps := make([]float64, 65535)
	for i := range steps {
		steps[i] = curves[0]((float64(i) + 0.5) / 65535)
	}
	return steps
})
