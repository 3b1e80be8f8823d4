//go:build !purego

package hpass

import "imgpool/internal/kernel/cpu"

// unit is the number of output columns that the AVX2 code sums at once. The
// last unit overlaps the one before it.
const unit = 2

// pairsAVX2 brings eight rows into the order that sumAVX2 wants. width is a
// positive multiple of 16; src holds 7*stride+width samples, strip 8*width.
//
//go:noescape
func pairsAVX2(strip, src []int16, stride, width int)

// sumAVX2 sums len(pos) output columns, a positive multiple of unit.
//
//go:noescape
func sumAVX2(dst, strip []int16, pos []int32, weights []int16, taps int, shift uint)

func sumWords(dst, src []int16, stride int, t *Table[int16], scratch []int16) {
	n := len(t.pos)
	if n < unit || !cpu.AVX2() {
		wordsGeneric(dst, src, stride, t)
		return
	}
	pairsAVX2(scratch, src, stride, t.width)
	sumAVX2(dst, scratch, t.pos[:n&^(unit-1)], t.weights, t.taps, t.shift)
	if n%unit != 0 {
		at := n - unit
		sumAVX2(dst[at*Rows:], scratch, t.pos[at:], t.weights[at*t.taps:], t.taps, t.shift)
	}
}

// columnsAVX2 brings eight rows into the order that sumWideAVX2 wants. width is
// a positive multiple of 8; src holds 7*stride+width samples, strip 8*width.
//
//go:noescape
func columnsAVX2(strip, src []int32, stride, width int)

// sumWideAVX2 sums len(pos) output columns, at least one.
//
//go:noescape
func sumWideAVX2(dst, strip []int32, pos []int32, weights []int32, taps int, shift uint)

func sumWide(dst, src []int32, stride int, t *Table[int32], scratch []int32) {
	if !cpu.AVX2() {
		wideGeneric(dst, src, stride, t)
		return
	}
	columnsAVX2(scratch, src, stride, t.width)
	sumWideAVX2(dst, scratch, t.pos, t.weights, t.taps, t.shift)
}
