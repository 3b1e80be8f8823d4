package colour

import "errors"

// gray is the conversion by a grey profile: one curve, and sRGB's inverse curve, in a table for all 65536 values.
type gray struct {
	levels [65536]uint16
}

// newGray reads the curve of a grey profile (ICC.1:2022, 8.3.4 and F.2). It leads to light, or, where the connection space
// is Lab, to lightness.
func newGray(p *profile) (*gray, error) {
	c, err := p.curve("kTRC")
	if err != nil {
		return nil, err
	}
	light := func(x float64) float64 {
		y := c(x)
		if p.pcs != "Lab " {
			return y
		}
		// CIE 1976 L* to Y, with L* = 100y.
		if f := (float64(100*y) + 16) / 116; f > 24.0/116 {
			return float64(f * f * f)
		}
		return float64(100*y) * 27 / 24389
	}
	black := min(light(0), maxBlack) // as in blackPoint
	if light(1) <= black {
		return nil, errors.New("colour profile makes white as dark as black")
	}
	t, enc := &gray{}, encoding()
	for v := range t.levels {
		y := (light(float64(v)/65535) - black) / (1 - black)
		t.levels[v] = uint16(encode(enc, round(y*lightOne)))
	}
	return t, nil
}

// convert implements transform. Only pictures without colour have a grey profile, so that the channels are equal.
func (t *gray) convert(px []pixel) {
	for i := range px {
		v := int32(t.levels[px[i].g&0xffff])
		px[i] = pixel{v, v, v}
	}
}
