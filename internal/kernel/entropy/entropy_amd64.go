//go:build !purego

package entropy

import "imgpool/internal/kernel/cpu"

// decodeBMI2 decodes blocks into coef as long as nothing is wrong. It does not
// see whether the segment ends inside.
//
//go:noescape
func decodeBMI2(s *Stream, blocks []block, coef []int16) (ok bool)

// decode lets assembly decode all MCUs in one go. Should something be wrong, it
// starts again with the portable code, which finds out what.
func (b *Batch) decode(s *Stream, first, n int) int {
	if !cpu.BMI2() {
		return b.decodeGeneric(s, first, n)
	}
	perMCU := len(b.blocks) / b.mcus
	blocks := b.blocks[first*perMCU : (first+n)*perMCU]
	before := *s
	if decodeBMI2(s, blocks, b.coef) && s.Position() <= s.end {
		return n
	}
	*s = before
	b.clearBlocks(blocks)
	return b.decodeGeneric(s, first, n)
}
