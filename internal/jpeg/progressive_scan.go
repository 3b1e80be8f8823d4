package jpeg

import (
	"imgpool/internal/kernel/progressive"
)

// acScan decodes a scan of AC coefficients, or jumps over it where only the DC
// coefficient is wanted.
func (p *progressiveState) acScan(d *Decoder, f *frame, s *scan) error {
	c := &p.comps[s.comps[0].index]
	again, err := p.enter(c, s)
	if err != nil {
		return err
	}
	blocks := c.blocksX * c.blocksY
	f.progress.total += int64(blocks)
	if c.lanes == 0 {
		p.skipped = true
		d.skipScan(s)
		f.progress.done += int64(blocks)
		return nil
	}
	p.visits += int64(blocks)
	e := d.scanData(s)
	k := progressive.Scan{
		Mask: c.mask, Value: c.value, Lanes: c.lanes, Data: e.bytes,
		First: s.ss, Last: s.se, Al: s.al, Again: again,
	}
	spec := s.comps[0].ac
	if s.ah == 0 {
		p.tables.first.Build(&spec.counts, &spec.values, &k)
	} else {
		p.tables.refine.Build(&spec.counts, &spec.values)
	}
	for _, seg := range e.segments {
		k.Pos, k.End = 8*seg.start, 8*seg.end
		from, to := seg.units(s, blocks)
		n := 0
		if s.ah == 0 {
			n = k.DecodeFirst(&p.tables.first, from, to)
		} else {
			n = k.DecodeRefine(&p.tables.refine, from, to)
		}
		f.progress.done += int64(n)
	}
	return nil
}

// units returns which of total MCUs the segment of s holds.
func (seg segment) units(s *scan, total int) (from, to int) {
	if s.interval == 0 {
		return 0, total
	}
	if seg.index > total/s.interval { // the product might not fit into an int
		return total, total
	}
	return min(seg.index*s.interval, total), min((seg.index+1)*s.interval, total)
}

// enter notes that s holds coefficients of c. It tells whether a first scan
// has coefficients that were there before.
func (p *progressiveState) enter(c *progressiveComponent, s *scan) (again bool, err error) {
	level := c.level[s.ss : s.se+1]
	for k, l := range level {
		if s.ah == 0 {
			again = again || l != unbegun
			p.irregular = p.irregular || again
		} else if l != unbegun && int(l) <= s.al && s.ss > 0 {
			return false, FormatError("a scan refines what is already known")
		}
		p.irregular = p.irregular || s.ah != 0 && int(l) != s.ah
		level[k] = min(l, uint8(s.al))
	}
	return again, nil
}

// dcScan decodes a scan of DC coefficients.
func (p *progressiveState) dcScan(d *Decoder, f *frame, s *scan) {
	e := d.scanData(s)
	k := progressive.DCScan{Data: e.bytes, Al: s.al}
	width, height := f.mcusX, f.mcusY
	if len(s.comps) == 1 {
		c := &f.comps[s.comps[0].index]
		width, height = c.blocksX, c.blocksY
	}
	for i, sc := range s.comps {
		_, _ = p.enter(&p.comps[sc.index], s) // DC scans are never refused
		if s.ah == 0 {
			p.tables.dc[i].Build(&sc.dc.counts, &sc.dc.values)
		}
	}
	for _, seg := range e.segments {
		k.Pos, k.End, k.Pred = 8*seg.start, 8*seg.end, [4]int16{}
		from, to := seg.units(s, width*height)
		for from < to {
			row, x := from/width, from%width
			n := min(width-x, to-from)
			p.setUnits(s, row)
			k.Units = p.units
			done := 0
			if s.ah == 0 {
				done = k.DecodeFirst(x, x+n)
			} else {
				done = k.DecodeRefine(x, x+n)
			}
			f.progress.done += int64(done * len(k.Units))
			if done < n {
				break
			}
			from += n
		}
	}
	p.setUnits(s, 0)
	blocks := int64(width) * int64(height) * int64(len(p.units))
	f.progress.total += blocks
	p.visits += blocks
}

// setUnits sets p.units to the blocks of an MCU of s, for the given row of
// MCUs (T.81 A.2).
func (p *progressiveState) setUnits(s *scan, row int) {
	p.units = p.units[:0]
	for i, sc := range s.comps {
		c := &p.comps[sc.index]
		h, v := c.H, c.V
		if len(s.comps) == 1 {
			h, v = 1, 1
		}
		for y := range v {
			for x := range h {
				p.units = append(p.units, progressive.DCUnit{
					Table:     &p.tables.dc[i],
					Predictor: i,
					Row:       c.dc[(row*v+y)*c.paddedX+x : (row*v+y+1)*c.paddedX],
					Step:      h,
				})
			}
		}
	}
}
