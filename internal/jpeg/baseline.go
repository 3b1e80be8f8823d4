package jpeg

import (
	"imgpool/internal/kernel/entropy"
	"imgpool/internal/kernel/idct"
)

// batchBytes is about how many bytes of coefficients are decoded before they
// are transformed: they stay in the first-level cache beside the tables.
const batchBytes = 12 << 10

// tableCache is how many Huffman tables of either class a decoder keeps. Most
// files use the four of the standard; a scan needs at most 4 of a class.
const tableCache = 8

// sequentialState is what the decoder of sequential files keeps between
// pictures.
type sequentialState struct {
	dc     [tableCache]cachedTable[entropy.DCTable]
	ac     [tableCache]cachedTable[entropy.ACTable]
	clock  int // counts table uses
	coef   []int16
	blocks []entropy.Block
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

// slots[n] are the entropy.Block slots of a block of which the low n x n
// coefficients are kept, limits[n] the last position among them.
var slots, limits = makeSlots()

func makeSlots() (slots [9]*[256]uint8, limits [9]int) {
	for _, n := range []int{1, 2, 4, 8} {
		slots[n] = new([256]uint8)
		for k, z := range zigzag {
			if x, y := int(z)%8, int(z)/8; x < n && y < n {
				slots[n][k] = uint8(y*n + x)
				limits[n] = k
			}
		}
	}
	return slots, limits
}

// decodeSequential decodes the scans of a baseline or extended file, up to the
// one that completes the components. A scan that repeats a component is passed
// over.
func (d *Decoder) decodeSequential(f *frame, first *scan) error {
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
				return nil
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
			fillGrey(c.plane.pix)
		}
	}
	return nil
}

func fillGrey(pix []byte) {
	for i := range pix {
		pix[i] = 128
	}
}

// scanRun is one scan while it is decoded.
type scanRun struct {
	*sequentialState
	frame        *frame
	parts        []scanPart
	mcusX, mcusY int
	perMCU       int // blocks
	batch        int // MCUs decoded before they are transformed
	data         *entropyData
	interval     int // MCUs per segment

	segment  int // index into data.segments of the segment being decoded, or the next
	from, to int // the MCUs of the present segment that are still to come
	done     int // complete MCUs
}

// scanPart is a component's part in a scan.
type scanPart struct {
	*component
	h, v   int // blocks of the component in an MCU
	dc     *entropy.DCTable
	ac     *entropy.ACTable
	offset int // of the component's coefficients in a batch
	quant  [64]uint16
}

// decodeScan decodes one scan into the planes of its components.
func (d *Decoder) decodeScan(f *frame, s *scan) {
	r := &scanRun{sequentialState: &d.sequential, frame: f, mcusX: f.mcusX, mcusY: f.mcusY}
	r.setParts(s)
	r.data = d.scanData(s)
	total := r.mcusX * r.mcusY
	r.interval = total
	if s.interval > 0 {
		r.interval = s.interval
	}
	for y := range r.mcusY {
		for x := 0; x < r.mcusX; x += r.batch {
			n := min(r.batch, r.mcusX-x)
			r.decodeBatch(y*r.mcusX+x, n)
			r.transform(x, y, n)
		}
	}
	f.progress.done += int64(r.done) * int64(r.perMCU)
	f.progress.total += int64(total) * int64(r.perMCU)
}

// setParts sets up the scan's components, their tables and the batch.
func (r *scanRun) setParts(s *scan) {
	r.parts = make([]scanPart, len(s.comps))
	coefs := 0 // per MCU
	for i, sc := range s.comps {
		c := &r.frame.comps[sc.index]
		p := &r.parts[i]
		*p = scanPart{
			component: c, h: c.H, v: c.V,
			dc: table(&r.sequentialState.dc, &r.clock, sc.dc, buildDC),
			ac: table(&r.sequentialState.ac, &r.clock, sc.ac, buildAC),
		}
		if len(s.comps) == 1 {
			p.h, p.v = 1, 1
			r.mcusX, r.mcusY = c.blocksX, c.blocksY
		}
		for j := range c.size * c.size {
			p.quant[j] = c.quant[j/c.size*8+j%c.size]
		}
		r.perMCU += p.h * p.v
		coefs += p.h * p.v * c.size * c.size
	}
	// A multiple of 8 blocks suits the kernels.
	r.batch = min(max(batchBytes/2/coefs, 8)&^7, r.mcusX)
	if need := r.batch * coefs; cap(r.coef) < need {
		r.coef = make([]int16, need)
	}
	r.coef = r.coef[:r.batch*coefs]
	offset := 0
	for i := range r.parts {
		p := &r.parts[i]
		p.offset = offset
		offset += r.batch * p.h * p.v * p.size * p.size
	}
}

// decodeBatch decodes the n MCUs from number first on into r.coef.
func (r *scanRun) decodeBatch(first, n int) {
	clear(r.coef)
	r.setBlocks(n)
	for i := first; i < first+n; {
		for i >= r.to && r.nextSegment() {
		}
		if i < r.from { // lost with their segment, or behind the last one
			skip := min(r.from, first+n) - i
			r.passOver(skip)
			i += skip
			continue
		}
		want := min(r.to, first+n) - i
		got := entropy.Decode(&r.stream, r.blocks, r.coef, want)
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

// passOver moves the blocks over n MCUs that are missing.
func (r *scanRun) passOver(n int) {
	for i := range r.blocks {
		r.blocks[i].Next += n * r.blocks[i].Step
	}
}

// setBlocks lays out a batch of n MCUs: per component and row of blocks in the
// MCU, its blocks from left to right.
func (r *scanRun) setBlocks(n int) {
	r.blocks = r.blocks[:0]
	for i := range r.parts {
		p := &r.parts[i]
		size := p.size * p.size
		for v := range p.v {
			for h := range p.h {
				r.blocks = append(r.blocks, entropy.Block{
					DC: p.dc, AC: p.ac,
					Slots: slots[p.size], Limit: limits[p.size], Size: size, Comp: i,
					Next: p.offset + (v*n*p.h+h)*size, Step: p.h * size,
				})
			}
		}
	}
}

// transform writes the pixels of the n MCUs from (x, y) on.
func (r *scanRun) transform(x, y, n int) {
	for i := range r.parts {
		p := &r.parts[i]
		row := n * p.h * p.size * p.size
		for v := range p.v {
			coef := r.coef[p.offset+v*row:][:row]
			at := (y*p.v+v)*p.size*p.plane.stride + x*p.h*p.size
			switch dst := p.plane.pix[at:]; p.size {
			case 8:
				idct.Row8(dst, p.plane.stride, coef, &p.quant)
			case 4:
				idct.Row4(dst, p.plane.stride, coef, (*[16]uint16)(p.quant[:16]))
			case 2:
				idct.Row2(dst, p.plane.stride, coef, (*[4]uint16)(p.quant[:4]))
			case 1:
				idct.Row1(dst, coef, p.quant[0])
			}
		}
	}
}

// sequentialCost returns the memory that decodeSequential takes for f, besides
// the unstuffed data: tables and a batch.
func sequentialCost(*frame) int64 { return 512 << 10 }
