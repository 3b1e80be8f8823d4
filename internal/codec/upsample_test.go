package codec

import (
	"image"
	"testing"
)

// Chroma is interpolated as the documentation says, in both directions, and repeated at the borders.
func TestChromaInterpolation(t *testing.T) {
	for _, c := range []struct {
		ratio image.YCbCrSubsampleRatio
		w, h  int
		cb    []uint8
		want  []uint8 // blue of grey 100
	}{
		{image.YCbCrSubsampleRatio444, 2, 1, []uint8{128, 138}, []uint8{100, 118}},
		{image.YCbCrSubsampleRatio422, 4, 1, []uint8{128, 138}, []uint8{100, 103, 114, 118}},
		{image.YCbCrSubsampleRatio440, 1, 4, []uint8{128, 138}, []uint8{100, 105, 114, 118}},
		{image.YCbCrSubsampleRatio420, 3, 3, []uint8{128, 138, 128, 138}, []uint8{100, 103, 114, 100, 103, 114, 100, 103, 114}},
		{image.YCbCrSubsampleRatio411, 4, 1, []uint8{138}, []uint8{118, 118, 118, 118}},
	} {
		m := image.NewYCbCr(image.Rect(0, 0, c.w, c.h), c.ratio)
		for i := range m.Y {
			m.Y[i] = 100
		}
		for i := range m.Cr {
			m.Cr[i] = 128
		}
		copy(m.Cb, c.cb)
		got := ycbcrToNRGBA(m)
		for i, want := range c.want {
			if b := got.Pix[4*i+2]; b != want || got.Pix[4*i+3] != 255 {
				t.Errorf("%v: pixel %d is %v, want a blue of %d", c.ratio, i, got.Pix[4*i:][:4], want)
			}
		}
	}
}
