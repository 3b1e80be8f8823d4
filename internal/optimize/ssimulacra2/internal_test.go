package ssimulacra2

import (
	"image"
	"math"
	"sync"
	"testing"
)

// Weights are for the slow form of the metric in the tests.
var Weights = weights

// ForgetMemory empties the pools, so that a test sees what is allocated.
func ForgetMemory() {
	samples, scratches = sync.Pool{}, sync.Pool{New: scratches.New}
}

func TestUpsampled(t *testing.T) {
	m := image.NewYCbCr(image.Rect(0, 0, 6, 4), image.YCbCrSubsampleRatio420)
	copy(m.Cb, []byte{0, 160, 80, 16, 16, 16})
	for y, want := range [][]byte{
		{0, 40, 120, 140, 100, 80},
		{4, 34, 94, 109, 79, 64}, // a quarter of the second row
		{12, 22, 42, 47, 37, 32},
		{16, 16, 16, 16, 16, 16},
	} {
		if got := newPlanar(m).upsampled(0, m.Cb, y); string(got) != string(want) {
			t.Errorf("row %d: %v, want %v", y, got, want)
		}
	}
	// A part of a picture that begins within a chroma sample sees the same.
	part := m.SubImage(image.Rect(1, 1, 6, 4)).(*image.YCbCr)
	whole, cut := newPlanar(m).upsampled(0, m.Cb, 2), newPlanar(part).upsampled(0, part.Cb, 1)
	if string(whole) != string(cut) {
		t.Errorf("in a part: %v, want %v", cut, whole)
	}
}

func TestPower(t *testing.T) {
	for _, x := range []float64{1e-9, 0.003, 0.5, math.Sqrt2 / 2, 1, 1.7, 12, 4096, 1e6} {
		for _, y := range []float64{0.6276336467831387, 2.4, 1, 0.1} {
			if want := math.Pow(x, y); math.Abs(power(x, y)/want-1) > 1e-13 {
				t.Errorf("%v to %v: %v, want %v", x, y, power(x, y), want)
			}
		}
	}
}
