package deflate

// flattener looks for codes that are a little worse than the best but have a
// shorter description: runs of symbols that get one length. It holds the
// scratch for it.
type flattener struct {
	sum    [numLitLen + 1]uint32 // of the frequencies up to each symbol
	cost   [numLitLen + 1]uint64 // of the symbols from each on, in 1/65536 bits
	run    [numLitLen]uint16     // the length of the run that begins there
	weight [numLitLen]uint32
	maker  headerMaker
	items  [numLitLen + numDist]clItem
}

// flattenRounds is how often a code is flattened at most: each time with regard
// to the description of the time before.
const flattenRounds = 3

// flatten replaces the code and the header of the block planned last, a dynamic
// one with the given counts, by what takes less together, if it finds that.
func (m *blockMaker) flatten(n *counts) {
	for range flattenRounds {
		var c code
		m.coder.lengths(c.lit[:numLitLen], m.flat.weights(n.lit[:], &m.head), maxCodeLen)
		m.coder.lengths(c.dist[:], m.flat.weights(n.dist[:], &m.head), maxCodeLen)
		if n.dist == ([numDist]uint32{}) {
			c.dist[0] = 1
		}
		var h header
		m.flat.maker.make(&h, c.lit[:numLitLen], c.dist[:], headerRounds)
		if h.bits+c.bits(n) >= m.head.bits+m.code.bits(n) {
			return
		}
		// The items are in the scratch memory of the maker.
		h.items = append(m.flat.items[:0], h.items...)
		m.code, m.head = c, h
	}
}

// weightUnit is what an occurrence counts in a flattened code.
const weightUnit = 64

// weights are the frequencies, but equal in runs of neighbouring
// symbols where that saves more of the description, by the header h, than it
// costs in the code.
func (f *flattener) weights(freq []uint32, h *header) []uint32 {
	n := len(freq)
	for i, v := range freq {
		f.sum[i+1] = f.sum[i] + v
	}
	total := Log2(f.sum[n])
	var single [numCL]uint64
	for s, l := range h.lens {
		if l == 0 {
			l = maxCLLen
		}
		single[s] = uint64(l+clExtraBits[s]) << 16
	}
	f.cost[n] = 0
	for i := n - 1; i >= 0; i-- {
		best, run := ^uint64(0), 1
		for j := i + 1; j <= n && j <= i+weightUnit; j++ {
			s, m := f.sum[j]-f.sum[i], j-i
			c := f.cost[j]
			if s == 0 {
				c += zeros(m, &single)
			} else {
				info := total + Log2(uint32(m)) - Log2(s)
				value := min(max((info+1<<15)>>16, 1), maxCodeLen)
				c += uint64(s)*uint64(info) + single[value] + repeats(m-1, single[value], single[16])
			}
			if c < best {
				best, run = c, m
			}
		}
		f.cost[i], f.run[i] = best, uint16(run)
	}
	w := f.weight[:n]
	for i := 0; i < n; {
		j := i + int(f.run[i])
		each := (f.sum[j] - f.sum[i]) * weightUnit / uint32(j-i)
		for ; i < j; i++ {
			w[i] = each
		}
	}
	return w
}

// zeros is the cost of m symbols that do not occur.
func zeros(m int, single *[numCL]uint64) uint64 {
	c := uint64(m) * single[0]
	if m >= 3 {
		c = min(c, single[17]*uint64((m+9)/10))
	}
	if m >= 11 {
		c = min(c, single[18])
	}
	return c
}

// repeats is the cost of m more of one length.
func repeats(m int, single, six uint64) uint64 {
	c := uint64(m) * single
	if m >= 3 {
		c = min(c, uint64(m/6)*six+min(six, uint64(m%6)*single))
	}
	return c
}
