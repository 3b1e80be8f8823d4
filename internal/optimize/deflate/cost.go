package deflate

import "math/bits"

// Costs are in units of 1/costUnit of a bit. A segment of maxSegment bytes at 16 bits
// each stays below 1<<32.
const (
	costShift = 7
	costUnit  = 1 << costShift
)

// costs is what each symbol costs the parser, its extra bits included.
type costs struct {
	lit    [256]uint32
	length [maxMatch + 1]uint32
	floor  [maxMatch + 1]uint32 // the least of length up to there
	dist   [numDist]uint32
}

// logTable holds 1<<16 * Log2(i) for i below 1<<logBits.
const logBits = 12

var logTable = makeLogTable()

// makeLogTable works in integers, so that all machines agree: squaring a
// mantissa in [1, 2) doubles its logarithm, whose integer part is the next bit.
func makeLogTable() (t [1 << logBits]uint32) {
	for i := 1; i < len(t); i++ {
		whole := bits.Len(uint(i)) - 1
		m := uint64(i) << (31 - whole)
		v := uint32(whole)
		for range 16 {
			m = m * m >> 31
			v <<= 1
			if m >= 1<<32 {
				v |= 1
				m >>= 1
			}
		}
		t[i] = v
	}
	return t
}

// Log2 is 1<<16 * Log2(n), 0 for n = 0, rounded down.
func Log2(n uint32) uint32 {
	if n < 1<<logBits {
		return logTable[n]
	}
	shift := bits.Len32(n) - logBits
	return logTable[n>>shift] + uint32(shift)<<16
}

// fromCounts sets the costs to the information in each symbol of a block with
// the given counts. A symbol that did not occur costs more than any that did.
func (c *costs) fromCounts(n *counts) {
	var lit [numLitLen]uint32
	symbolCosts(lit[:], n.lit[:])
	copy(c.lit[:], lit[:])
	for l := minMatch; l <= maxMatch; l++ {
		s := lengthSym[l]
		c.length[l] = lit[firstLength+int(s)] + uint32(lengthExtra[s])<<costShift
	}
	least := c.length[minMatch]
	for l := minMatch; l <= maxMatch; l++ {
		least = min(least, c.length[l])
		c.floor[l] = least
	}
	symbolCosts(c.dist[:], n.dist[:])
	for s := range c.dist {
		c.dist[s] += uint32(distExtra[s]) << costShift
	}
}

func symbolCosts(cost, freq []uint32) {
	total := uint32(0)
	for _, f := range freq {
		total += f
	}
	all := Log2(total)
	for i, f := range freq {
		c := all + 1<<16
		if f != 0 {
			c = all - Log2(f)
		}
		cost[i] = max(c>>(16-costShift), costUnit/4)
	}
}

// entropy is the information in the counted symbols of both alphabets, in
// 1/65536 bits, but at least a bit for each symbol: no prefix code does better.
func (n *counts) entropy() uint64 {
	return entropy(n.lit[:]) + entropy(n.dist[:])
}

func entropy(freq []uint32) uint64 {
	total, sum := uint32(0), uint64(0)
	for _, f := range freq {
		total += f
		sum += uint64(f) * uint64(Log2(f))
	}
	all := uint64(total) * uint64(Log2(total))
	return max(all-min(all, sum), uint64(total)<<16)
}
