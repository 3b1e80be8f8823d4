package colour

import "math"

// offset is what CMYK without a profile is taken to look like: offset printing on coated paper. It is a model of our own,
// not a profile. The four inks make sixteen solids, paper included; where inks are printed in dots, Demichel's equations say
// which share of the area each solid has, were the dots laid down independently. Light spreads in the paper between dots,
// so the shares do not mix by their light but, after Yule and Nielsen, by its nth root. With n = 2 and no further dot gain
// the model meets the 1617 measured colours of such a print (FOGRA39) with a mean difference of 2.3 (CIE 1976); the
// square root is exact on all machines.
type offset struct {
	roots [16][3]float64 // square roots of the solids' XYZ; ink i is bit i
	black float64
}

// solids are L*, a* and b* of the solids under D50, bit 0 being cyan, 1 magenta, 2 yellow, 3 black. Those of up to two
// colours are the aims of ISO 12647-2:2004/Amd 1 for paper types 1 and 2, the dark ones rounded measurements.
var solids = [16][3]float64{
	{95, 0, -2}, {55, -37, -50}, {48, 74, -3}, {24, 22, -46}, {89, -5, 93}, {50, -65, 27}, {47, 68, 48}, {23, 0, 0},
	{16, 0, 0}, {10, -8, -10}, {10, 14, 1}, {8, 6, -6}, {16, -3, 12}, {11, -13, 4}, {11, 9, 7}, {9, 0, 2},
}

func newOffset() *offset {
	o := &offset{}
	paper := labToXYZ(solids[0][0], solids[0][1], solids[0][2])
	for i, lab := range solids {
		xyz := labToXYZ(lab[0], lab[1], lab[2])
		for k, x := range xyz {
			o.roots[i][k] = math.Sqrt(x / paper[k] * white[k]) // the paper is white
		}
	}
	o.black = float64(o.roots[15][1] * o.roots[15][1])
	return o
}

// light returns XYZ of inks, 0..1, with the paper as white and all inks as black.
func (o *offset) light(inks vec) [3]float64 {
	shares := [16]float64{1}
	for i, a := range inks {
		for k := range 1 << i {
			shares[k|1<<i] = float64(shares[k] * a)
			shares[k] = float64(shares[k] * (1 - a))
		}
	}
	var xyz [3]float64
	for i, s := range shares {
		for k := range xyz {
			xyz[k] += float64(s * o.roots[i][k])
		}
	}
	for k, x := range xyz {
		xyz[k] = (float64(x*x) - float64(o.black*white[k])) / (1 - o.black)
	}
	return xyz
}
