package jpeg

import (
	"math/bits"
)

// readSparse reads the coefficients of a file of any colour model, with at
// most maxPixels pixels (0: any number), and the parser's header with them. The
// errors are those of [Decoder.Decode]; besides, a file whose scans leave bits
// open or give coefficients twice is refused as unsupported: decoders do not
// agree on such.
func (d *Decoder) readSparse(data []byte, maxPixels int64) (*sparse, error) {
	defer func() { d.parser.data = nil }()
	if len(data) > maxSparseFile {
		return nil, UnsupportedError("recoding a file of this size")
	}
	if err := d.parser.begin(data); err != nil {
		return nil, err
	}
	d.parser.anyColour = true
	first, err := d.parser.next()
	if err != nil {
		return nil, err
	}
	if first == nil {
		return nil, FormatError("no scan in the file")
	}
	h := &d.parser.header
	if maxPixels > 0 && int64(h.Width)*int64(h.Height) > maxPixels {
		return nil, UnsupportedError("a picture of this size")
	}
	f := newFrame(h)
	if f.blocks() > d.plausibleBlocks() {
		return nil, &IncompleteError{Truncated: true}
	}
	f.sparse = newSparse(f)
	if f.Progressive {
		err = d.readProgressive(f, first)
	} else {
		d.decodeSequential(f, first)
		err = d.atEnd()
	}
	if err != nil {
		return nil, err
	}
	if missing := d.shortfall(f); missing != nil {
		return nil, missing
	}
	for i := range f.comps {
		f.sparse.planes[i].quant = f.comps[i].quant
	}
	return f.sparse, nil
}

// atEnd refuses what follows the last scan of a sequential file if it is another
// scan.
func (d *Decoder) atEnd() error {
	if s, err := d.parser.next(); err == nil && s != nil {
		return UnsupportedError("components that come twice")
	}
	return nil
}

// readProgressive fills f.sparse with the coefficients of a progressive file.
func (d *Decoder) readProgressive(f *frame, first *scan) error {
	p := &d.progressive
	defer p.shrink()
	if err := d.progressiveScans(f, first); err != nil {
		return err
	}
	if p.irregular {
		return UnsupportedError("scans that give coefficients twice")
	}
	for i := range p.comps {
		c := &p.comps[i]
		for _, l := range c.level {
			if l != 0 && f.progress.done == f.progress.total {
				return UnsupportedError("scans that leave bits open")
			}
		}
		f.sparse.planes[i].take(c)
	}
	return nil
}

// take takes over the coefficients of a progressive file's component.
func (p *sparsePlane) take(c *progressiveComponent) {
	for y := range p.blocksY {
		copy(p.dc[y*p.blocksX:][:p.blocksX], c.dc[y*c.paddedX:])
	}
	for b, top := range c.mask {
		m := bits.Reverse64(top) &^ 1
		p.ac[b], p.start[b] = m, p.values.next()
		values := p.values.piece()
		block := (*[64]int16)(c.value[64*b:])
		for ; m != 0; m &= m - 1 {
			v := block[zigzag[bits.TrailingZeros64(m)&63]&63]
			if v < 0 { // sign and magnitude
				v = -(v & 0x7FFF)
			}
			*values = append(*values, v)
		}
	}
}

// gather takes over the n MCUs from (x, y) on of a sequential scan.
func (r *scanRun) gather(s *sparse, x, y, n int) {
	for i, part := range r.parts {
		p := &s.planes[r.index[i]]
		for v := range part.V {
			by := y*part.V + v
			if by >= p.blocksY {
				break
			}
			coef := r.batch.Row(i, v)
			from := x * part.H
			to := min(from+n*part.H, p.blocksX)
			for bx := from; bx < to; bx++ {
				p.put(by*p.blocksX+bx, (*[64]int16)(coef[(bx-from)*64:]))
			}
		}
	}
}
