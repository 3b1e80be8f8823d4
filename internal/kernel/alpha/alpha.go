// Package alpha takes packed pixels with straight alpha apart into planes that
// can be filtered, and puts filtered planes together again.
//
// Colour under transparent pixels must not bleed into its neighbourhood, so
// colour is multiplied by alpha before filtering and divided by it afterwards.
// Planes hold levels (see package strips): 8-bit samples times 64.
//
// All functions panic when the slices do not fit, read and write nothing beyond
// them, and do not allow overlap.
package alpha

// Premultiply splits len(a) pixels of R, G, B, A bytes into planes:
//
//	a[i] = 64*A        r[i] = R*A*16449 >> 16, likewise g and b
//
// which is 64*R*A/255 but for less than one level, and exact where A is 255.
// Reference: premultiplyGeneric.
func Premultiply(r, g, b, a []int16, pix []byte) {
	n := len(a)
	if len(r) != n || len(g) != n || len(b) != n || len(pix) < 4*n {
		panic("alpha: lengths differ")
	}
	premultiply(r, g, b, a, pix)
}

// Unpremultiply makes len(a) pixels of the planes. Alpha A is the level a,
// clamped to 0..64*255 and rounded half up. Colour is chosen so that the larger of the two
// errors, seen on black and seen on white, is smallest: rounding alpha by e
// moves the picture on white by -e and on black by nothing, so colour times
// alpha aims at half of it:
//
//	R = clamp(round(255 * (r + (64*A - a)/2) / (64*A)))
//
// which is r*255/a when nothing is rounded. Where A is 0 the pixel is 0, 0, 0, 0.
// Reference: unpremultiplyGeneric.
func Unpremultiply(pix []byte, r, g, b, a []int16) {
	n := len(a)
	if len(r) != n || len(g) != n || len(b) != n || len(pix) < 4*n {
		panic("alpha: lengths differ")
	}
	unpremultiply(pix, r, g, b, a)
}
