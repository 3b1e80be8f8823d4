//go:build !purego

package vpass

import "imgpool/internal/kernel/cpu"

// The NEON code sums a fixed number of columns at once: the unit. The last unit
// overlaps the one before it, which writes the same sums twice; fewer columns
// than a unit are left to the generic code.
const (
	unit     = 16
	unitWide = 8
)

// bytesNEON is [Bytes] for len(dst) a positive multiple of unit.
//
//go:noescape
func bytesNEON(dst []int16, src []byte, stride int, weights []int16, shift uint)

// wordsNEON is [Words] for len(dst) a positive multiple of unit.
//
//go:noescape
func wordsNEON(dst, src []int16, stride int, weights []int16, shift uint)

// wideNEON is [Wide] for len(dst) a positive multiple of unitWide.
//
//go:noescape
func wideNEON(dst, src []int32, stride int, weights []int32, shift uint)

func sumBytes(dst []int16, src []byte, stride int, weights []int16, shift uint) {
	n := len(dst)
	if n < unit || !cpu.NEON() {
		bytesGeneric(dst, src, stride, weights, shift)
		return
	}
	bytesNEON(dst[:n&^(unit-1)], src, stride, weights, shift)
	if n%unit != 0 {
		bytesNEON(dst[n-unit:], src[n-unit:], stride, weights, shift)
	}
}

func sumWords(dst, src []int16, stride int, weights []int16, shift uint) {
	n := len(dst)
	if n < unit || !cpu.NEON() {
		wordsGeneric(dst, src, stride, weights, shift)
		return
	}
	wordsNEON(dst[:n&^(unit-1)], src, stride, weights, shift)
	if n%unit != 0 {
		wordsNEON(dst[n-unit:], src[n-unit:], stride, weights, shift)
	}
}

func sumWide(dst, src []int32, stride int, weights []int32, shift uint) {
	n := len(dst)
	if n < unitWide || !cpu.NEON() {
		wideGeneric(dst, src, stride, weights, shift)
		return
	}
	wideNEON(dst[:n&^(unitWide-1)], src, stride, weights, shift)
	if n%unitWide != 0 {
		wideNEON(dst[n-unitWide:], src[n-unitWide:], stride, weights, shift)
	}
}
