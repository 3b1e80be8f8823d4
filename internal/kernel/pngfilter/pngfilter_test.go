package pngfilter

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// rows draws a row and the one above it, which are alike in places, as those of
// pictures are.
func rows(n, offset int, seed uint64) (cur, prev []byte) {
	rnd := rand.New(rand.NewPCG(seed, 11))
	buf := make([]byte, offset+2*n)[offset:]
	cur, prev = buf[:n:n], buf[n:]
	for i := range cur {
		prev[i] = byte(rnd.Uint32())
		switch rnd.IntN(4) {
		case 0:
			cur[i] = prev[i]
		case 1:
			cur[i] = prev[i] + byte(rnd.IntN(5)) - 2
		default:
			cur[i] = byte(rnd.Uint32())
		}
	}
	return cur, prev
}

// filtered is a row as every path must filter it: by [Predict], byte for byte.
func filtered(cur, prev []byte, bpp int, kind Kind) []byte {
	out := make([]byte, len(cur))
	for i := range cur {
		var a, c byte
		if i >= bpp {
			a, c = cur[i-bpp], prev[i-bpp]
		}
		out[i] = cur[i] - Predict(kind, a, prev[i], c)
	}
	return out
}

func agree(t testing.TB, n, offset, bpp int, seed uint64) {
	t.Helper()
	cur, prev := rows(n, offset, seed)
	before := append(bytes.Clone(cur), prev...)
	for kind := range Kinds {
		dst := kerneltest.NewCanary(n, offset)
		Apply(dst.Bytes(), cur, prev, bpp, kind)
		dst.Check(t)
		if want := filtered(cur, prev, bpp, kind); !bytes.Equal(dst.Bytes(), want) {
			t.Fatalf("%d bytes, offset %d, %d per pixel, filter %d:\n%v\nwant\n%v", n, offset, bpp, kind, dst.Bytes(), want)
		}
		if !bytes.Equal(append(bytes.Clone(cur), prev...), before) {
			t.Fatal("the input changed")
		}
		var sum uint64
		for _, v := range dst.Bytes() {
			sum += uint64(abs(int(int8(v))))
		}
		if got := SumAbs(dst.Bytes()); got != sum {
			t.Fatalf("%d bytes, offset %d: sum %d, want %d", n, offset, got, sum)
		}
		Undo(dst.Bytes(), prev, bpp, kind)
		dst.Check(t)
		if !bytes.Equal(dst.Bytes(), cur) {
			t.Fatalf("%d bytes, offset %d, %d per pixel, filter %d: undone differs", n, offset, bpp, kind)
		}
	}
}

func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 0; n <= 256; n++ {
			for offset := range 32 {
				agree(t, n, offset, 1+(n+offset)%MaxBPP, uint64(n))
			}
		}
		agree(t, 100_000, 1, 3, 1)
	})
}

// Every a, b and c, against the formula of clause 9.4 as it stands there.
func TestPaeth(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			for c := range 256 {
				p := a + b - c
				pa, pb, pc := abs(p-a), abs(p-b), abs(p-c)
				want := c
				if pa <= pb && pa <= pc {
					want = a
				} else if pb <= pc {
					want = b
				}
				if got := paeth(byte(a), byte(b), byte(c)); got != byte(want) {
					t.Fatalf("paeth(%d, %d, %d) = %d, want %d", a, b, c, got, want)
				}
			}
		}
	}
}

func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 1; n <= 100; n++ {
			for _, atStart := range []bool{false, true} {
				cur, prev := kerneltest.Guarded(t, n, atStart), kerneltest.Guarded(t, n, atStart)
				dst := kerneltest.Guarded(t, n, atStart)
				for kind := range Kinds {
					Apply(dst, cur, prev, 1+n%MaxBPP, kind)
					Undo(dst, prev, 1+n%MaxBPP, kind)
					SumAbs(dst)
				}
			}
		}
	})
}

func TestBrokenContractPanics(t *testing.T) {
	b := make([]byte, 8)
	for name, call := range map[string]func(){
		"prev":    func() { Apply(b, b[:8:8], b[:7], 1, Sub) },
		"dst":     func() { Apply(b[:7], b, b, 1, Sub) },
		"bpp":     func() { Apply(b, b, b, 0, Sub) },
		"big_bpp": func() { Undo(b, b, 9, Sub) },
		"undo":    func() { Undo(b, b[:7], 1, Sub) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func FuzzPathsAgree(f *testing.F) {
	f.Add(uint16(100), uint8(1), uint8(3), uint64(1))
	f.Fuzz(func(t *testing.T, n uint16, offset, bpp uint8, seed uint64) {
		agree(t, int(n%2048), int(offset%64), 1+int(bpp)%MaxBPP, seed)
	})
}

func BenchmarkApply(b *testing.B) {
	cur, prev := rows(4096, 0, 1)
	dst := make([]byte, len(cur))
	for kind := range Kinds {
		b.Run([...]string{"none", "sub", "up", "average", "paeth"}[kind], func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				b.SetBytes(int64(len(cur)))
				for b.Loop() {
					Apply(dst, cur, prev, 3, kind)
				}
			})
		})
	}
}
