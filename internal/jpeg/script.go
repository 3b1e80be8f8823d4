package jpeg

import (
	"math/bits"

	"imgpool/internal/kernel/tokens"
)

// tally is what a scan's bits under one Huffman table follow from: how often
// each symbol occurs, and the bits that no symbol announces (the correction bits
// of a refinement scan).
type tally struct {
	freq [256]uint32
	raw  int64
}

func (t *tally) add(o *tally) {
	for i, f := range o.freq {
		t.freq[i] += f
	}
	t.raw += o.raw
}

// Bits that headers take: a table's share of a DHT segment without its symbols
// and with the marker, a scan header without its components, one component's
// share of that.
const (
	tableBits      = 8 * (17 + 4)
	scanBits       = 8*8 + 4 // and half a byte of padding
	componentBits  = 8 * 2
	maxPlannedBits = 1 << 62
)

// bits returns how many bits the symbols take with a table made for them,
// values, raw bits and table included.
func (t *tally) bits(h *huffBuilder, class symbolClass) int64 {
	spec, codes := h.build(&t.freq)
	if codes == 0 {
		return t.raw
	}
	n, k := t.raw+tableBits+8*int64(codes), 0
	for i, count := range spec.counts {
		for range count {
			s := spec.values[k]
			n += int64(t.freq[s]) * int64(i+1+class.valueBits(int(s)))
			k++
		}
	}
	return n
}

// symbolClass says what the symbols of a table stand for.
type symbolClass uint8

const (
	dcSymbols   symbolClass = iota
	acSymbols               // of a sequential file
	bandSymbols             // of a progressive file's AC scans
)

func (c symbolClass) valueBits(symbol int) int {
	if c == bandSymbols && symbol&15 == 0 && symbol != tokens.ZRL {
		return symbol >> 4
	}
	return symbol & 15
}

// eobRuns counts the symbols of end-of-band runs.
type eobRuns [eobClasses]uint32

// add counts a run of n blocks.
func (e *eobRuns) add(n int) {
	for ; n > maxEOBRun; n -= maxEOBRun {
		e[eobClasses-1]++
	}
	if n > 0 {
		e[bits.Len32(uint32(n))-1]++
	}
}

// addTo adds the symbols to a tally.
func (e *eobRuns) addTo(t *tally) {
	for class, n := range e {
		t.freq[class<<4] += n
	}
}

// countFirst counts the symbols of first AC scans with a point transform of al
// (T.81 G.1.2.2). bounds ascends: tallies[j] is for the band of the coefficients
// from bounds[0] up to bounds[j+1]-1.
func (p *sparsePlane) countFirst(al int, bounds []int, tallies []tally) {
	var interval [64]uint8
	var bands [maxBounds]uint64
	var since [maxBounds]int // the first block of the run of ended bands
	var ends [maxBounds]eobRuns
	n := len(bounds) - 1
	for j := range n {
		for k := bounds[j]; k < bounds[j+1]; k++ {
			interval[k] = uint8(j)
		}
		bands[j] = uint64(2)<<(bounds[j+1]-1) - uint64(1)<<bounds[0]
		tallies[j] = tally{}
	}
	for b, m := range p.masks(al) {
		if m &= bands[n-1]; m == 0 {
			continue
		}
		full, sizes := p.ac[b], p.sizesFrom(p.start[b])
		next := bounds[0]
		for rest := m; rest != 0; rest &= rest - 1 {
			k := bits.TrailingZeros64(rest)
			freq := &tallies[interval[k&63]].freq
			run := k - next
			for next = k + 1; run > 15; run -= 16 {
				freq[tokens.ZRL]++
			}
			size := int(sizes[bits.OnesCount64(full&(1<<k-1))]) - al
			freq[(run<<4|size)&255]++
		}
		// Bands that begin at one place and have a coefficient here are the last
		// ones.
		for j := int(interval[bits.TrailingZeros64(m)&63]); j < n; j++ {
			if run := b - since[j]; run > 0 {
				ends[j].add(run)
			}
			since[j] = b
			if m&bands[j] > bands[j]>>1 { // the band's last coefficient is there
				since[j]++
			}
		}
	}
	for j := range n {
		ends[j].add(len(p.ac) - since[j])
		if j > 0 {
			tallies[j].add(&tallies[j-1])
		}
	}
	for j := range n {
		ends[j].addTo(&tallies[j])
	}
}

// countRefine counts the symbols of a scan that refines the coefficients from
// first to 63 to a point transform of al (G.1.2.3).
func (p *sparsePlane) countRefine(al, first int, t *tally) {
	*t = tally{}
	var ends eobRuns
	since := 0
	band := ^uint64(0) << first
	known := p.masks(al + 1)
	for b, m := range p.masks(al) {
		if m &= band; m == 0 {
			continue
		}
		was := known[b] & band
		t.raw += int64(bits.OnesCount64(was))
		fresh := m &^ was
		if fresh == 0 {
			continue
		}
		ends.add(b - since)
		next := first
		for ; fresh != 0; fresh &= fresh - 1 {
			k := bits.TrailingZeros64(fresh)
			zeros := k - next - bits.OnesCount64(was&(1<<k-1)>>next)
			next = k + 1
			t.freq[tokens.ZRL] += uint32(zeros >> 4)
			t.freq[zeros&15<<4|1]++
		}
		since = b
		if next == 64 {
			since++
		}
	}
	ends.add(len(p.ac) - since)
	ends.addTo(t)
}

// eachDC calls f with the DC coefficients of a scan of the given planes, in the
// order of the scan (T.81 A.2). Blocks that only fill up an MCU have at -1.
func (s *sparse) eachDC(planes []int, f func(plane, at int)) {
	if len(planes) == 1 {
		for at := range s.planes[planes[0]].dc {
			f(planes[0], at)
		}
		return
	}
	for my := range s.mcusY {
		for mx := range s.mcusX {
			for _, i := range planes {
				p := &s.planes[i]
				for by := my * p.v; by < (my+1)*p.v; by++ {
					for bx := mx * p.h; bx < (mx+1)*p.h; bx++ {
						if bx < p.blocksX && by < p.blocksY {
							f(i, by*p.blocksX+bx)
						} else {
							f(i, -1)
						}
					}
				}
			}
		}
	}
}

// countDC counts the symbols of a DC scan of the given planes, into one tally
// for each.
func (s *sparse) countDC(planes []int, tallies []tally) {
	var pred [maxPlanes]int32
	var of [maxPlanes]*tally
	for i, plane := range planes {
		of[plane] = &tallies[i]
		tallies[i] = tally{}
	}
	s.eachDC(planes, func(plane, at int) {
		diff := int32(0)
		if at >= 0 {
			v := int32(s.planes[plane].dc[at])
			diff = v - pred[plane]
			pred[plane] = v
		}
		of[plane].freq[tokens.SizedValue(diff)>>16]++
	})
}

// maxPlanes is how many components a picture has at most that is recoded.
const maxPlanes = 4

// interleaves tells whether one scan can have all the planes (B.2.3).
func (s *sparse) interleaves(planes []int) bool {
	n := 0
	for _, i := range planes {
		n += s.planes[i].h * s.planes[i].v
	}
	return len(planes) > 1 && n <= maxMCUBlocks
}
