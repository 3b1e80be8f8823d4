package tokens

import (
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// randomBlocks draws n blocks and their masks: each coefficient is not zero
// with probability 1/sparse and at most largest in magnitude.
func randomBlocks(rnd *rand.Rand, n, sparse, largest int) ([]int16, []uint64) {
	coef, mask := make([]int16, 64*n), make([]uint64, n)
	for i := range coef {
		if rnd.IntN(sparse) == 0 {
			coef[i] = int16(rnd.IntN(2*largest+1) - largest)
		}
		if coef[i] != 0 {
			mask[i/64] |= 1 << (i % 64)
		}
	}
	return coef, mask
}

// layouts are the blocks per MCU of the components: H times V.
var layouts = [][][2]int{{{1, 1}}, {{1, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{4, 2}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}}}

// cursors makes the cursors of a row of n MCUs.
func cursors(rnd *rand.Rand, layout [][2]int, n, sparse, largest int) []Cursor {
	var cur []Cursor
	for i, f := range layout {
		for range f[1] {
			coef, mask := randomBlocks(rnd, max(n, 1)*f[0], sparse, largest)
			for x := range f[0] {
				cur = append(cur, Cursor{Coef: coef[64*x:], Mask: mask[x:], Step: f[0], DC: uint32(min(i, 1)) << 25, Pred: i})
			}
		}
	}
	return cur
}

func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 600 {
			n := rnd.IntN(20)
			sparse, largest := []int{1, 3, 8, 64, 2000}[i%5], []int{1, 5, 128, 1023, 32767}[rnd.IntN(5)]
			cur := cursors(rnd, layouts[rnd.IntN(len(layouts))], n, sparse, largest)
			start := [4]int32{int32(rnd.IntN(100)), -5, 0, 7}

			const margin, mark = 70, 0xdeadbeef
			size := n * len(cur) * PerBlock
			run := func() (int, []uint32, [Symbols]uint32, [4]int32) {
				all := slices.Repeat([]uint32{mark}, margin+size+margin)
				freq, pred := [Symbols]uint32{3: 9}, start
				return Row(all[margin:margin+size], &freq, cur, &pred, n), all, freq, pred
			}
			got, tokens, freq, pred := run()
			var want int
			var wantTokens []uint32
			var wantFreq [Symbols]uint32
			var wantPred [4]int32
			kerneltest.Generic(func() { want, wantTokens, wantFreq, wantPred = run() })
			if got != want || !slices.Equal(tokens[:margin+got], wantTokens[:margin+got]) || freq != wantFreq || pred != wantPred {
				t.Fatalf("case %d: %d MCUs of %d blocks differ from the generic path", i, n, len(cur))
			}
			for j := range margin {
				if tokens[j] != mark || tokens[margin+size+j] != mark {
					t.Fatalf("case %d: wrote outside of the tokens", i)
				}
			}
		}
	})
}

// TestTokensMeanTheBlock reads the tokens back, by T.81 F.2.2.
func TestTokensMeanTheBlock(t *testing.T) {
	value := func(token uint32, size uint32) int32 {
		v := int32(token & 0xFFFF)
		if size > 0 && v < 1<<(size-1) {
			v -= 1<<size - 1
		}
		return v
	}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(3, 4))
		for i := range 400 {
			n := 1 + rnd.IntN(5)
			cur := cursors(rnd, layouts[i%len(layouts)], n, []int{1, 4, 30, 3000}[rnd.IntN(4)], []int{2, 200, 1023}[rnd.IntN(3)])
			dst := make([]uint32, n*len(cur)*PerBlock)
			var freq, counted [Symbols]uint32
			var pred, dc [4]int32
			dst = dst[:Row(dst, &freq, cur, &pred, n)]
			next := func(table uint32) (token, code uint32) {
				token, dst = dst[0], dst[1:]
				counted[token>>16]++
				if token>>24 != table {
					t.Fatalf("table %d, want %d", token>>24, table)
				}
				return token, token >> 16 & 255
			}
			for m := range n {
				for _, c := range cur {
					var block [64]int16
					token, size := next(c.DC >> 24)
					dc[c.Pred] += value(token, size)
					block[0] = int16(dc[c.Pred])
					for k := 1; k < 64; k++ {
						token, code := next(c.DC>>24 + 1)
						if code == EOB {
							break
						}
						k += int(code >> 4)
						if code != ZRL {
							at := zigzag[k]&7<<3 | zigzag[k]>>3
							block[at] = int16(value(token, code&15))
						}
					}
					if want := c.Coef[m*c.Step*64:][:64]; !slices.Equal(block[:], want) {
						t.Fatalf("case %d: block %v, want %v", i, block, want)
					}
				}
			}
			if len(dst) != 0 || counted != freq || pred != dc {
				t.Fatalf("case %d: %d tokens left over, or counts or predictors differ", i, len(dst))
			}
		}
	})
}

func TestWrongCursorsPanic(t *testing.T) {
	coef, mask := randomBlocks(rand.New(rand.NewPCG(1, 1)), 4, 3, 9)
	for name, c := range map[string]Cursor{
		"masks":        {Coef: coef, Mask: mask[:3], Step: 1},
		"coefficients": {Coef: coef[:255], Mask: mask, Step: 1},
		"step":         {Coef: coef, Mask: mask, Step: -1},
		"predictor":    {Coef: coef, Mask: mask, Step: 1, Pred: 4},
		"table":        {Coef: coef, Mask: mask, Step: 1, DC: 1 << 24},
		"destination":  {Coef: coef, Mask: mask, Step: 1},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			var freq [Symbols]uint32
			var pred [4]int32
			size := 4 * PerBlock
			if name == "destination" {
				size--
			}
			Row(make([]uint32, size), &freq, []Cursor{c}, &pred, 4)
		})
	}
}

// FuzzPaths compares the paths on blocks of the fuzzer's making.
func FuzzPaths(f *testing.F) {
	f.Add([]byte{1, 0, 255, 255, 0, 128}, uint8(2), uint64(0x8000000000000001))
	f.Fuzz(func(t *testing.T, data []byte, layout uint8, mask uint64) {
		coef, masks := make([]int16, 64*8), make([]uint64, 8)
		for i := range len(data) / 2 {
			coef[i*5%512] = int16(data[2*i]) | int16(data[2*i+1])<<8
		}
		for i := range masks {
			masks[i] = mask<<i | mask>>(64-i) // whether or not it is true
		}
		step := 1 + int(layout&1)
		cur := []Cursor{{Coef: coef, Mask: masks, Step: step}, {Coef: coef[64:], Mask: masks[1:], Step: step, DC: 2 << 24, Pred: 1}}
		n := 8 / (2 * step)
		run := func() ([]uint32, [Symbols]uint32) {
			var freq [Symbols]uint32
			var pred [4]int32
			dst := make([]uint32, n*2*PerBlock)
			return dst[:Row(dst, &freq, cur, &pred, n)], freq
		}
		var want []uint32
		var wantFreq [Symbols]uint32
		kerneltest.Generic(func() { want, wantFreq = run() })
		kerneltest.ForEachImpl(t, func(t *testing.T) {
			if got, freq := run(); !slices.Equal(got, want) || freq != wantFreq {
				t.Fatal("differs from the generic path")
			}
		})
	})
}

func BenchmarkTokens(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const n = 50
	cur := cursors(rnd, layouts[2], n, 8, 12)
	dst := make([]uint32, n*len(cur)*PerBlock)
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		var freq [Symbols]uint32
		var pred [4]int32
		count := 0
		for b.Loop() {
			count = Row(dst, &freq, cur, &pred, n)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/token")
	})
}
