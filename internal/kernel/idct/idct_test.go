package idct

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// A transform under test: edge pixels per block side.
type transform struct {
	edge int
	run  func(dst []byte, stride int, coef []int16, quant []uint16)
}

var transforms = []transform{
	{8, func(d []byte, s int, c []int16, q []uint16) { Row8(d, s, c, (*[64]uint16)(q)) }},
	{4, func(d []byte, s int, c []int16, q []uint16) { Row4(d, s, c, (*[16]uint16)(q)) }},
	{2, func(d []byte, s int, c []int16, q []uint16) { Row2(d, s, c, (*[4]uint16)(q)) }},
	{1, func(d []byte, s int, c []int16, q []uint16) { Row1(d, c, q[0]) }},
}

func (tr transform) name() string { return fmt.Sprintf("row%d", tr.edge) }

// span is the number of bytes from the first to the last pixel written.
func (tr transform) span(n, stride int) int {
	if n == 0 {
		return 0
	}
	return (tr.edge-1)*stride + tr.edge*n
}

// quants draws a table: "ones", "photo" (8 bit), "any" (16 bit, zero included).
func quants(kind string, n int, rnd *rand.Rand) []uint16 {
	q := make([]uint16, n)
	for i := range q {
		switch kind {
		case "ones":
			q[i] = 1
		case "photo":
			q[i] = uint16(1 + rnd.IntN(60))
		default:
			q[i] = uint16(rnd.Uint32())
		}
	}
	return q
}

// sparsify clears AC coefficients as photos do: blocks with nothing but the
// first, or with the first few, or with one column or row.
func sparsify(coef []int16, edge int, rnd *rand.Rand) {
	size := edge * edge
	for b := 0; b+size <= len(coef); b += size {
		mode, k := rnd.IntN(5), rnd.IntN(edge)
		for i := 1; i < size; i++ {
			x, y := i%edge, i/edge
			if mode == 0 || mode == 1 && x+y > k || mode == 2 && x > k || mode == 3 && y > k {
				coef[b+i] = 0
			}
		}
	}
}

// TestPathsAgree proves each path equal to the generic code, margins included.
func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for _, tr := range transforms {
			t.Run(tr.name(), func(t *testing.T) { pathAgrees(t, tr) })
		}
	})
}

func pathAgrees(t *testing.T, tr transform) {
	rnd := rand.New(rand.NewPCG(1, uint64(tr.edge)))
	size := tr.edge * tr.edge
	counts := 256
	if tr.edge == 8 {
		counts = 40
	}
	for n := 0; n <= counts; n++ {
		kind := kerneltest.Kinds[n%len(kerneltest.Kinds)]
		qkind := []string{"ones", "photo", "any"}[n/len(kerneltest.Kinds)%3]
		off := n % 32
		stride := max(1, tr.edge*n+[]int{0, 1, 7, 64}[rnd.IntN(4)])
		coef := make([]int16, off+n*size)[off:]
		copy(coef, kerneltest.Int16s(kind, n*size, rnd.Uint64))
		if rnd.IntN(2) == 0 {
			sparsify(coef, tr.edge, rnd)
		}
		quant := quants(qkind, size, rnd)
		before := append([]int16(nil), coef...)

		want := kerneltest.NewCanary(tr.span(n, stride), off)
		kerneltest.Generic(func() { tr.run(want.Bytes(), stride, coef, quant) })
		got := kerneltest.NewCanary(tr.span(n, stride), off)
		tr.run(got.Bytes(), stride, coef, quant)

		got.Check(t)
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Fatalf("%d blocks, %s coefficients, %s table, offset %d, stride %d: differs from the generic path at byte %d",
				n, kind, qkind, off, stride, firstDiff(got.Bytes(), want.Bytes()))
		}
		for i := range coef {
			if coef[i] != before[i] {
				t.Fatalf("coefficient %d was changed", i)
			}
		}
	}
}

func firstDiff(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// TestGuardPages lets input and output end, and begin, at unmapped pages.
func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for _, tr := range transforms {
			for n := 1; n <= 17; n++ {
				for _, atStart := range []bool{false, true} {
					stride := tr.edge*n + n%3
					coef := kerneltest.GuardedInt16s(t, n*tr.edge*tr.edge, atStart)
					dst := kerneltest.Guarded(t, tr.span(n, stride), atStart)
					rnd := rand.New(rand.NewPCG(2, uint64(n)))
					copy(coef, kerneltest.Int16s("photo", len(coef), rnd.Uint64))
					quant := quants("photo", tr.edge*tr.edge, rnd)
					tr.run(dst, stride, coef, quant)
					want := make([]byte, len(dst))
					kerneltest.Generic(func() { tr.run(want, stride, coef, quant) })
					if !bytes.Equal(dst, want) {
						t.Fatalf("%s, %d blocks: differs from the generic path", tr.name(), n)
					}
				}
			}
		}
	})
}

// TestAgainstFloat holds every path to the definition of T.81 A.3.3 in floating
// point. The bounds are what the reference reaches on blocks that photos have.
func TestAgainstFloat(t *testing.T) {
	maxErr := map[int]float64{8: 0.60, 4: 0.53, 2: 0.51, 1: 0.51}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for _, tr := range transforms {
			rnd := rand.New(rand.NewPCG(3, uint64(tr.edge)))
			size := tr.edge * tr.edge
			worst := 0.0
			for i := 0; i < 4000; i++ {
				coef, quant := impulse(i, size, rnd)
				dst := make([]byte, size)
				tr.run(dst, tr.edge, coef, quant)
				for j, want := range floatIDCT(coef, quant, tr.edge) {
					worst = max(worst, math.Abs(float64(dst[j])-max(0, min(255, want))))
				}
			}
			if worst > maxErr[tr.edge] {
				t.Errorf("%s: off by %.3f, want at most %.3f", tr.name(), worst, maxErr[tr.edge])
			}
		}
	})
}

// impulse is the i-th block: first each single coefficient with either sign,
// then the forward transform of random samples.
func impulse(i, size int, rnd *rand.Rand) ([]int16, []uint16) {
	coef, quant := make([]int16, size), make([]uint16, size)
	for j := range quant {
		quant[j] = uint16(1 + rnd.IntN(16))
	}
	if i < 2*size {
		coef[i/2] = int16(50 - 100*(i%2))
		return coef, quant
	}
	for j := range coef {
		if rnd.IntN(4) == 0 {
			coef[j] = int16(rnd.IntN(1200)-600) / int16(quant[j]) / int16(1+j/4)
		}
	}
	return coef, quant
}

// floatIDCT is the N-point inverse DCT in float64, with samples not rounded.
func floatIDCT(coef []int16, quant []uint16, n int) []float64 {
	out := make([]float64, n*n)
	scale := func(k int) float64 {
		if k == 0 {
			return math.Sqrt(1 / float64(n))
		}
		return math.Sqrt(2 / float64(n))
	}
	for y := 0; y < n; y++ {
		for x := 0; x < n; x++ {
			s := 0.0
			for v := 0; v < n; v++ {
				for u := 0; u < n; u++ {
					f := float64(coef[v*n+u]) * float64(quant[v*n+u])
					s += f * scale(u) * scale(v) *
						math.Cos(float64(2*x+1)*float64(u)*math.Pi/float64(2*n)) *
						math.Cos(float64(2*y+1)*float64(v)*math.Pi/float64(2*n))
				}
			}
			out[y*n+x] = s*float64(n)/8 + 128
		}
	}
	return out
}

func TestWrongLengthsPanic(t *testing.T) {
	var q [64]uint16
	for name, f := range map[string]func(){
		"part of a block":  func() { Row8(make([]byte, 64), 8, make([]int16, 63), &q) },
		"destination":      func() { Row8(make([]byte, 63), 8, make([]int16, 64), &q) },
		"stride":           func() { Row4(make([]byte, 64), 7, make([]int16, 32), (*[16]uint16)(q[:])) },
		"negative stride":  func() { Row2(make([]byte, 64), -2, make([]int16, 4), (*[4]uint16)(q[:])) },
		"too few pixels":   func() { Row1(make([]byte, 3), make([]int16, 4), 1) },
		"destination of 4": func() { Row4(make([]byte, 31), 8, make([]int16, 32), (*[16]uint16)(q[:])) },
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

// FuzzPaths compares all paths on blocks and tables of the fuzzer's making.
func FuzzPaths(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 250, 251}, uint8(3))
	f.Add(bytes.Repeat([]byte{0xff, 0x7f}, 300), uint8(2))
	f.Add(bytes.Repeat([]byte{0, 0x80, 1, 0}, 300), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		tr := transforms[which%4]
		size := tr.edge * tr.edge
		vals := make([]int16, len(data)/2)
		for i := range vals {
			vals[i] = int16(data[2*i]) | int16(data[2*i+1])<<8
		}
		if len(vals) < size {
			return
		}
		quant := make([]uint16, size)
		for i := range quant {
			quant[i] = uint16(vals[i])
			if which&4 != 0 {
				quant[i] &= 255
			}
		}
		coef := vals[len(vals)%size:]
		n := len(coef) / size
		stride := n * tr.edge
		want := make([]byte, tr.span(n, stride))
		kerneltest.Generic(func() { tr.run(want, stride, coef, quant) })
		kerneltest.ForEachImpl(t, func(t *testing.T) {
			got := make([]byte, len(want))
			tr.run(got, stride, coef, quant)
			if !bytes.Equal(got, want) {
				t.Fatalf("%s: differs from the generic path at byte %d", tr.name(), firstDiff(got, want))
			}
		})
	})
}

func BenchmarkIDCT(b *testing.B) {
	for _, tr := range transforms {
		for _, density := range []string{"flat", "photo", "dense"} {
			if tr.edge < 8 && density != "photo" {
				continue
			}
			b.Run(tr.name()+"/"+density, func(b *testing.B) {
				const n = 256
				rnd := rand.New(rand.NewPCG(5, 5))
				size := tr.edge * tr.edge
				coef := make([]int16, n*size)
				for i := range coef {
					if i%size == 0 || density == "dense" || density == "photo" && rnd.IntN(6) == 0 {
						coef[i] = int16(rnd.IntN(20) - 10)
					}
				}
				quant := quants("photo", size, rnd)
				dst := make([]byte, tr.edge*tr.edge*n)
				kerneltest.BenchEachImpl(b, func(b *testing.B) {
					b.SetBytes(int64(len(dst)))
					for b.Loop() {
						tr.run(dst, tr.edge*n, coef, quant)
					}
				})
			})
		}
	}
}
