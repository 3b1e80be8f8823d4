package jpeg

import (
	"math"

	"imgpool/internal/kernel/progressive"
)

// maxPasses bounds the work that one file may ask for: this many times all
// blocks of the picture. Scans of one coefficient and one bit each would make
// about 900 passes; encoders make 6 to 12.
const maxPasses = 500

// maxFileBits is how far positions in scan data reach, which are counted in
// bits.
const maxFileBits = math.MaxInt - 8*scanPadding

// progressiveState is what the decoder of progressive files keeps between
// pictures: the coefficients' memory and the lookup tables.
type progressiveState struct {
	comps   []progressiveComponent
	dc      []int16
	mask    []uint64
	value   []int16
	tables  progressiveTables
	units   []progressive.DCUnit
	visits  int64 // blocks of all scans so far
	skipped bool  // an AC scan was jumped over
	// irregular is set if a scan gave coefficients that were there, or refined
	// other bits than the next ones.
	irregular bool
}

// progressiveTableBytes bounds the size of progressiveState itself, which the
// lookup tables make up.
const progressiveTableBytes = 64 << 10

// progressiveTables is the lookup tables of one scan.
type progressiveTables struct {
	dc     [4]progressive.DCTable
	first  progressive.FirstTable
	refine progressive.RefineTable
}

// progressiveComponent is the coefficients of one component.
type progressiveComponent struct {
	*component

	// dc has paddedX*paddedY DC coefficients: interleaved scans need no care at
	// the edges then.
	dc []int16

	// lanes is the number of coefficients kept of a block, 0 if the DC
	// coefficient is enough. mask and value (see package kernel/progressive)
	// have blocksX*blocksY blocks: AC scans, which are not interleaved, run
	// through them without looking at rows.
	lanes int
	mask  []uint64
	value []int16

	// level is the lowest bit of each coefficient, in zigzag order, that a scan
	// has held; unbegun before.
	level [64]uint8
}

// unbegun is the level of a coefficient that no scan has held.
const unbegun = 0xFF

// decodeProgressive decodes the scans of a progressive file.
//
// Scans may come in any order that has a meaning. A first scan that repeats
// coefficients replaces those that it gives a value; a refinement of
// coefficients that no scan began makes new ones. A refinement of a bit that
// is already there is an error. What no scan holds stays zero: fewer AC
// coefficients make a legal picture; a component without any scan is missing.
// Where the file ends without an end of image, or cannot be read any further,
// coefficients that are not known to their last bit are missing, too.
func (d *Decoder) decodeProgressive(f *frame, first *scan) error {
	p := &d.progressive
	defer p.shrink()
	if err := d.progressiveScans(f, first); err != nil {
		return err
	}
	for i := range p.comps {
		p.comps[i].render()
	}
	return nil
}

// progressiveScans decodes the scans of f into d.progressive.comps and counts
// what is missing.
func (d *Decoder) progressiveScans(f *frame, first *scan) error {
	if len(d.parser.data) > maxFileBits/8 {
		return UnsupportedError("a file of this size on a 32-bit machine")
	}
	begin := d.parser
	p := &d.progressive
	err := p.scans(d, f, first, false)
	if err == nil && p.skipped && !d.parser.eoi {
		// The file may have been cut inside of a scan that was jumped over. Only
		// decoding it tells, and a file is not to be complete at one scale and
		// broken at another.
		d.parser = begin
		f.progress = progress{}
		err = p.scans(d, f, first, true)
	}
	if err != nil {
		return err
	}
	p.countMissing(f, d.parser.eoi)
	return nil
}

// shrink forgets the picture, and its memory where that is too much to keep.
func (p *progressiveState) shrink() {
	clear(p.comps)
	clear(p.units[:cap(p.units)])
	if p.scratch() > maxIdleScratch {
		p.dc, p.mask, p.value = nil, nil, nil
	}
}

// scratch returns the size of the coefficients' memory.
func (p *progressiveState) scratch() int {
	return 2*cap(p.dc) + 8*cap(p.mask) + 2*cap(p.value)
}

// lanesAt returns how many coefficients of a block progressive decoding keeps
// at a scale, 0 if the DC coefficient is enough.
func lanesAt(scale int) int {
	if scale == 8 {
		return 0
	}
	return (8 / scale) * (8 / scale)
}

// progressiveCost returns the memory that decodeProgressive takes for f.
func progressiveCost(f *frame) int64 {
	n := int64(progressiveTableBytes)
	for i := range f.comps {
		c := &f.comps[i]
		n += 2 * int64(c.paddedX) * int64(c.paddedY)
		// At 1/8 the masks are needed for files without an end of image.
		lanes := max(lanesAt(c.scale), lanesAt(4))
		n += int64(8+2*lanes) * int64(c.blocksX) * int64(c.blocksY)
	}
	return n
}

// scans decodes all scans from first on. With all set, no scan is jumped over.
func (p *progressiveState) scans(d *Decoder, f *frame, first *scan, all bool) error {
	p.begin(f, all)
	budget := maxPasses * f.blocks()
	for s := first; s != nil; {
		d.latchQuant(f, s)
		var err error
		if s.ss == 0 {
			p.dcScan(d, f, s)
		} else {
			err = p.acScan(d, f, s)
		}
		if err == nil && p.visits > budget {
			err = FormatError("too many scans")
		}
		if err != nil {
			return err
		}
		if s, err = d.parser.next(); err != nil {
			break // what follows cannot be read: it is missing
		}
	}
	return nil
}

// begin takes memory for the coefficients of f and clears it.
func (p *progressiveState) begin(f *frame, all bool) {
	p.visits, p.skipped, p.irregular = 0, false, false
	p.comps = p.comps[:0]
	dcs, masks, values := 0, 0, 0
	for i := range f.comps {
		c := progressiveComponent{component: &f.comps[i]}
		if c.lanes = lanesAt(c.scale); c.lanes == 0 && all {
			c.lanes = lanesAt(4)
		}
		for k := range c.level {
			c.level[k] = unbegun
		}
		dcs += c.paddedX * c.paddedY
		if c.lanes > 0 {
			masks += c.blocksX * c.blocksY
			values += c.blocksX * c.blocksY * c.lanes
		}
		p.comps = append(p.comps, c)
	}
	takeCleared(&p.dc, dcs)
	takeCleared(&p.mask, masks)
	takeCleared(&p.value, values)
	dc, mask, value := p.dc, p.mask, p.value
	for i := range p.comps {
		c := &p.comps[i]
		c.dc, dc = cut(dc, c.paddedX*c.paddedY)
		if c.lanes > 0 {
			c.mask, mask = cut(mask, c.blocksX*c.blocksY)
			c.value, value = cut(value, c.blocksX*c.blocksY*c.lanes)
		}
	}
}

// takeCleared makes s n zeros, in the memory that it has if they fit.
func takeCleared[T any](s *[]T, n int) {
	if cap(*s) < n {
		*s = nil // not both at once
		*s = make([]T, n)
		return
	}
	*s = (*s)[:n]
	clear(*s)
}

// cut splits s behind its first n values.
func cut[T any](s []T, n int) (head, tail []T) { return s[:n:n], s[n:] }

// countMissing adds to f.progress what should have come after the last scan.
func (p *progressiveState) countMissing(f *frame, eoi bool) {
	for i := range p.comps {
		c := &p.comps[i]
		dc, ac := passesLeft(c.level[:1]), passesLeft(c.level[1:])
		switch {
		case dc == 1 && ac == 1 && c.level[0] == unbegun && c.quant == nil:
			f.progress.total += int64(c.blocksX) * int64(c.blocksY)
		case !eoi:
			f.progress.total += int64(dc+ac) * int64(c.blocksX) * int64(c.blocksY)
		}
	}
}

// passesLeft returns how many more scans coefficients of these levels need at
// least.
func passesLeft(level []uint8) int {
	n := 0
	for _, l := range level {
		if l == unbegun {
			l = 1
		}
		n = max(n, int(l))
	}
	return n
}
