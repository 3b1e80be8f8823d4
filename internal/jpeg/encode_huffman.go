package jpeg

import "slices"

// huffBuilder makes optimal Huffman tables; it only holds scratch memory.
type huffBuilder struct {
	order [257]uint64 // count<<9 | symbol, ascending
	work  [257]uint32
}

// build returns a table of least total length for symbols that occur as often
// as freq says, and how many codes it has: none if no symbol occurs. Codes have
// at most 16 bits and none is all ones (T.81 C.2): one more symbol, which never
// occurs, takes that code and is then dropped.
func (h *huffBuilder) build(freq *[256]uint32) (s huffSpec, codes int) {
	order := append(h.order[:0], 256) // the symbol that never occurs: before all others
	for symbol, f := range freq {
		if f != 0 {
			order = append(order, uint64(f)<<9|uint64(symbol))
		}
	}
	n := len(order)
	if n == 1 {
		return s, 0
	}
	slices.Sort(order)
	lengths := h.work[:n]
	for i, o := range order {
		lengths[i] = uint32(o >> 9)
	}
	codeLengths(lengths)

	// Lengths descend along order. Fold those above 16 back as T.81 figure K.3
	// does: two codes of length i become one of length i-1, and a shorter one
	// gives way to two.
	var counts [64]int
	for _, l := range lengths {
		counts[l]++
	}
	for i := len(counts) - 1; i > 16; i-- {
		for counts[i] > 0 {
			j := i - 2
			for counts[j] == 0 {
				j--
			}
			counts[i] -= 2
			counts[i-1]++
			counts[j+1] += 2
			counts[j]--
		}
	}
	// The last code of the greatest length is all ones: the extra symbol's.
	last := 16
	for counts[last] == 0 {
		last--
	}
	counts[last]--
	k := 0
	for l := 1; l <= 16; l++ {
		s.counts[l-1] = uint8(counts[l])
		for range counts[l] {
			s.values[k] = uint8(order[n-1-k])
			k++
		}
	}
	return s, k
}

// codeLengths replaces ascending weights by the lengths of an optimal prefix
// code, descending (Moffat and Katajainen, "In-Place Calculation of
// Minimum-Redundancy Codes", 1995). The sum of the weights fits in 32 bits, so
// no length exceeds 47.
func codeLengths(a []uint32) {
	n := len(a)
	// Phase 1: a[i] becomes the weight, then the parent, of internal node i;
	// leaf and root are the next ones not yet joined.
	root, leaf := 0, 0
	take := func(next int) uint32 {
		if leaf >= n || root < next && a[root] < a[leaf] {
			w := a[root]
			a[root] = uint32(next)
			root++
			return w
		}
		leaf++
		return a[leaf-1]
	}
	for next := 0; next < n-1; next++ {
		w := take(next)
		a[next] = w + take(next)
	}
	// Phase 2: parents become depths.
	a[n-2] = 0
	for next := n - 3; next >= 0; next-- {
		a[next] = a[a[next]] + 1
	}
	// Phase 3: depths of internal nodes become depths of leaves.
	available, depth, internal, next := 1, uint32(0), n-2, n-1
	for available > 0 {
		used := 0
		for internal >= 0 && a[internal] == depth {
			used++
			internal--
		}
		for ; available > used; available-- {
			a[next] = depth
			next--
		}
		available, depth = 2*used, depth+1
	}
}
