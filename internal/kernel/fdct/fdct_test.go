package fdct

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// tables draws a quantisation and a rounding table.
func tables(rnd *rand.Rand, largest int) (quant [64]uint16, rounding [64]uint8) {
	for i := range quant {
		quant[i] = uint16(1 + rnd.IntN(largest))
		rounding[i] = uint8(rnd.IntN(65))
	}
	return quant, rounding
}

// samples fills src: noise, black-and-white noise, a slope, or flat.
func samples(src []byte, kind int, rnd *rand.Rand) {
	base := rnd.IntN(256)
	for i := range src {
		switch kind % 4 {
		case 0:
			src[i] = byte(rnd.Uint32())
		case 1:
			src[i] = byte(rnd.IntN(2) * 255)
		case 2:
			src[i] = byte(base + i/3)
		default:
			src[i] = byte(base)
		}
	}
}

// TestPathsAgree proves each path equal to the generic code for rows of 0 to
// 48 blocks at every alignment, and that nothing outside is written.
func TestPathsAgree(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 0; n <= 48; n++ {
			for off := n % 4; off < 32; off += 4 {
				pathAgrees(t, n, off)
			}
		}
	})
}

func pathAgrees(t *testing.T, n, off int) {
	rnd := rand.New(rand.NewPCG(uint64(n), uint64(off)))
	stride := 8*n + []int{0, 1, 5, 64}[rnd.IntN(4)]
	src := make([]byte, off+7*stride+8*n)[off:]
	samples(src, off/4, rnd)
	quant, rounding := tables(rnd, []int{1, 30, 255, MaxQuant}[rnd.IntN(4)])
	var q Quantiser
	if q.Set(&quant, &rounding); rnd.IntN(8) == 0 {
		q.SetHalves()
	}

	const margin, mark = 64, 0x5a5a
	run := func() ([]int16, []uint64) {
		coef := slices.Repeat([]int16{mark}, margin+64*n+margin)
		mask := slices.Repeat([]uint64{mark}, 8+n+8)
		Row(coef[margin:margin+64*n], mask[8:8+n], src, stride, &q)
		return coef, mask
	}
	got, gotMask := run()
	var want []int16
	var wantMask []uint64
	kerneltest.Generic(func() { want, wantMask = run() })
	if !slices.Equal(got, want) || !slices.Equal(gotMask, wantMask) {
		t.Fatalf("%d blocks, offset %d, stride %d: differs from the generic path", n, off, stride)
	}
	for i, v := range got {
		if (i < margin || i >= margin+64*n) && v != mark {
			t.Fatalf("%d blocks: coefficient %d was written", n, i-margin)
		}
	}
	for i, v := range gotMask {
		if (i < 8 || i >= 8+n) && v != mark {
			t.Fatalf("%d blocks: mask %d was written", n, i-8)
		}
	}
}

// TestGuardPages lets samples and coefficients end, and begin, at unmapped
// pages.
func TestGuardPages(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for n := 1; n <= 9; n++ {
			for _, atStart := range []bool{false, true} {
				rnd := rand.New(rand.NewPCG(7, uint64(n)))
				stride := 8*n + n%3
				src := kerneltest.Guarded(t, 7*stride+8*n, atStart)
				samples(src, n, rnd)
				quant, rounding := tables(rnd, 40)
				var q Quantiser
				q.Set(&quant, &rounding)
				coef, mask := kerneltest.GuardedInt16s(t, 64*n, atStart), make([]uint64, n)
				Row(coef, mask, src, stride, &q)
				want, wantMask := make([]int16, 64*n), make([]uint64, n)
				kerneltest.Generic(func() { Row(want, wantMask, src, stride, &q) })
				if !slices.Equal(coef, want) || !slices.Equal(mask, wantMask) {
					t.Fatalf("%d blocks: differs from the generic path", n)
				}
			}
		}
	})
}

// floatDCT is 8 times the DCT of T.81 A.3.3 in float64, in storage order.
func floatDCT(src []byte) (out [64]float64) {
	scale := func(k int) float64 {
		if k == 0 {
			return math.Sqrt(1. / 8)
		}
		return 0.5
	}
	for u := 0; u < 8; u++ {
		for v := 0; v < 8; v++ {
			s := 0.0
			for y := 0; y < 8; y++ {
				for x := 0; x < 8; x++ {
					s += (float64(src[y*8+x]) - 128) *
						math.Cos(float64(2*x+1)*float64(u)*math.Pi/16) *
						math.Cos(float64(2*y+1)*float64(v)*math.Pi/16)
				}
			}
			out[u*8+v] = 8 * s * scale(u) * scale(v)
		}
	}
	return out
}

// TestAgainstFloat bounds the error of the transform, in eighths of a
// coefficient's unit, over noise, edges, slopes and single samples.
func TestAgainstFloat(t *testing.T) {
	const wantWorst, wantRMS = 1.3, 0.30 // rounding once would give 0.5 and 0.29
	rnd := rand.New(rand.NewPCG(11, 12))
	worst, sum, count := 0.0, 0.0, 0
	for i := 0; i < 4000; i++ {
		var src [64]byte
		if i < 128 {
			samples(src[:], 3, rnd)
			src[i/2] = byte(255 * (i % 2))
		} else {
			samples(src[:], i, rnd)
		}
		var x [64]int32
		transform(&x, src[:], 8)
		for j, want := range floatDCT(src[:]) {
			e := math.Abs(float64(x[j]) - want)
			worst, sum, count = max(worst, e), sum+e*e, count+1
		}
	}
	if rms := math.Sqrt(sum / float64(count)); worst > wantWorst || rms > wantRMS {
		t.Errorf("error is %.3f at worst and %.3f in the mean, want at most %.2f and %.2f", worst, rms, wantWorst, wantRMS)
	}
}

// TestLevelIsFloorDivision holds the reciprocals to their claim for every
// step, at every multiple of the divisor and beside it.
func TestLevelIsFloorDivision(t *testing.T) {
	var q Quantiser
	var quant [64]uint16
	var rounding [64]uint8
	for step := uint16(1); step <= MaxQuant; step++ {
		for i := range quant {
			quant[i], rounding[i] = step, 64
		}
		q.Set(&quant, &rounding)
		d := int32(step) * 8
		for k := int32(0); k*d-d/2 <= 10600; k++ {
			for _, x := range []int32{k*d - d/2 - 1, k*d - d/2, k*d - d/2 + 1, k*d + d/2 - 1, k * d} {
				if x < 0 || x > 10600 {
					continue
				}
				if got, want := q.level(x, 0), (x+d/2)/d; got != want {
					t.Fatalf("%d by %d: level %d, want %d", x, d, got, want)
				}
				if got, want := q.level(-x, 0), -((x + d/2) / d); got != want {
					t.Fatalf("%d by %d: level %d, want %d", -x, d, got, want)
				}
			}
		}
	}
}

// TestHalves holds that the levels of SetHalves are the coefficients, of which
// the transform has eighths, in halves.
func TestHalves(t *testing.T) {
	var q Quantiser
	q.SetHalves()
	for x := int32(-10600); x <= 10600; x++ {
		want := int32(math.Round(math.Abs(float64(x)) / 4))
		if x < 0 {
			want = -want
		}
		if got := q.level(x, int(x&63)); got != want {
			t.Fatalf("%d eighths are %d halves, want %d", x, got, want)
		}
	}
}

// TestStorageOrder shows where a coefficient lands, and that a dead zone works.
func TestStorageOrder(t *testing.T) {
	var src [64]byte
	for i := range src { // a horizontal cosine of frequency 1
		src[i] = byte(128 + math.Round(50*math.Cos(float64(2*(i%8)+1)*math.Pi/16)))
	}
	var quant [64]uint16
	var rounding [64]uint8
	for i := range quant {
		quant[i], rounding[i] = 1, 64
	}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		var q Quantiser
		q.Set(&quant, &rounding)
		coef, mask := make([]int16, 64), make([]uint64, 1)
		Row(coef, mask, src[:], 8, &q)
		if coef[8] < 275 || coef[8] > 290 || mask[0]>>8&1 != 1 {
			t.Errorf("coefficient (u=1, v=0) at 8 is %d, want about 283", coef[8])
		}
		if coef[1] != 0 || mask[0]>>1&1 != 0 {
			t.Errorf("coefficient (u=0, v=1) at 1 is %d, want 0", coef[1])
		}
		dead := rounding
		dead[1] = 0 // natural order: u=1, v=0
		big := quant
		big[1] = 200
		q.Set(&big, &rounding)
		Row(coef, mask, src[:], 8, &q)
		nearest := coef[8]
		q.Set(&big, &dead)
		Row(coef, mask, src[:], 8, &q)
		if nearest != 1 || coef[8] != 1 {
			t.Errorf("283 by 200 is %d to the nearest and %d down, want 1 and 1", nearest, coef[8])
		}
		big[1] = 180
		q.Set(&big, &rounding)
		Row(coef, mask, src[:], 8, &q)
		nearest = coef[8]
		q.Set(&big, &dead)
		Row(coef, mask, src[:], 8, &q)
		if nearest != 2 || coef[8] != 1 {
			t.Errorf("283 by 180 is %d to the nearest and %d down, want 2 and 1", nearest, coef[8])
		}
	})
}

func TestWrongLengthsPanic(t *testing.T) {
	var q Quantiser
	var quant [64]uint16
	var rounding [64]uint8
	for name, f := range map[string]func(){
		"coefficients": func() { Row(make([]int16, 127), make([]uint64, 2), make([]byte, 128), 16, &q) },
		"samples":      func() { Row(make([]int16, 128), make([]uint64, 2), make([]byte, 127), 16, &q) },
		"stride":       func() { Row(make([]int16, 128), make([]uint64, 2), make([]byte, 256), 15, &q) },
		"step":         func() { q.Set(&quant, &rounding) },
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

// FuzzPaths compares all paths on samples and tables of the fuzzer's making.
func FuzzPaths(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0, 255}, 96), uint8(3), uint16(16))
	f.Add(bytes.Repeat([]byte{1, 200, 30}, 64), uint8(1), uint16(2047))
	f.Fuzz(func(t *testing.T, src []byte, pad uint8, step uint16) {
		n := len(src) / 64
		if n == 0 || n > 64 {
			return
		}
		var q Quantiser
		var quant [64]uint16
		var rounding [64]uint8
		for i := range quant {
			quant[i] = 1 + (step+uint16(i)*uint16(pad))%MaxQuant
			rounding[i] = uint8(i+int(pad)) % 65
		}
		q.Set(&quant, &rounding)
		want, wantMask := make([]int16, 64*n), make([]uint64, n)
		kerneltest.Generic(func() { Row(want, wantMask, src, 8*n, &q) })
		kerneltest.ForEachImpl(t, func(t *testing.T) {
			got, gotMask := make([]int16, 64*n), make([]uint64, n)
			Row(got, gotMask, src, 8*n, &q)
			if !slices.Equal(got, want) || !slices.Equal(gotMask, wantMask) {
				t.Fatalf("%d blocks: differs from the generic path", n)
			}
		})
	})
}

func BenchmarkFDCT(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rnd := rand.New(rand.NewPCG(1, 1))
			src := make([]byte, 64*n)
			samples(src, 2, rnd)
			quant, rounding := tables(rnd, 30)
			var q Quantiser
			q.Set(&quant, &rounding)
			coef, mask := make([]int16, 64*n), make([]uint64, n)
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					Row(coef, mask, src, 8*n, &q)
				}
			})
		})
	}
}
