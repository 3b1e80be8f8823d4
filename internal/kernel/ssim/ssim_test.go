package ssim

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"imgpool/internal/kernel/kerneltest"
)

// row returns n samples of lo..hi in a row that ends at an unmapped page.
func row(t testing.TB, r *rand.Rand, n int, lo, hi float32) []float32 {
	b := kerneltest.Guarded(t, 4*n, r.IntN(2) == 0)
	s := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), n)
	for i := range s {
		s[i] = lo + float32((hi-lo)*r.Float32())
	}
	return s
}

// plain is row in memory of no special kind, for benchmarks.
func plain(r *rand.Rand, n int, lo, hi float32) []float32 {
	s := make([]float32, n+r.IntN(64))[:n]
	for i := range s {
		s[i] = lo + float32((hi-lo)*r.Float32())
	}
	return s
}

// same fails the test unless both rows have the same bits.
func same(t *testing.T, what string, n int, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s of %d columns: sample %d is %v (%#x), generic %v (%#x)", what, n, i,
				got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
}

var widths = []int{1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 75, 200}

func TestXYB(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, n := range widths {
			var src, got, want Planes
			for c := range src {
				src[c] = row(t, r, Padded(n), 0, 1)
				got[c], want[c] = row(t, r, Padded(n), 0, 1), make([]float32, Padded(n))
			}
			for i := range min(n, 2) { // the ends of the range
				src[0][i], src[1][i], src[2][i] = float32(i), float32(i), float32(i)
			}
			XYB(&got, &src, n)
			kerneltest.Generic(func() { XYB(&want, &src, n) })
			for c := range got {
				same(t, "component "+string("XYB"[c]), n, got[c], want[c])
				for _, v := range got[c][n:] {
					if v != Outside[c] {
						t.Fatalf("beyond the row is %v", v)
					}
				}
			}
			XYB(&src, &src, n)
			same(t, "X in place", n, src[0], want[0])
		}
	})
}

// White, black and mid colours against the definition in float64.
func TestXYBOfColours(t *testing.T) {
	root := math.Cbrt(0.0037930732552754493)
	for _, c := range [][3]float64{{0, 0, 0}, {1, 1, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.2, 0.4, 0.01}} {
		r, g, b := c[0], c[1], c[2]
		l := math.Cbrt(0.3*r+0.622*g+0.078*b+0.0037930732552754493) - root
		m := math.Cbrt(0.23*r+0.692*g+0.078*b+0.0037930732552754493) - root
		s := math.Cbrt(0.24342268924547819*r+0.20476744424496821*g+0.55180986650955360*b+0.0037930732552754493) - root
		want := [3]float64{(l - m) / 2 * 14, (l+m)/2 - 0.4, s - (l+m)/2}
		p := Planes{make([]float32, 8), make([]float32, 8), make([]float32, 8)}
		p[0][0], p[1][0], p[2][0] = float32(r), float32(g), float32(b)
		XYB(&p, &p, 1)
		for i := range want {
			if math.Abs(float64(p[i][0])-want[i]) > 1e-5/(3-2*float64(i&1)) {
				t.Errorf("%v: component %d is %v, want %v", c, i, p[i][0], want[i])
			}
		}
	}
}

func TestCubeRoot(t *testing.T) {
	worst := 0.0
	for x := float32(0.0037); x < 1.01; x += 1e-5 {
		want := math.Cbrt(float64(x))
		worst = max(worst, math.Abs(float64(cubeRoot(x))/want-1))
	}
	if worst > 3e-7 {
		t.Errorf("relative error %.2g", worst)
	}
}

func TestColumns(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, n := range widths {
			var ref, dist Rows
			for k := range ref {
				ref[k], dist[k] = row(t, r, Padded(n), -0.6, 0.6), row(t, r, Padded(n), -0.6, 0.6)
			}
			var got, want Sums
			for q := range got {
				got[q] = row(t, r, Blurred(n), 0, 1)
				want[q] = append([]float32(nil), got[q]...) // margins stay as they are
			}
			Columns(&got, &ref, &dist, n)
			kerneltest.Generic(func() { Columns(&want, &ref, &dist, n) })
			for q := range got {
				same(t, "quantity", n, got[q], want[q])
			}
		}
	})
}

func TestErrors(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		for _, n := range widths {
			var in Sums
			for q := range in {
				in[q] = row(t, r, Blurred(n), -0.1, 0.1)
				if q >= squareRef { // at least the square of the mean
					for i := range in[q] {
						in[q][i] += 0.12
					}
				}
			}
			ref, dist := row(t, r, Padded(n), -0.6, 0.6), row(t, r, Padded(n), -0.6, 0.6)
			var got, want Totals
			for range 2 { // totals are added to
				Errors(&got, &in, ref, dist, n)
				kerneltest.Generic(func() { Errors(&want, &in, ref, dist, n) })
			}
			for m := range got {
				same(t, "errors", n, got[m][:], want[m][:])
			}
		}
	})
}

// The blur keeps the level of a flat area, and its weights are a Gaussian's.
func TestWeights(t *testing.T) {
	sum, variance := float64(weights[0]), 0.0
	for k := 1; k <= Reach; k++ {
		sum += 2 * float64(weights[k])
		variance += 2 * float64(k*k) * float64(weights[k])
	}
	if math.Abs(sum-1) > 1e-7 || math.Abs(variance-1.5*1.5) > 1e-6 {
		t.Errorf("sum %v, variance %v; want 1 and 2.25", sum, variance)
	}
}

func TestShortRowsPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a row that is shorter than its columns")
		}
	}()
	var p Planes
	XYB(&p, &p, 3)
}

func BenchmarkColumns(b *testing.B) {
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		const n = 1200
		r := rand.New(rand.NewPCG(7, 8))
		var ref, dist Rows
		for k := range ref {
			ref[k], dist[k] = plain(r, n, -0.6, 0.6), plain(r, n, -0.6, 0.6)
		}
		var s Sums
		for q := range s {
			s[q] = make([]float32, Blurred(n))
		}
		b.SetBytes(n)
		for b.Loop() {
			Columns(&s, &ref, &dist, n)
		}
	})
}

func BenchmarkErrors(b *testing.B) {
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		const n = 1200
		r := rand.New(rand.NewPCG(9, 10))
		ref, dist := plain(r, n, -0.6, 0.6), plain(r, n, -0.6, 0.6)
		var s Sums
		for q := range s {
			s[q] = plain(r, Blurred(n), 0.4, 0.5)
		}
		var t Totals
		b.SetBytes(n)
		for b.Loop() {
			Errors(&t, &s, ref, dist, n)
		}
	})
}

func BenchmarkXYB(b *testing.B) {
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		const n = 1200
		r := rand.New(rand.NewPCG(11, 12))
		var src, dst Planes
		for c := range src {
			src[c], dst[c] = plain(r, n, 0, 1), make([]float32, n)
		}
		b.SetBytes(n)
		for b.Loop() {
			XYB(&dst, &src, n)
		}
	})
}
