package imgtest

import (
	"bytes"
	"encoding/binary"
	"math"
)

// ColourSpace describes an RGB space by what a matrix profile holds.
type ColourSpace struct {
	Name                  string
	Red, Green, Blue, Wht [2]float64            // chromaticities x, y
	Gamma                 float64               // the exponent of the transfer curve; 0 stands for sRGB's
	Curve                 func(float64) float64 // in place of Gamma: the light of a value, both from 0 to 1
}

// The spaces that cameras and screens use besides sRGB.
var (
	SRGB      = ColourSpace{"sRGB", [2]float64{0.64, 0.33}, [2]float64{0.30, 0.60}, [2]float64{0.15, 0.06}, d65, 0, nil}
	DisplayP3 = ColourSpace{"Display P3", [2]float64{0.68, 0.32}, [2]float64{0.265, 0.69}, [2]float64{0.15, 0.06}, d65, 0, nil}
	AdobeRGB  = ColourSpace{"Adobe RGB", [2]float64{0.64, 0.33}, [2]float64{0.21, 0.71}, [2]float64{0.15, 0.06}, d65, 563.0 / 256, nil}
	ProPhoto  = ColourSpace{"ProPhoto", [2]float64{0.7347, 0.2653}, [2]float64{0.1596, 0.8404}, [2]float64{0.0366, 0.0001}, [2]float64{0.3457, 0.3585}, 1.8, nil}
	Rec2020   = ColourSpace{"Rec. 2020", [2]float64{0.708, 0.292}, [2]float64{0.170, 0.797}, [2]float64{0.131, 0.046}, d65, 2.4, nil}
)

// d65 is the white of daylight that most spaces have.
var d65 = [2]float64{0.3127, 0.3290}

// d50 is the white of the profile connection space (ICC.1:2022, 7.2.16), as XYZ.
var d50 = [3]float64{0.9642, 1, 0.8249}

// Profile returns an ICC profile of the space: version 2.4, three colorants adapted to D50 by the Bradford method, one
// curve for all channels.
func (s ColourSpace) Profile() []byte {
	m := s.toXYZ()
	curve := gammaCurve(s.Gamma)
	if s.Curve != nil {
		curve = sampledCurve(s.Curve)
	}
	tags := []iccTag{{"desc", description(s.Name)}, {"wtpt", xyzTag(d50)}, {"cprt", append([]byte("text\x00\x00\x00\x00"), "public domain\x00"...)}}
	for i, c := range "rgb" {
		tags = append(tags, iccTag{string(c) + "XYZ", xyzTag([3]float64{m[0][i], m[1][i], m[2][i]})}, iccTag{string(c) + "TRC", curve})
	}
	return iccFile("RGB ", tags)
}

// GrayProfile returns an ICC profile for pictures of one channel, whose light is the value to the power of gamma.
func GrayProfile(gamma float64) []byte {
	return iccFile("GRAY", []iccTag{{"desc", description("grey")}, {"wtpt", xyzTag(d50)}, {"kTRC", gammaCurve(gamma)}})
}

// iccTag is a signature and its data.
type iccTag struct {
	sig  string
	data []byte
}

// iccFile puts a header, a tag table and the tags together (ICC.1:2022, 7). Equal data are stored once.
func iccFile(space string, tags []iccTag) []byte {
	b := make([]byte, 128)
	copy(b[8:], "\x02\x40\x00\x00mntr"+space+"XYZ ")
	copy(b[24:], []byte{7, 0xe8, 0, 1, 0, 1}) // 2024-01-01
	copy(b[36:], "acsp")
	for i, v := range d50 {
		binary.BigEndian.PutUint32(b[68+4*i:], s15f16(v))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(tags)))
	offset, seen := len(b)+12*len(tags), map[string]int{}
	var body []byte
	for _, t := range tags {
		at, ok := seen[string(t.data)]
		if !ok {
			at = offset + len(body)
			seen[string(t.data)] = at
			body = append(body, t.data...)
			body = append(body, make([]byte, -len(body)&3)...)
		}
		b = append(b, t.sig...)
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.data)))
	}
	b = append(b, body...)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

// s15f16 is the number format of profiles.
func s15f16(v float64) uint32 { return uint32(int32(math.Round(v * 65536))) }

// xyzTag is data of the type XYZ (10.31).
func xyzTag(v [3]float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, s15f16(x))
	}
	return b
}

// description is data of the type textDescription of version 2.
func description(text string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(text)+1))
	b = append(append(b, text...), 0)
	return append(b, make([]byte, 78)...)
}

// gammaCurve is data of the type curve (10.6): one exponent, or 1024 points of sRGB's curve for 0.
func gammaCurve(gamma float64) []byte {
	b := []byte("curv\x00\x00\x00\x00")
	if gamma != 0 {
		b = binary.BigEndian.AppendUint32(b, 1)
		return binary.BigEndian.AppendUint16(b, uint16(math.Round(gamma*256)))
	}
	return sampledCurve(srgbToLight)
}

// sampledCurve is data of the type curve: 1024 points.
func sampledCurve(f func(float64) float64) []byte {
	const n = 1024
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), n)
	for i := range n {
		b = binary.BigEndian.AppendUint16(b, uint16(math.Round(f(float64(i)/(n-1))*65535)))
	}
	return b
}

// toXYZ returns the matrix from linear RGB to XYZ under D50.
func (s ColourSpace) toXYZ() [3][3]float64 {
	xyz := func(c [2]float64) [3]float64 { return [3]float64{c[0] / c[1], 1, (1 - c[0] - c[1]) / c[1]} }
	r, g, b, w := xyz(s.Red), xyz(s.Green), xyz(s.Blue), xyz(s.Wht)
	primaries := [3][3]float64{{r[0], g[0], b[0]}, {r[1], g[1], b[1]}, {r[2], g[2], b[2]}}
	scale := apply(invert(primaries), w)
	for i := range 3 {
		for j := range 3 {
			primaries[i][j] *= scale[j]
		}
	}
	// Bradford: scale the cone responses from one white to the other.
	bradford := [3][3]float64{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	from, to := apply(bradford, w), apply(bradford, d50)
	cones := multiply(bradford, primaries)
	for i := range 3 {
		for j := range 3 {
			cones[i][j] *= to[i] / from[i]
		}
	}
	return multiply(invert(bradford), cones)
}

// apply multiplies a matrix by a column.
func apply(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i := range 3 {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

// multiply returns a*b.
func multiply(a, b [3][3]float64) (out [3][3]float64) {
	for j := range 3 {
		c := apply(a, [3]float64{b[0][j], b[1][j], b[2][j]})
		out[0][j], out[1][j], out[2][j] = c[0], c[1], c[2]
	}
	return out
}

// invert returns the inverse of a matrix that has one, by Cramer's rule.
func invert(m [3][3]float64) (out [3][3]float64) {
	minor := func(i, j int) float64 {
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return m[a][c]*m[b][d] - m[a][d]*m[b][c]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	for i := range 3 {
		for j := range 3 {
			out[j][i] = minor(i, j) / det
		}
	}
	return out
}

// TableProfile returns a profile of the same space that holds a lookup table instead of colorants: AToB0 and AToB1 of the type
// lut16 (10.10) with side points for each channel, leading to Lab.
func (s ColourSpace) TableProfile(side int) []byte {
	b := []byte("mft2\x00\x00\x00\x00\x03\x03")
	b = append(b, byte(side), 0)
	for i := range 9 { // the matrix is not used
		v := uint32(0)
		if i%4 == 0 {
			v = 65536
		}
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = append(b, 0, 2, 0, 2) // curves of two points, straight
	straight := bytes.Repeat([]byte{0, 0, 255, 255}, 3)
	b = append(b, straight...)
	m := s.toXYZ()
	light := func(i int) float64 {
		v := float64(i) / float64(side-1)
		if s.Gamma != 0 {
			return math.Pow(v, s.Gamma)
		}
		return srgbToLight(v)
	}
	for r := range side {
		for g := range side {
			for bl := range side {
				for i, v := range xyzToLab(apply(m, [3]float64{light(r), light(g), light(bl)})) {
					scale, offset := 65280/100.0, 0.0 // version 2: 100 is FF00, and a* = 0 is 8000
					if i > 0 {
						scale, offset = 256, 32768
					}
					b = binary.BigEndian.AppendUint16(b, uint16(max(0, min(65535, math.Round(v*scale+offset)))))
				}
			}
		}
	}
	b = append(b, straight...)
	file := iccFile("RGB ", []iccTag{{"desc", description(s.Name)}, {"wtpt", xyzTag(d50)}, {"A2B0", b}, {"A2B1", b}})
	copy(file[20:], "Lab ")
	return file
}

// xyzToLab takes XYZ to CIE L*a*b*, both under D50.
func xyzToLab(v [3]float64) [3]float64 {
	f := func(i int) float64 {
		if t := v[i] / d50[i]; t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (v[i]/d50[i]*24389/27 + 16) / 116
	}
	return [3]float64{116*f(1) - 16, 500 * (f(0) - f(1)), 200 * (f(1) - f(2))}
}

// srgbToLight is the transfer curve of sRGB.
func srgbToLight(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// InkProfile returns a profile of a simple printer with four inks, of class prtr. Its tables lead to and from Lab: of the
// type lut16 in version 2, else of lutAToB and lutBToA in version 4 (10.10, 10.12, 10.13), with side points for each ink.
func InkProfile(version, side int) []byte {
	toLab, toInks := inkTable(version, side), inkInverse(version)
	file := iccFile("CMYK", []iccTag{{"desc", description("inks")}, {"wtpt", xyzTag(d50)}, {"A2B0", toLab}, {"A2B1", toLab}, {"B2A0", toInks}, {"B2A1", toInks}})
	copy(file[8:], []byte{byte(version)})
	copy(file[12:], "prtr")
	copy(file[20:], "Lab ")
	return file
}

// inkTable is the table from inks to Lab. Inks swallow their share of the three thirds of light, none of them cleanly.
func inkTable(version, side int) []byte {
	swallow := [4][3]float64{{0.92, 0.45, 0.18}, {0.15, 0.88, 0.55}, {0.03, 0.12, 0.85}, {0.96, 0.96, 0.95}}
	m := SRGB.toXYZ()
	var points [][3]float64
	for i := range side * side * side * side {
		light := [3]float64{1, 1, 1}
		for k := range swallow {
			ink := float64(i/[4]int{side * side * side, side * side, side, 1}[k]%side) / float64(side-1)
			for c := range light {
				light[c] *= 1 - swallow[k][c]*(1-math.Pow(1-ink, 1.4))
			}
		}
		points = append(points, xyzToLab(apply(m, light)))
	}
	return labTable(version, 4, side, points)
}

// labTable wraps points of Lab up, for the number of inks.
func labTable(version, in, side int, points [][3]float64) []byte {
	scale, offset := [3]float64{65280 / 100.0, 256, 256}, 32768.0
	if version == 4 {
		scale, offset = [3]float64{65535 / 100.0, 257, 257}, 128*257
	}
	var numbers []float64
	for _, p := range points {
		numbers = append(numbers, p[0]*scale[0], p[1]*scale[1]+offset, p[2]*scale[2]+offset)
	}
	return wrapTable(version, "mAB ", in, 3, side, numbers)
}

// inkInverse is a table from Lab to inks that only knows greys: enough to find the black in.
func inkInverse(version int) []byte {
	var numbers []float64
	const side = 3
	for i := range side * side * side {
		dark := 1 - float64(i/side/side)/(side-1)
		for _, share := range [4]float64{0.6, 0.5, 0.5, 0.95} {
			numbers = append(numbers, 65535*dark*share)
		}
	}
	return wrapTable(version, "mBA ", 3, 4, side, numbers)
}

// wrapTable makes a lookup table of numbers of 16 bits, with straight curves, or a power on the side of the inks in
// version 4.
func wrapTable(version int, kind string, in, out, side int, numbers []float64) []byte {
	var body []byte
	for _, v := range numbers {
		body = binary.BigEndian.AppendUint16(body, uint16(max(0, min(65535, math.Round(v)))))
	}
	if version == 2 {
		b := append([]byte("mft2\x00\x00\x00\x00"), byte(in), byte(out), byte(side), 0)
		for i := range 9 {
			b = binary.BigEndian.AppendUint32(b, map[bool]uint32{true: 65536}[i%4 == 0])
		}
		b = append(b, 0, 2, 0, 2)
		b = append(b, bytes.Repeat([]byte{0, 0, 255, 255}, in)...)
		b = append(b, body...)
		return append(b, bytes.Repeat([]byte{0, 0, 255, 255}, out)...)
	}
	straight := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x00")
	power := append([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), 1, 0x20, 0, 0) // 1.125
	b := append([]byte(kind+"\x00\x00\x00\x00"), byte(in), byte(out), 0, 0)
	b = append(b, make([]byte, 20)...)
	put := func(at int) { binary.BigEndian.PutUint32(b[at:], uint32(len(b))) }
	put(12) // B curves, on the side of Lab
	b = append(b, bytes.Repeat(straight, 3)...)
	put(24)
	sides := make([]byte, 16)
	for i := range in {
		sides[i] = byte(side)
	}
	b = append(append(b, sides...), 2, 0, 0, 0)
	b = append(b, body...)
	b = append(b, make([]byte, -len(b)&3)...)
	put(28) // A curves, on the side of the inks
	return append(b, bytes.Repeat(power, max(in, out))...)
}
