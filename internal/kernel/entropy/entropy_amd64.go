//go:build !purego

package entropy

import (
	"unsafe"

	"imgpool/internal/kernel/cpu"
)

// decodeBMI2 is decodeGeneric, except for what is left to do after a failure:
// failed is the offset in blocks (in bytes) of the block that the decoder has
// not moved on, -1 if all MCUs were decoded.
//
//go:noescape
func decodeBMI2(s *Stream, blocks []Block, coef []int16, mcus int) (done, failed int)

func decode(s *Stream, blocks []Block, coef []int16, mcus int) int {
	if !cpu.BMI2() {
		return decodeGeneric(s, blocks, coef, mcus)
	}
	done, failed := decodeBMI2(s, blocks, coef, mcus)
	if failed >= 0 {
		for i := range blocks {
			b := &blocks[i]
			if i < failed/int(unsafe.Sizeof(*b)) {
				b.Next -= b.Step
			}
			clear(coef[b.Next : b.Next+b.Size])
		}
	}
	return done
}
