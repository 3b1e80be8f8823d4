package compress

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	stdpng "image/png"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
	"imgpool/internal/optimize/png"
)

func TestPacked(t *testing.T) {
	for _, c := range []struct {
		colours int
		want    string
	}{
		{1, "\x00\x40\x00\x80"},
		{2, "\x00\x40\x00\x80"},
		{3, "\x00\x10\x00\x40"},
		{4, "\x00\x10\x00\x40"},
		{5, "\x00\x01\x00\x00\x10\x00"},
		{16, "\x00\x01\x00\x00\x10\x00"},
		{17, "\x00\x00\x01\x00\x00\x01\x00\x00"},
		{256, "\x00\x00\x01\x00\x00\x01\x00\x00"},
	} {
		p := image.NewPaletted(image.Rect(0, 0, 3, 2), make(color.Palette, c.colours))
		copy(p.Pix, []byte{0, 1, 0, 1, 0, 0})
		if got := string(packed(p)); got != c.want {
			t.Errorf("%d colours: %q, want %q", c.colours, got, c.want)
		}
	}
}

// pngOf is a PNG of img.
func pngOf(t *testing.T, img image.Image, level stdpng.CompressionLevel) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&stdpng.Encoder{CompressionLevel: level}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// opened is a PNG file as Smallest has it before its first step.
func opened(t *testing.T, data []byte) *file {
	t.Helper()
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	f := &file{ctx: context.Background(), data: data, header: h, stripped: data}
	f.filter()
	t.Cleanup(f.release)
	return f
}

// What is not far above a file without loss is never taken for far below it, and half of it is.
func TestFarBelowLossless(t *testing.T) {
	photo := imgtest.Photo(3, 200, 150)
	posters, _, err := palette.Quantise(photo, palette.Options{Quality: 60})
	if err != nil {
		t.Fatal(err)
	}
	bars := image.NewNRGBA(image.Rect(0, 0, 300, 200)) // of more than 256 colours
	draw.Draw(bars, bars.Rect, image.White, image.Point{}, draw.Src)
	for i := range 300 {
		draw.Draw(bars, image.Rect(i, i/2, i+1, 200), image.NewUniform(color.NRGBA{uint8(i), uint8(i / 2), uint8(i * 7), 255}), image.Point{}, draw.Src)
	}
	two := image.NewGray(image.Rect(0, 0, 200, 100))
	for i := range two.Pix {
		two.Pix[i] = uint8(i / 3 * (i / 200) % 5 / 4 * 255)
	}
	for name, img := range map[string]image.Image{"photo": photo, "palette": posters, "bars": bars, "two": two} {
		f := opened(t, pngOf(t, img, stdpng.DefaultCompression))
		best, err := png.Optimize(f.ctx, f.data, png.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for size, want := range map[int]bool{len(best): false, len(best) / 2: true} {
			if got, err := f.farBelowLossless(size); got != want || err != nil {
				t.Errorf("%s: %d of %d bytes are far less: %v (%v)", name, size, len(best), got, err)
			}
		}
	}
}

// A picture with the mark is not an own one if it has more colours than a palette, or was written fast.
func TestSeemsOwn(t *testing.T) {
	photo := imgtest.Photo(3, 200, 150)
	posters, _, err := palette.Quantise(photo, palette.Options{Quality: 60})
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.Encode(context.Background(), posters, png.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		data       []byte
		mark, want bool
	}{
		{"without the mark", small, false, false},
		{"own", small, true, true},
		{"many colours", pngOf(t, photo, stdpng.DefaultCompression), true, false},
		{"not compressed", pngOf(t, posters, stdpng.NoCompression), true, false},
	} {
		data := bytes.Clone(c.data)
		if c.mark {
			mark(data)
		}
		if got, err := opened(t, data).seemsOwn(); got != c.want || err != nil {
			t.Errorf("%s: %v (%v), want %v", c.name, got, err, c.want)
		}
	}
}
