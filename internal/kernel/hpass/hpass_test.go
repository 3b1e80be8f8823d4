package hpass

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/kerneltest"
)

// shape is one call: output columns, weights for each, source columns beyond
// what is needed, distance of rows beyond the width, offset from alignment, and
// how extreme the numbers are.
type shape struct {
	columns, taps, spare, gap, offset int
	shift                             uint
	extreme                           bool
	seed                              uint64
}

// draw makes a table and a source of exactly the length that the contract asks for.
func draw[S int16 | int32](c shape, lo, hi S) (src []S, stride int, t *Table[S]) {
	rnd := rand.New(rand.NewPCG(c.seed, 2))
	number := func(usual uint) S {
		r := rnd.Uint64()
		switch {
		case c.extreme && r&1 == 0:
			return lo
		case c.extreme:
			return hi
		}
		return S(int64(r) >> (64 - usual))
	}
	size := uint(unsafe.Sizeof(lo)) * 8
	width := (c.taps + c.spare + 15) &^ 15
	var pos []int32
	var weights []S
	for range c.columns {
		pos = append(pos, int32(rnd.IntN((width-c.taps)/2+1)*2))
		for range c.taps {
			weights = append(weights, number(size-2))
		}
	}
	table := NewTable(pos, weights, c.taps, c.shift, width)
	stride = width + c.gap
	src = make([]S, c.offset+7*stride+width)[c.offset:]
	for i := range src {
		src[i] = number(size - 1)
	}
	return src, stride, &table
}

// results runs a function and returns what it wrote; the margins are watched.
func results[S int16 | int32](tb testing.TB, c shape, lo, hi S, f func(dst, src []S, stride int, t *Table[S], scratch []S)) []S {
	src, stride, t := draw(c, lo, hi)
	out := kerneltest.NewCanary(Rows*c.columns*int(unsafe.Sizeof(lo)), c.offset%16*2)
	room := kerneltest.NewCanary(Rows*t.width*int(unsafe.Sizeof(lo)), c.offset%16*2)
	dst := as[S](out.Bytes())
	f(dst, src, stride, t, as[S](room.Bytes()))
	out.Check(tb)
	room.Check(tb)
	return append([]S(nil), dst...)
}

func as[S int16 | int32](b []byte) []S {
	var s S
	return unsafe.Slice((*S)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(s)))
}

// agree compares the active path of both functions with the generic code.
func agree(t testing.TB, c shape) {
	t.Helper()
	words := results(t, c, math.MinInt16, math.MaxInt16, Words)
	wide := results(t, c, math.MinInt32, math.MaxInt32, Wide)
	var wantWords []int16
	var wantWide []int32
	kerneltest.Generic(func() {
		wantWords = results(t, c, math.MinInt16, math.MaxInt16, Words)
		wantWide = results(t, c, math.MinInt32, math.MaxInt32, Wide)
	})
	for i := range wantWords {
		if words[i] != wantWords[i] {
			t.Fatalf("words %+v: column %d, row %d is %d, generic %d", c, i/Rows, i%Rows, words[i], wantWords[i])
		}
		if wide[i] != wantWide[i] {
			t.Fatalf("wide %+v: column %d, row %d is %d, generic %d", c, i/Rows, i%Rows, wide[i], wantWide[i])
		}
	}
}

func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(3, 3))
		for columns := 1; columns <= 256; columns++ {
			for range 3 {
				agree(t, shape{columns: columns, taps: 2 + 2*rnd.IntN(8), spare: rnd.IntN(300), gap: rnd.IntN(40),
					offset: rnd.IntN(32), shift: uint(1 + rnd.IntN(31)), extreme: rnd.IntN(4) == 0, seed: rnd.Uint64()})
			}
		}
		for taps := 2; taps < 160; taps += 2 {
			for offset := range 32 {
				agree(t, shape{columns: 5, taps: taps, offset: offset, shift: 14, seed: uint64(taps)})
			}
			agree(t, shape{columns: 5, taps: taps, shift: 31, extreme: true, seed: uint64(taps)})
		}
	})
}

// The generic code against sums that are easy to see.
func TestGenericIsTheFormula(t *testing.T) {
	tab := NewTable([]int32{0, 2, 14}, []int16{1, 1, -4, 8, 0, 32767}, 2, 1, 16)
	src := make([]int16, 8*16)
	for r := range Rows {
		copy(src[r*16:], []int16{int16(r), 10, 20, 31})
		src[r*16+15] = int16(r - 4)
	}
	dst := make([]int16, 24)
	wordsGeneric(dst, src, 16, &tab)
	for r := range Rows {
		want := [3]int16{int16(r+10+1) >> 1, (-80 + 248) / 2, 0}
		if r != 4 { // a half of 32767 times -4 to 3
			want[2] = int16(max(min(math.Floor(32767*float64(r-4)/2+0.5), 32767), -32768))
		}
		for i, w := range want {
			if got := dst[i*Rows+r]; got != w {
				t.Errorf("column %d, row %d is %d, want %d", i, r, got, w)
			}
		}
	}
}

func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for columns := 1; columns <= 40; columns++ {
			for _, atStart := range []bool{false, true} {
				c := shape{columns: columns, taps: 2 + columns%5*2, spare: columns, gap: columns % 3, shift: 14, seed: 5}
				src, stride, tab := draw[int16](c, 0, 0)
				guarded := kerneltest.GuardedInt16s(t, len(src), atStart)
				copy(guarded, src)
				weights := kerneltest.GuardedInt16s(t, len(tab.weights), atStart)
				copy(weights, tab.weights)
				tab.weights = weights
				Words(kerneltest.GuardedInt16s(t, 8*columns, atStart), guarded, stride, tab,
					kerneltest.GuardedInt16s(t, 8*tab.width, atStart))
				wide, stride, deep := draw[int32](c, 0, 0)
				far := as[int32](kerneltest.Guarded(t, 4*len(wide), atStart))
				copy(far, wide)
				Wide(as[int32](kerneltest.Guarded(t, 4*8*columns, atStart)), far, stride, deep,
					as[int32](kerneltest.Guarded(t, 4*8*deep.width, atStart)))
			}
		}
	})
}

func TestBrokenContractPanics(t *testing.T) {
	pos, w := []int32{0, 2}, make([]int16, 8)
	good := NewTable(pos, w, 4, 14, 16)
	call := func(dst, src, stride, scratch int, t *Table[int16]) func() {
		return func() { Words(make([]int16, dst), make([]int16, src), stride, t, make([]int16, scratch)) }
	}
	call(16, 128, 16, 128, &good)()
	for name, f := range map[string]func(){
		"odd position":      func() { NewTable([]int32{0, 1}, w, 4, 14, 16) },
		"negative position": func() { NewTable([]int32{-2, 0}, w, 4, 14, 16) },
		"position too far":  func() { NewTable([]int32{0, 14}, w, 4, 14, 16) },
		"no columns":        func() { NewTable[int16](nil, nil, 4, 14, 16) },
		"few weights":       func() { NewTable(pos, w[:7], 4, 14, 16) },
		"odd taps":          func() { NewTable(pos, w[:6], 3, 14, 16) },
		"odd width":         func() { NewTable(pos, w, 4, 14, 24) },
		"no shift":          func() { NewTable(pos, w, 4, 0, 16) },
		"large shift":       func() { NewTable(pos, w, 4, 32, 16) },
		"zero table":        call(16, 128, 16, 128, new(Table[int16])),
		"output":            call(15, 128, 16, 128, &good),
		"source":            call(16, 127, 16, 128, &good),
		"scratch":           call(16, 128, 16, 127, &good),
		"negative stride":   call(16, 128, -1, 128, &good),
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func FuzzPaths(f *testing.F) {
	f.Add(uint16(100), uint8(5), uint16(200), uint8(5), uint8(3), uint8(14), false, uint64(1))
	f.Add(uint16(1), uint8(0), uint16(0), uint8(0), uint8(31), uint8(1), true, uint64(2))
	f.Fuzz(func(t *testing.T, columns uint16, pairs uint8, spare uint16, gap, offset, shift uint8, extreme bool, seed uint64) {
		agree(t, shape{int(columns%500) + 1, int(pairs)%80*2 + 2, int(spare % 1000), int(gap), int(offset % 32),
			uint(shift)%31 + 1, extreme, seed})
	})
}

func BenchmarkWords(b *testing.B) {
	src, stride, t := draw[int16](shape{columns: 800, taps: 10, spare: 1206, shift: 14, seed: 1}, 0, 0)
	for i := range t.pos {
		t.pos[i] = int32(i*3/2) &^ 1
	}
	dst, scratch := make([]int16, Rows*800), make([]int16, Rows*t.width)
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		for b.Loop() {
			Words(dst, src, stride, t, scratch)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(800*Rows), "ns/sample")
	})
}

func BenchmarkWide(b *testing.B) {
	src, stride, t := draw[int32](shape{columns: 800, taps: 10, spare: 1206, shift: 28, seed: 1}, 0, 0)
	for i := range t.pos {
		t.pos[i] = int32(i*3/2) &^ 1
	}
	dst, scratch := make([]int32, Rows*800), make([]int32, Rows*t.width)
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		for b.Loop() {
			Wide(dst, src, stride, t, scratch)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(800*Rows), "ns/sample")
	})
}
