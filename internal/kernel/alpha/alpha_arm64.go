//go:build !purego

package alpha

import "imgpool/internal/kernel/cpu"

// unit is the number of pixels that the NEON code does at once.
const unit = 16

// premultiplyNEON is [Premultiply] for len(a) a positive multiple of unit.
//
//go:noescape
func premultiplyNEON(r, g, b, a []int16, pix []byte)

// opaqueNEON is [Unpremultiply] for units of pixels that are opaque: it stops
// before the first that is not, and returns how many pixels it made. len(a) is
// a multiple of unit.
//
//go:noescape
func opaqueNEON(pix []byte, r, g, b, a []int16) int

func premultiply(r, g, b, a []int16, pix []byte) {
	n := len(a)
	if n < unit || !cpu.NEON() {
		premultiplyGeneric(r, g, b, a, pix)
		return
	}
	whole := n &^ (unit - 1)
	premultiplyNEON(r, g, b, a[:whole], pix)
	if whole < n { // the last unit overlaps the one before it
		i := n - unit
		premultiplyNEON(r[i:], g[i:], b[i:], a[i:], pix[4*i:])
	}
}

func unpremultiply(pix []byte, r, g, b, a []int16) {
	n := len(a)
	if !cpu.NEON() {
		unpremultiplyGeneric(pix, r, g, b, a)
		return
	}
	for i := 0; i < n; {
		i += opaqueNEON(pix[4*i:], r[i:], g[i:], b[i:], a[i:i+(n-i)&^(unit-1)])
		end := min(i+unit, n)
		unpremultiplyGeneric(pix[4*i:], r[i:end], g[i:end], b[i:end], a[i:end])
		i = end
	}
}
