//go:build !purego

package vpass

import "imgpool/internal/kernel/cpu"

// The AVX2 code sums a fixed number of columns at once: the unit. The last unit
// overlaps the one before it, which writes the same sums twice; fewer columns
// than a unit are left to the generic code.
const (
	unit     = 32
	unitWide = 8
)

// bytesAVX2 is [Bytes] for len(dst) a positive multiple of unit.
//
//go:noescape
func bytesAVX2(dst []int16, src []byte, stride int, weights []int16, shift uint)

// wordsAVX2 is [Words] for len(dst) a positive multiple of unit.
//
//go:noescape
func wordsAVX2(dst, src []int16, stride int, weights []int16, shift uint)

// wideAVX2 is [Wide] for len(dst) a positive multiple of unitWide.
//
//go:noescape
func wideAVX2(dst, src []int32, stride int, weights []int32, shift uint)

func sumBytes(dst []int16, src []byte, stride int, weights []int16, shift uint) {
	n := len(dst)
	if n < unit || !cpu.AVX2() {
		bytesGeneric(dst, src, stride, weights, shift)
		return
	}
	bytesAVX2(dst[:n&^(unit-1)], src, stride, weights, shift)
	if n%unit != 0 {
		bytesAVX2(dst[n-unit:], src[n-unit:], stride, weights, shift)
	}
}

func sumWords(dst, src []int16, stride int, weights []int16, shift uint) {
	n := len(dst)
	if n < unit || !cpu.AVX2() {
		wordsGeneric(dst, src, stride, weights, shift)
		return
	}
	wordsAVX2(dst[:n&^(unit-1)], src, stride, weights, shift)
	if n%unit != 0 {
		wordsAVX2(dst[n-unit:], src[n-unit:], stride, weights, shift)
	}
}

func sumWide(dst, src []int32, stride int, weights []int32, shift uint) {
	n := len(dst)
	if n < unitWide || !cpu.AVX2() {
		wideGeneric(dst, src, stride, weights, shift)
		return
	}
	wideAVX2(dst[:n&^(unitWide-1)], src, stride, weights, shift)
	if n%unitWide != 0 {
		wideAVX2(dst[n-unitWide:], src[n-unitWide:], stride, weights, shift)
	}
}
