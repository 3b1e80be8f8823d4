package jpeg

import (
	"bytes"
	"math/bits"
)

// scanScript is one step of a progressive file: all components at once if comp
// is -1, else that one. Steps for components that a picture lacks are left out.
type scanScript struct {
	comp           int
	ss, se, ah, al int
}

// colourScript and greyScript send luma's coarse structure first, then chroma,
// then detail and precision: libjpeg's order, which its authors found by trial.
var (
	colourScript = []scanScript{
		{-1, 0, 0, 0, 1},
		{0, 1, 5, 0, 2},
		{2, 1, 63, 0, 1},
		{1, 1, 63, 0, 1},
		{0, 6, 63, 0, 2},
		{0, 1, 63, 2, 1},
		{-1, 0, 0, 1, 0},
		{2, 1, 63, 1, 0},
		{1, 1, 63, 1, 0},
		{0, 1, 63, 1, 0},
	}
	greyScript = []scanScript{
		{-1, 0, 0, 0, 1},
		{0, 1, 5, 0, 2},
		{0, 6, 63, 0, 2},
		{0, 1, 63, 2, 1},
		{-1, 0, 0, 1, 0},
		{0, 1, 63, 1, 0},
	}
)

// maxEOBRun is the longest run of ended bands (T.81 table G.1: 15 categories).
const maxEOBRun = 0x7FFF

// writeProgressive transforms the whole picture, then appends one scan after
// the other (T.81 G.1).
func (e *encoder) writeProgressive(dst *bytes.Buffer) error {
	masks := zigzagMasks()
	for i := range e.comps {
		c := &e.comps[i]
		c.hold(c.blocksY)
		for by := range c.blocksY {
			if err := c.fill(by, &e.strip); err != nil {
				return err
			}
		}
		for b, m := range c.masks {
			c.masks[b] = zigzagMask(masks, m)
		}
	}
	script := colourScript
	if len(e.comps) == 1 {
		script = greyScript
	}
	for _, s := range script {
		e.writeScan(dst, s)
	}
	return nil
}

// writeScan appends one scan of the script.
func (e *encoder) writeScan(dst *bytes.Buffer, s scanScript) {
	h := scanHead{ss: s.ss, se: s.se, ah: s.ah, al: s.al}
	e.beginScan()
	p := &e.prog
	*p = progressiveScan{encoder: e, al: s.al, first: s.ss, last: s.se, band: 2<<s.se - 1<<s.ss}
	if s.ss == 0 {
		for i := range e.comps {
			h.comps = append(h.comps, i)
		}
		e.dcScan(s.ah != 0)
		e.endScan(dst, &h, true)
		return
	}
	h.comps = []int{s.comp}
	c := &e.comps[s.comp]
	p.table = token(c.table<<9|symAC) << 16
	for by := range c.blocksY {
		e.tokens = e.room(2 * c.blocksX)
		coefs, masks := c.row(by)
		for b, m := range masks {
			block := (*[64]int16)(coefs[b*64:])
			if s.ah == 0 {
				p.firstAC(block, m&p.band)
			} else {
				p.refineAC(block, m&p.band)
			}
		}
	}
	p.end()
	e.endScan(dst, &h, true)
}

// dcScan makes the tokens of an interleaved DC scan: the first one codes
// differences of the values without their last bit, the second one that bit
// (G.1.2.1).
func (e *encoder) dcScan(refine bool) {
	var pred [3]int32
	p := &e.prog
	for my := range e.mcusY {
		perMCU := 0
		for i := range e.comps {
			perMCU += e.comps[i].H * e.comps[i].V
		}
		e.tokens = e.room(perMCU * e.mcusX)
		for mx := range e.mcusX {
			for i := range e.comps {
				c := &e.comps[i]
				for by := my * c.V; by < (my+1)*c.V; by++ {
					for bx := mx * c.H; bx < (mx+1)*c.H; bx++ {
						// Blocks that only fill up an MCU repeat the last value.
						v := pred[i]
						if bx < c.blocksX && by < c.blocksY {
							coefs, _ := c.row(by)
							v = int32(coefs[bx*64])
						}
						if refine {
							p.bit(uint32(v) & 1)
						} else {
							p.symbol(token(c.table<<9|symDC)<<16 + sizedValue(v>>1-pred[i]>>1))
						}
						pred[i] = v
					}
				}
			}
		}
	}
	p.flushBits()
}

// progressiveScan makes the tokens of one scan of a progressive file.
//
// In a refinement scan the correction bits of coefficients that are already
// known come after the next symbol, which is not known when they are met. So a
// token is reserved for that symbol, slot, and the bits gather behind it.
type progressiveScan struct {
	*encoder
	table       token // the scan's AC table
	band        uint64
	first, last int // spectral selection
	al          int

	eobRun   int // blocks whose band has ended since the last symbol
	slot     int // refinement: index of the reserved token
	reserved bool
	raw      uint32 // bits gathered, nraw of them
	nraw     uint32
}

// symbol appends a token and counts it.
func (p *progressiveScan) symbol(t token) {
	p.tokens = append(p.tokens, t)
	p.freq[t>>16]++
}

// bit appends one bit that no Huffman code announces.
func (p *progressiveScan) bit(b uint32) {
	p.raw = p.raw<<1 | b
	if p.nraw++; p.nraw == 16 {
		p.flushBits()
	}
}

// flushBits makes a token of the bits gathered.
func (p *progressiveScan) flushBits() {
	if p.nraw > 0 {
		p.symbol((symRaw+p.nraw)<<16 | p.raw)
		p.raw, p.nraw = 0, 0
	}
}

// eobToken is the token of the run of ended bands (G.1.2.2), and ends the run.
func (p *progressiveScan) eobToken() token {
	n := bits.Len32(uint32(p.eobRun)) - 1
	t := p.table + uint32(n)<<20 + uint32(p.eobRun)&(1<<n-1)
	p.eobRun = 0
	return t
}

// endRun appends the run of ended bands, if there is one.
func (p *progressiveScan) endRun() {
	switch {
	case p.eobRun == 0:
	case p.reserved:
		p.flushBits()
		p.fillSlot(p.eobToken())
	default:
		p.symbol(p.eobToken())
	}
}

// end closes the scan. Bits gather only where a run or a symbol follows, so a
// token still reserved then is the last one.
func (p *progressiveScan) end() {
	p.endRun()
	if p.reserved {
		p.tokens = p.tokens[:p.slot]
	}
}

// firstAC appends the tokens of a band's first scan in one block (G.1.2.2). m
// says in zigzag order which of the band's coefficients are not zero.
func (p *progressiveScan) firstAC(block *[64]int16, m uint64) {
	next := p.first // the first coefficient after the last one coded
	for ; m != 0; m &= m - 1 {
		k := bits.TrailingZeros64(m)
		v := int32(block[storage[k&63]&63])
		sign := v >> 31
		v = (((v^sign)-sign)>>p.al ^ sign) - sign // towards zero (G.1.2.1)
		if v == 0 {
			continue
		}
		p.endRun()
		run := k - next
		next = k + 1
		for ; run > 15; run -= 16 {
			p.symbol(p.table + symZRL<<16)
		}
		p.symbol(p.table + uint32(run)<<20 + sizedValue(v))
	}
	if next <= p.last {
		p.endBand()
	}
}

// endBand counts a block whose band has ended.
func (p *progressiveScan) endBand() {
	if p.eobRun++; p.eobRun == maxEOBRun {
		p.endRun()
	}
}

// reserve makes sure that a token waits for the next symbol.
func (p *progressiveScan) reserve() {
	if !p.reserved {
		p.slot, p.reserved = len(p.tokens), true
		p.tokens = append(p.tokens, 0)
	}
}

// fillSlot gives the reserved token its symbol; the bits behind it are complete.
func (p *progressiveScan) fillSlot(t token) {
	p.tokens[p.slot] = t
	p.freq[t>>16]++
	p.reserved = false
}

// refineAC appends the tokens of a refinement scan in one block (G.1.2.3). m
// says in zigzag order which of the band's coefficients are not zero.
func (p *progressiveScan) refineAC(block *[64]int16, m uint64) {
	// known: not zero in the scans before; fresh: not zero from this one on.
	var known, fresh, ones uint64
	for rest := m; rest != 0; rest &= rest - 1 {
		k := bits.TrailingZeros64(rest)
		v := int32(block[storage[k&63]&63])
		sign := v >> 31
		switch v = ((v ^ sign) - sign) >> p.al; {
		case v > 1:
			known |= 1 << k
			ones |= uint64(v&1) << k
		case v == 1:
			fresh |= 1 << k
			ones |= uint64(1+sign) << k // the sign's bit: 1 is positive
		}
	}
	if fresh != 0 {
		p.endRun() // the bits gathered so far belong to it
	}
	p.reserve()
	corrections := false // since the last symbol
	next := p.first
	lastFresh := bits.Len64(fresh) - 1
	zeros := 0 // zeros since the last symbol
	for rest := known | fresh; rest != 0; rest &= rest - 1 {
		k := bits.TrailingZeros64(rest)
		zeros += k - next
		next = k + 1
		for ; zeros > 15 && k <= lastFresh; zeros -= 16 {
			p.flushBits()
			p.fillSlot(p.table + symZRL<<16)
			p.reserve()
			corrections = false
		}
		b := uint32(ones >> k & 1)
		if known>>k&1 != 0 {
			p.bit(b)
			corrections = true
			continue
		}
		p.flushBits()
		p.fillSlot(p.table + uint32(zeros)<<20 + 1<<16 + b)
		p.reserve()
		corrections, zeros = false, 0
	}
	if zeros += p.last + 1 - next; zeros > 0 || corrections {
		p.endBand()
	}
}
