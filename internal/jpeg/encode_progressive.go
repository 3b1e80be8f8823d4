package jpeg

import (
	"bytes"
	"math/bits"
	"slices"

	"imgpool/internal/kernel/tokens"
)

// scanScript is one step of a progressive file.
type scanScript struct {
	comps          []int // all in one scan for DC, one scan after the other for AC
	ss, se, ah, al int
}

// colourScript and greyScript were chosen by trial among a few dozen, on photos
// of 800 pixels at quality 80 and 92. DC comes whole: a last bit apart costs
// more than it saves. Chroma is whole before luma's detail.
var (
	colourScript = []scanScript{
		{[]int{0, 1, 2}, 0, 0, 0, 0},
		{[]int{0}, 1, 2, 0, 1},
		{[]int{1, 2}, 1, 63, 0, 1},
		{[]int{0}, 3, 63, 0, 2},
		{[]int{1, 2}, 1, 63, 1, 0},
		{[]int{0}, 3, 63, 2, 1},
		{[]int{0}, 1, 63, 1, 0},
	}
	greyScript = []scanScript{
		{[]int{0}, 0, 0, 0, 0},
		{[]int{0}, 1, 2, 0, 1},
		{[]int{0}, 3, 63, 0, 2},
		{[]int{0}, 3, 63, 2, 1},
		{[]int{0}, 1, 63, 1, 0},
	}
)

// levels says in zigzag order which coefficients of a block are at least 1, 2
// and 4 in magnitude: what a scan with a point transform of 0, 1 and 2 sees.
type levels [3]uint64

// maxEOBRun is the longest run of ended bands that is written: 12 categories of
// the 15 of T.81 table G.1. Longer runs, rare as they are, have more bits of
// value than fit beside a code of 16 bits in a [codeTable].
const (
	maxEOBRun  = 1<<eobClasses - 1
	eobClasses = 12
)

// writeProgressive transforms the whole picture, then appends one scan after
// the other (T.81 G.1).
func (e *encoder) writeProgressive(dst *bytes.Buffer) error {
	for i := range e.comps {
		c := &e.comps[i]
		c.hold(c.blocksY)
		for by := range c.blocksY {
			if err := c.fill(by, &e.strip); err != nil {
				return err
			}
		}
		c.findLevels()
	}
	script := colourScript
	if len(e.comps) == 1 {
		script = greyScript
	}
	for i := range script {
		e.writeScans(dst, &script[i])
	}
	return nil
}

// findLevels computes the levels of all blocks.
func (c *encComponent) findLevels() {
	t := tokens.Get()
	c.levels = grown(c.levels, len(c.masks))
	for by := range c.blocksY {
		coefs, nonzero := c.row(by)
		for b, m := range nonzero {
			block := (*[64]int16)(coefs[b*64:])
			l := levels{t.Zigzag(m)}
			for rest := l[0]; rest != 0; rest &= rest - 1 {
				k := bits.TrailingZeros64(rest)
				v := int32(block[t.Position[k&63]&63])
				v = (v ^ v>>31) - v>>31
				// The sign of 1-v is that of v >= 2, and so on.
				l[1] |= uint64(uint32(1-v)>>31) << k
				l[2] |= uint64(uint32(3-v)>>31) << k
			}
			c.levels[by*c.blocksX+b] = l
		}
	}
}

// writeScans appends the scans of one step. Chroma scans share a table: two
// would cost more in a small picture and gain nothing in a large one.
func (e *encoder) writeScans(dst *bytes.Buffer, s *scanScript) {
	e.beginScans()
	if s.ss == 0 {
		e.dcScan()
		e.writeTables(dst, true)
		e.writeScan(dst, s, s.comps, e.tokens)
		return
	}
	var ends [3]int
	for i, comp := range s.comps {
		e.acScan(s, &e.comps[comp])
		ends[i] = len(e.tokens)
	}
	e.writeTables(dst, true)
	start := 0
	for i := range s.comps {
		e.writeScan(dst, s, s.comps[i:i+1], e.tokens[start:ends[i]])
		start = ends[i]
	}
}

// acScan appends the tokens of one component's AC scan.
func (e *encoder) acScan(s *scanScript, c *encComponent) {
	p := progressiveScan{freq: &e.freq, table: c.acToken(), position: &tokens.Get().Position, al: s.al, first: s.ss, last: s.se}
	band := uint64(2<<s.se - 1<<s.ss)
	for by := range c.blocksY {
		p.tokens = slices.Grow(e.tokens, c.blocksX*tokens.PerBlock)
		coefs, _ := c.row(by)
		for b, l := range c.levels[by*c.blocksX:][:c.blocksX] {
			block := (*[64]int16)(coefs[b*64:])
			if s.ah == 0 {
				p.firstAC(block, l[s.al]&band)
			} else {
				p.refineAC(block, l[s.al]&band, l[s.ah]&band)
			}
		}
		e.tokens = p.tokens
	}
	p.end()
	e.tokens = p.tokens
}

// dcScan makes the tokens of an interleaved DC scan (G.1.2.1). Blocks that only
// fill up an MCU repeat the value before them.
func (e *encoder) dcScan() {
	var pred [3]int32
	for my := range e.mcusY {
		e.tokens = slices.Grow(e.tokens, e.blocksPerMCU()*e.mcusX)
		for mx := range e.mcusX {
			for i := range e.comps {
				c := &e.comps[i]
				dc := c.dcToken()
				for by := my * c.V; by < (my+1)*c.V; by++ {
					for bx := mx * c.H; bx < (mx+1)*c.H; bx++ {
						t := dc
						if bx < c.blocksX && by < c.blocksY {
							coefs, _ := c.row(by)
							v := int32(coefs[bx*64])
							t += tokens.SizedValue(v - pred[i])
							pred[i] = v
						}
						e.tokens = append(e.tokens, t)
						e.freq[t>>16]++
					}
				}
			}
		}
	}
}

// progressiveScan makes the tokens of one scan of a progressive file.
//
// In a refinement scan the correction bits of coefficients that are already
// known come after the next symbol, which is not known when they are met. So a
// token is reserved for that symbol, slot, and the bits gather behind it.
type progressiveScan struct {
	position    *[64]uint8
	tokens      []token // with room for the row at hand
	freq        *[symbols]uint32
	table       token // the scan's AC table
	first, last int   // spectral selection
	al          int   // point transform

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
		p.fillSlot(p.eobToken())
	default:
		p.symbol(p.eobToken())
	}
}

// endBand counts a block whose band has ended.
func (p *progressiveScan) endBand() {
	if p.eobRun++; p.eobRun == maxEOBRun {
		p.endRun()
	}
}

// settled returns how many tokens will not change any more.
func (p *progressiveScan) settled() int {
	if p.reserved {
		return p.slot
	}
	return len(p.tokens)
}

// end closes the scan. Bits gather only where a run or a symbol follows, so a
// token still reserved then is the last one.
func (p *progressiveScan) end() {
	p.endRun()
	if p.reserved {
		p.tokens = p.tokens[:p.slot]
	}
}

// firstAC appends the tokens of a band's first scan in one block (G.1.2.2).
// sig says which of the band's coefficients are not zero after the point
// transform.
func (p *progressiveScan) firstAC(block *[64]int16, sig uint64) {
	next := p.first // the first coefficient after the last one coded
	for ; sig != 0; sig &= sig - 1 {
		k := bits.TrailingZeros64(sig)
		v := int32(block[p.position[k&63]&63])
		sign := v >> 31
		v = (((v^sign)-sign)>>(p.al&31) ^ sign) - sign // towards zero (G.1.2.1)
		p.endRun()
		run := k - next
		next = k + 1
		for ; run > 15; run -= 16 {
			p.symbol(p.table + tokens.ZRL<<16)
		}
		p.symbol(p.table + uint32(run)<<20 + tokens.SizedValue(v))
	}
	if next <= p.last {
		p.endBand()
	}
}

// reserve makes sure that a token waits for the next symbol.
func (p *progressiveScan) reserve() {
	if !p.reserved {
		p.slot, p.reserved = len(p.tokens), true
		p.tokens = append(p.tokens, 0)
	}
}

// fillSlot gives the reserved token its symbol: the bits behind it are complete.
func (p *progressiveScan) fillSlot(t token) {
	p.flushBits()
	p.tokens[p.slot] = t
	p.freq[t>>16]++
	p.reserved = false
}

// refineAC appends the tokens of a refinement scan in one block (G.1.2.3). sig
// says which of the band's coefficients are not zero, known which of them were
// so in the scan before.
func (p *progressiveScan) refineAC(block *[64]int16, sig, known uint64) {
	fresh := sig &^ known
	if fresh != 0 {
		p.endRun() // the bits gathered so far belong to it
	}
	p.reserve()
	lastFresh := bits.Len64(fresh) - 1
	next, zeros := p.first, 0 // zeros: since the last symbol
	corrections := false      // since the last symbol
	for ; sig != 0; sig &= sig - 1 {
		k := bits.TrailingZeros64(sig)
		zeros += k - next
		next = k + 1
		for ; zeros > 15 && k <= lastFresh; zeros -= 16 {
			p.fillSlot(p.table + tokens.ZRL<<16)
			p.reserve()
			corrections = false
		}
		v := int32(block[p.position[k&63]&63])
		if known>>k&1 != 0 {
			p.bit(uint32((v^v>>31)-v>>31) >> (p.al & 31) & 1)
			corrections = true
			continue
		}
		p.fillSlot(p.table + uint32(zeros)<<20 + 1<<16 + uint32(1+v>>31)) // the sign's bit: 1 is positive
		p.reserve()
		corrections, zeros = false, 0
	}
	if zeros+p.last+1-next > 0 || corrections {
		p.endBand()
	}
}
