package deflate

// A header is the description of a dynamic block's two codes (RFC 1951 section
// 3.2.7): the code lengths as run-length coded items, and the code for those.
type header struct {
	nlit, ndist, ncl int
	items            []clItem
	lens             [numCL]uint8
	codes            [numCL]uint16
	bits             int // all of it, from HLIT on
}

// clItem is a code length symbol and, for 16, 17 and 18, how often less the
// least that it can say.
type clItem struct{ sym, extra uint8 }

var (
	clExtraBits = [numCL]uint8{16: 2, 17: 3, 18: 7}
	clLeast     = [numCL]uint8{16: 3, 17: 3, 18: 11}
	clMost      = [numCL]int{16: 6, 17: 10, 18: 138}
)

// headerMaker finds small headers; it holds the scratch for it.
type headerMaker struct {
	coder coder
	seq   [numLitLen + numDist]uint8
	run   [numLitLen + numDist]uint16 // equal values from here on
	cost  [numLitLen + numDist + 1]uint32
	via   [numLitLen + numDist]clItem
	items [2][numLitLen + numDist]clItem
}

// make describes the codes with lengths lit and dist. The plain run-length
// coding is followed by as many rounds as asked for of the optimal one for the
// code of the round before. The result is valid until the next call.
func (m *headerMaker) make(h *header, lit, dist []uint8, rounds int) {
	h.nlit, h.ndist = len(lit), len(dist)
	for h.nlit > firstLength && lit[h.nlit-1] == 0 {
		h.nlit--
	}
	for h.ndist > 1 && dist[h.ndist-1] == 0 {
		h.ndist--
	}
	seq := append(append(m.seq[:0], lit[:h.nlit]...), dist[:h.ndist]...)
	m.finish(h, m.plain(m.items[0][:0], seq))
	for round := 1; round <= rounds; round++ {
		var next header
		next.nlit, next.ndist = h.nlit, h.ndist
		m.finish(&next, m.cheapest(m.items[round&1][:0], seq, h))
		if next.bits >= h.bits {
			break
		}
		*h = next
	}
}

// finish gives the items a code and counts the bits.
func (m *headerMaker) finish(h *header, items []clItem) {
	var freq [numCL]uint32
	for _, it := range items {
		freq[it.sym]++
	}
	h.items = items
	m.coder.lengths(h.lens[:], freq[:], maxCLLen)
	assignCodes(h.codes[:], h.lens[:])
	h.ncl = numCL
	for h.ncl > 4 && h.lens[clOrder[h.ncl-1]] == 0 {
		h.ncl--
	}
	h.bits = 5 + 5 + 4 + 3*h.ncl
	for s, f := range freq {
		h.bits += int(f) * int(h.lens[s]+clExtraBits[s])
	}
}

// plain takes the longest run each time.
func (m *headerMaker) plain(items []clItem, seq []uint8) []clItem {
	for i := 0; i < len(seq); {
		v, n := seq[i], 1
		for i+n < len(seq) && seq[i+n] == v {
			n++
		}
		i += n
		if v != 0 {
			items = append(items, clItem{v, 0})
			n--
		}
		for n >= 3 {
			sym, take := uint8(16), min(n, 6)
			if v == 0 && n <= 10 {
				sym, take = 17, n
			} else if v == 0 {
				sym, take = 18, min(n, 138)
			} else if n == 7 {
				take = 4 // 4 and 3 rather than 6 and a single one
			}
			items = append(items, clItem{sym, uint8(take) - clLeast[sym]})
			n -= take
		}
		for ; n > 0; n-- {
			items = append(items, clItem{v, 0})
		}
	}
	return items
}

// cheapest takes the runs that cost least by the code of prev. Symbols that
// prev does not use cost as much as the longest code.
func (m *headerMaker) cheapest(items []clItem, seq []uint8, prev *header) []clItem {
	var cost [numCL]uint32
	for s, l := range prev.lens {
		if l == 0 {
			l = maxCLLen
		}
		cost[s] = uint32(l + clExtraBits[s])
	}
	n := len(seq)
	for i := n - 1; i >= 0; i-- {
		m.run[i] = 1
		if i+1 < n && seq[i+1] == seq[i] {
			m.run[i] = m.run[i+1] + 1
		}
		best, via := m.cost[i+1]+cost[seq[i]], clItem{seq[i], 0}
		try := func(sym uint8) {
			for l := int(clLeast[sym]); l <= min(int(m.run[i]), clMost[sym]); l++ {
				if c := m.cost[i+l] + cost[sym]; c < best {
					best, via = c, clItem{sym, uint8(l) - clLeast[sym]}
				}
			}
		}
		if i > 0 && seq[i-1] == seq[i] {
			try(16)
		}
		if seq[i] == 0 {
			try(17)
			try(18)
		}
		m.cost[i], m.via[i] = best, via
	}
	for i := 0; i < n; {
		it := m.via[i]
		items = append(items, it)
		i += max(1, int(clLeast[it.sym])+int(it.extra))
	}
	return items
}

// write appends the header to w.
func (h *header) write(w *bitWriter) {
	w.put(uint64(h.nlit-firstLength), 5)
	w.put(uint64(h.ndist-1), 5)
	w.put(uint64(h.ncl-4), 4)
	for _, s := range clOrder[:h.ncl] {
		w.put(uint64(h.lens[s]), 3)
	}
	for _, it := range h.items {
		w.put(uint64(h.codes[it.sym]), uint(h.lens[it.sym]))
		w.put(uint64(it.extra), uint(clExtraBits[it.sym]))
	}
}
