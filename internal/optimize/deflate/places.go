package deflate

import "slices"

// places is a set of positions in a segment, a bit each.
type places []uint64

// cleared returns an empty set for positions below n, in p's memory if that is
// enough.
func (p places) cleared(n int) places {
	n = (n + 63) / 64
	p = slices.Grow(p[:0], n)[:n]
	clear(p)
	return p
}

func (p places) has(i int) bool { return p[uint(i)/64]>>(uint(i)%64)&1 != 0 }

// addStarts adds the begins of tokens, of which the first is at position at.
func (p places) addStarts(tokens []token, at int) {
	for _, t := range tokens {
		p[uint(at)/64] |= 1 << (uint(at) % 64)
		at += t.size()
	}
}

// around sets p to the positions that are at most reach, 63 or less, from one of
// q.
func (p places) around(q places, reach int) places {
	p = p.cleared(len(q) * 64)
	last := uint64(0)
	for i, w := range q {
		next := uint64(0)
		if i+1 < len(q) {
			next = q[i+1]
		}
		v := w
		for k := 1; k <= reach; k++ {
			v |= w<<k | last>>(64-k) | w>>k | next<<(64-k)
		}
		p[i], last = v, w
	}
	return p
}
