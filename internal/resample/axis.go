package resample

import (
	"errors"
	"math"

	"imgpool/internal/kernel/hpass"
)

// edge is how much of a sample may lie inside of a rectangle without the sample
// belonging to it: rectangles come from divisions, and a rounding error must
// not let the neighbour of a crop in.
const edge = 1e-6

// tie widens the support of a filter, in samples, so that what lies on its end
// is looked at.
const tie = 1e-9

// span lays one axis of a source rectangle over one axis of the output, in the
// coordinates of one plane.
type span struct {
	n        int     // samples of the plane along this axis
	from, to float64 // the rectangle, 0 <= from < to <= n, but for rounding
	step     float64 // source distance of neighbouring output samples
	count    int     // output samples
	over     float64 // how much of the last output sample hangs over the edge, 0 to below 1
	mirror   bool    // output runs against the source
}

// reflected returns the same span seen from the other end of the source.
func (s span) reflected() span {
	s.from, s.to = float64(s.n)-s.to, float64(s.n)-s.from
	s.mirror = false
	return s
}

// clip returns the source samples that belong to the rectangle: first, and one
// past the last. There is always at least one.
func (s span) clip() (lo, hi int) {
	lo = min(max(int(math.Floor(s.from+edge)), 0), s.n-1)
	hi = min(max(int(math.Ceil(s.to-edge)), lo+1), s.n)
	return lo, hi
}

// centre returns the source position of output sample i. A chroma sample that
// hangs over the edge stands for its inner part alone.
func (s span) centre(i int) float64 {
	at := float64(i) + 0.5
	if i == s.count-1 {
		at -= s.over / 2
	}
	return float64(at*s.step) + s.from
}

// copies tells whether the span keeps the scale and lies on whole samples.
func (s span) copies() bool {
	whole := math.Floor(s.from + 0.5)
	return s.over == 0 && math.Abs(float64((s.step-1)*float64(s.count))) < edge && math.Abs(s.from-whole) < edge
}

// axis holds the weights of one axis. Sample i of the output is made of
// count[i] source samples from pos[i], with the weights from weights[i*taps].
type axis[W int16 | int32] struct {
	pos, count []int32
	weights    []W
	taps       int  // weights per output sample, at least max(count)
	bits       uint // their sum is 1<<bits in every row
	pick       bool // every output sample is a copy of one source sample
	lo, hi     int  // source samples used: [lo, hi)

	// What the axis was built for: photos in a row often have the same size.
	span  span
	curve *curve

	values []int64 // scratch: kernel values, in rows like the weights
	sums   []int64 // scratch: the sum of each row
	table  hpass.Table[W]
	even   []int32 // memory of table
	padded []W     // memory of table
}

// maxGain is the largest sum of the magnitudes of weights whose sum is one. The
// filters of package imaging stay below 1.6. Rounding the weights adds at most
// one unit per change of sign, hence a little less than the 2 that axes8 counts on.
const maxGain = 1.96

// precision tells build how fine weights shall be.
type precision struct {
	limit uint    // most fraction bits
	top   float64 // largest weight that fits the type
	fine  bool    // the kernel's table
}

var (
	narrow = precision{limit: 15, top: math.MaxInt16 - 1} // of 16-bit weights
	wide   = precision{limit: 28, top: math.MaxInt32 - 1, fine: true}
)

// build computes the weights, unless a has them already. It reuses the memory
// of a. It fails when the filter has no usable weights.
func (a *axis[W]) build(s span, c *curve, p precision) error {
	if a.span == s && a.curve == c {
		return nil
	}
	a.curve = nil // until all is well
	target := s
	if s.mirror {
		s = s.reflected()
	}
	if err := a.fill(s, c, p); err != nil {
		return err
	}
	a.lo, a.hi = s.n, 0
	for i, at := range a.pos {
		if target.mirror {
			at = int32(s.n) - at - a.count[i]
			a.pos[i] = at
			row := a.weights[i*a.taps:][:a.count[i]]
			for l, r := 0, len(row)-1; l < r; l, r = l+1, r-1 {
				row[l], row[r] = row[r], row[l]
			}
		}
		a.lo = min(a.lo, int(at))
		a.hi = max(a.hi, int(at+a.count[i]))
	}
	a.table = hpass.Table[W]{}
	a.span, a.curve = target, c
	return nil
}

// fill finds which samples each output sample is made of, and the weights.
func (a *axis[W]) fill(s span, c *curve, p precision) error {
	a.pos, a.count = grow(a.pos, s.count), grow(a.count, s.count)
	a.pick = c.nearest() || s.copies()
	if a.pick {
		a.copies(s, c)
		return nil
	}
	kernel := c.coarse
	if p.fine {
		kernel = c.fine
	}
	sampler := kernel().sampler(max(s.step, 1))
	lo, hi := s.clip()
	radius := float64(sampler.scale * c.filter.Support)
	a.taps = int(min(float64(2*radius), float64(hi-lo))) + 2
	a.values, a.sums = grow(a.values, s.count*a.taps), grow(a.sums, s.count)
	var largest float64 // weight
	for i := range a.pos {
		centre := s.centre(i)
		at := centre - 0.5 // in samples: sample j lies at j
		begin := max(int(math.Ceil(at-radius-tie)), lo)
		end := min(int(math.Floor(at+radius+tie)), hi-1)
		if begin > end { // a narrow kernel between two samples
			begin = min(max(int(math.Floor(centre)), lo), hi-1)
			end = begin
		}
		n := min(end-begin+1, a.taps)
		a.pos[i], a.count[i] = int32(begin), int32(n)
		sums := sampler.row(a.values[i*a.taps:][:n], float64(begin)-at)
		if sums.sum <= 0 || float64(sums.magnitude) > maxGain*float64(sums.sum) {
			return errFilter
		}
		largest = max(largest, float64(sums.largest)/float64(sums.sum))
		a.sums[i] = sums.sum
	}
	a.bits = p.limit
	for largest*float64(int64(1)<<a.bits) > p.top {
		a.bits--
	}
	a.quantise()
	return nil
}

// quantise turns kernel values into weights. In each row their sum is exactly
// one: what is rounded off a weight is carried to the next, so that the errors
// of neighbours cancel.
func (a *axis[W]) quantise() {
	one := float64(int64(1) << a.bits)
	const bias = 1 << 32 // makes every number positive, so that conversion is floor
	a.weights = grow(a.weights, len(a.pos)*a.taps)
	for i, n := range a.count {
		values, row := a.values[i*a.taps:][:n], a.weights[i*a.taps:][:n]
		factor := one / float64(a.sums[i])
		sum, before := int64(0), int64(bias)
		for k, v := range values {
			sum += v
			upto := int64(float64(float64(sum)*factor) + (bias + 0.5))
			row[k] = W(upto - before)
			before = upto
		}
	}
}

// copies fills an axis that copies samples.
func (a *axis[W]) copies(s span, c *curve) {
	lo, hi := s.clip()
	a.taps, a.bits = 1, 14 // 1<<14 fits every type of weight
	a.weights = grow(a.weights, len(a.pos))
	for i := range a.pos {
		a.pos[i] = int32(min(max(int(math.Floor(s.centre(i)+nudge(c))), lo), hi-1))
		a.count[i] = 1
		a.weights[i] = 1 << a.bits
	}
}

var errFilter = errors.New("resample: the filter has no positive sum of weights")

// nudge moves the centre of a copied sample off the border between two: output
// sample i of an axis that keeps its scale lies at the centre of a sample, give
// or take a rounding error, but nearest sample may ask for a border.
func nudge(c *curve) float64 {
	if c.nearest() {
		return edge / 16
	}
	return 0
}

// horizontal returns the axis in the form that the horizontal pass wants: even
// positions, counted from the first sample in use, and the same even number of
// weights for each output sample. The table shares the memory of a.
func (a *axis[W]) horizontal() *hpass.Table[W] {
	if a.table.Columns() != 0 {
		return &a.table
	}
	taps, last := 2, 0
	for i, at := range a.pos {
		odd := (int(at) - a.lo) & 1
		taps = max(taps, (int(a.count[i])+odd+1)&^1)
	}
	a.even = grow(a.even, len(a.pos))
	a.padded = grow(a.padded, len(a.pos)*taps)
	clear(a.padded)
	for i, at := range a.pos {
		from := int(at) - a.lo
		odd := from & 1
		a.even[i] = int32(from - odd)
		last = max(last, from-odd)
		copy(a.padded[i*taps+odd:], a.weights[i*a.taps:][:a.count[i]])
	}
	width := (max(last+taps, a.hi-a.lo) + 15) &^ 15
	a.table = hpass.NewTable(a.even, a.padded, taps, a.bits, width)
	return &a.table
}
