package progressive

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/cpu"
	"imgpool/internal/kernel/kerneltest"
)

// testCode is a Huffman table as a DHT segment has it.
type testCode struct {
	counts [16]uint8
	values [256]uint8
}

// randomCode gives the symbols codes of random lengths, the first symbols the
// short ones. Mostly every sequence of bits is a sequence of codes.
func randomCode(rng *rand.Rand, symbols []uint8) (c testCode) {
	lengths := []int{1, 1} // of a complete code
	for len(lengths) < len(symbols) {
		i := len(lengths) - 1 - rng.IntN(1+rng.IntN(len(lengths)))
		if lengths[i] < 16 {
			lengths[i]++
			lengths = append(lengths, lengths[i])
		}
	}
	slices.Sort(lengths)
	if rng.IntN(4) == 0 {
		lengths = lengths[:1+rng.IntN(len(lengths))]
	}
	for _, l := range lengths {
		c.counts[l-1]++
	}
	copy(c.values[:], symbols)
	return c
}

// symbolsFor lists symbols of AC scans by falling frequency; some make no
// sense in a refinement scan or at high point transforms.
func symbolsFor(rng *rand.Rand, refine bool) (list []uint8) {
	var front, back []uint8
	for s := range 256 {
		run, size := s>>4, s&15
		likely := run < 3 && size < 4 && (!refine || size < 2)
		if refine && size > 1 && rng.IntN(50) > 0 {
			continue
		}
		if likely {
			front = append(front, uint8(s))
		} else {
			back = append(back, uint8(s))
		}
	}
	rng.Shuffle(len(front), func(i, j int) { front[i], front[j] = front[j], front[i] })
	if rng.IntN(3) > 0 { // many blocks that end well
		front = slices.Insert(front, 0, 0x00)
	}
	rng.Shuffle(len(back), func(i, j int) { back[i], back[j] = back[j], back[i] })
	return append(front, back[:rng.IntN(len(back)+1)*rng.IntN(2)]...)
}

// trial is the input of one call, its memory ending at guard pages.
type trial struct {
	scan   Scan
	refine bool
	code   testCode
}

// newTrial draws a call's input.
func newTrial(t testing.TB, rng *rand.Rand, atStart bool) *trial {
	lanes := []int{4, 16, 64}[rng.IntN(3)]
	blocks, size := 1+rng.IntN(60), 1+rng.IntN(400)
	c := &trial{refine: rng.IntN(2) == 0}
	mask := kerneltest.Guarded(t, 8*blocks, atStart)
	c.scan = Scan{
		Mask:  unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(mask))), blocks),
		Value: kerneltest.GuardedInt16s(t, lanes*blocks, atStart),
		Lanes: lanes,
		Data:  kerneltest.Guarded(t, size+Padding, atStart),
		First: 1 + rng.IntN(63), Al: rng.IntN(14),
	}
	c.draw(rng)
	return c
}

// draw fills c with new content.
func (c *trial) draw(rng *rand.Rand) {
	s := &c.scan
	c.code = randomCode(rng, symbolsFor(rng, c.refine))
	s.First = 1 + rng.IntN(63)*rng.IntN(2)
	s.Last = s.First + rng.IntN(64-s.First)
	if rng.IntN(2) == 0 {
		s.Last = 63
	}
	s.Al = rng.IntN(1 + rng.IntN(14))
	s.Again = rng.IntN(4) == 0
	s.Pos = rng.IntN(8)
	s.End = max(s.Pos, 8*(len(s.Data)-Padding)-rng.IntN(8))
	for i := range s.Data {
		s.Data[i] = byte(rng.Uint32())
	}
	density := rng.IntN(1 + rng.IntN(24))
	for b := range s.Mask {
		s.Mask[b] = 0
		if c.refine || s.Again {
			for k := 1; k < 64; k++ {
				if rng.IntN(64) < density*density*(70-k)/64 {
					s.Mask[b] |= top >> k
				}
			}
		}
		value, of := s.Value[b*s.Lanes:][:s.Lanes], &lanesFor(s.Lanes).of
		clear(value)
		for k := 1; k < 64; k++ {
			if s.Mask[b]&(top>>k) != 0 && of[k] != 0 {
				value[of[k]] = int16(rng.IntN(1<<(15-s.Al)) << s.Al)
			}
		}
	}
}

// result is what a call leaves behind.
type result struct {
	done  int
	pos   int
	mask  []uint64
	value []int16
}

// run decodes blocks from to to-1 on the active path, and puts the input back.
func (c *trial) run(from, to int) (r result) {
	mask, value, s := slices.Clone(c.scan.Mask), slices.Clone(c.scan.Value), c.scan
	if c.refine {
		var t RefineTable
		t.Build(&c.code.counts, &c.code.values)
		r.done = c.scan.DecodeRefine(&t, from, to)
	} else {
		var t FirstTable
		t.Build(&c.code.counts, &c.code.values, &c.scan)
		r.done = c.scan.DecodeFirst(&t, from, to)
	}
	r.pos = c.scan.Pos
	r.mask, r.value = slices.Clone(c.scan.Mask), slices.Clone(c.scan.Value)
	for i := 0; i < len(r.value); i += c.scan.Lanes {
		r.value[i] = 0 // scratch
	}
	copy(s.Mask, mask)
	copy(s.Value, value)
	c.scan = s
	return r
}

// check compares every path with the generic one.
func (c *trial) check(t testing.TB, from, to int) (done int) {
	t.Helper()
	var want result
	kerneltest.Generic(func() { want = c.run(from, to) })
	for _, path := range cpu.Paths()[1:] {
		restore := cpu.Use(path)
		got := c.run(from, to)
		restore()
		what := fmt.Sprintf("%v, refine %v, %d lanes, band %d-%d, al %d", path, c.refine, c.scan.Lanes, c.scan.First, c.scan.Last, c.scan.Al)
		if got.done != want.done || got.pos != want.pos {
			t.Fatalf("%s: %d blocks to bit %d, want %d to %d", what, got.done, got.pos, want.done, want.pos)
		}
		for b, m := range want.mask {
			if got.mask[b] != m {
				t.Fatalf("%s: mask of block %d of %d is %016x, want %016x", what, b, want.done, got.mask[b], m)
			}
		}
		for i, v := range want.value {
			if got.value[i] != v {
				n := c.scan.Lanes
				t.Fatalf("%s: block %d of %d, lane %d is %04x, want %04x", what, i/n, want.done, i%n, uint16(got.value[i]), uint16(v))
			}
		}
	}
	return want.done
}

func TestPathsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	done, calls := 0, 0
	for n := range 60 {
		c := newTrial(t, rng, n%2 == 0)
		for range 100 {
			c.draw(rng)
			from := rng.IntN(len(c.scan.Mask) + 1)
			if rng.IntN(2) == 0 {
				from = 0
			}
			done += c.check(t, from, from+rng.IntN(len(c.scan.Mask)+1-from))
			calls++
		}
	}
	if done < 5*calls {
		t.Errorf("only %d blocks were decoded in %d calls", done, calls)
	}
}

// TestIncompleteBlockIsUntouched checks that what lies behind the last
// complete block is as it was.
func TestIncompleteBlockIsUntouched(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 2))
		for range 300 {
			c := newTrial(t, rng, false)
			before := slices.Clone(c.scan.Mask)
			values := slices.Clone(c.scan.Value)
			r := c.run(0, len(before))
			for i := 0; i < len(values); i += c.scan.Lanes {
				values[i] = 0
			}
			if !slices.Equal(r.mask[r.done:], before[r.done:]) {
				t.Fatalf("masks behind %d complete blocks have changed", r.done)
			}
			if !slices.Equal(r.value[r.done*c.scan.Lanes:], values[r.done*c.scan.Lanes:]) {
				t.Fatalf("values behind %d complete blocks have changed", r.done)
			}
			if r.pos > c.scan.End {
				t.Fatalf("bit %d is behind the end %d", r.pos, c.scan.End)
			}
		}
	})
}

// TestTableEntries compares the tables with codes looked up bit by bit.
func TestTableEntries(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		code := randomCode(rng, symbolsFor(rng, rng.IntN(2) == 0))
		al := rng.IntN(14)
		var first FirstTable
		first.Build(&code.counts, &code.values, &Scan{Al: al, Last: 63, Lanes: 4})
		for i, e := range first.one {
			if want := first.long(uint64(i) << (64 - firstBits)); e != 0 && e != want {
				t.Fatalf("first.one[%d] is %08x, one bit after the other gives %08x", i, e, want)
			}
		}
		var refine RefineTable
		refine.Build(&code.counts, &code.values)
		for i, e := range refine.one {
			if want := refine.long(uint64(i) << (64 - refineBits)); e != 0 && e != want {
				t.Fatalf("refine.one[%d] is %08x, one bit after the other gives %08x", i, e, want)
			}
		}
	}
}

// TestMisusePanics makes calls that would lead assembly astray.
func TestMisusePanics(t *testing.T) {
	good := func() Scan {
		return Scan{Mask: make([]uint64, 2), Value: make([]int16, 8), Lanes: 4, Data: make([]byte, Padding+1), End: 8, First: 1, Last: 63}
	}
	var first, short, unmade FirstTable
	var refine, unmadeRefine RefineTable
	s := good()
	code := randomCode(rand.New(rand.NewPCG(6, 6)), []uint8{0, 1, 2})
	first.Build(&code.counts, &code.values, &s)
	refine.Build(&code.counts, &code.values)
	s.Last = 1
	short.Build(&code.counts, &code.values, &s)
	firstTable, refineTable := &first, &refine
	for name, spoil := range map[string]func(s *Scan){
		"lanes":        func(s *Scan) { s.Lanes = 8 },
		"short masks":  func(s *Scan) { s.Mask = s.Mask[:1] },
		"short values": func(s *Scan) { s.Value = s.Value[:7] },
		"no padding":   func(s *Scan) { s.End = 9 },
		"position":     func(s *Scan) { s.Pos = -1 },
		"DC":           func(s *Scan) { s.First = 0 },
		"empty band":   func(s *Scan) { s.First, s.Last = 5, 4 },
		"long band":    func(s *Scan) { s.Last = 64 },
		"point":        func(s *Scan) { s.Al = 14 },
		"table":        func(*Scan) { firstTable, refineTable = &unmade, &unmadeRefine },
		"short table":  func(*Scan) { firstTable, refineTable = &short, &unmadeRefine },
	} {
		for kind, decode := range map[string]func(s *Scan){
			"first":  func(s *Scan) { s.DecodeFirst(firstTable, 0, 2) },
			"refine": func(s *Scan) { s.DecodeRefine(refineTable, 0, 2) },
		} {
			firstTable, refineTable = &first, &refine
			s := good()
			decode(&s)
			s = good()
			spoil(&s)
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s, %s scan: no panic", name, kind)
					}
				}()
				decode(&s)
			}()
		}
	}
}

func TestFinish(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(4, 4))
		for _, n := range []int{4, 16, 64} {
			for blocks := range 40 {
				value := kerneltest.GuardedInt16s(t, n*blocks, blocks%2 == 0)
				dc := kerneltest.GuardedInt16s(t, blocks, blocks%2 == 0)
				want := make([]int16, n*blocks)
				for i := range value {
					value[i] = int16(rng.Uint32())
					want[i] = value[i] & 0x7fff
					if value[i] < 0 {
						want[i] = -want[i]
					}
				}
				for i := range dc {
					dc[i] = int16(rng.Uint32())
					want[i*n] = dc[i]
				}
				Finish(value, n, dc)
				if !slices.Equal(value, want) {
					t.Fatalf("%d blocks of %d lanes: %v, want %v", blocks, n, value, want)
				}
			}
		}
	})
}

// FuzzPathsAgree draws everything but the data from the seed.
func FuzzPathsAgree(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, binary.LittleEndian.AppendUint64(nil, seed*0x9E3779B97F4A7C15))
	}
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		c := newTrial(t, rand.New(rand.NewPCG(seed, 0)), seed%2 == 0)
		copy(c.scan.Data[:len(c.scan.Data)-Padding], data)
		c.check(t, 0, len(c.scan.Mask))
	})
}
