//go:build !purego

package fdct

import "imgpool/internal/kernel/cpu"

// rowAVX2 does n blocks, n positive and even; see [Row].
//
//go:noescape
func rowAVX2(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser, n int)

// row: an odd number of blocks ends with a pair that overlaps the one before
// it and writes the same once more; a single block is padded in a buffer.
func row(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser) {
	n := len(mask)
	switch {
	case !cpu.AVX2():
		rowGeneric(coef, mask, src, stride, q)
	case n == 1:
		var s [8 * 16]byte
		var c [2 * 64]int16
		var m [2]uint64
		for y := 0; y < 8; y++ {
			copy(s[y*16:y*16+8], src[y*stride:])
		}
		rowAVX2(c[:], m[:], s[:], 16, q, 2)
		copy(coef, c[:64])
		mask[0] = m[0]
	default:
		rowAVX2(coef, mask, src, stride, q, n&^1)
		if n&1 != 0 {
			rowAVX2(coef[(n-2)*64:], mask[n-2:], src[(n-2)*8:], stride, q, 2)
		}
	}
}
