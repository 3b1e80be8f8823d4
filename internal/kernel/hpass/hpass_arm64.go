//go:build !purego

package hpass

import "imgpool/internal/kernel/cpu"

// turnWordsNEON brings eight rows into columns: strip[x*8+r] is column x of row
// r. width is a positive multiple of 8; src holds 7*stride+width samples, strip
// 8*width.
//
//go:noescape
func turnWordsNEON(strip, src []int16, stride, width int)

// sumWordsNEON sums len(pos) output columns, at least one.
//
//go:noescape
func sumWordsNEON(dst, strip []int16, pos []int32, weights []int16, taps int, shift uint)

// turnWideNEON is turnWordsNEON for 32-bit samples; width is a multiple of 4.
//
//go:noescape
func turnWideNEON(strip, src []int32, stride, width int)

// sumWideNEON is sumWordsNEON for 32-bit samples.
//
//go:noescape
func sumWideNEON(dst, strip []int32, pos []int32, weights []int32, taps int, shift uint)

func sumWords(dst, src []int16, stride int, t *Table[int16], scratch []int16) {
	if !cpu.NEON() {
		wordsGeneric(dst, src, stride, t)
		return
	}
	turnWordsNEON(scratch, src, stride, t.width)
	sumWordsNEON(dst, scratch, t.pos, t.weights, t.taps, t.shift)
}

func sumWide(dst, src []int32, stride int, t *Table[int32], scratch []int32) {
	if !cpu.NEON() {
		wideGeneric(dst, src, stride, t)
		return
	}
	turnWideNEON(scratch, src, stride, t.width)
	sumWideNEON(dst, scratch, t.pos, t.weights, t.taps, t.shift)
}
