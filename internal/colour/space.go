package colour

// Space is a colour space that pictures are converted to.
type Space uint8

// The spaces. Both have the transfer curve of sRGB.
const (
	SRGB      Space = iota
	DisplayP3       // SMPTE RP 431-2 primaries with the white of sRGB
)

// String returns the name as people write it.
func (s Space) String() string { return [...]string{"sRGB", "Display P3"}[s] }

// fromXYZ takes XYZ under D50 to linear light of a space: the inverse of its colorants, adapted to D50 by the Bradford
// method as profiles are (ICC.1:2022, annex E).
var fromXYZ = [...][3][3]float64{
	SRGB: {
		{3.1341863642, -1.6172089590, -0.4906940640},
		{-0.9787485042, 1.9161300968, 0.0334333992},
		{0.0719639278, -0.2289938735, 1.4057537329},
	},
	DisplayP3: {
		{2.4039840049, -0.9899068992, -0.3976415061},
		{-0.8422229263, 1.7988437375, 0.0160354079},
		{0.0482058519, -0.0974067538, 1.2740049356},
	},
}

// encode takes XYZ under D50 to a pixel of the space. What is outside of it is cut off in each channel.
func (s Space) encode(xyz [3]float64) pixel {
	var c [3]int32
	e := encoding()
	for i, r := range fromXYZ[s] {
		light := float64(r[0]*xyz[0]) + float64(r[1]*xyz[1]) + float64(r[2]*xyz[2])
		c[i] = encode(e, round(clamp01(light)*lightOne))
	}
	return pixel{c[0], c[1], c[2]}
}
