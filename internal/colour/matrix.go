package colour

import "errors"

// matrix is the conversion by a matrix profile: a curve for each channel, a matrix, and the inverse
// curve of sRGB, in integers.
type matrix struct {
	light [3]*[lightNodes + 1]int32 // light of each channel in units of 1/lightOne
	m     [3][3]int64               // coefficients in units of 1/coefOne
}

const (
	lightBits  = 28
	lightOne   = 1 << lightBits
	lightNodes = 4096 // one node for 16 of the 65536 values of a channel; linear between them
	coefBits   = 24
	coefOne    = 1 << coefBits
)

// newMatrix reads the colorants and curves of an RGB profile (ICC.1:2022, 8.3.3 and F.3).
func newMatrix(p *profile, to Space) (*matrix, error) {
	if p.pcs != "XYZ " {
		return nil, errors.New("colour profile has colorants in the wrong connection space")
	}
	var t matrix
	var curves [3]curve
	var toXYZ [3][3]float64
	for i, c := range "rgb" {
		column, err := p.xyz(string(c) + "XYZ")
		if err != nil {
			return nil, err
		}
		for j := range 3 {
			toXYZ[j][i] = column[j]
		}
		if curves[i], err = p.curve(string(c) + "TRC"); err != nil {
			return nil, err
		}
	}
	black := blackPoint(toXYZ, curves)
	for i, c := range curves {
		t.light[i] = new([lightNodes + 1]int32)
		for n := range t.light[i] {
			// A channel may be darker than black is: its light is then negative until the matrix has mixed it.
			at := func(x float64) float64 { return float64((c(x) - black) / (1 - black) * lightOne) }
			v := at(float64(n*16) / 65535)
			if n == lightNodes { // lies beyond white, so that white itself comes out exactly
				last := float64(t.light[i][n-1])
				v = last + float64((at(1)-last)*16/15)
			}
			t.light[i][n] = int32(round(v))
		}
	}
	for i := range 3 {
		var row [3]float64
		for j := range 3 {
			for k := range 3 {
				row[j] += float64(fromXYZ[to][i][k] * toXYZ[k][j])
			}
		}
		// Colorants add up to the white of the connection space but for rounding. Making that exact keeps grey grey.
		if sum := row[0] + row[1] + row[2]; sum > 0.998 && sum < 1.002 {
			for j := range row {
				row[j] /= sum
			}
		}
		for j, v := range row {
			if v < -100 || v > 100 {
				return nil, errors.New("colour profile has impossible colorants")
			}
			t.m[i][j] = round(v * coefOne)
		}
		if sum := t.m[i][0] + t.m[i][1] + t.m[i][2]; max(sum-coefOne, coefOne-sum) < 4 {
			t.m[i][i] += coefOne - sum
		}
	}
	return &t, nil
}

// blackPoint returns how bright black is by the profile, as a part of white. Only its lightness counts, and no black is
// above L* 50 (y maxBlack), as in the detection of lcms.
func blackPoint(toXYZ [3][3]float64, curves [3]curve) float64 {
	y := 0.0
	for i, c := range curves {
		y += float64(toXYZ[1][i] * c(0))
	}
	return min(max(0, y), maxBlack)
}

// round returns the nearest integer. Its argument is rounded to a float64 before anything is added to it, also where it is
// a product.
func round(v float64) int64 {
	if v < 0 {
		return -int64(0.5 - float64(v))
	}
	return int64(float64(v) + 0.5)
}

// convert implements transform.
func (t *matrix) convert(px []pixel) {
	enc, m := encoding(), t.m
	red, green, blue := t.light[0], t.light[1], t.light[2]
	for i := range px {
		p := &px[i]
		r, g, b := lookup(red, p.r), lookup(green, p.g), lookup(blue, p.b)
		p.r = encode(enc, (m[0][0]*r+m[0][1]*g+m[0][2]*b)>>coefBits)
		p.g = encode(enc, (m[1][0]*r+m[1][1]*g+m[1][2]*b)>>coefBits)
		p.b = encode(enc, (m[2][0]*r+m[2][1]*g+m[2][2]*b)>>coefBits)
	}
}

// lookup returns the light of a channel's value (0..65535).
func lookup(t *[lightNodes + 1]int32, v int32) int64 {
	i, f := v>>4&(lightNodes-1), int64(v&15)
	a, b := int64(t[i]), int64(t[i+1])
	return a + ((b-a)*f+8)>>4
}
