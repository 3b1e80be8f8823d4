//go:build !amd64 || purego

package entropy

func decode(s *Stream, blocks []Block, coef []int16, mcus int) int {
	return decodeGeneric(s, blocks, coef, mcus)
}
