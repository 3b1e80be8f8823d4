package jpeg

import (
	"bytes"
	"image"
	"math"
	"testing"
)

// TestRecoder writes a file again and again from coefficients read once: each
// time what reading it anew gives.
func TestRecoder(t *testing.T) {
	source := encoded(t, testYCbCr(200, 150, image.YCbCrSubsampleRatio420), EncodeOptions{Quality: 92})
	r, err := NewRecoder(source, RecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var lossless bytes.Buffer
	if err := Recode(&lossless, source, RecodeOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []int{50, 91, 20, 95, 90, 92, 1, 50} {
		got, want := bytes.NewBufferString("kept"), bytes.NewBufferString("kept")
		r.Estimate(q)
		changed, err := r.Requantise(got, q)
		if err != nil {
			t.Fatal(err)
		}
		wantChanged, err := Requantise(want, source, RequantiseOptions{Quality: q})
		if err != nil || changed != wantChanged || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("quality %d: changed %v, %d bytes; read anew %v, %d bytes, %v", q, changed, got.Len(), wantChanged, want.Len(), err)
		}
		var again bytes.Buffer
		if err := r.Recode(&again); err != nil || !bytes.Equal(again.Bytes(), lossless.Bytes()) {
			t.Errorf("after quality %d: %d bytes without loss, want %d, %v", q, again.Len(), lossless.Len(), err)
		}
	}
	if _, err := r.Requantise(new(bytes.Buffer), 0); err == nil {
		t.Error("quality 0: no error")
	}
}

// TestFinest holds that nothing changes above it.
func TestFinest(t *testing.T) {
	for _, source := range []int{1, 2, 40, 80, 96} {
		r, err := NewRecoder(encoded(t, testYCbCr(200, 150, image.YCbCrSubsampleRatio420), EncodeOptions{Quality: source}), RecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		finest := r.Finest()
		if finest >= source || source > 20 && finest < source-5 {
			t.Errorf("source of %d: %d", source, finest)
		}
		for q := finest + 1; q <= 100; q++ {
			if changed, err := r.Requantise(new(bytes.Buffer), q); changed || err != nil {
				t.Errorf("source of %d: quality %d changed it, finest is %d (%v)", source, q, finest, err)
			}
		}
		if finest > 0 {
			if changed, err := r.Requantise(new(bytes.Buffer), finest); !changed || err != nil {
				t.Errorf("source of %d: finest is %d, which changes nothing (%v)", source, finest, err)
			}
		}
	}
}

// TestEstimate holds estimates against what comes out.
func TestEstimate(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio444} {
		source := encoded(t, testYCbCr(640, 480, ratio), EncodeOptions{Quality: 90, WriteOptions: WriteOptions{ICC: make([]byte, 5000)}})
		r, err := NewRecoder(source, RecodeOptions{ICC: make([]byte, 5000)})
		if err != nil {
			t.Fatal(err)
		}
		var lossless bytes.Buffer
		if err := r.Recode(&lossless); err != nil {
			t.Fatal(err)
		}
		off := float64(lossless.Len()) / r.Estimate(100).Bytes
		if math.Abs(off-1) > 0.15 {
			t.Errorf("%v, without loss: %v bytes expected of %d", ratio, r.Estimate(100).Bytes, lossless.Len())
		}
		if loss := r.Estimate(100).Loss; loss != 0 {
			t.Errorf("%v, without loss: a loss of %v", ratio, loss)
		}
		before := 0.0
		for q := 80; q >= 20; q -= 15 {
			var b bytes.Buffer
			if _, err := r.Requantise(&b, q); err != nil {
				t.Fatal(err)
			}
			e := r.Estimate(q)
			if part := off * e.Bytes / float64(b.Len()); math.Abs(part-1) > 0.08 {
				t.Errorf("%v, quality %d: %.2f of the %d bytes", ratio, q, part, b.Len())
			}
			if e.Loss <= before {
				t.Errorf("%v, quality %d: a loss of %v, and %v at a better one", ratio, q, e.Loss, before)
			}
			before = e.Loss
		}
	}
}

// TestEstimateOfSmall holds that a picture of one block has estimates too.
func TestEstimateOfSmall(t *testing.T) {
	for _, img := range []image.Image{image.NewGray(image.Rect(0, 0, 1, 1)), testYCbCr(9, 3, image.YCbCrSubsampleRatio422)} {
		r, err := NewRecoder(encoded(t, img, EncodeOptions{Quality: 90}), RecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for q := 1; q <= 100; q += 11 {
			if e := r.Estimate(q); !(e.Bytes > 0 && e.Loss >= 0 && e.Loss < 1e6) {
				t.Errorf("%T, quality %d: %+v", img, q, e)
			}
		}
	}
}
