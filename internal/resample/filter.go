package resample

import (
	"math"
	"sync"

	"github.com/disintegration/imaging"
)

// A filter's kernel is Go code of others in floating point, which some
// processors round differently in the last bit (fused multiply-add). So that
// every machine computes the same weights, the kernel is only asked for values
// at fixed points, these are snapped to a grid on which the last bit is lost,
// and from there on all is in whole numbers and straight lines.
//
// resolution is how fine that is for one type of weights.
type resolution struct {
	perUnit int     // values of the kernel in the table per unit
	grid    float64 // they are multiples of 1/grid; 4*grid fits an int32
	bend    int64   // largest deviation from a straight line between two of them, times grid
}

// A straight line is off by at most an eighth of the second derivative over
// perUnit squared: for Lanczos, with 3.7, 1/567000 and 1/145000000.
var (
	coarse = resolution{perUnit: 512, grid: 1 << 24, bend: 1 << 7}
	fine   = resolution{perUnit: 8192, grid: 1 << 29, bend: 1 << 5}
)

// curve is a filter prepared for making weights.
type curve struct {
	filter imaging.ResampleFilter
	probe  probe
	coarse func() *table
	fine   func() *table
}

// probe identifies a filter. Functions cannot be compared, so a kernel is known
// by its values.
type probe struct {
	support float64
	values  [16]float64
}

// curves holds the curves made so far. A program uses a handful of filters; if
// somebody makes them by the dozen, the oldest goes.
var curves struct {
	sync.Mutex
	known [8]*curve
	next  int
}

// curveOf returns the prepared form of a filter.
func curveOf(f imaging.ResampleFilter) *curve {
	if f.Support <= 0 || f.Kernel == nil {
		return &curve{}
	}
	p := probe{support: f.Support}
	for i := range p.values {
		// Multiples of the golden ratio: spread evenly, on no round number.
		frac := float64(float64(i)*0.6180339887498949) + 0.0123
		frac -= math.Floor(frac)
		p.values[i] = f.Kernel((float64(2*frac) - 1) * f.Support)
	}
	curves.Lock()
	defer curves.Unlock()
	for _, c := range curves.known {
		if c != nil && c.probe == p {
			return c
		}
	}
	c := &curve{
		filter: f, probe: p,
		coarse: sync.OnceValue(func() *table { return tabulate(f, coarse) }),
		fine:   sync.OnceValue(func() *table { return tabulate(f, fine) }),
	}
	curves.known[curves.next] = c
	curves.next = (curves.next + 1) % len(curves.known)
	return c
}

// nearest tells whether the filter only picks samples.
func (c *curve) nearest() bool { return c.filter.Support <= 0 || c.filter.Kernel == nil }

// table is a kernel at one resolution.
type table struct {
	resolution
	filter imaging.ResampleFilter
	values []int32 // kernel(i/perUnit - support) * grid; nil: no straight lines describe it
}

// maxTableSupport bounds the memory of a table. No filter in use comes near.
const maxTableSupport = 16

// tabulate makes the table of a kernel.
func tabulate(f imaging.ResampleFilter, r resolution) *table {
	t := &table{resolution: r, filter: f}
	if f.Support > maxTableSupport {
		return t
	}
	n := int(math.Ceil(float64(f.Support*2*float64(r.perUnit)))) + 1
	at := func(i float64) float64 { return f.Kernel(i/float64(r.perUnit) - f.Support) }
	values := make([]int32, n)
	for i := range values {
		v := snap(at(float64(i)), r.grid)
		if v < math.MinInt32 || v > math.MaxInt32 {
			return t
		}
		values[i] = int32(v)
	}
	if values[0] != 0 || values[n-1] != 0 {
		return t // a jump at the end, as Box has
	}
	for i := range n - 1 {
		middle := (int64(values[i]) + int64(values[i+1])) / 2
		if d := snap(at(float64(i)+0.5), r.grid) - middle; d > r.bend || d < -r.bend {
			return t
		}
	}
	t.values = values
	return t
}

// snap rounds a kernel's value to a multiple of 1/grid. What is no number, or
// beyond all reason, counts as nothing. The border between rounding down and up
// is not at one half but a little off: values of polynomials at round numbers
// fall on halves, where the last bit would decide after all.
func snap(v, grid float64) int64 {
	if !(v > -1024 && v < 1024) {
		return 0
	}
	return int64(math.Floor(float64(v*grid) + 0.5123))
}

// distanceGrid is the fineness of distances where the kernel itself is asked: a
// sample that lies on the jump of a kernel like Box must not fall to either
// side by a rounding error.
const distanceGrid = 1 << 30

// sampler takes values from a table at the distances of one axis.
type sampler struct {
	*table
	scale  float64 // source samples per unit of distance
	inv    float64 // table entries per source sample
	origin float64 // entry of distance 0
	step   int64   // inv with stepFrac fraction bits
}

const stepFrac = 20

// sampler returns the sampler for a scale.
func (t *table) sampler(scale float64) sampler {
	inv := float64(t.perUnit) / scale
	return sampler{
		table: t, scale: scale, inv: inv,
		origin: float64(t.filter.Support * float64(t.perUnit)),
		step:   int64(math.Floor(float64(inv*(1<<stepFrac)) + 0.5)),
	}
}

// tally is what a row of kernel values comes to.
type tally struct {
	sum, magnitude, largest int64 // of the values, of their magnitudes; the largest magnitude
}

// row fills out with the kernel at the distances first, first+1, ... source
// samples, in units of 1/grid.
func (s *sampler) row(out []int64, first float64) (sums tally) {
	if s.values == nil {
		s.exact(out, first)
	} else {
		values := s.values
		at := int64(math.Floor(float64((float64(first*s.inv)+s.origin)*(1<<stepFrac)) + 0.5))
		for i := range out {
			var v int64
			if j := int(at >> stepFrac); uint(j) < uint(len(values)-1) {
				v = int64(values[j])
				v += (int64(values[j+1]) - v) * (at & (1<<stepFrac - 1)) >> stepFrac
			}
			out[i] = v
			at += s.step
		}
	}
	for _, v := range out {
		m := max(v, -v)
		sums.sum += v
		sums.magnitude += m
		sums.largest = max(sums.largest, m)
	}
	return sums
}

// exact is row for a kernel without a table.
func (s *sampler) exact(out []int64, first float64) {
	for i := range out {
		d := math.Floor(float64((first+float64(i))/s.scale*distanceGrid)+0.5) / distanceGrid
		out[i] = snap(s.filter.Kernel(d), s.grid)
	}
}
