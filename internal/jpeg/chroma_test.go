package jpeg

import (
	"image"
	"testing"
)

// TestHalvedChroma has chroma that is smooth, that is smooth but for a few
// squares, and that has coloured lines.
func TestHalvedChroma(t *testing.T) {
	smooth := image.NewYCbCr(image.Rect(0, 0, 131, 77), image.YCbCrSubsampleRatio444)
	for i := range smooth.Cb {
		smooth.Cb[i], smooth.Cr[i] = byte(i%131+60), byte(i/131+90)
	}
	lines := image.NewYCbCr(smooth.Rect, smooth.SubsampleRatio)
	for i := range lines.Cb {
		lines.Cb[i], lines.Cr[i] = smooth.Cb[i], byte(100+40*(i%2))
	}
	spots := image.NewYCbCr(smooth.Rect, smooth.SubsampleRatio)
	copy(spots.Cb, smooth.Cb)
	spots.Cr[7], spots.Cr[131*30+9] = 200, 200 // of 66*39 squares
	for _, c := range []struct {
		name    string
		img     *image.YCbCr
		quality int
		halved  bool
	}{
		{"smooth", smooth, 80, true}, {"smooth at 97", smooth, 97, true}, {"smooth at 100", smooth, 100, false},
		{"spots", spots, 80, true},
		{"lines", lines, 80, false}, {"lines at 50", lines, 50, true},
		{"halved already", testYCbCr(30, 20, image.YCbCrSubsampleRatio420), 80, true},
	} {
		got := halvedChroma(c.img, c.quality)
		if halved := got.SubsampleRatio == image.YCbCrSubsampleRatio420; halved != c.halved {
			t.Errorf("%s: halved %v, want %v", c.name, halved, c.halved)
		}
		h, err := Parse(encoded(t, c.img, EncodeOptions{Quality: c.quality, Effort: 4}))
		if err != nil || h.Subsampling != got.SubsampleRatio {
			t.Errorf("%s: the file has %v, want %v (%v)", c.name, h.Subsampling, got.SubsampleRatio, err)
		}
		h, err = Parse(encoded(t, c.img, EncodeOptions{Quality: c.quality}))
		if err != nil || h.Subsampling != c.img.SubsampleRatio {
			t.Errorf("%s without effort: the file has %v (%v)", c.name, h.Subsampling, err)
		}
	}
	// A part of a picture, of odd size: means of 2x2 inside, of what there is at
	// the edges.
	part := smooth.SubImage(image.Rect(3, 5, 8, 12)).(*image.YCbCr)
	got := halvedChroma(part, 50)
	want := image.NewYCbCr(image.Rect(0, 0, 5, 7), image.YCbCrSubsampleRatio420)
	for y := range 4 {
		for x := range 3 {
			cb, cr := 0, 0
			for i := range 4 {
				at := part.COffset(min(3+2*x+i%2, 7), min(5+2*y+i/2, 11))
				cb, cr = cb+int(smooth.Cb[at+smoothBase(part, smooth)]), cr+int(smooth.Cr[at+smoothBase(part, smooth)])
			}
			want.Cb[y*3+x], want.Cr[y*3+x] = byte((cb+2)/4), byte((cr+2)/4)
			if got.Cb[y*3+x] != want.Cb[y*3+x] || got.Cr[y*3+x] != want.Cr[y*3+x] {
				t.Errorf("square %d,%d: %d and %d, want %d and %d", x, y, got.Cb[y*3+x], got.Cr[y*3+x], want.Cb[y*3+x], want.Cr[y*3+x])
			}
		}
	}
}

// smoothBase is where the part's samples begin in the whole's.
func smoothBase(part, whole *image.YCbCr) int {
	return whole.COffset(part.Rect.Min.X, part.Rect.Min.Y) - part.COffset(part.Rect.Min.X, part.Rect.Min.Y)
}
