package jpeg

import (
	"math/bits"

	"imgpool/internal/kernel/tokens"
)

// trellis chooses the levels of a block's AC coefficients so that bits plus
// weighted error are least: each coefficient is rounded up or down, takes the
// largest level of a shorter code, or is dropped, and which of these pays
// depends on the run of zeros that it ends or begins. The search goes through
// the coefficients in zigzag order and keeps, for each of them as the last one
// so far, the cheapest way there.
//
// Costs are in 1/256 bits. All is done in integers, so that every machine
// chooses the same.
type trellis struct {
	step   [64]int32  // in zigzag order, in the unit of the coefficients
	weight [64]int64  // cost of an error of 1, times 2^24
	rate   [256]int64 // of an AC symbol with the bits of its value
	mask   int64      // energy at which errors count half

	masking int64 // of the present block, times 256
	nodes   [64]trellisNode
	count   int // of nodes
	stop    int // a node that is never dropped
}

// trellisNode is a coefficient that is not zero in the cheapest way to it. The
// first node is the block's begin.
type trellisNode struct {
	at, coef, level int32 // level is a magnitude
	prev            int8
	cost            int64
}

// Settings of the trellis, found by trial against butteraugli: the cost of an
// error of a whole step where nothing hides it, and the mean square of a block's
// AC coefficients at which its own texture hides half of an error.
const (
	stepCost   = 19 << 8
	halfMasked = 6000
)

// setSteps sets the steps of the coefficients' levels and the steps by which
// errors are weighed, both in natural order and in units of 1/unit.
func (t *trellis) setSteps(quant, weigh *[64]uint16, unit int32) {
	for k, natural := range zigzag {
		t.step[k] = int32(quant[natural]) * unit
		w := int64(weigh[natural]) * int64(unit)
		t.weight[k] = stepCost << 24 / (w * w)
	}
	t.mask = halfMasked * int64(unit) * int64(unit)
}

// setRates takes the bits of symbols from their counts. What never occurs costs
// about as much as the rarest symbols do.
func (t *trellis) setRates(counts *tally, h *huffBuilder) {
	for s := range t.rate {
		t.rate[s] = int64(16+s&15) << 8
	}
	spec, _ := h.build(&counts.freq)
	k := 0
	for i, n := range spec.counts {
		for range n {
			s := spec.values[k]
			t.rate[s] = int64(i+1+int(s)&15) << 8
			k++
		}
	}
}

// begin starts a block with the given sum of squares of its AC coefficients.
func (t *trellis) begin(energy int64) {
	t.masking = t.mask << 8 / (t.mask + energy/63)
	t.count, t.stop = 1, 0
	t.nodes[0] = trellisNode{}
}

// add takes the next coefficient, number k in zigzag order.
func (t *trellis) add(k int, coef int32) {
	step := int64(t.step[k])
	a := int64((coef ^ coef>>31) - coef>>31)
	high := (a + step/2) / step
	if high == 0 {
		return
	}
	var levels [3]int64
	levels[0] = high
	n := 1
	if high > 1 {
		levels[n] = high - 1
		n++
		if shorter := int64(1)<<(bits.Len64(uint64(high-1))-1) - 1; shorter > 0 {
			levels[n] = shorter
			n++
		}
	}
	weight := t.weight[k] * t.masking >> 16 // times 2^16
	best := trellisNode{at: int32(k), coef: coef, cost: maxPlannedBits}
	for _, level := range levels[:n] {
		size := bits.Len64(uint64(level))
		gain := level * step * (2*a - level*step) * weight >> 16 // against a zero
		for j := t.count - 1; j >= t.stop; j-- {
			from := &t.nodes[j]
			run := k - int(from.at) - 1
			cost := from.cost - gain + int64(run>>4)*t.rate[tokens.ZRL] + t.rate[(run&15<<4|size)&255]
			if cost < best.cost {
				best.cost, best.prev, best.level = cost, int8(j), int32(level)
			}
		}
	}
	t.nodes[t.count&63] = best
	if high > 2 {
		t.stop = t.count
	}
	t.count++
}

// finish appends the levels of the block that are not zero to out and returns
// their mask.
func (t *trellis) finish(out []int16) (uint64, []int16) {
	end, least := t.stop, int64(maxPlannedBits)
	for j := t.stop; j < t.count; j++ {
		cost := t.nodes[j].cost
		if t.nodes[j].at < 63 {
			cost += t.rate[tokens.EOB]
		}
		if cost < least {
			end, least = j, cost
		}
	}
	var levels [64]int16
	mask, n := uint64(0), 64
	for j := end; j > 0; j = int(t.nodes[j].prev) {
		node := &t.nodes[j]
		v := int16(node.level)
		if node.coef < 0 {
			v = -v
		}
		n--
		levels[n] = v
		mask |= 1 << node.at
	}
	return mask, append(out, levels[n:]...)
}

// round is a first choice of a block's levels, for the rates: every coefficient
// goes to the nearest one. Otherwise it is like add and finish.
func (t *trellis) round(mask uint64, values []int16, from *[64]int32, out []int16) (uint64, []int16) {
	left := uint64(0)
	for _, v := range values {
		k := bits.TrailingZeros64(mask) & 63
		mask &= mask - 1
		if level := rounded(int32(v)*from[k], t.step[k]); level != 0 {
			left |= 1 << k
			out = append(out, int16(level))
		}
	}
	return left, out
}

// rounded returns coef in steps, to the nearest level, away from zero at the
// half.
func rounded(coef, step int32) int32 {
	sign := coef >> 31
	a := (coef ^ sign) - sign
	return ((a+step/2)/step ^ sign) - sign
}
