package jpeg

import (
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// synth writes sequential JPEG files from coefficients, with every freedom that
// the format leaves and that encoders seldom use.
type synth struct {
	width, height int
	comps         []synthComponent
	quant         [4]*[64]uint16 // natural order; nil: not in the file
	interval      int            // restart interval
	scans         [][]int        // components of each scan; nil: one scan of all
	extended      bool           // SOF1
	wideQuant     bool           // 16-bit quantisation tables
	fill          int            // fill bytes before each marker
	noEnd         bool           // no EOI
	noTables      bool           // no DHT: the codes of annex K, which hold symbols of 8-bit samples only
	oddCodes      bool           // codes that have nothing to do with frequencies, of up to 16 bits
	rng           *rand.Rand     // for oddCodes
}

// synthComponent has the coefficients of paddedX x paddedY blocks.
type synthComponent struct {
	h, v, tq int
	coef     [][64]int16
}

// newSynth makes a file with random coefficients: strength 0 gives an empty
// picture, 1 what photos have, 2 values up to the format's limits.
func newSynth(rng *rand.Rand, width, height, strength int, sampling ...[2]int) *synth {
	s := &synth{width: width, height: height, rng: rng}
	for i, hv := range sampling {
		s.comps = append(s.comps, synthComponent{h: hv[0], v: hv[1], tq: min(i, 1)})
	}
	for i := range 2 {
		s.quant[i] = new([64]uint16)
		for j := range s.quant[i] {
			s.quant[i][j] = uint16(1 + rng.IntN(24+8*j/(1+i)))
		}
	}
	f := newFrame(s.header())
	for i := range s.comps {
		c := &s.comps[i]
		c.coef = make([][64]int16, f.comps[i].paddedX*f.comps[i].paddedY)
		for n := range c.coef {
			randomBlock(rng, strength, &c.coef[n])
		}
	}
	return s
}

func randomBlock(rng *rand.Rand, strength int, b *[64]int16) {
	switch strength {
	case 1:
		b[0] = int16(rng.IntN(256) - 128)
		for k := 1; k < 64 && rng.IntN(12) > 0; k++ {
			if rng.IntN(3) > 0 {
				b[zigzag[k]] = int16(rng.NormFloat64() * 60 / float64(k))
			}
		}
	case 2:
		b[0] = int16(rng.IntN(1<<15) - 1<<14)
		for k := 1; k < 64; k += 1 + rng.IntN(1+rng.IntN(40)) {
			b[zigzag[k]] = int16(rng.IntN(1<<16-1)-(1<<15-1)) >> rng.IntN(16)
		}
	}
}

// moderate divides the coefficients by the quantisation, so that they stay in
// the range that 8-bit samples have: jpegn rounds differently beyond.
func (s *synth) moderate() {
	for _, c := range s.comps {
		for n := range c.coef {
			for k, v := range c.coef[n] {
				c.coef[n][k] = max(-1023, min(1023, v)) / int16(s.quant[c.tq][k])
			}
		}
	}
}

// header is what Parse makes of the file, as far as newFrame asks for it.
func (s *synth) header() *Header {
	h := &Header{Width: s.width, Height: s.height}
	for i, c := range s.comps {
		h.Components = append(h.Components, Component{ID: uint8(i + 1), H: c.h, V: c.v, TQ: c.tq})
	}
	return h
}

// bytes writes the file.
func (s *synth) bytes() []byte {
	out := []byte{0xFF, mSOI}
	segment := func(marker byte, body []byte) {
		for range s.fill {
			out = append(out, 0xFF)
		}
		out = append(out, 0xFF, marker, byte((len(body)+2)>>8), byte(len(body)+2))
		out = append(out, body...)
	}
	for i, q := range s.quant {
		if q != nil {
			segment(mDQT, s.quantTable(i))
		}
	}
	marker := byte(mSOF0)
	if s.extended {
		marker = mSOF1
	}
	sof := []byte{8, byte(s.height >> 8), byte(s.height), byte(s.width >> 8), byte(s.width), byte(len(s.comps))}
	for i, c := range s.comps {
		sof = append(sof, byte(i+1), byte(c.h<<4|c.v), byte(c.tq))
	}
	segment(marker, sof)
	if s.interval > 0 {
		segment(mDRI, binary.BigEndian.AppendUint16(nil, uint16(s.interval)))
	}
	scans := s.scans
	if scans == nil {
		scans = [][]int{nil}
		for i := range s.comps {
			scans[0] = append(scans[0], i)
		}
	}
	dc, ac := s.codes(scans)
	for i := range 2 {
		if !s.noTables {
			segment(mDHT, append(append([]byte{byte(i)}, dc[i].spec.counts[:]...), dc[i].spec.values[:dc[i].n]...))
			segment(mDHT, append(append([]byte{byte(0x10 | i)}, ac[i].spec.counts[:]...), ac[i].spec.values[:ac[i].n]...))
		}
	}
	for _, scan := range scans {
		sos := []byte{byte(len(scan))}
		for _, i := range scan {
			sos = append(sos, byte(i+1), byte(min(i, 1)*0x11))
		}
		segment(mSOS, append(sos, 0, 63, 0))
		w := &synthBits{out: out, fill: s.fill}
		s.symbols(scan, func(class, id, symbol, value, size int) {
			t := dc[id]
			if class == 1 {
				t = ac[id]
			}
			w.put(t.code[symbol], t.length[symbol])
			w.put(value, size)
		}, w.restart)
		w.align()
		out = w.out
	}
	if !s.noEnd {
		out = append(out, 0xFF, mEOI)
	}
	return out
}

func (s *synth) quantTable(i int) []byte {
	b := []byte{byte(i)}
	if s.wideQuant {
		b[0] |= 0x10
	}
	for _, z := range zigzag {
		if s.wideQuant {
			b = append(b, byte(s.quant[i][z]>>8))
		}
		b = append(b, byte(s.quant[i][z]))
	}
	return b
}

// symbols calls emit for each symbol of a scan, with the value bits that follow
// it, and restart between intervals.
func (s *synth) symbols(parts []int, emit func(class, id, symbol, value, size int), restart func(n int)) {
	p := &refPicture{frame: newFrame(s.header())}
	layout := &scan{}
	for i := range p.frame.comps {
		p.comps = append(p.comps, refComponent{component: &p.frame.comps[i]})
	}
	for _, i := range parts {
		layout.comps = append(layout.comps, scanComponent{index: i})
	}
	total, units := p.mcus(layout)
	var pred [4]int16
	for i := range total {
		if s.interval > 0 && i > 0 && i%s.interval == 0 {
			restart(i/s.interval - 1)
			pred = [4]int16{}
		}
		for _, u := range units(i) {
			c := parts[u.sc]
			block := &s.comps[c].coef[u.n]
			value, size := magnitude(int(block[0]) - int(pred[u.sc]))
			pred[u.sc] = block[0]
			emit(0, min(c, 1), size, value, size)
			run := 0
			for k := 1; k < 64; k++ {
				v := block[zigzag[k]]
				if v == 0 {
					run++
					continue
				}
				for ; run > 15; run -= 16 {
					emit(1, min(c, 1), 0xF0, 0, 0)
				}
				value, size := magnitude(int(v))
				emit(1, min(c, 1), run<<4|size, value, size)
				run = 0
			}
			if run > 0 {
				emit(1, min(c, 1), 0, 0, 0)
			}
		}
	}
}

// magnitude is the size category of v and the bits that stand for it (F.1.2.1).
func magnitude(v int) (value, size int) {
	size = bits.Len(uint(max(v, -v)))
	if v < 0 {
		v += 1<<size - 1
	}
	return v, size
}

// synthCode is a Huffman code for encoding.
type synthCode struct {
	spec   huffSpec
	n      int
	code   [256]int
	length [256]int
}

// codes makes the codes of both tables of both classes for the symbols of all
// scans.
func (s *synth) codes(scans [][]int) (dc, ac [2]*synthCode) {
	var count [2][2][256]int
	for _, scan := range scans {
		s.symbols(scan, func(class, id, symbol, _, _ int) { count[class][id][symbol]++ }, func(int) {})
	}
	for id := range 2 {
		if s.noTables {
			dc[id], ac[id] = newSynthCode(annexKDC[id]), newSynthCode(annexKAC[id])
			continue
		}
		dc[id], ac[id] = newSynthCode(s.spec(&count[0][id])), newSynthCode(s.spec(&count[1][id]))
	}
	return dc, ac
}

// spec makes a table for symbols that occur so many times.
func (s *synth) spec(count *[256]int) *huffSpec {
	type leaf struct{ symbol, length int }
	var leaves []leaf
	total := 0
	for _, n := range count {
		total += n
	}
	for symbol, n := range count {
		if n > 0 {
			leaves = append(leaves, leaf{symbol, max(1, int(math.Ceil(-math.Log2(float64(n)/float64(total+1)))))})
		}
	}
	if s.oddCodes {
		// Split random leaves of a tree, the last one first, so that long codes are
		// frequent.
		lengths := []int{0}
		for len(lengths) < len(leaves)+1 {
			i := len(lengths) - 1
			if lengths[i] == 16 || s.rng.IntN(3) == 0 {
				i = slices.IndexFunc(lengths, func(n int) bool { return n < 16 })
			}
			lengths[i]++
			lengths = append(lengths, lengths[i])
		}
		s.rng.Shuffle(len(lengths), func(i, j int) { lengths[i], lengths[j] = lengths[j], lengths[i] })
		for i := range leaves {
			leaves[i].length = lengths[i]
		}
	}
	spec := new(huffSpec)
	slices.SortStableFunc(leaves, func(a, b leaf) int { return a.length - b.length })
	for i, l := range leaves {
		spec.values[i] = uint8(l.symbol)
		spec.counts[min(l.length, 16)-1]++
	}
	return spec
}

func newSynthCode(spec *huffSpec) *synthCode {
	c := &synthCode{spec: *spec}
	code := 0
	for length, count := range spec.counts {
		for range count {
			symbol := spec.values[c.n]
			c.code[symbol], c.length[symbol] = code, length+1
			code++
			c.n++
		}
		code <<= 1
	}
	return c
}

// synthBits writes bits with stuffing.
type synthBits struct {
	out  []byte
	acc  uint64
	n    int
	fill int
}

func (w *synthBits) put(v, n int) {
	w.acc = w.acc<<n | uint64(v)
	w.n += n
	for w.n >= 8 {
		w.n -= 8
		b := byte(w.acc >> w.n)
		w.out = append(w.out, b)
		if b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

// align fills up the last byte with ones (F.1.2.3).
func (w *synthBits) align() {
	if w.n > 0 {
		w.put(1<<(8-w.n)-1, 8-w.n)
	}
}

func (w *synthBits) restart(n int) {
	w.align()
	for range w.fill {
		w.out = append(w.out, 0xFF)
	}
	w.out = append(w.out, 0xFF, mRST0+byte(n&7))
}
