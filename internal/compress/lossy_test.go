package compress

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/jpeg"
)

// Pictures that become JPEG keep full chroma where half would be seen, at low
// qualities too, and nowhere else.
func TestChromaOfJPEG(t *testing.T) {
	stripes := image.NewNRGBA(image.Rect(0, 0, 96, 96))
	soft := image.NewNRGBA(stripes.Rect)
	for i := range 96 * 96 {
		soft.Set(i%96, i/96, color.NRGBA{R: uint8(i % 96 * 2), G: uint8(i / 96 * 2), B: 128, A: 255})
		stripes.Set(i%96, i/96, []color.Color{color.NRGBA{R: 200, A: 255}, color.NRGBA{B: 200, A: 255}}[i%96/3%2])
	}
	halved := image.NewYCbCr(image.Rect(0, 0, 96, 96), image.YCbCrSubsampleRatio420)
	for name, c := range map[string]struct {
		img  image.Image
		luma int // its sampling factor
	}{"stripes": {stripes, 1}, "soft": {soft, 2}, "half already": {halved, 2}} {
		var png bytes.Buffer
		if err := codec.Encode(&png, c.img, codec.EncodeOptions{Format: codec.PNG}); err != nil {
			t.Fatal(err)
		}
		h, err := codec.ReadHeader(png.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		f := &file{ctx: context.Background(), data: png.Bytes(), header: h}
		f.decoded = &codec.Decoded{Image: c.img, Release: func() {}}
		for _, quality := range []int{50, 80} {
			data, err := f.coder(codec.JPEG).encode(quality)
			if err != nil {
				t.Fatal(err)
			}
			head, err := jpeg.Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if got := head.Components[0].H; got != c.luma {
				t.Errorf("%s, quality %d: luma has a factor of %d, want %d", name, quality, got, c.luma)
			}
		}
	}
}
