package entropy

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/cpu"
	"imgpool/internal/kernel/kerneltest"
)

// spec is a Huffman table as in a DHT segment.
type spec struct {
	counts [16]uint8
	values [256]uint8
}

// randomSpec makes a code for n random symbols below limit, of any lengths;
// sometimes all strings have a meaning, sometimes not.
func randomSpec(rng *rand.Rand, n, limit int) *spec {
	s := new(spec)
	lengths := []int{0}
	for len(lengths) < n {
		i := rng.IntN(len(lengths))
		if rng.IntN(3) > 0 {
			i = slices.Index(lengths, slices.Min(lengths))
		}
		if lengths[i] == 16 {
			continue
		}
		lengths[i]++
		lengths = append(lengths, lengths[i])
	}
	if rng.IntN(2) == 0 {
		lengths = lengths[:len(lengths)-1]
	}
	for _, l := range lengths {
		s.counts[max(l, 1)-1]++
	}
	symbols := rng.Perm(limit)
	for i := range lengths {
		s.values[i] = uint8(symbols[i%limit])
	}
	return s
}

// photoSpec is a code for AC symbols with the lengths that photos have.
func photoSpec(rng *rand.Rand) *spec {
	s := &spec{counts: [16]uint8{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125}}
	symbols := []uint8{0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0xF0}
	for run := range 16 {
		for size := 1; size <= 10; size++ {
			if v := uint8(run<<4 | size); !slices.Contains(symbols, v) {
				symbols = append(symbols, v)
			}
		}
	}
	rng.Shuffle(len(symbols)-16, func(i, j int) { symbols[16+i], symbols[16+j] = symbols[16+j], symbols[16+i] })
	copy(s.values[:], symbols)
	return s
}

// slow decodes by the definition, a bit at a time.
type slow struct {
	data []byte
	pos  int // in bits
}

func (s *slow) bit() int {
	b := int(s.data[s.pos/8]) >> (7 - s.pos%8) & 1
	s.pos++
	return b
}

// symbol is T.81 F.2.2.3; -1 for a code that is not in the table.
func (s *slow) symbol(t *spec) int {
	code, first, index := 0, 0, 0
	for _, count := range t.counts {
		code = code<<1 | s.bit()
		if code-first < int(count) {
			return int(t.values[index+code-first])
		}
		index += int(count)
		first = (first + int(count)) << 1
	}
	return -1
}

// value is T.81 F.2.2.1 and F.2.2.4.
func (s *slow) value(size int) int {
	v := 0
	for range size {
		v = v<<1 | s.bit()
	}
	if size > 0 && v < 1<<(size-1) {
		v -= 1<<size - 1
	}
	return v
}

// slowPart is a Part with its tables' origin.
type slowPart struct {
	Part
	dc, ac *spec
}

// decodeSlow is Batch.Decode by its definition in the package comment. rows are
// the parts' rows of blocks.
func decodeSlow(s *slow, end int, pred *[4]int32, parts []slowPart, rows [][][]int16, mcus int) int {
	for m := range mcus {
		before := *pred
		var out [][64]int16
		for i := range parts {
			for range parts[i].H * parts[i].V {
				out = append(out, [64]int16{})
				if !s.block(&parts[i], &out[len(out)-1], &pred[i]) {
					*pred = before
					return m
				}
			}
		}
		if s.pos > end {
			return m
		}
		for i, p := range parts {
			for v := range p.V {
				for h := range p.H {
					b := rows[i][v][(m*p.H+h)*p.Edge*p.Edge:]
					for k, value := range out[0] {
						if x, y := int(zigzag[k])%8, int(zigzag[k])/8; x < p.Edge && y < p.Edge {
							b[y*p.Edge+x] = value
						}
					}
					out = out[1:]
				}
			}
		}
	}
	return mcus
}

// block decodes all coefficients of a block, in zigzag order.
func (s *slow) block(p *slowPart, out *[64]int16, pred *int32) bool {
	size := s.symbol(p.dc)
	if size < 0 || size > 15 {
		return false
	}
	*pred += int32(s.value(size))
	out[0] = int16(*pred)
	for k := 1; k < 64; k++ {
		symbol := s.symbol(p.ac)
		if symbol < 0 {
			return false
		}
		if symbol == 0 {
			return true
		}
		if symbol&15 == 0 && symbol != 0xF0 {
			return false
		}
		if k += symbol >> 4; k > 63 {
			return false
		}
		out[k] = int16(s.value(symbol & 15))
	}
	return true
}

// testCase is a stream with the MCUs that it is decoded into.
type testCase struct {
	data  []byte
	end   int
	parts []slowPart
	mcus  int
}

// newCase makes a case. data become the segment; without data a stream is
// written that can be decoded to its end, mostly.
func newCase(rng *rand.Rand, data []byte) *testCase {
	c := &testCase{mcus: 1 + rng.IntN(40)}
	left := MaxBlocks
	for len(c.parts) == 0 || len(c.parts) < MaxParts && left > 0 && rng.IntN(3) > 0 {
		p := slowPart{dc: randomSpec(rng, 2+rng.IntN(14), 12), ac: photoSpec(rng)}
		switch rng.IntN(4) {
		case 0:
			p.dc, p.ac = randomSpec(rng, 1+rng.IntN(30), 256), randomSpec(rng, 1+rng.IntN(255), 256)
		case 1:
			p.dc, p.ac = randomSpec(rng, 16, 16), randomSpec(rng, 100, 161)
		}
		p.DC, p.AC = new(DCTable), new(ACTable)
		p.DC.Build(&p.dc.counts, &p.dc.values)
		p.AC.Build(&p.ac.counts, &p.ac.values)
		p.H = 1 + rng.IntN(min(left, 4))
		p.V = 1 + rng.IntN(min(left/p.H, 4))
		p.Edge = 1 << rng.IntN(4)
		left -= p.H * p.V
		c.parts = append(c.parts, p)
	}
	if data == nil {
		data = c.write(rng)
	}
	c.end = len(data)
	c.data = append(slices.Clone(data), make([]byte, Padding)...)
	return c
}

// write writes MCUs of random symbols of the blocks' tables.
func (c *testCase) write(rng *rand.Rand) []byte {
	var w bitWriter
	for range c.mcus {
		for _, p := range c.parts {
			for range p.H * p.V {
				p.write(&w, rng)
			}
		}
	}
	w.put(0, 7)
	return w.out
}

// write writes a block of random symbols.
func (p *slowPart) write(w *bitWriter, rng *rand.Rand) {
	dc := p.dc.pick(rng, func(symbol int) bool { return symbol < 16 })
	w.put(dc.code, dc.length)
	w.put(rng.IntN(1<<dc.symbol), dc.symbol)
	for k := 1; k < 64; {
		ac := p.ac.pick(rng, func(symbol int) bool {
			return symbol == 0 || (symbol&15 > 0 || symbol == 0xF0) && k+symbol>>4 < 64
		})
		w.put(ac.code, ac.length)
		w.put(rng.IntN(1<<(ac.symbol&15)), ac.symbol&15)
		if ac.symbol == 0 {
			break
		}
		k += ac.symbol>>4 + 1
	}
}

// coded is a symbol with its code.
type coded struct{ symbol, code, length int }

// pick draws a symbol that ok allows, short codes more often; one that is not
// allowed if there is no other.
func (s *spec) pick(rng *rand.Rand, ok func(symbol int) bool) coded {
	var all []coded
	code, index := 0, 0
	for n, count := range s.counts {
		for range count {
			if v := int(s.values[index]); ok(v) {
				all = append(all, coded{v, code, n + 1})
			}
			code++
			index++
		}
		code <<= 1
	}
	if len(all) == 0 {
		return coded{}
	}
	return all[min(rng.IntN(len(all)), rng.IntN(len(all)))]
}

// bitWriter writes bits, the first one at the top of a byte.
type bitWriter struct {
	out []byte
	acc uint64
	n   int
}

func (w *bitWriter) put(v, n int) {
	w.acc = w.acc<<n | uint64(v)
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.acc>>(w.n-8)))
	}
}

// result is what a decoder makes of a case.
type result struct {
	rows     [][][]int16
	done     int
	position int // only if all MCUs were decoded
	pred     [4]int32
}

func (c *testCase) slow() *result {
	r := new(result)
	for _, p := range c.parts {
		var rows [][]int16
		for range p.V {
			rows = append(rows, make([]int16, c.mcus*p.H*p.Edge*p.Edge))
		}
		r.rows = append(r.rows, rows)
	}
	s := &slow{data: c.data}
	r.done = decodeSlow(s, 8*c.end, &r.pred, c.parts, r.rows, c.mcus)
	r.position = s.pos
	return r
}

// fast decodes in two calls, from data and into coefficients that end at
// pages without access.
func (c *testCase) fast(t testing.TB, split int) *result {
	data := kerneltest.Guarded(t, len(c.data), false)
	copy(data, c.data)
	var parts []Part
	for _, p := range c.parts {
		parts = append(parts, p.Part)
	}
	var b Batch
	b.Reset(parts, c.mcus)
	b.coef = kerneltest.GuardedInt16s(t, len(b.coef), split%2 == 0)
	var s Stream
	s.Start(data, 0, c.end)
	r := &result{done: b.Decode(&s, 0, split)}
	if r.done == split {
		r.done += b.Decode(&s, split, c.mcus-split)
	}
	for i, p := range parts {
		var rows [][]int16
		for v := range p.V {
			rows = append(rows, b.Row(i, v))
		}
		r.rows = append(r.rows, rows)
	}
	r.position, r.pred = s.Position(), s.pred
	return r
}

// check requires that all paths agree with the definition.
func (c *testCase) check(t testing.TB, split int) {
	t.Helper()
	want := c.slow()
	for _, p := range cpu.Paths() {
		restore := cpu.Use(p)
		got := c.fast(t, split)
		restore()
		if got.done != want.done {
			t.Fatalf("%v: %d MCUs, want %d", p, got.done, want.done)
		}
		for i := range want.rows {
			for v := range want.rows[i] {
				if !slices.Equal(got.rows[i][v], want.rows[i][v]) {
					t.Fatalf("%v: coefficients of part %d, row %d differ", p, i, v)
				}
			}
		}
		if got.done == c.mcus && (got.position != want.position || got.pred != want.pred) {
			t.Fatalf("%v: at bit %d with %v; want %d, %v", p, got.position, got.pred, want.position, want.pred)
		}
	}
}

// TestDecode runs random streams through all paths.
func TestDecode(t *testing.T) {
	complete := 0
	for seed := range uint64(700) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var data []byte
		if seed%4 == 0 {
			data = make([]byte, rng.IntN(1+rng.IntN(3000)))
			for i := range data {
				data[i] = byte(rng.Uint32())
			}
		}
		c := newCase(rng, data)
		if seed%4 == 1 && c.end > 0 {
			c.data[rng.IntN(c.end)] ^= 1 << rng.IntN(8)
		}
		c.check(t, rng.IntN(c.mcus+1))
		if c.slow().done == c.mcus {
			complete++
		}
	}
	if complete < 280 {
		t.Errorf("only %d of 700 streams can be decoded to their end", complete)
	}
}

// FuzzDecode is TestDecode on the fuzzer's bytes.
func FuzzDecode(f *testing.F) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, rng.IntN(500))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		f.Add(seed, data)
	}
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		rng := rand.New(rand.NewPCG(seed, 0))
		c := newCase(rng, data)
		c.check(t, rng.IntN(c.mcus+1))
	})
}

// TestTables compares each entry with the symbols that its index begins with.
func TestTables(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 2))
		ac := photoSpec(rng)
		dc := randomSpec(rng, 12, 12)
		if seed%2 == 1 {
			ac, dc = randomSpec(rng, 1+rng.IntN(255), 256), randomSpec(rng, 1+rng.IntN(20), 256)
		}
		at, dt := new(ACTable), new(DCTable)
		at.Build(&ac.counts, &ac.values)
		dt.Build(&dc.counts, &dc.values)
		for i, e := range dt.fast {
			if want := dcEntry(dc, i); e != want {
				t.Fatalf("fast[%0*b] = %#x, want %#x", dcBits, i, e, want)
			}
		}
		for i, e := range at.value {
			if want := valueEntry(ac, i); e != want {
				t.Fatalf("value[%0*b] = %#x, want %#x", valueBits, i, e, want)
			}
		}
		for i, e := range at.skip {
			if want := skipEntry(ac, i); e != want {
				t.Fatalf("skip[%0*b] = %#x, want %#x", skipBits, i, e, want)
			}
		}
	}
}

// index returns a reader of the bits of a table's index; more bits follow it
// than any symbol takes, and they are zero.
func index(i, bits int) *slow {
	return &slow{data: binary.BigEndian.AppendUint64(nil, uint64(i)<<(64-bits))}
}

// dcEntry is the entry for the index i by the definition of its fields.
func dcEntry(s *spec, i int) uint32 {
	r := index(i, dcBits)
	size := r.symbol(s)
	length := r.pos
	switch {
	case size < 0 || size > 15 || length > dcBits || length+size > maxTaken:
		return dcEscape
	case length+size > dcBits:
		return uint32(length+size) | longValue | uint32(length)<<valueShift | uint32(size)<<(valueShift+8)
	}
	return uint32(length+size) | uint32(r.value(size))<<valueShift
}

// known returns the AC symbol at r, if its code and value take up to most bits:
// its advance, the length of its code, and its size.
func (r *slow) known(s *spec, codeMost, most int) (advance, length, size int, ok bool) {
	before := r.pos
	symbol := r.symbol(s)
	length, size = r.pos-before, symbol&15
	switch {
	case symbol < 0 || length > codeMost || length+size > most:
		return 0, 0, 0, false
	case symbol == 0:
		return endOfBlock, length, 0, true
	case size == 0 && symbol != 0xF0:
		return 0, 0, 0, false
	}
	return symbol>>4 + 1, length, size, true
}

// valueEntry is the entry for the index i by the definition of its fields.
func valueEntry(s *spec, i int) uint64 {
	r := index(i, valueBits)
	advance, length, size, ok := r.known(s, valueBits, maxTaken)
	if !ok {
		return valueEscape
	}
	e := uint64(advance) << firstShift
	if length+size > valueBits {
		return e | uint64(length+size) | longValue | uint64(advance)<<advanceShift |
			uint64(length)<<value1Shift | uint64(size)<<(value1Shift+8)
	}
	v := uint64(uint16(r.value(size)))
	e |= v << value1Shift
	if advance != endOfBlock {
		first := r.pos
		if a, l, size2, ok := r.known(s, valueBits-first, valueBits-first); ok {
			advance += a
			length += l + size2
			v = uint64(uint16(r.value(size2)))
		}
	}
	return e | uint64(length+size) | uint64(advance)<<advanceShift | v<<value2Shift
}

// skipEntry joins the symbols of which the code lies within the index, as long
// as the sums stay within the bounds of an entry.
func skipEntry(s *spec, i int) uint16 {
	r := index(i, skipBits)
	var symbols []int
	var ends []int
	for r.pos < skipBits {
		symbol := r.symbol(s)
		if symbol < 0 || r.pos > skipBits || symbol&15 == 0 && symbol != 0 && symbol != 0xF0 {
			break
		}
		r.pos += symbol & 15
		symbols, ends = append(symbols, symbol), append(ends, r.pos)
		if symbol == 0 {
			break
		}
	}
	// From the last symbol on, as the table is built: a tail that does not fit
	// behind a symbol is left out as a whole.
	e := uint16(acEscape)
	for j := len(symbols) - 1; j >= 0; j-- {
		begin := 0
		if j > 0 {
			begin = ends[j-1]
		}
		taken := ends[j] - begin
		if taken > maxTaken {
			e = acEscape
			continue
		}
		advance := endOfBlock
		if symbols[j] != 0 {
			advance = symbols[j]>>4 + 1
		}
		own := uint16(taken | advance<<advanceShift)
		sum := own + e
		if e != acEscape && sum&lengthMask <= maxTaken && sum>>advanceShift&(endOfBlock-1) < 64 {
			e = sum
		} else {
			e = own
		}
	}
	return e
}

// TestMisuse: what callers get wrong must not reach assembly.
func TestMisuse(t *testing.T) {
	var s Stream
	part := Part{DC: new(DCTable), AC: new(ACTable), H: 1, V: 1, Edge: 1}
	with := func(f func(p *Part)) []Part {
		p := part
		f(&p)
		return []Part{p}
	}
	var b Batch
	b.Reset([]Part{part}, 4)
	for name, f := range map[string]func(){
		"no padding":       func() { s.Start(make([]byte, 100), 0, 100) },
		"negative start":   func() { s.Start(make([]byte, 9000), -1, 100) },
		"end before start": func() { s.Start(make([]byte, 9000), 100, 99) },
		"no stream":        func() { b.Decode(&Stream{}, 0, 1) },
		"no batch":         func() { new(Batch).Decode(&s, 0, 1) },
		"behind the batch": func() { b.Decode(&s, 3, 2) },
		"before the batch": func() { b.Decode(&s, -1, 2) },
		"fewer than none":  func() { b.Decode(&s, 1, -1) },
		"no parts":         func() { b.Reset(nil, 4) },
		"many parts":       func() { b.Reset(slices.Repeat([]Part{part}, 5), 4) },
		"many blocks":      func() { b.Reset(with(func(p *Part) { p.H, p.V = 3, 4 }), 4) },
		"no blocks":        func() { b.Reset(with(func(p *Part) { p.H = 0 }), 4) },
		"edge 3":           func() { b.Reset(with(func(p *Part) { p.Edge = 3 }), 4) },
		"edge 16":          func() { b.Reset(with(func(p *Part) { p.Edge = 16 }), 4) },
		"no MCUs":          func() { b.Reset([]Part{part}, 0) },
		"no table":         func() { b.Reset(with(func(p *Part) { p.DC = nil }), 4) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// BenchmarkDecode measures a stream with codes like those of photos.
func BenchmarkDecode(b *testing.B) {
	for _, edge := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("edge%d", edge), func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				c := newCase(rng, []byte{})
				p := slowPart{dc: randomSpec(rng, 12, 12), ac: photoSpec(rng)}
				p.DC, p.AC, p.H, p.V, p.Edge = new(DCTable), new(ACTable), 1, 1, edge
				p.DC.Build(&p.dc.counts, &p.dc.values)
				p.AC.Build(&p.ac.counts, &p.ac.values)
				c.parts, c.mcus = []slowPart{p}, 1000
				data := c.write(rng)
				b.SetBytes(int64(len(data)))
				padded := append(slices.Clone(data), make([]byte, Padding)...)
				var batch Batch
				batch.Reset([]Part{p.Part}, c.mcus)
				for b.Loop() {
					var s Stream
					s.Start(padded, 0, len(data))
					if n := batch.Decode(&s, 0, c.mcus); n != c.mcus {
						b.Fatalf("%d of %d MCUs", n, c.mcus)
					}
				}
			})
		})
	}
}

// BenchmarkBuild measures building the tables of a component.
func BenchmarkBuild(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	dc, ac := randomSpec(rng, 12, 12), photoSpec(rng)
	dt, at := new(DCTable), new(ACTable)
	for b.Loop() {
		dt.Build(&dc.counts, &dc.values)
		at.Build(&ac.counts, &ac.values)
	}
}
