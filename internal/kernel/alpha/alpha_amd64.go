//go:build !purego

package alpha

import "imgpool/internal/kernel/cpu"

// unit is the number of pixels that the AVX2 code does at once.
const unit = 16

// premultiplyAVX2 is [Premultiply] for len(a) a positive multiple of unit.
//
//go:noescape
func premultiplyAVX2(r, g, b, a []int16, pix []byte)

// opaqueAVX2 is [Unpremultiply] for units of pixels that are opaque: it stops
// before the first that is not, and returns how many pixels it made. len(a) is
// a multiple of unit.
//
//go:noescape
func opaqueAVX2(pix []byte, r, g, b, a []int16) int

func premultiply(r, g, b, a []int16, pix []byte) {
	n := len(a)
	if n < unit || !cpu.AVX2() {
		premultiplyGeneric(r, g, b, a, pix)
		return
	}
	whole := n &^ (unit - 1)
	premultiplyAVX2(r, g, b, a[:whole], pix)
	if whole < n { // the last unit overlaps the one before it
		i := n - unit
		premultiplyAVX2(r[i:], g[i:], b[i:], a[i:], pix[4*i:])
	}
}

func unpremultiply(pix []byte, r, g, b, a []int16) {
	n := len(a)
	if !cpu.AVX2() {
		unpremultiplyGeneric(pix, r, g, b, a)
		return
	}
	for i := 0; i < n; {
		i += opaqueAVX2(pix[4*i:], r[i:], g[i:], b[i:], a[i:i+(n-i)&^(unit-1)])
		end := min(i+unit, n)
		unpremultiplyGeneric(pix[4*i:], r[i:end], g[i:end], b[i:end], a[i:end])
		i = end
	}
}
