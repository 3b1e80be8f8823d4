package entropy

import (
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/cpu"
	"imgpool/internal/kernel/kerneltest"
)

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
	for seed := range uint64(500) {
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
	if complete < 200 {
		t.Errorf("only %d of 500 streams can be decoded to their end", complete)
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
