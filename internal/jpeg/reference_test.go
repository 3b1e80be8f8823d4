package jpeg

import (
	"imgpool/internal/kernel/idct"
	"imgpool/internal/kernel/kerneltest"
)

// The reference decoder: one symbol and one bit at a time, as the flow charts
// of ITU-T T.81 annexes F and G have it, every coefficient of the picture in
// memory. It shares with the real decoder the parsing of headers, the rules for
// broken data in the package comment, and the inverse DCT kernels on their
// generic path; stuffing, restart markers and all of entropy decoding are its
// own. It is slow on purpose.

// refPicture is a picture's coefficients.
type refPicture struct {
	frame *frame
	comps []refComponent
	// done and total count blocks of all scans, as frame.progress does.
	done, total int64
	truncated   bool
}

// refComponent has the coefficients of paddedX x paddedY blocks, in natural
// order, and which of them some scan has coded.
type refComponent struct {
	*component
	coef  [][64]int16
	coded [][64]bool
	seen  bool // a scan of it was decoded (sequential files)
}

// refStop is thrown where a segment's data end or make no sense.
type refStop struct{}

// refDecode decodes all coefficients of a file. The error is that of the
// headers; what broken data leave out shows in done < total.
func refDecode(data []byte) (*refPicture, error) { return refRead(data, false) }

// refRead is refDecode, of any colour model if anyColour.
func refRead(data []byte, anyColour bool) (*refPicture, error) {
	var d Decoder
	if err := d.parser.begin(data); err != nil {
		return nil, err
	}
	d.parser.anyColour = anyColour
	s, err := d.parser.next()
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, FormatError("no scan in the file")
	}
	p := &refPicture{frame: newFrame(&d.parser.header)}
	if p.frame.blocks() > d.plausibleBlocks() {
		return nil, &IncompleteError{Truncated: true}
	}
	for i := range p.frame.comps {
		c := &p.frame.comps[i]
		n := c.paddedX * c.paddedY
		p.comps = append(p.comps, refComponent{component: c, coef: make([][64]int16, n), coded: make([][64]bool, n)})
	}
	for s != nil {
		d.latchQuant(p.frame, s)
		if p.frame.Progressive {
			d.parser.pos = p.scan(data, s)
		} else {
			d.parser.pos = p.sequentialScan(data, s)
			if p.covered() {
				break
			}
		}
		if s, err = d.parser.next(); err != nil {
			break
		}
	}
	p.finish(&d.parser)
	return p, nil
}

// finish counts what no scan contained.
func (p *refPicture) finish(parser *parser) {
	p.truncated = parser.pos >= len(parser.data)
	if !p.frame.Progressive {
		for i := range p.comps {
			if c := &p.comps[i]; !c.seen {
				p.total += int64(c.blocksX * c.blocksY)
			}
		}
	}
}

// covered reports whether every component had its scan.
func (p *refPicture) covered() bool {
	for i := range p.comps {
		if !p.comps[i].seen {
			return false
		}
	}
	return true
}

// sequentialScan decodes s unless it repeats a component.
func (p *refPicture) sequentialScan(data []byte, s *scan) int {
	for _, sc := range s.comps {
		if p.comps[sc.index].seen {
			_, end := refSegments(data, s)
			return end
		}
	}
	for _, sc := range s.comps {
		p.comps[sc.index].seen = true
	}
	return p.scan(data, s)
}

// refUnit is a block of an MCU: component sc of the scan, block number n of the
// component.
type refUnit struct {
	sc int
	n  int
}

// mcus returns the number of MCUs of s and a function that lists the blocks of
// MCU i (A.2.2, A.2.3).
func (p *refPicture) mcus(s *scan) (int, func(i int) []refUnit) {
	if len(s.comps) == 1 {
		c := p.comps[s.comps[0].index]
		return c.blocksX * c.blocksY, func(i int) []refUnit {
			return []refUnit{{0, i/c.blocksX*c.paddedX + i%c.blocksX}}
		}
	}
	f := p.frame
	return f.mcusX * f.mcusY, func(i int) (units []refUnit) {
		for k, sc := range s.comps {
			c := p.comps[sc.index]
			for v := range c.V {
				for h := range c.H {
					units = append(units, refUnit{k, (i/f.mcusX*c.V+v)*c.paddedX + i%f.mcusX*c.H + h})
				}
			}
		}
		return units
	}
}

// refSegment is the data of one restart interval, data[start:end].
type refSegment struct{ start, end, index int }

// refSegments finds the restart intervals of a scan by its markers, and the
// marker behind it.
func refSegments(data []byte, s *scan) (segments []refSegment, end int) {
	start, index, dropped := s.start, 0, false
	for pos := s.start; ; pos++ {
		marker := byte(0)
		first := pos
		if pos < len(data) && data[pos] == 0xFF {
			for pos < len(data) && data[pos] == 0xFF {
				pos++
			}
			if pos < len(data) {
				marker = data[pos]
			}
		}
		if pos < len(data) && marker == 0 {
			continue
		}
		if !dropped {
			segments = append(segments, refSegment{start, first, index})
			index++
		}
		if pos >= len(data) {
			return segments, len(data)
		}
		if s.interval == 0 || marker < 0xD0 || marker > 0xD7 {
			return segments, first
		}
		dropped = false
		switch (int(marker) - 0xD0 - (index - 1)) & 7 {
		case 1:
			index++
		case 2:
			index += 2
		case 6, 7:
			dropped = true
			// The number that is expected next stays the same.
		}
		start = pos + 1
	}
}

// refState is what a segment's decoding carries from block to block.
type refState struct {
	r      refReader
	s      *scan
	pred   [4]int16
	eobRun int
}

// scan decodes one scan and returns the offset of the marker behind it.
func (p *refPicture) scan(data []byte, s *scan) int {
	segments, end := refSegments(data, s)
	total, units := p.mcus(s)
	interval := total
	if s.interval > 0 {
		interval = s.interval
	}
	perMCU := 0
	for _, sc := range s.comps {
		if len(s.comps) == 1 {
			perMCU = 1
		} else {
			perMCU += p.comps[sc.index].H * p.comps[sc.index].V
		}
	}
	p.total += int64(total) * int64(perMCU)
	for _, seg := range segments {
		st := &refState{r: refReader{data: data[seg.start:seg.end]}, s: s}
		for i := seg.index * interval; i < min((seg.index+1)*interval, total); i++ {
			if !p.mcu(st, units(i)) {
				break
			}
			p.done += int64(perMCU)
		}
	}
	return end
}

// mcu decodes an MCU; if that fails it leaves its coefficients as they were.
func (p *refPicture) mcu(st *refState, units []refUnit) (ok bool) {
	type saved struct {
		coef  [64]int16
		coded [64]bool
	}
	var before []saved
	for _, u := range units {
		c := p.comps[st.s.comps[u.sc].index]
		before = append(before, saved{c.coef[u.n], c.coded[u.n]})
	}
	defer func() {
		if e := recover(); e != nil {
			if _, is := e.(refStop); !is {
				panic(e)
			}
			for i, u := range units {
				c := p.comps[st.s.comps[u.sc].index]
				c.coef[u.n], c.coded[u.n] = before[i].coef, before[i].coded
			}
		}
	}()
	for _, u := range units {
		sc := st.s.comps[u.sc]
		c := p.comps[sc.index]
		st.block(sc, u.sc, &c.coef[u.n], &c.coded[u.n], p.frame.Progressive)
	}
	return true
}

// block decodes one block of the scan.
func (st *refState) block(sc scanComponent, k int, coef *[64]int16, coded *[64]bool, progressive bool) {
	s := st.s
	switch {
	case !progressive:
		st.dcFirst(sc, k, coef)
		st.acSequential(sc, coef)
	case s.ss == 0 && s.ah == 0:
		st.dcFirst(sc, k, coef)
	case s.ss == 0:
		if st.r.bit() == 1 {
			coef[0] |= 1 << s.al
		}
	case s.ah == 0:
		st.acFirst(sc, coef, coded)
	default:
		st.acRefine(sc, coef, coded)
	}
}

// dcFirst is F.2.2.1 and the first scan of G.1.2.1.
func (st *refState) dcFirst(sc scanComponent, k int, coef *[64]int16) {
	size := st.r.symbol(sc.dc)
	if size > 15 {
		panic(refStop{})
	}
	st.pred[k] += int16(extend(st.r.receive(size), size))
	coef[0] = st.pred[k] << st.s.al
}

// acSequential is F.2.2.2.
func (st *refState) acSequential(sc scanComponent, coef *[64]int16) {
	for k := 1; k < 64; {
		symbol := st.r.symbol(sc.ac)
		run, size := symbol>>4, symbol&15
		if size == 0 && run == 0 {
			return
		}
		if size == 0 && run != 15 {
			panic(refStop{})
		}
		k += run
		if k > 63 {
			panic(refStop{})
		}
		coef[zigzag[k]] = int16(extend(st.r.receive(size), size))
		k++
	}
}

// percent is what IncompleteError says, 100 for a complete picture.
func (p *refPicture) percent() float64 { return 100 * float64(p.done) / float64(p.total) }

// plane renders component i at a scale, padded to whole MCUs.
func (p *refPicture) plane(i, scale int) plane {
	c := &p.comps[i]
	size := 8 / scale
	out := plane{stride: c.paddedX * size, pix: make([]byte, c.paddedX*c.paddedY*size*size)}
	quant := c.quant
	if quant == nil { // no scan has the component: it is grey
		quant = new([64]uint16)
	}
	kerneltest.Generic(func() {
		for n := range c.coef {
			dst := out.pix[n/c.paddedX*size*out.stride+n%c.paddedX*size:]
			low := make([]int16, 0, 64)
			q := make([]uint16, 0, 64)
			for y := range size {
				low = append(low, c.coef[n][8*y:8*y+size]...)
				q = append(q, quant[8*y:8*y+size]...)
			}
			switch scale {
			case 1:
				idct.Row8(dst, out.stride, low, (*[64]uint16)(q))
			case 2:
				idct.Row4(dst, out.stride, low, (*[16]uint16)(q))
			case 4:
				idct.Row2(dst, out.stride, low, (*[4]uint16)(q))
			case 8:
				idct.Row1(dst, low, q[0])
			}
		}
	})
	return out
}
