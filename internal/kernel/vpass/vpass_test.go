package vpass

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/kerneltest"
)

// sum is one of the three functions with its types hidden: it draws a source,
// runs the function on a path and returns what was written.
type sum struct {
	name string
	run  func(t testing.TB, c shape) []int64
}

// shape is one call: columns, rows, distance of rows, offsets of source and
// output from alignment, and how extreme the numbers are.
type shape struct {
	columns, rows, stride, offset int
	shift                         uint
	extreme                       bool
	seed                          uint64
}

var sums = []sum{
	{"bytes", func(t testing.TB, c shape) []int64 {
		return run(t, c, func(r uint64) byte { return pick(r, c.extreme, 0, 255, byte(r>>8)) },
			weights16, Bytes)
	}},
	{"words", func(t testing.TB, c shape) []int64 {
		return run(t, c, func(r uint64) int16 { return pick(r, c.extreme, math.MinInt16, math.MaxInt16, int16(r>>8)) },
			weights16, Words)
	}},
	{"wide", func(t testing.TB, c shape) []int64 {
		return run(t, c, func(r uint64) int32 { return pick(r, c.extreme, math.MinInt32, math.MaxInt32, int32(r>>8)>>6) },
			weights32, Wide)
	}},
}

// pick returns one of the ends of a range if the draw is to be extreme.
func pick[T any](r uint64, extreme bool, lo, hi, usual T) T {
	switch {
	case extreme && r&1 == 0:
		return lo
	case extreme:
		return hi
	}
	return usual
}

func weights16(r uint64, extreme bool) int16 {
	return pick(r, extreme, math.MinInt16, math.MaxInt16, int16(r>>20)>>2)
}

func weights32(r uint64, extreme bool) int32 {
	return pick(r, extreme, math.MinInt32, math.MaxInt32, int32(r>>20)>>4)
}

// run calls f in memory that ends (for odd seeds: begins) at a guard page, on a
// source of exactly the length that the contract asks for.
func run[D int16 | int32, S byte | int16 | int32, W int16 | int32](t testing.TB, c shape, sample func(uint64) S,
	weight func(uint64, bool) W, f func([]D, []S, int, []W, uint)) []int64 {
	rnd := rand.New(rand.NewPCG(c.seed, 1))
	src := make([]S, c.offset+(c.rows-1)*c.stride+c.columns)[c.offset:]
	for i := range src {
		src[i] = sample(rnd.Uint64())
	}
	w := make([]W, c.rows)
	for i := range w {
		w[i] = weight(rnd.Uint64(), c.extreme)
	}
	var d D
	out := kerneltest.NewCanary(c.columns*int(unsafe.Sizeof(d)), c.offset%16*2)
	dst := make([]D, 0)
	if c.columns > 0 {
		dst = unsafe.Slice((*D)(unsafe.Pointer(unsafe.SliceData(out.Bytes()))), c.columns)
	}
	f(dst, src, c.stride, w, c.shift)
	out.Check(t)
	got := make([]int64, len(dst))
	for i, v := range dst {
		got[i] = int64(v)
	}
	return got
}

// TestPathsAgree proves each path equal to the generic code.
func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for _, s := range sums {
			rnd := rand.New(rand.NewPCG(7, 7))
			for columns := 0; columns <= 256; columns++ {
				for offset := range 32 {
					c := shape{columns: columns, rows: 1 + rnd.IntN(9), stride: columns + rnd.IntN(20), offset: offset,
						shift: uint(1 + rnd.IntN(31)), extreme: rnd.IntN(4) == 0, seed: rnd.Uint64()}
					agree(t, s, c)
				}
			}
			for rows := 1; rows < 70; rows++ {
				agree(t, s, shape{columns: 67, rows: rows, stride: 67, shift: 14, seed: uint64(rows)})
				agree(t, s, shape{columns: 96, rows: rows, stride: 0, shift: 8, seed: uint64(rows), extreme: true})
			}
		}
	})
}

func agree(t testing.TB, s sum, c shape) {
	t.Helper()
	got := s.run(t, c)
	var want []int64
	kerneltest.Generic(func() { want = s.run(t, c) })
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s %+v: column %d is %d, generic %d", s.name, c, i, got[i], want[i])
		}
	}
}

// The generic code against the formula in float64, which holds all sums of
// usual numbers exactly.
func TestGenericIsTheFormula(t *testing.T) {
	src := []byte{10, 255, 0, 7, 200, 90}
	w := []int16{-1200, 9000, 8584}
	dst := make([]int16, 2)
	bytesGeneric(dst, src, 2, w, 8)
	for x, got := range dst {
		sum := float64(w[0])*float64(src[x]) + float64(w[1])*float64(src[2+x]) + float64(w[2])*float64(src[4+x])
		if want := math.Floor(sum/256 + 0.5); float64(got) != math.Min(want, 32767) {
			t.Errorf("column %d: got %d, want %g", x, got, want)
		}
	}
	words := make([]int16, 1)
	wordsGeneric(words, []int16{-3, 2}, 1, []int16{1, 1}, 1)
	if words[0] != 0 { // -0.5 rounds up
		t.Errorf("-1/2 became %d", words[0])
	}
	wide := make([]int32, 1)
	wideGeneric(wide, []int32{math.MaxInt32, math.MaxInt32}, 1, []int32{4, 4}, 2)
	if wide[0] != math.MaxInt32 {
		t.Errorf("no saturation: %d", wide[0])
	}
}

// No path reads beyond the source: it ends, and begins, at unmapped pages.
func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for columns := 1; columns <= 130; columns++ {
			for _, atStart := range []bool{false, true} {
				stride, rows := columns+3, 1+columns%6
				n := (rows-1)*stride + columns
				w := make([]int16, rows)
				Bytes(kerneltest.GuardedInt16s(t, columns, atStart), kerneltest.Guarded(t, n, atStart), stride, w, 8)
				Words(kerneltest.GuardedInt16s(t, columns, atStart), kerneltest.GuardedInt16s(t, n, atStart), stride, w, 8)
				Wide(guarded32(t, columns, atStart), guarded32(t, n, atStart), stride, make([]int32, rows), 8)
			}
		}
	})
}

func guarded32(t testing.TB, n int, atStart bool) []int32 {
	return unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(kerneltest.Guarded(t, 4*n, atStart)))), n)
}

func TestBrokenContractPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"short source":    func() { Bytes(make([]int16, 8), make([]byte, 15), 8, make([]int16, 2), 8) },
		"no weights":      func() { Words(make([]int16, 8), make([]int16, 8), 8, nil, 8) },
		"negative stride": func() { Words(make([]int16, 8), make([]int16, 80), -1, make([]int16, 2), 8) },
		"no shift":        func() { Wide(make([]int32, 8), make([]int32, 8), 8, make([]int32, 1), 0) },
		"large shift":     func() { Wide(make([]int32, 8), make([]int32, 8), 8, make([]int32, 1), 32) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func FuzzPaths(f *testing.F) {
	f.Add(uint16(100), uint8(9), uint8(3), uint8(5), uint8(14), false, uint64(1))
	f.Add(uint16(33), uint8(1), uint8(0), uint8(31), uint8(1), true, uint64(2))
	f.Fuzz(func(t *testing.T, columns uint16, rows, gap, offset, shift uint8, extreme bool, seed uint64) {
		c := shape{int(columns % 600), int(rows)%100 + 1, 0, int(offset % 32), uint(shift)%31 + 1, extreme, seed}
		c.stride = c.columns + int(gap)
		for _, s := range sums {
			agree(t, s, c)
		}
	})
}

func BenchmarkSums(b *testing.B) {
	const columns, rows = 1200, 9
	for _, f := range []struct {
		name string
		run  func()
	}{
		{"bytes", func() func() {
			d, s, w := make([]int16, columns), make([]byte, columns*rows), make([]int16, rows)
			return func() { Bytes(d, s, columns, w, 8) }
		}()},
		{"words", func() func() {
			d, s, w := make([]int16, columns), make([]int16, columns*rows), make([]int16, rows)
			return func() { Words(d, s, columns, w, 14) }
		}()},
		{"wide", func() func() {
			d, s, w := make([]int32, columns), make([]int32, columns*rows), make([]int32, rows)
			return func() { Wide(d, s, columns, w, 28) }
		}()},
	} {
		b.Run(fmt.Sprintf("%s/%dx%d", f.name, columns, rows), func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				for b.Loop() {
					f.run()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columns, "ns/column")
			})
		})
	}
}
