package resample

import "sync"

// Light tells what samples mean as light, so that Resize can take averages of
// light instead of averages of samples. It is made by NewLight, may be used by
// several goroutines at once, and has tables of 40 KB, and of up to 2.3 MB more
// once it has met 16-bit samples.
type Light struct {
	narrow [3]*lightTable        // of 8-bit samples
	deep   func() [3]*lightTable // of 16-bit samples
}

// Curves takes the values 0..1 of red, green and blue to light of 0..1, where 0
// is no light and 1 the light of white. It must not fall as the value grows,
// and must give the same bits on every machine, or results would not.
type Curves [3]func(float64) float64

// NewLight prepares pictures to be resized in light. Two curves that are one
// function are better passed as one: shared says that all three are.
func NewLight(curves Curves, shared bool) *Light {
	tables := func(samples, fraction int, cellBits uint) (t [3]*lightTable) {
		for i, c := range curves {
			if i > 0 && shared {
				t[i] = t[0]
				continue
			}
			t[i] = newLightTable(c, samples, fraction, cellBits)
		}
		return t
	}
	return &Light{
		narrow: tables(256, narrowFraction, 12),
		deep:   sync.OnceValue(func() [3]*lightTable { return tables(65536, 1, 8) }),
	}
}

// narrowFraction is how many steps of a table lie between two 8-bit samples:
// RGB that is computed from luma and chroma is not rounded to samples first.
const narrowFraction = 16

// lightTable takes samples to light and back. Light is in levels of 24 bits,
// 0..deepOne, as everything between the passes.
type lightTable struct {
	// levels holds the light of sample i/fraction.
	levels []int32
	// steps[i] is the light halfway between the samples i-1 and i; below the
	// first one is nothing.
	steps []int32
	// cells[k] is the largest sample that may have a light below k<<cellBits:
	// where to begin the search in steps.
	cells    []int32
	cellBits uint
}

// newLightTable tabulates a curve for a number of samples.
func newLightTable(c func(float64) float64, samples, fraction int, cellBits uint) *lightTable {
	top := float64(samples - 1)
	light := func(v float64) int32 {
		if l := c(v / top); l > 0 { // not so if it is no number
			return int32(float64(min(l, 1)*deepOne) + 0.5)
		}
		return 0
	}
	t := &lightTable{
		levels: make([]int32, (samples-1)*fraction+1), steps: make([]int32, samples),
		cells: make([]int32, deepOne>>cellBits+2), cellBits: cellBits,
	}
	for i := range t.levels {
		t.levels[i] = light(float64(i) / float64(fraction))
	}
	t.steps[0] = -1
	for i := 1; i < samples; i++ {
		t.steps[i] = max(light(float64(i)-0.5), t.steps[i-1])
	}
	at := 0
	for k := range t.cells {
		for at+1 < samples && int64(t.steps[at+1]) < int64(k)<<cellBits {
			at++
		}
		t.cells[k] = int32(at)
	}
	return t
}

// sample returns the sample whose light is nearest, as the curve sees it: the
// largest whose step is below the level, so that black and every other light
// that several samples have become the smallest of them.
func (t *lightTable) sample(level int64) int32 {
	l := int32(min(max(level, 0), deepOne))
	cell := l >> t.cellBits
	lo, hi := t.cells[cell], t.cells[cell+1]
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if t.steps[mid] < l {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}
