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

// slowBlock is a Block with its tables' origin.
type slowBlock struct {
	Block
	dc, ac *spec
}

// decodeSlow is Decode by its definition in the package comment.
func decodeSlow(s *slow, end int, pred *[4]int32, blocks []slowBlock, coef []int16, mcus int) int {
	for done := range mcus {
		out := make([][64]int16, len(blocks))
		for i := range blocks {
			if !s.block(&blocks[i], &out[i], pred) {
				return done
			}
		}
		if s.pos > end {
			return done
		}
		for i := range blocks {
			b := &blocks[i]
			for k, v := range out[i] {
				if k == 0 || b.Slots[k] > 0 {
					coef[b.Next+int(b.Slots[k])] = v
				}
			}
			b.Next += b.Step
		}
	}
	return mcus
}

// block decodes all coefficients of a block, in zigzag order.
func (s *slow) block(b *slowBlock, out *[64]int16, pred *[4]int32) bool {
	size := s.symbol(b.dc)
	if size < 0 || size > 15 {
		return false
	}
	pred[b.Comp] += int32(s.value(size))
	out[0] = int16(pred[b.Comp])
	for k := 1; k < 64; k++ {
		symbol := s.symbol(b.ac)
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

// slotsFor keeps every coefficient up to limit but every skip-th.
func slotsFor(limit, skip int) (slots *[256]uint8, size int) {
	slots = new([256]uint8)
	size = 1
	for k := 1; k <= limit; k++ {
		if k%skip != 0 || k == limit {
			slots[k] = uint8(size)
			size++
		}
	}
	return slots, size
}

// testCase is a stream with the blocks that it is decoded into.
type testCase struct {
	data   []byte
	end    int
	blocks []slowBlock
	coefs  int
	mcus   int
}

// newCase makes a case. data become the segment; without data a stream is
// written that can be decoded to its end, mostly.
func newCase(rng *rand.Rand, data []byte) *testCase {
	c := &testCase{mcus: rng.IntN(40)}
	type pair struct {
		dc, ac *spec
		dt     *DCTable
		at     *ACTable
	}
	var pairs []pair
	for range 1 + rng.IntN(2) {
		p := pair{dc: randomSpec(rng, 2+rng.IntN(14), 12), ac: photoSpec(rng), dt: new(DCTable), at: new(ACTable)}
		switch rng.IntN(4) {
		case 0:
			p.dc, p.ac = randomSpec(rng, 1+rng.IntN(30), 256), randomSpec(rng, 1+rng.IntN(255), 256)
		case 1:
			p.dc, p.ac = randomSpec(rng, 16, 16), randomSpec(rng, 100, 161)
		}
		p.dt.Build(&p.dc.counts, &p.dc.values)
		p.at.Build(&p.ac.counts, &p.ac.values)
		pairs = append(pairs, p)
	}
	for range 1 + rng.IntN(10) {
		p := pairs[rng.IntN(len(pairs))]
		slots, size := slotsFor([]int{0, 0, 4, 24, 63, rng.IntN(64)}[rng.IntN(6)], 2+rng.IntN(60))
		limit := 0
		for k, slot := range slots {
			if slot > 0 {
				limit = k
			}
		}
		c.blocks = append(c.blocks, slowBlock{
			Block: Block{DC: p.dt, AC: p.at, Slots: slots, Limit: limit, Size: size, Comp: rng.IntN(4), Next: c.coefs, Step: size},
			dc:    p.dc, ac: p.ac,
		})
		c.coefs += size * c.mcus
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
		for _, b := range c.blocks {
			dc := b.dc.pick(rng, func(symbol int) bool { return symbol < 16 })
			w.put(dc.code, dc.length)
			w.put(rng.IntN(1<<dc.symbol), dc.symbol)
			for k := 1; k < 64; {
				ac := b.ac.pick(rng, func(symbol int) bool {
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
	}
	w.put(0, 7)
	return w.out
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
	coef     []int16
	done     int
	position int // only if all MCUs were decoded
	pred     [4]int32
	next     []int
}

func (c *testCase) slow() *result {
	r := &result{coef: make([]int16, c.coefs)}
	s := &slow{data: c.data}
	blocks := slices.Clone(c.blocks)
	r.done = decodeSlow(s, 8*c.end, &r.pred, blocks, r.coef, c.mcus)
	for _, b := range blocks {
		r.next = append(r.next, b.Next)
	}
	r.position = s.pos
	return r
}

// fast decodes in two calls, from data and into coefficients that end at
// pages without access.
func (c *testCase) fast(t testing.TB, split int) *result {
	data := kerneltest.Guarded(t, len(c.data), false)
	copy(data, c.data)
	r := &result{coef: kerneltest.GuardedInt16s(t, c.coefs, split%2 == 0)}
	var s Stream
	s.Start(data, 0, c.end)
	var blocks []Block
	for _, b := range c.blocks {
		blocks = append(blocks, b.Block)
	}
	r.done = Decode(&s, blocks, r.coef, min(split, c.mcus))
	if r.done == split {
		r.done += Decode(&s, blocks, r.coef, c.mcus-split)
	}
	for _, b := range blocks {
		r.next = append(r.next, b.Next)
	}
	r.position, r.pred = s.Position(), s.Pred
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
		if got.done != want.done || !slices.Equal(got.next, want.next) {
			t.Fatalf("%v: %d MCUs, next %v; want %d, %v", p, got.done, got.next, want.done, want.next)
		}
		if !slices.Equal(got.coef, want.coef) {
			t.Fatalf("%v: coefficients differ", p)
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
			checkValue(t, dc, i, dcBits, e, false)
		}
		for i, e := range at.value {
			checkValue(t, ac, i, valueBits, e, true)
		}
		for i, e := range at.skip {
			if want := skipEntry(ac, i); e != want {
				t.Fatalf("skip[%013b] = %#x, want %#x", i, e, want)
			}
		}
	}
}

// index returns a reader of the bits of a table's index; more bits follow it
// than any symbol takes, and they are zero.
func index(i, bits int) *slow {
	return &slow{data: binary.BigEndian.AppendUint64(nil, uint64(i)<<(64-bits))}
}

// checkValue checks an entry with a value.
func checkValue(t *testing.T, s *spec, i, bits int, e uint32, ac bool) {
	t.Helper()
	r := index(i, bits)
	symbol := r.symbol(s)
	length := r.pos
	size := symbol & 15
	known := symbol >= 0 && length <= bits && length+size <= maxTaken
	want := uint32(dcEscape)
	if ac {
		want = acEscape
		known = known && (size > 0 || symbol == 0 || symbol == 0xF0)
	} else {
		known = known && symbol < 16
	}
	if known {
		want = uint32(length + size)
		switch {
		case ac && symbol == 0:
			want |= endOfBlock << advanceShift
		case ac:
			want |= uint32(symbol>>4+1) << advanceShift
		}
		if length+size > bits {
			want |= longValue | uint32(length)<<valueShift | uint32(size)<<(valueShift+8)
		} else {
			want |= uint32(r.value(size)) << valueShift
		}
	}
	if e != want {
		t.Fatalf("entry %0*b = %#x, want %#x (symbol %#x)", bits, i, e, want, symbol)
	}
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
	for name, f := range map[string]func(){
		"no padding":        func() { s.Start(make([]byte, 100), 0, 100) },
		"negative start":    func() { s.Start(make([]byte, 9000), -1, 100) },
		"end before start":  func() { s.Start(make([]byte, 9000), 100, 99) },
		"no stream":         func() { Decode(&Stream{}, nil, nil, 1) },
		"too many blocks":   func() { decodeEmpty(make([]Block, 11), 0) },
		"block outside":     func() { decodeEmpty([]Block{{Size: 5}}, 4) },
		"block before":      func() { decodeEmpty([]Block{{Size: 1, Next: -1}}, 4) },
		"last block beyond": func() { decodeEmpty([]Block{{Size: 1, Next: 2, Step: 1}}, 4) },
		"stepping back":     func() { decodeEmpty([]Block{{Size: 1, Next: 2, Step: -1}}, 4) },
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

func decodeEmpty(blocks []Block, coefs int) {
	var s Stream
	s.Start(make([]byte, Padding), 0, 0)
	Decode(&s, blocks, make([]int16, coefs), 4)
}

// BenchmarkDecode measures streams with the codes of photos.
func BenchmarkDecode(b *testing.B) {
	for _, limit := range []int{0, 4, 24, 63} {
		b.Run(fmt.Sprintf("to%d", limit), func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) { benchmarkDecode(b, limit) })
		})
	}
}

func benchmarkDecode(b *testing.B, limit int) {
	rng := rand.New(rand.NewPCG(1, 1))
	ac := photoSpec(rng)
	dc := &spec{counts: [16]uint8{0, 1, 5, 1, 1, 1, 1, 1, 1}, values: [256]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}
	at, dt := new(ACTable), new(DCTable)
	at.Build(&ac.counts, &ac.values)
	dt.Build(&dc.counts, &dc.values)
	data := make([]byte, 1<<16+Padding)
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	slots, size := slotsFor(limit, 100)
	coef := make([]int16, size*64)
	b.SetBytes(1 << 16)
	for b.Loop() {
		var s Stream
		s.Start(data, 0, 1<<16)
		for s.Position() < 8<<16 {
			block := []Block{{DC: dt, AC: at, Slots: slots, Limit: limit, Size: size, Step: size}}
			if n := Decode(&s, block, coef, 64); n < 64 {
				// The data are random: a run has left its block. Go on behind it.
				s.Start(data, min(s.pos+1, 1<<16), 1<<16)
				if s.pos == 1<<16 {
					break
				}
			}
		}
	}
}
