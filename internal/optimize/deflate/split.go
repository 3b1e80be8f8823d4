package deflate

import (
	"math"
	"slices"
)

// A block is a run of tokens that share a code.
type block struct {
	tokens int // number of them
	size   int // bytes that they stand for
	counts counts
	bits   uint64 // estimated, in 1/65536 bits
}

// splitter cuts tokens into blocks.
type splitter struct {
	blocks []block
	next   []int32  // the block after, for those not yet merged away
	gain   []int64  // of merging with the next
	cost   []uint64 // of the pieces from each on
}

// split cuts tokens into blocks: pieces of a fixed number of tokens, of which
// the two neighbours that gain most are merged until none gain. The blocks
// are valid until the next call. If optimal, the pieces are joined in the way
// that is best by the estimate, which takes longer.
func (s *splitter) split(tokens []token, piece int, optimal bool) []block {
	s.blocks = s.blocks[:0]
	for len(tokens) > 0 {
		n := min(piece, len(tokens))
		if len(tokens)-n < piece/2 {
			n = len(tokens)
		}
		s.blocks = append(s.blocks, block{})
		b := &s.blocks[len(s.blocks)-1]
		b.tokens = n
		for _, t := range tokens[:n] {
			b.size += t.size()
		}
		b.counts.add(tokens[:n])
		b.bits = estimate(&b.counts)
		tokens = tokens[n:]
	}
	if optimal {
		s.optimal()
	} else {
		s.merge()
	}
	return s.blocks
}

func (s *splitter) merge() {
	n := len(s.blocks)
	s.next, s.gain = s.next[:0], s.gain[:0]
	for i := range n {
		s.next = append(s.next, int32(i+1))
		s.gain = append(s.gain, 0)
		if i+1 < n {
			s.gain[i] = s.gainOf(i, i+1)
		}
	}
	for {
		best, at, before, beforeBest := int64(0), -1, -1, -1
		for i := 0; i < n; i = int(s.next[i]) {
			if int(s.next[i]) < n && s.gain[i] > best {
				best, at, beforeBest = s.gain[i], i, before
			}
			before = i
		}
		if at < 0 {
			break
		}
		a, b := &s.blocks[at], &s.blocks[s.next[at]]
		a.bits = a.bits + b.bits - uint64(best)
		a.counts.sum(&a.counts, &b.counts)
		a.tokens += b.tokens
		a.size += b.size
		s.next[at] = s.next[s.next[at]]
		if int(s.next[at]) < n {
			s.gain[at] = s.gainOf(at, int(s.next[at]))
		}
		if beforeBest >= 0 {
			s.gain[beforeBest] = s.gainOf(beforeBest, at)
		}
	}
	kept := s.blocks[:0]
	for i := 0; i < n; i = int(s.next[i]) {
		kept = append(kept, s.blocks[i])
	}
	s.blocks = kept
}

func (s *splitter) gainOf(a, b int) int64 {
	var both counts
	both.sum(&s.blocks[a].counts, &s.blocks[b].counts)
	return int64(s.blocks[a].bits+s.blocks[b].bits) - int64(estimate(&both))
}

// estimate is about the size of a block, extra bits not included, in 1/65536
// bits: the information in its symbols and a header by the number of those.
func estimate(n *counts) uint64 {
	used := 0
	for _, f := range n.lit {
		if f != 0 {
			used++
		}
	}
	for _, f := range n.dist {
		if f != 0 {
			used++
		}
	}
	return n.entropy() + uint64(50+4*used)<<16
}

// optimal joins pieces to the blocks that take least: the least from a piece on
// is that of a block of the next so many pieces and the least behind it.
func (s *splitter) optimal() {
	const most = 256 // pieces in a block
	n := len(s.blocks)
	s.cost = append(slices.Grow(s.cost[:0], n+1)[:n], 0)
	s.next = slices.Grow(s.next[:0], n)[:n]
	for i := n - 1; i >= 0; i-- {
		var c counts
		s.cost[i] = math.MaxUint64
		for j := i; j < min(n, i+most); j++ {
			c.sum(&c, &s.blocks[j].counts)
			if v := estimate(&c) + s.cost[j+1]; v < s.cost[i] {
				s.cost[i], s.next[i] = v, int32(j+1)
			}
		}
	}
	kept := s.blocks[:0]
	for i := 0; i < n; i = int(s.next[i]) {
		b := s.blocks[i]
		for _, o := range s.blocks[i+1 : s.next[i]] {
			b.counts.sum(&b.counts, &o.counts)
			b.tokens += o.tokens
			b.size += o.size
		}
		b.bits = estimate(&b.counts)
		kept = append(kept, b)
	}
	s.blocks = kept
}
