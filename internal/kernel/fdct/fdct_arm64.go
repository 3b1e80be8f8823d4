//go:build !purego

package fdct

import "imgpool/internal/kernel/cpu"

// rowNEON does n blocks, n positive; see [Row].
//
//go:noescape
func rowNEON(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser, n int)

func row(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser) {
	if !cpu.NEON() {
		rowGeneric(coef, mask, src, stride, q)
		return
	}
	rowNEON(coef, mask, src, stride, q, len(mask))
}
