package deflate

import (
	"math/bits"
	"slices"
)

// coder builds length-limited prefix codes; it holds the scratch for it.
type coder struct {
	leaves [fixedLitLen]leaf
	weight [fixedLitLen]uint32
	// isLeaf[l][i]: the i-th cheapest item of level l is a leaf, not a package.
	isLeaf [maxCodeLen][2 * fixedLitLen]bool
	items  [2][2 * fixedLitLen]uint32
}

type leaf struct {
	freq uint32
	sym  uint32
}

// lengths sets lens[i], the length of symbol i's code, to what makes the sum of
// freq[i]*lens[i] minimal while no length exceeds limit; 0 where freq is 0. A
// single used symbol gets length 1. The used symbols must be at most 1<<limit.
func (c *coder) lengths(lens []uint8, freq []uint32, limit int) {
	used := c.leaves[:0]
	for i, f := range freq {
		lens[i] = 0
		if f != 0 {
			used = append(used, leaf{f, uint32(i)})
		}
	}
	if len(used) <= 2 {
		for _, u := range used {
			lens[u.sym] = 1
		}
		return
	}
	slices.SortFunc(used, func(a, b leaf) int {
		if a.freq != b.freq {
			return int(int64(a.freq) - int64(b.freq))
		}
		return int(a.sym) - int(b.sym)
	})
	w := c.weight[:len(used)]
	for i, u := range used {
		w[i] = u.freq
	}
	if huffmanDepths(w) > limit {
		c.packageMerge(w, used, limit)
	}
	for i, u := range used {
		lens[u.sym] = uint8(w[i])
	}
}

// huffmanDepths replaces the weights, sorted upwards, by the depths of their
// leaves in a Huffman tree and returns the greatest. It works in place, after
// Moffat and Katajainen, "In-place calculation of minimum-redundancy codes".
func huffmanDepths(w []uint32) int {
	n := len(w)
	// Phase 1: w[next] becomes an inner node's weight, then its parent's index.
	root, nextLeaf := 0, 0
	take := func(next int) uint32 {
		if nextLeaf >= n || root < next && w[root] < w[nextLeaf] {
			v := w[root]
			w[root] = uint32(next)
			root++
			return v
		}
		nextLeaf++
		return w[nextLeaf-1]
	}
	for next := 0; next < n-1; next++ {
		a := take(next)
		w[next] = a + take(next)
	}
	// Phase 2: depths of the inner nodes from the root, w[n-2], down.
	w[n-2] = 0
	for i := n - 3; i >= 0; i-- {
		w[i] = w[w[i]] + 1
	}
	// Phase 3: of the places at each depth, those that are no inner nodes are
	// leaves; the heaviest leaves, at the end, get the smallest depths.
	places, depth, node, at := 1, 0, n-2, n-1
	for places > 0 {
		inner := 0
		for node >= 0 && int(w[node]) == depth {
			inner++
			node--
		}
		for ; places > inner; places-- {
			w[at] = uint32(depth)
			at--
		}
		places = 2 * inner
		depth++
	}
	return int(w[0])
}

// packageMerge sets w[i] to the optimal length at most limit of used[i], which
// are sorted by frequency: Larmore and Hirschberg's algorithm. Level l lists
// the leaves and the pairs of level l-1 by weight; the 2n-2 cheapest items of
// the last level tell how often each leaf is taken, and that is its length.
func (c *coder) packageMerge(w []uint32, used []leaf, limit int) {
	n := len(used)
	prev, cur := c.items[0][:0], c.items[1][:0]
	for l := 0; l < limit; l++ {
		cur = cur[:0]
		leafAt, pair := 0, 0
		for leafAt < n || pair+1 < len(prev) {
			isLeaf := pair+1 >= len(prev) || leafAt < n && used[leafAt].freq <= prev[pair]+prev[pair+1]
			c.isLeaf[l][len(cur)] = isLeaf
			if isLeaf {
				cur = append(cur, used[leafAt].freq)
				leafAt++
			} else {
				cur = append(cur, prev[pair]+prev[pair+1])
				pair += 2
			}
		}
		prev, cur = cur, prev
	}
	clear(w)
	take := 2*n - 2
	for l := limit - 1; l >= 0; l-- {
		leaves := 0
		for _, isLeaf := range c.isLeaf[l][:take] {
			if isLeaf {
				w[leaves]++
				leaves++
			}
		}
		take = 2 * (take - leaves)
	}
}

// assignCodes sets codes to the canonical codes of lens (RFC 1951 section
// 3.2.2), their bits reversed as they go into the stream.
func assignCodes(codes []uint16, lens []uint8) {
	var count, next [maxCodeLen + 1]uint16
	for _, l := range lens {
		count[l]++
	}
	count[0] = 0
	for l := 1; l <= maxCodeLen; l++ {
		next[l] = (next[l-1] + count[l-1]) << 1
	}
	for i, l := range lens {
		if l != 0 {
			codes[i] = bits.Reverse16(next[l]) >> (16 - l)
			next[l]++
		}
	}
}
