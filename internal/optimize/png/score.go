package png

import (
	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// scorer compares filtered rows by heuristics; it holds the scratch for it.
type scorer struct {
	seen  [1 << 16 / 64]uint64
	pairs [1 << 16]uint32
}

// best is the kind whose row, the first n bytes of each, scores least.
func (s *scorer) best(rows *[pngfilter.Kinds][]byte, n int, by strategy) pngfilter.Kind {
	best, least := pngfilter.None, ^uint64(0)
	for k := range pngfilter.Kinds {
		var v uint64
		row := rows[k][:n]
		switch by {
		case minSum:
			v = pngfilter.SumAbs(row)
		case entropy:
			v = information(row)
		case bigrams:
			v = s.distinctPairs(row)
		case bigramEntropy:
			v = s.pairInformation(row)
		}
		if v < least {
			best, least = k, v
		}
	}
	return best
}

// information is about the bits in the row's bytes by their own statistics, times
// 1<<16, less a constant for all rows of the length.
func information(row []byte) uint64 {
	var count [4][256]uint32
	for len(row) >= 4 {
		count[0][row[0]]++
		count[1][row[1]]++
		count[2][row[2]]++
		count[3][row[3]]++
		row = row[4:]
	}
	for _, v := range row {
		count[0][v]++
	}
	v := uint64(1) << 60
	for i := range 256 {
		c := count[0][i] + count[1][i] + count[2][i] + count[3][i]
		v -= uint64(c) * uint64(deflate.Log2(c))
	}
	return v
}

func (s *scorer) distinctPairs(row []byte) uint64 {
	if len(row) == 0 {
		return 0
	}
	clear(s.seen[:])
	n := uint64(0)
	pair := uint32(row[0])
	for _, v := range row[1:] {
		pair = (pair<<8 | uint32(v)) & 0xffff
		word, bit := &s.seen[pair>>6], uint64(1)<<(pair&63)
		if *word&bit == 0 {
			n++
			*word |= bit
		}
	}
	return n
}

func (s *scorer) pairInformation(row []byte) uint64 {
	v := uint64(1) << 60
	if len(row) == 0 {
		return v
	}
	pair := uint32(row[0])
	for _, b := range row[1:] {
		pair = (pair<<8 | uint32(b)) & 0xffff
		s.pairs[pair]++
	}
	pair = uint32(row[0])
	for _, b := range row[1:] {
		pair = (pair<<8 | uint32(b)) & 0xffff
		if c := s.pairs[pair]; c != 0 {
			v -= uint64(c) * uint64(deflate.Log2(c))
			s.pairs[pair] = 0
		}
	}
	return v
}
