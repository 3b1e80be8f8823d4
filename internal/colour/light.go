package colour

import "bytes"

// Light returns the curves that take the values 0..1 of red, green and blue to light, for pictures with that ICC profile:
// those of a matrix or grey profile, and the curve of sRGB where there is no profile, where it is broken, and where it is a
// lookup table. same says that all three are one curve. Like all here they give the same bits on every machine.
func Light(icc []byte) (curves [3]func(float64) float64, same bool) {
	curves = [3]func(float64) float64{srgbToLight, srgbToLight, srgbToLight}
	p, err := parse(icc)
	if err != nil {
		return curves, true
	}
	tags := []string{"rTRC", "gTRC", "bTRC"}
	switch {
	case p.space == "GRAY":
		tags = []string{"kTRC", "kTRC", "kTRC"}
	case p.space != "RGB " || p.tags["A2B0"] != nil || p.tags["A2B1"] != nil:
		return curves, true
	}
	for i, tag := range tags {
		c, err := p.curve(tag)
		if err != nil {
			return [3]func(float64) float64{srgbToLight, srgbToLight, srgbToLight}, true
		}
		curves[i] = c
	}
	return curves, bytes.Equal(p.tags[tags[0]], p.tags[tags[1]]) && bytes.Equal(p.tags[tags[0]], p.tags[tags[2]])
}

// srgbToLight is the transfer curve of sRGB (IEC 61966-2-1, 5.2).
func srgbToLight(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return pow((x+0.055)/1.055, 2.4)
}
