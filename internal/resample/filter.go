package resample

import (
	"math"
	"sync"

	"github.com/disintegration/imaging"
)

// Kernel values are whole numbers from here on: the kernels are Go code of
// others in floating point, which some processors round differently in the last
// bit (fused multiply-add). Snapped to a grid this coarse, that difference is gone.
const (
	narrowGrid = 1 << 24 // for 16-bit weights
	wideGrid   = 1 << 36 // for 32-bit weights
)

// distanceGrid is the fineness of distances: a sample that lies on the jump of a
// kernel like Box must not fall to either side by a rounding error.
const distanceGrid = 1 << 30

// lutStep is the number of entries per unit of a kernel's table. Between two of
// them a straight line is off by at most a quarter of the second derivative
// over lutStep squared, below 1/400000 for Lanczos.
const lutStep = 512

// lutError is the largest deviation from a straight line with which a kernel
// still counts as smooth enough for a table, in units of narrowGrid.
const lutError = narrowGrid >> 17

// curve is a filter prepared for making weights.
type curve struct {
	kernel  func(float64) float64
	support float64 // 0: nearest sample
	lut     []int32 // kernel(-support + i/lutStep) in narrowGrid, or nil: not smooth
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
	known [8]struct {
		probe probe
		curve *curve
	}
	next int
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
	for i := range curves.known {
		if k := &curves.known[i]; k.curve != nil && k.probe == p {
			return k.curve
		}
	}
	c := &curve{kernel: f.Kernel, support: f.Support, lut: tabulate(f)}
	curves.known[curves.next].probe, curves.known[curves.next].curve = p, c
	curves.next = (curves.next + 1) % len(curves.known)
	return c
}

// maxLUTSupport bounds the memory of a table. No filter in use comes near.
const maxLUTSupport = 16

// tabulate makes the table of a kernel, nil if straight lines do not describe it.
func tabulate(f imaging.ResampleFilter) []int32 {
	if f.Support > maxLUTSupport {
		return nil
	}
	n := int(math.Ceil(f.Support*2*lutStep)) + 1
	lut := make([]int32, n)
	at := func(i float64) float64 { return f.Kernel(i/lutStep - f.Support) }
	for i := range lut {
		v := snap(at(float64(i)), narrowGrid)
		if v < -narrowGrid*64 || v > narrowGrid*64 {
			return nil
		}
		lut[i] = int32(v)
	}
	if lut[0] != 0 || lut[n-1] != 0 {
		return nil // a jump at the end, as Box has
	}
	for i := range lut[1:] {
		middle := (int64(lut[i]) + int64(lut[i+1])) / 2
		if d := snap(at(float64(i)+0.5), narrowGrid) - middle; d > lutError || d < -lutError {
			return nil
		}
	}
	return lut
}

// snap rounds a kernel's value to a multiple of 1/grid. What is no number, or
// beyond all reason, counts as nothing.
func snap(v, grid float64) int64 {
	if !(v > -1024 && v < 1024) {
		return 0
	}
	return int64(math.Floor(float64(v*grid) + 0.5))
}

// row fills values with the kernel at the distances first, first+1, ... source
// samples divided by scale, in units of 1/grid. The table serves the narrow grid.
func (c *curve) row(values []int64, first, scale, grid float64) {
	if c.lut == nil || grid != narrowGrid {
		for i := range values {
			d := math.Floor(float64((first+float64(i))/scale*distanceGrid)+0.5) / distanceGrid
			values[i] = snap(c.kernel(d), grid)
		}
		return
	}
	const frac = 20
	inv := lutStep / scale
	at := int64(math.Floor(float64((float64(first*inv)+float64(c.support*lutStep))*(1<<frac)) + 0.5))
	step := int64(math.Floor(float64(inv*(1<<frac)) + 0.5))
	for i := range values {
		j := at >> frac
		if j < 0 || j >= int64(len(c.lut)-1) {
			values[i] = 0
		} else {
			v0, v1 := int64(c.lut[j]), int64(c.lut[j+1])
			values[i] = v0 + ((v1-v0)*(at&(1<<frac-1)))>>frac
		}
		at += step
	}
}
