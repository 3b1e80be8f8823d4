package colour

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Primaries are the chromaticities x and y of red, green, blue and white.
type Primaries [4][2]float64

// d65 is the white of daylight that most spaces have.
var d65 = [2]float64{0.3127, 0.3290}

// SRGBPrimaries are those of sRGB and BT.709 (BT.709-6, item 1.3), p3Primaries those of Display P3 (SMPTE EG 432-1).
var (
	SRGBPrimaries = Primaries{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, d65}
	p3Primaries   = Primaries{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, d65}
)

// Near reports whether primaries are the same within what files round them to.
func (p Primaries) Near(q Primaries) bool {
	for i, c := range p {
		for k, v := range c {
			if d := v - q[i][k]; !(d > -0.001 && d < 0.001) {
				return false
			}
		}
	}
	return true
}

// Transfer is a curve from a channel's value to light, as the data of a profile's tag.
type Transfer []byte

// SRGBTransfer is the curve of sRGB (IEC 61966-2-1, 5.2), as a formula of kind 3.
var SRGBTransfer = formulaTag(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)

// GammaTransfer is a power of the value.
func GammaTransfer(gamma float64) Transfer { return formulaTag(0, gamma) }

// formulaTag is a parametric curve (10.18).
func formulaTag(kind byte, parameters ...float64) Transfer {
	b := []byte{'p', 'a', 'r', 'a', 0, 0, 0, 0, 0, kind, 0, 0}
	for _, v := range parameters {
		b = appendFixed(b, v)
	}
	return b
}

// tableTransfer is a curve of equally spaced points (10.6), 0..1.
func tableTransfer(n int, light func(float64) float64) Transfer {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), uint32(n))
	for i := range n {
		b = binary.BigEndian.AppendUint16(b, uint16(round(clamp01(light(float64(i)/float64(n-1)))*65535)))
	}
	return b
}

// appendFixed appends a number of the type s15Fixed16 (4.6).
func appendFixed(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(int32(round(v*65536))))
}

// Profile returns an ICC profile of the space.
func (s Space) Profile() []byte {
	p := SRGBPrimaries
	if s == DisplayP3 {
		p = p3Primaries
	}
	b, err := RGBProfile(s.String(), p, SRGBTransfer)
	if err != nil {
		panic("colour: " + err.Error())
	}
	return b
}

// RGBProfile returns an ICC profile of version 4 (ICC.1:2022) with colorants and one curve for all channels. It fails when
// the primaries do not span a space.
func RGBProfile(name string, p Primaries, t Transfer) ([]byte, error) {
	colorants, chad, err := p.colorants()
	if err != nil {
		return nil, err
	}
	adaptation := []byte("sf32\x00\x00\x00\x00")
	for _, row := range chad {
		for _, v := range row {
			adaptation = appendFixed(adaptation, v)
		}
	}
	tags := []tag{
		{"desc", text(name)}, {"cprt", text("CC0")}, {"wtpt", xyzTag(white)}, {"chad", adaptation},
		{"rXYZ", xyzTag(column(colorants, 0))}, {"gXYZ", xyzTag(column(colorants, 1))}, {"bXYZ", xyzTag(column(colorants, 2))},
		{"rTRC", t}, {"gTRC", t}, {"bTRC", t},
	}
	return assemble(tags), nil
}

// tag is a signature and its data.
type tag struct {
	name string
	data []byte
}

// assemble puts a header, a tag table and the tags together (clause 7). Equal data are stored once.
func assemble(tags []tag) []byte {
	b := make([]byte, 128)
	copy(b[8:], "\x04\x40\x00\x00mntrRGB XYZ ")
	copy(b[24:], []byte{0x07, 0xEA, 0, 1, 0, 1}) // 2026-01-01
	copy(b[36:], "acsp")
	copy(b[64:], []byte{0, 0, 0, 1}) // relative colorimetric
	copy(b[68:], xyzTag(white)[8:])
	b = binary.BigEndian.AppendUint32(b, uint32(len(tags)))
	var body []byte
	start := len(b) + 12*len(tags)
	for i, t := range tags {
		at := start + len(body)
		for k, other := range tags[:i] {
			if bytes.Equal(other.data, t.data) {
				at = int(binary.BigEndian.Uint32(b[132+12*k+4:]))
			}
		}
		if at == start+len(body) {
			body = append(body, t.data...)
			body = append(body, make([]byte, -len(body)&3)...)
		}
		b = append(b, t.name...)
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.data)))
	}
	b = append(b, body...)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

// text is a multiLocalizedUnicode (10.15) in English.
func text(s string) []byte {
	b := []byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS")
	b = binary.BigEndian.AppendUint32(b, uint32(2*len(s)))
	b = binary.BigEndian.AppendUint32(b, 28)
	for _, c := range []byte(s) { // ASCII
		b = append(b, 0, c)
	}
	return b
}

// xyzTag is data of the type XYZ (10.31).
func xyzTag(v [3]float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, x := range v {
		b = appendFixed(b, x)
	}
	return b
}

// bradford takes XYZ to the responses of the cones that white balance scales (annex E).
var bradford = [3][3]float64{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}

// colorants returns the matrix from linear RGB to XYZ under D50, and the one that takes XYZ from the white of p to D50.
func (p Primaries) colorants() (m, chad [3][3]float64, err error) {
	bad := errors.New("primaries do not span a colour space")
	for i, c := range p {
		// Real whites are far from the edges; what is outside of the triangle (ACES has one) may be a primary.
		if !(c[0] > -1 && c[0] < 2 && c[1] > -1 && c[1] < 2) || i == 3 && (c[0] < 0.1 || c[1] < 0.1 || c[0]+c[1] > 0.9) {
			return m, chad, bad
		}
		if i < 3 {
			m[0][i], m[1][i], m[2][i] = c[0], c[1], 1-c[0]-c[1]
		}
	}
	w := [3]float64{p[3][0] / p[3][1], 1, (1 - p[3][0] - p[3][1]) / p[3][1]}
	inverse, ok := invert(m)
	if !ok {
		return m, chad, bad
	}
	scale := apply(inverse, w)
	for i := range 3 {
		for j := range 3 {
			m[i][j] *= scale[j]
		}
	}
	cones, _ := invert(bradford)
	from, to := apply(bradford, w), apply(bradford, white)
	chad = bradford
	for i := range 3 {
		if from[i] <= 0 {
			return m, chad, bad
		}
		for j := range 3 {
			chad[i][j] *= to[i] / from[i]
		}
	}
	chad = multiply(cones, chad)
	m = multiply(chad, m)
	for i := range 3 {
		for j := range 3 {
			if !(m[i][j] > -10 && m[i][j] < 10) {
				return m, chad, bad
			}
		}
	}
	return m, chad, nil
}

// column returns a column of a matrix.
func column(m [3][3]float64, j int) [3]float64 { return [3]float64{m[0][j], m[1][j], m[2][j]} }

// apply multiplies a matrix by a column.
func apply(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i, r := range m {
		out[i] = float64(r[0]*v[0]) + float64(r[1]*v[1]) + float64(r[2]*v[2])
	}
	return out
}

// multiply returns a*b.
func multiply(a, b [3][3]float64) (out [3][3]float64) {
	for j := range 3 {
		c := apply(a, column(b, j))
		out[0][j], out[1][j], out[2][j] = c[0], c[1], c[2]
	}
	return out
}

// invert returns the inverse of a matrix, by Cramer's rule, unless it has none.
func invert(m [3][3]float64) (out [3][3]float64, ok bool) {
	minor := func(i, j int) float64 {
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return float64(m[a][c]*m[b][d]) - float64(m[a][d]*m[b][c])
	}
	det := float64(m[0][0]*minor(0, 0)) + float64(m[0][1]*minor(0, 1)) + float64(m[0][2]*minor(0, 2))
	if det > -1e-4 && det < 1e-4 || det != det {
		return out, false
	}
	for i := range 3 {
		for j := range 3 {
			out[j][i] = minor(i, j) / det
		}
	}
	return out, true
}
