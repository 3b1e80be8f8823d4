package jpeg

import (
	"imgpool/internal/kernel/entropy"
	"imgpool/internal/kernel/idct"
)

// batchBytes is about how many bytes of coefficients are decoded before they
// are transformed: they stay in the second-level cache.
const batchBytes = 32 << 10

// maxBatch is the largest number of MCUs in a batch.
const maxBatch = 128

// tableCache is how many Huffman tables of either class a decoder keeps. Most
// files use the four of the standard; a scan needs at most 4 of a class.
const tableCache = 8

// sequentialState is what the decoder of sequential files keeps between
// pictures.
type sequentialState struct {
	dc     [tableCache]cachedTable[entropy.DCTable]
	ac     [tableCache]cachedTable[entropy.ACTable]
	clock  int // counts table uses
	batch  entropy.Batch
	stream entropy.Stream
}

// cachedTable is a table with what it was built from.
type cachedTable[T any] struct {
	spec  huffSpec
	used  int // clock at the last use; 0: empty
	table *T
}

// table returns the table for spec, from cache or built in the place of the
// one that was not used for the longest time.
func table[T any](cache *[tableCache]cachedTable[T], clock *int, spec *huffSpec, build func(*T, *huffSpec)) *T {
	*clock++
	oldest := &cache[0]
	for i := range cache {
		c := &cache[i]
		if c.used > 0 && c.spec == *spec {
			c.used = *clock
			return c.table
		}
		if c.used < oldest.used {
			oldest = c
		}
	}
	if oldest.table == nil {
		oldest.table = new(T)
	}
	build(oldest.table, spec)
	oldest.spec, oldest.used = *spec, *clock
	return oldest.table
}

func buildDC(t *entropy.DCTable, s *huffSpec) { t.Build(&s.counts, &s.values) }
func buildAC(t *entropy.ACTable, s *huffSpec) { t.Build(&s.counts, &s.values) }

// decodeSequential decodes the scans of a baseline or extended file, up to the
// one that completes the components. A scan that repeats a component is passed
// over; a component without a scan is grey.
func (d *Decoder) decodeSequential(f *frame, first *scan) {
	missing := len(f.comps)
	seen := make([]bool, len(f.comps))
	for s := first; s != nil; {
		repeats := false
		for _, sc := range s.comps {
			repeats = repeats || seen[sc.index]
		}
		if repeats {
			d.skipScan(s)
		} else {
			d.latchQuant(f, s)
			d.decodeScan(f, s)
			for _, sc := range s.comps {
				seen[sc.index] = true
			}
			if missing -= len(s.comps); missing == 0 {
				return
			}
		}
		var err error
		if s, err = d.parser.next(); err != nil {
			break // what follows cannot be read: the components are missing
		}
	}
	for i := range f.comps {
		if c := &f.comps[i]; !seen[i] {
			f.progress.total += int64(c.blocksX) * int64(c.blocksY)
			fillGrey(c.plane.pix) // empty where coefficients are read
		}
	}
}

func fillGrey(pix []byte) {
	for i := range pix {
		pix[i] = 128
	}
}

// scanRun is one scan while it is decoded.
type scanRun struct {
	*sequentialState
	comps        []*component
	index        []int // of comps in the frame
	parts        []entropy.Part
	quants       [][64]uint16 // of the coefficients that are kept
	mcusX, mcusY int
	perMCU       int // blocks
	width        int // MCUs of a batch
	data         *entropyData
	interval     int // MCUs per segment

	segment  int // index into data.segments of the segment being decoded, or the next
	from, to int // the MCUs of the present segment that are still to come
	done     int // complete MCUs
}

// decodeScan decodes one scan into the planes of its components.
func (d *Decoder) decodeScan(f *frame, s *scan) {
	r := &scanRun{sequentialState: &d.sequential, mcusX: f.mcusX, mcusY: f.mcusY}
	r.setParts(f, s)
	r.data = d.scanData(s)
	total := r.mcusX * r.mcusY
	r.interval = total
	if s.interval > 0 {
		r.interval = s.interval
	}
	for y := range r.mcusY {
		for x := 0; x < r.mcusX; x += r.width {
			n := min(r.width, r.mcusX-x)
			r.decodeBatch(y*r.mcusX+x, n)
			if f.sparse != nil {
				r.gather(f.sparse, x, y, n)
			} else {
				r.transform(x, y, n)
			}
		}
	}
	f.progress.done += int64(r.done) * int64(r.perMCU)
	f.progress.total += int64(total) * int64(r.perMCU)
}

// setParts sets up the scan's components, their tables and the batch.
func (r *scanRun) setParts(f *frame, s *scan) {
	coefs := 0 // per MCU
	for _, sc := range s.comps {
		c := &f.comps[sc.index]
		p := entropy.Part{
			DC: table(&r.sequentialState.dc, &r.clock, sc.dc, buildDC),
			AC: table(&r.sequentialState.ac, &r.clock, sc.ac, buildAC),
			H:  c.H, V: c.V, Edge: c.size,
		}
		if len(s.comps) == 1 {
			p.H, p.V = 1, 1
			r.mcusX, r.mcusY = c.blocksX, c.blocksY
		}
		var quant [64]uint16
		for j := range c.size * c.size {
			quant[j] = c.quant[j/c.size*8+j%c.size]
		}
		r.comps = append(r.comps, c)
		r.index = append(r.index, sc.index)
		r.parts = append(r.parts, p)
		r.quants = append(r.quants, quant)
		r.perMCU += p.H * p.V
		coefs += p.H * p.V * p.Edge * p.Edge
	}
	// A multiple of 8 blocks suits the inverse DCT.
	r.width = min(max(batchBytes/2/coefs, 8)&^7, maxBatch, r.mcusX)
	r.batch.Reset(r.parts, r.width)
}

// decodeBatch decodes the n MCUs from number first on.
func (r *scanRun) decodeBatch(first, n int) {
	r.batch.Clear()
	for i := first; i < first+n; {
		for i >= r.to && r.nextSegment() {
		}
		if i < r.from { // lost with their segment, or behind the last one
			i = min(r.from, first+n)
			continue
		}
		want := min(r.to, first+n) - i
		got := r.batch.Decode(&r.stream, i-first, want)
		r.done += got
		i += got
		r.from = i
		if got < want {
			r.from = r.to
		}
	}
}

// nextSegment opens the next segment that has MCUs. Behind the last one it puts
// from behind the scan's end and returns false.
func (r *scanRun) nextSegment() bool {
	total := r.mcusX * r.mcusY
	if r.segment == len(r.data.segments) {
		r.from, r.to = total, total
		return false
	}
	s := &r.data.segments[r.segment]
	r.segment++
	r.from = min(s.index*r.interval, total)
	r.to = min(r.from+r.interval, total)
	r.stream.Start(r.data.bytes, s.start, s.end)
	return true
}

// transform writes the pixels of the n MCUs from (x, y) on.
func (r *scanRun) transform(x, y, n int) {
	for i, p := range r.parts {
		c, quant := r.comps[i], &r.quants[i]
		for v := range p.V {
			coef := r.batch.Row(i, v)[:n*p.H*p.Edge*p.Edge]
			at := (y*p.V+v)*p.Edge*c.plane.stride + x*p.H*p.Edge
			switch dst := c.plane.pix[at:]; p.Edge {
			case 8:
				idct.Row8(dst, c.plane.stride, coef, quant)
			case 4:
				idct.Row4(dst, c.plane.stride, coef, (*[16]uint16)(quant[:16]))
			case 2:
				idct.Row2(dst, c.plane.stride, coef, (*[4]uint16)(quant[:4]))
			case 1:
				idct.Row1(dst, coef, quant[0])
			}
		}
	}
}

// sequentialCost returns the memory that decodeSequential takes for f, besides
// the unstuffed data: tables and a batch.
func sequentialCost(*frame) int64 { return 512 << 10 }
