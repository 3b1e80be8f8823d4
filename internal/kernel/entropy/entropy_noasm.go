//go:build !amd64 || purego

package entropy

func (b *Batch) decode(s *Stream, first, n int) int { return b.decodeGeneric(s, first, n) }
