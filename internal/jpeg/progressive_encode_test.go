package jpeg

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// A progressive encoder for the tests: it writes any coefficients by any script
// of scans, also by scripts that no encoder would use.

// testScan is one scan of a script.
type testScan struct {
	comps          []int // indices of components
	ss, se, ah, al int
	interval       int // restart interval in MCUs; 0 is none
	maxRun         int // longest end-of-band run, 0 for the longest there is
	overrun        int // blocks that the last end-of-band run of an interval goes too far
}

// scanToken is a Huffman symbol of a table, or none, and bits behind it.
type scanToken struct {
	table  int // 0-3 DC, 4-7 AC, -1 no symbol
	symbol uint8
	bits   uint32
	n      int
}

// scanEncoder writes one scan.
type scanEncoder struct {
	p       *refPicture
	s       testScan
	tokens  []scanToken
	pred    [4]int
	run     int         // blocks of the end-of-band run that is not written yet
	pending []scanToken // correction bits behind that run
}

// encodeProgressive writes p's coefficients by the script.
func encodeProgressive(p *refPicture, script []testScan) []byte {
	out := []byte{0xFF, mSOI}
	for tq := range 4 {
		body := []byte{byte(tq)}
		for k := range 64 {
			body = append(body, byte(1+k/4+tq))
		}
		out = appendSegment(out, mDQT, body)
	}
	f := p.frame
	body := []byte{8, byte(f.Height >> 8), byte(f.Height), byte(f.Width >> 8), byte(f.Width), byte(len(f.comps))}
	for _, c := range f.comps {
		body = append(body, c.ID, byte(c.H<<4|c.V), byte(c.TQ))
	}
	out = appendSegment(out, mSOF2, body)
	interval := 0
	for _, s := range script {
		if s.interval != interval {
			interval = s.interval
			out = appendSegment(out, mDRI, binary.BigEndian.AppendUint16(nil, uint16(interval)))
		}
		out = (&scanEncoder{p: p, s: s}).scan(out)
	}
	return append(out, 0xFF, mEOI)
}

func appendSegment(out []byte, marker byte, body []byte) []byte {
	out = append(out, 0xFF, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(out, body...)
}

// scan writes the scan with tables made for it.
func (e *scanEncoder) scan(out []byte) []byte {
	var ps scan
	for _, i := range e.s.comps {
		ps.comps = append(ps.comps, scanComponent{index: i})
	}
	total, units := e.p.mcus(&ps)
	var segments [][]scanToken
	for i := range total {
		if i > 0 && e.s.interval > 0 && i%e.s.interval == 0 {
			segments = append(segments, e.flush())
		}
		for _, u := range units(i) {
			e.block(u.sc, &e.p.comps[e.s.comps[u.sc]].coef[u.n])
		}
	}
	segments = append(segments, e.flush())

	var count [8][256]int
	for _, seg := range segments {
		for _, t := range seg {
			if t.table >= 0 {
				count[t.table][t.symbol]++
			}
		}
	}
	var tables [8]scanTable
	for i := range tables {
		tables[i] = newScanTable(&count[i])
		if len(tables[i].values) > 0 {
			body := append([]byte{byte(i/4<<4 | i%4)}, tables[i].counts[:]...)
			out = appendSegment(out, mDHT, append(body, tables[i].values...))
		}
	}
	head := []byte{byte(len(e.s.comps))}
	for k, i := range e.s.comps {
		head = append(head, e.p.frame.comps[i].ID, byte(k<<4|k))
	}
	head = append(head, byte(e.s.ss), byte(e.s.se), byte(e.s.ah<<4|e.s.al))
	out = appendSegment(out, mSOS, head)
	for i, seg := range segments {
		if i > 0 {
			out = append(out, 0xFF, byte(mRST0+(i-1)%8))
		}
		out = appendScanTokens(out, seg, &tables)
	}
	return out
}

// flush ends a restart interval.
func (e *scanEncoder) flush() []scanToken {
	if e.run > 0 {
		e.run += e.s.overrun
	}
	e.endRun()
	e.pred = [4]int{}
	t := e.tokens
	e.tokens = nil
	return t
}

// appendScanTokens writes bits, padded with ones and stuffed.
func appendScanTokens(out []byte, tokens []scanToken, tables *[8]scanTable) []byte {
	var word uint64
	used := 0
	put := func(v uint32, n int) {
		for i := n - 1; i >= 0; i-- {
			word = word<<1 | uint64(v>>i&1)
			if used++; used%8 == 0 {
				out = append(out, byte(word))
				if byte(word) == 0xFF {
					out = append(out, 0)
				}
			}
		}
	}
	for _, t := range tokens {
		if t.table >= 0 {
			c := tables[t.table].code[t.symbol]
			put(c.bits, c.n)
		}
		put(t.bits, t.n)
	}
	for used%8 != 0 {
		put(1, 1)
	}
	return out
}

// block encodes one block of component number k of the scan.
func (e *scanEncoder) block(k int, coef *[64]int16) {
	s := &e.s
	switch {
	case s.ss == 0 && s.ah == 0:
		v := int(coef[0]) >> s.al
		bits, n := magnitudeBits(v - e.pred[k])
		e.pred[k] = v
		e.tokens = append(e.tokens, scanToken{k, uint8(n), bits, n})
	case s.ss == 0:
		e.tokens = append(e.tokens, scanToken{-1, 0, uint32(coef[0]>>s.al) & 1, 1})
	case s.ah == 0:
		e.acFirst(coef)
	default:
		e.acRefine(coef)
	}
}

// magnitudeBits returns the bits of T.81 F.1.2.1 for v and their number.
func magnitudeBits(v int) (bits uint32, n int) {
	a := max(v, -v)
	for a>>n != 0 {
		n++
	}
	if v < 0 {
		v += 1<<n - 1
	}
	return uint32(v), n
}

// acFirst is figure G.3.
func (e *scanEncoder) acFirst(coef *[64]int16) {
	run := 0
	for k := e.s.ss; k <= e.s.se; k++ {
		v := int(coef[zigzag[k]])
		if v < 0 {
			v = -(-v >> e.s.al)
		} else {
			v >>= e.s.al
		}
		if v == 0 {
			run++
			continue
		}
		e.endRun()
		for ; run > 15; run -= 16 {
			e.tokens = append(e.tokens, scanToken{4, 0xF0, 0, 0})
		}
		bits, n := magnitudeBits(v)
		e.tokens = append(e.tokens, scanToken{4, uint8(run<<4 | n), bits, n})
		run = 0
	}
	if run > 0 {
		e.extendRun(nil)
	}
}

// acRefine is figure G.7.
func (e *scanEncoder) acRefine(coef *[64]int16) {
	s := &e.s
	last := 0 // the last coefficient that is new in this scan
	for k := s.ss; k <= s.se; k++ {
		if a := abs16(coef[zigzag[k]]); a>>s.al == 1 {
			last = k
		}
	}
	run := 0
	var corrections []scanToken
	for k := s.ss; k <= s.se; k++ {
		v := coef[zigzag[k]]
		a := abs16(v) >> s.al
		if a == 0 {
			run++
			if run == 16 && k < last {
				e.endRun()
				e.tokens = append(append(e.tokens, scanToken{4, 0xF0, 0, 0}), corrections...)
				corrections, run = nil, 0
			}
			continue
		}
		if a > 1 {
			corrections = append(corrections, scanToken{-1, 0, uint32(a & 1), 1})
			continue
		}
		e.endRun()
		sign := uint32(1)
		if v < 0 {
			sign = 0
		}
		e.tokens = append(append(e.tokens, scanToken{4, uint8(run<<4 | 1), sign, 1}), corrections...)
		corrections, run = nil, 0
	}
	if run > 0 || len(corrections) > 0 {
		e.extendRun(corrections)
	}
}

func abs16(v int16) int { return max(int(v), -int(v)) }

// extendRun lets the end-of-band run cover the present block.
func (e *scanEncoder) extendRun(corrections []scanToken) {
	e.run++
	e.pending = append(e.pending, corrections...)
	limit := 0x7FFF
	if e.s.maxRun > 0 {
		limit = e.s.maxRun
	}
	if e.run == limit {
		e.endRun()
	}
}

// endRun writes the end-of-band run.
func (e *scanEncoder) endRun() {
	if e.run == 0 {
		return
	}
	n := 0
	for e.run>>(n+1) != 0 {
		n++
	}
	e.tokens = append(e.tokens, scanToken{4, uint8(n << 4), uint32(e.run - 1<<n), n})
	e.tokens = append(e.tokens, e.pending...)
	e.run, e.pending = 0, nil
}

// scanTable is a Huffman table to encode with.
type scanTable struct {
	counts [16]byte
	values []byte
	code   [256]struct {
		bits uint32
		n    int
	}
}

// newScanTable gives each symbol a code as long as its share demands, rounded
// up, and at most 16 bits: longer than the best ones, so there are gaps.
func newScanTable(count *[256]int) (t scanTable) {
	total := 0
	for _, n := range count {
		total += n
	}
	var length [256]int
	for s, n := range count {
		if n > 0 {
			length[s] = min(max(1, int(math.Ceil(-math.Log2(0.98*float64(n)/float64(total))))), 16)
		}
	}
	code := uint32(0)
	for l := 1; l <= 16; l++ {
		for s := range length {
			if length[s] == l {
				t.counts[l-1]++
				t.values = append(t.values, byte(s))
				t.code[s].bits, t.code[s].n = code, l
				code++
			}
		}
		code <<= 1
	}
	return t
}

// testPicture makes coefficients: many blocks are empty, most others have
// small coefficients in front, some are dense.
func testPicture(rng *rand.Rand, width, height int, sampling ...[2]int) *refPicture {
	h := &Header{Width: width, Height: height, Precision: 8, Progressive: true}
	for i, s := range sampling {
		h.Components = append(h.Components, Component{ID: uint8(i + 1), H: s[0], V: s[1], TQ: i})
	}
	p := &refPicture{frame: newFrame(h)}
	for i := range p.frame.comps {
		c := &p.frame.comps[i]
		coef := make([][64]int16, c.paddedX*c.paddedY)
		for y := range c.blocksY {
			for x := range c.blocksX {
				testBlock(rng, &coef[y*c.paddedX+x])
			}
		}
		p.comps = append(p.comps, refComponent{component: c, coef: coef})
	}
	return p
}

// testBlock fills one block.
func testBlock(rng *rand.Rand, coef *[64]int16) {
	coef[0] = int16(rng.IntN(2048) - 1024)
	density, size := 0, 3
	switch rng.IntN(8) {
	case 0, 1, 2: // empty
	case 3, 4, 5:
		density = 1 + rng.IntN(20)
	case 6:
		density, size = 64, 5
	case 7:
		density, size = 100, 10
	}
	for k := 1; k < 64; k++ {
		if rng.IntN(64) < density*(80-k)/64 {
			coef[zigzag[k]] = int16(rng.IntN(2<<size)-1<<size) >> rng.IntN(size+1)
		}
	}
}
