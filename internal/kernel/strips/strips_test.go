package strips

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/kerneltest"
)

// shape is one call: samples or columns, distance of rows beyond what is
// needed, offset from alignment.
type shape struct {
	n, gap, offset int
	seed           uint64
}

// results runs all five functions on sources of exactly the length that the
// contract asks for and returns what they wrote, gaps between rows included;
// the margins are watched.
func results(t testing.TB, c shape) []byte {
	rnd := rand.New(rand.NewPCG(c.seed, 4))
	samples := make([]byte, c.offset+c.n)[c.offset:]
	levels := make([]int16, c.offset+Rows*c.n)[c.offset:]
	for i := range samples {
		samples[i] = byte(rnd.Uint32())
	}
	for i := range levels {
		levels[i] = int16(rnd.Uint32())
		if rnd.IntN(4) > 0 {
			levels[i] >>= 1 // half of them within 0..255
		}
	}
	var all []byte
	call := func(n int, f func(dst []byte)) {
		out := kerneltest.NewCanary(n, c.offset%16*2)
		if n > 0 {
			f(out.Bytes())
		}
		out.Check(t)
		all = append(all, out.Bytes()...)
	}
	rowStride, columnStride := c.n+c.gap, Rows+c.gap
	call(2*c.n, func(dst []byte) { Widen(words(dst), samples) })
	call(c.n, func(dst []byte) { Narrow(dst, levels[:c.n]) })
	if c.n == 0 {
		return all
	}
	call(7*rowStride+c.n, func(dst []byte) { RowBytes(dst, rowStride, levels) })
	call((c.n-1)*columnStride+Rows, func(dst []byte) { ColumnBytes(dst, columnStride, levels) })
	call(2*(7*rowStride+c.n), func(dst []byte) { RowWords(words(dst), rowStride, levels) })
	return all
}

func words(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}

func agree(t testing.TB, c shape) {
	t.Helper()
	got := results(t, c)
	var want []byte
	kerneltest.Generic(func() { want = results(t, c) })
	if !bytes.Equal(got, want) {
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%+v: byte %d of all is %d, generic %d", c, i, got[i], want[i])
			}
		}
	}
}

func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 0; n <= 256; n++ {
			for offset := n % 4; offset < 32; offset += 4 {
				agree(t, shape{n, n % 7, offset, uint64(n)})
			}
		}
	})
}

// Every level, against floating point.
func TestNarrowEveryLevel(t *testing.T) {
	src := make([]int16, 1<<16)
	for i := range src {
		src[i] = int16(i)
	}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		dst := make([]byte, len(src))
		Narrow(dst, src)
		for i, l := range src {
			want := math.Floor(float64(l)/64 + 0.5)
			if got := float64(dst[i]); got != math.Max(0, math.Min(want, 255)) {
				t.Fatalf("level %d became %g", l, got)
			}
		}
		all := make([]byte, 256)
		for i := range all {
			all[i] = byte(i)
		}
		wide, back := make([]int16, 256), make([]byte, 256)
		Widen(wide, all)
		Narrow(back, wide)
		if !bytes.Equal(all, back) {
			t.Error("narrowing does not undo widening")
		}
	})
}

func TestLayouts(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		const n = 37
		cols := make([]int16, Rows*n)
		for i := range cols {
			cols[i] = int16(i%251) << Frac // column i/8, row i%8
		}
		rows, turned, words := make([]byte, Rows*n), make([]byte, Rows*n), make([]int16, Rows*n)
		RowBytes(rows, n, cols)
		ColumnBytes(turned, Rows, cols)
		RowWords(words, n, cols)
		for i, c := range cols {
			x, y := i/Rows, i%Rows
			if rows[y*n+x] != byte(i%251) || turned[i] != byte(i%251) || words[y*n+x] != c {
				t.Fatalf("column %d, row %d: %d, %d, %d instead of %d", x, y, rows[y*n+x], turned[i], words[y*n+x], i%251)
			}
		}
	})
}

func TestWideRows(t *testing.T) {
	cols := make([]int32, 3*Rows)
	for i := range cols {
		cols[i] = int32(i) - 5
	}
	dst := make([]int32, 7*4+3)
	RowWide(dst, 4, cols)
	for i, c := range cols {
		if got := dst[i%Rows*4+i/Rows]; got != c {
			t.Errorf("column %d, row %d is %d, want %d", i/Rows, i%Rows, got, c)
		}
	}
}

func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 1; n <= 70; n++ {
			for _, atStart := range []bool{false, true} {
				cols := kerneltest.GuardedInt16s(t, Rows*n, atStart)
				Widen(kerneltest.GuardedInt16s(t, n, atStart), kerneltest.Guarded(t, n, atStart))
				Narrow(kerneltest.Guarded(t, n, atStart), kerneltest.GuardedInt16s(t, n, atStart))
				RowBytes(kerneltest.Guarded(t, 7*(n+1)+n, atStart), n+1, cols)
				ColumnBytes(kerneltest.Guarded(t, (n-1)*9+Rows, atStart), 9, cols)
				RowWords(kerneltest.GuardedInt16s(t, 7*(n+1)+n, atStart), n+1, cols)
			}
		}
	})
}

func TestBrokenContractPanics(t *testing.T) {
	for name, call := range map[string]func(){
		"widen":         func() { Widen(make([]int16, 3), make([]byte, 4)) },
		"narrow":        func() { Narrow(make([]byte, 4), make([]int16, 3)) },
		"rows":          func() { RowBytes(make([]byte, 15), 2, make([]int16, 16)) },
		"row stride":    func() { RowBytes(make([]byte, 99), 1, make([]int16, 16)) },
		"columns":       func() { ColumnBytes(make([]byte, 15), 8, make([]int16, 16)) },
		"column stride": func() { ColumnBytes(make([]byte, 99), 7, make([]int16, 16)) },
		"part":          func() { RowWords(make([]int16, 99), 4, make([]int16, 17)) },
		"words":         func() { RowWords(make([]int16, 15), 2, make([]int16, 16)) },
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
	f.Add(uint16(100), uint8(1), uint8(3), uint64(1))
	f.Fuzz(func(t *testing.T, n uint16, gap, offset uint8, seed uint64) {
		agree(t, shape{int(n % 1000), int(gap), int(offset % 32), seed})
	})
}

func BenchmarkConversions(b *testing.B) {
	const n = 800
	cols, bytes, words := make([]int16, Rows*n), make([]byte, Rows*n), make([]int16, Rows*n)
	for name, f := range map[string]func(){
		"widen":       func() { Widen(words, bytes) },
		"narrow":      func() { Narrow(bytes, words) },
		"rowbytes":    func() { RowBytes(bytes, n, cols) },
		"columnbytes": func() { ColumnBytes(bytes, Rows, cols) },
		"rowwords":    func() { RowWords(words, n, cols) },
	} {
		b.Run(name, func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(Rows*n), "ns/sample")
			})
		})
	}
}
