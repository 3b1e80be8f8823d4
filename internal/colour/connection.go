package colour

import "fmt"

// white is that of the profile connection space, D50 (ICC.1:2022, 7.2.16), as XYZ.
var white = [3]float64{0.9642, 1, 0.8249}

// device is a profile with a lookup table: what it makes of its colours.
type device struct {
	steps   pipeline
	decode  func(vec) [3]float64 // encoded connection space to XYZ
	black   float64              // the light of its black, as a part of white
	profile *profile
}

// maxBlack is the light of L* 50: no black is taken to be brighter, as in the detection of lcms.
const maxBlack = 0.184

// perceptualBlack is the lightness, 0..1, of the black that tables of version 4 for the perceptual intent are made for
// (ICC.1:2022, 6.3.3 and annex D: Y is 0.0034731).
const perceptualBlack = 0.0034731 * 24389 / 27 / 100

// newDevice reads the table AToB1, the relative colorimetric one, for which AToB0 stands in (ICC.1:2022, 8.10).
func newDevice(p *profile, channels int) (*device, error) {
	tag := "A2B1"
	if p.tags[tag] == nil {
		tag = "A2B0"
	}
	steps, err := p.lookupTable(tag, channels, 3)
	if err != nil {
		return nil, err
	}
	d := &device{steps: steps, decode: p.decoder(tag), profile: p}
	d.black = d.findBlack()
	if y := d.xyz(d.lightest())[1]; y <= d.black {
		return nil, fmt.Errorf("colour profile makes white as dark as black")
	}
	return d, nil
}

// decoder returns how the numbers in the connection space of a tag are to be read (6.3.4).
func (p *profile) decoder(tag string) func(vec) [3]float64 {
	switch {
	case p.pcs == "XYZ ":
		return func(v vec) (out [3]float64) {
			for i := range out {
				out[i] = v[i] * (1 + 32767.0/32768)
			}
			return out
		}
	case string(p.tags[tag][:4]) == "mft2": // 100 is FF00, and a* = 0 is 8000
		return func(v vec) [3]float64 {
			return labToXYZ(float64(v[0]*65535)/652.80, float64(v[1]*65535/256)-128, float64(v[2]*65535/256)-128)
		}
	}
	return func(v vec) [3]float64 {
		return labToXYZ(v[0]*100, float64(v[1]*255)-128, float64(v[2]*255)-128)
	}
}

// labToXYZ takes CIE 1976 L*a*b* to XYZ, both under D50.
func labToXYZ(l, a, b float64) [3]float64 {
	y := (float64(l) + 16) / 116
	out := [3]float64{y + a/500, y, y - b/200}
	for i, f := range out {
		if f > 24.0/116 {
			out[i] = float64(float64(f*f)*f) * white[i]
		} else {
			out[i] = (f - 16.0/116) * (108.0 / 841) * white[i]
		}
	}
	return out
}

// xyz returns what a colour of the device looks like.
func (d *device) xyz(v vec) [3]float64 { return d.decode(d.steps.apply(v)) }

// light returns what a colour of the device looks like with its black made black: black point compensation, which moves
// the greys and leaves white alone. The light of colours that are darker than black is negative.
func (d *device) light(v vec) [3]float64 {
	xyz := d.xyz(v)
	for i, x := range xyz {
		xyz[i] = (x - float64(d.black*white[i])) / (1 - d.black)
	}
	return xyz
}

// lightest returns the device's white, darkest its black: no ink and all inks where it prints.
func (d *device) lightest() vec {
	if d.profile.space == "CMYK" {
		return vec{}
	}
	return vec{1, 1, 1}
}

func (d *device) darkest() vec {
	if d.profile.space == "CMYK" {
		return vec{1, 1, 1, 1}
	}
	return vec{}
}

// findBlack returns how bright the device's black is. Only lightness counts. Printers do not print all of every ink: their
// black is what they make of black when they are asked for it. lcms goes about it in the same way, and so it is zero for
// printers whose profile lacks a table for that.
func (d *device) findBlack() float64 {
	p := d.profile
	v := d.darkest()
	if p.space == "CMYK" && string(p.data[12:16]) == "prtr" {
		toInks, err := p.lookupTable("B2A0", 3, 4)
		if err != nil || p.pcs != "Lab " {
			return 0
		}
		a := 128.0 / 255
		if string(p.tags["B2A0"][:4]) == "mft2" {
			a = 32768.0 / 65535
		}
		lightness := 0.0
		if p.major >= 4 {
			lightness = perceptualBlack
		}
		v = toInks.apply(vec{lightness, a, a})
	}
	return min(max(0, d.xyz(v)[1]), maxBlack)
}
