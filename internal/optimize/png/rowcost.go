package png

import "imgpool/internal/optimize/deflate"

// symbolCounts is how often the symbols occur in a band of rows.
type symbolCounts struct {
	literal  [deflate.NumLiteral]uint32
	distance [deflate.NumDistance]uint32
	tokens   int
}

// even sets the counts to what tells nothing: all symbols are as likely.
func (c *symbolCounts) even() {
	for i := range c.literal {
		c.literal[i] = 1
	}
	for i := range c.distance {
		c.distance[i] = 1
	}
	c.tokens = deflate.NumLiteral
}

// add adds o's counts.
func (c *symbolCounts) add(o *symbolCounts) {
	for i, f := range o.literal {
		c.literal[i] += f
	}
	for i, f := range o.distance {
		c.distance[i] += f
	}
	c.tokens += o.tokens
}

// subtract takes o's counts, which were added, away.
func (c *symbolCounts) subtract(o *symbolCounts) {
	for i, f := range o.literal {
		c.literal[i] -= f
	}
	for i, f := range o.distance {
		c.distance[i] -= f
	}
	c.tokens -= o.tokens
}

// symbolCosts is what each symbol costs, its extra bits included, in units of
// 1/costUnit bit.
type symbolCosts struct {
	literal  [256]int32
	length   [deflate.MaxMatch + 1]int32
	distance [deflate.NumDistance]int32
}

const costUnit = 128

// set sets the costs to the information in the symbols by their counts.
func (c *symbolCosts) set(n *symbolCounts) {
	all := deflate.Log2(uint32(n.tokens))
	for i := range c.literal {
		c.literal[i] = symbolCost(n.literal[i], all)
	}
	var length [29]int32
	matches := uint32(0)
	for s := range length {
		f := n.literal[deflate.FirstLength+s]
		matches += f
		length[s] = symbolCost(f, all) + int32(deflate.LengthExtra(s))*costUnit
	}
	for l := 3; l <= deflate.MaxMatch; l++ {
		c.length[l] = length[deflate.LengthSymbol(l)]
	}
	all = deflate.Log2(matches)
	for s := range c.distance {
		c.distance[s] = symbolCost(n.distance[s], all) + int32(deflate.DistanceExtra(s))*costUnit
	}
}

// symbolCost is the cost of a symbol that occurs f times, where the logarithm of
// all occurrences is all, as of deflate.Log2. One that did not occur costs more
// than any that did.
func symbolCost(f, all uint32) int32 {
	v := all + 1<<16
	if f != 0 {
		v = all - min(all, deflate.Log2(f))
	}
	return max(int32(v>>9), costUnit/4)
}

// bandTokens is how many tokens before and behind a band count for its costs.
const bandTokens = 5000

// smooth sets the costs of each band by the symbols of it and around it.
func smooth(costs []symbolCosts, counts []symbolCounts) {
	var sum symbolCounts
	from, to, left := 0, 0, 0 // sum is of the bands from..to-1; left, of those before i
	for i := range costs {
		if i > 0 {
			left += counts[i-1].tokens
		}
		for ; from < i && left-counts[from].tokens >= bandTokens; from++ {
			left -= counts[from].tokens
			sum.subtract(&counts[from])
		}
		for ; to < len(counts) && (to <= i || sum.tokens-left < bandTokens); to++ {
			sum.add(&counts[to])
		}
		costs[i].set(&sum)
	}
}
