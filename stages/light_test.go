package stages

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"imgpool/internal/codec"
)

// lines is a picture of black and white rows, in grey or in colour.
func lines(m interface {
	image.Image
	Set(x, y int, c color.Color)
}) image.Image {
	b := m.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			m.Set(x, y, color.Gray{uint8(y%2) * 255})
		}
	}
	return m
}

// first decodes the picture in a file of any format.
func first(t *testing.T, path string) image.Image {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	var d *codec.Decoded
	if h.Animated() {
		d, err = codec.DecodeFrame(data, h, 1, codec.DecodeOptions{})
	} else {
		d, err = codec.Decode(data, h, codec.DecodeOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d.Image
}

// writeLines writes the lines in every kind of picture that has a path of its
// own through the stages.
func writeLines(t *testing.T, dir string) []string {
	t.Helper()
	size := image.Rect(0, 0, 96, 96)
	files := map[string]func(b *bytes.Buffer) error{
		"grey.jpg": func(b *bytes.Buffer) error {
			return jpeg.Encode(b, lines(image.NewGray(size)), &jpeg.Options{Quality: 100})
		},
		"colour.jpg": func(b *bytes.Buffer) error {
			return jpeg.Encode(b, lines(image.NewRGBA(size)), &jpeg.Options{Quality: 100})
		},
		"grey.png":   func(b *bytes.Buffer) error { return png.Encode(b, lines(image.NewGray(size))) },
		"grey16.png": func(b *bytes.Buffer) error { return png.Encode(b, lines(image.NewGray16(size))) },
		"rgb.png":    func(b *bytes.Buffer) error { return png.Encode(b, lines(image.NewNRGBA(size))) },
		"rgb16.png":  func(b *bytes.Buffer) error { return png.Encode(b, lines(image.NewNRGBA64(size))) },
		"anim.gif": func(b *bytes.Buffer) error {
			p := color.Palette{color.Black, color.White}
			frames := []*image.Paletted{image.NewPaletted(size, p), image.NewPaletted(size, p)}
			lines(frames[0])
			lines(frames[1])
			frames[1].Set(0, 0, color.White)
			return gif.EncodeAll(b, &gif.GIF{Image: frames, Delay: []int{10, 10}})
		},
	}
	var names []string
	for name, encode := range files {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// Half the light of white is 188 in sRGB. Whatever decodes at a smaller scale,
// keeps planes or comes frame by frame must give it.
func TestLinearForEveryKindOfPicture(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	names := writeLines(t, in)
	for _, linear := range []bool{false, true} {
		cfg := Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: out, Overwrite: true},
			Resize: ResizeOptions{Width: 12, Filter: "box", Linear: linear}, Encode: EncodeOptions{Quality: 95}}
		if _, _, err := run(t, cfg); err != nil {
			t.Fatal(err)
		}
		want := 128
		if linear {
			want = 188
		}
		for _, name := range names {
			r, g, b, _ := first(t, filepath.Join(out, name)).At(6, 6).RGBA()
			for _, v := range []uint32{r, g, b} {
				if d := int(v>>8) - want; d < -1 || d > 1 {
					t.Errorf("%s, linear %v: %d, want %d", name, linear, v>>8, want)
				}
			}
		}
	}
}

// What is not resampled needs no light: it stays planes, and a copy stays one.
func TestLinearOnlyWhereTheSizeChanges(t *testing.T) {
	h := &codec.Header{Format: codec.JPEG, Width: 100, Height: 80, Orientation: 6, Frames: 1}
	r := ResizeOptions{Linear: true, Sharpen: 50}
	for _, c := range []struct {
		width, height   int
		fit             Fit
		enlarge         bool
		filter          string
		linear, sharpen bool
	}{
		{width: 80},
		{width: 40, linear: true, sharpen: true},
		{width: 160, enlarge: true, linear: true},
		{width: 40, filter: "nearest", sharpen: true},
		{width: 80, height: 50, fit: FitCover},
		{width: 40, height: 200, fit: FitFill, enlarge: true, linear: true},
	} {
		r.Width, r.Height, r.Fit, r.Enlarge, r.Filter = c.width, c.height, c.fit, c.enlarge, c.filter
		p, err := makePlan(h, r, EncodeOptions{}, false, false)
		if err != nil {
			t.Fatal(err)
		}
		if p.Linear != c.linear || p.Sharpen > 0 != c.sharpen || p.Linear && (p.Scale != 1 || p.ChromaScale != 1) {
			t.Errorf("%+v: linear %v at scale 1/%d, sharpen %d", c, p.Linear, p.Scale, p.Sharpen)
		}
	}
}

// An edge that was sharpened has more contrast, in every kind of picture, and
// all frames of an animation.
func TestSharpenForEveryKindOfPicture(t *testing.T) {
	in := t.TempDir()
	names := writeLines(t, in)
	spread := func(path string) int {
		m, low, high := first(t, path), 255, 0
		for y := range m.Bounds().Dy() {
			v := int(color.GrayModel.Convert(m.At(20, y)).(color.Gray).Y)
			low, high = min(low, v), max(high, v)
		}
		return high - low
	}
	// 96 rows become 84: what is left of the lines is a slow beat.
	plain, sharp := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for dir, amount := range map[string]int{plain: 0, sharp: 100} {
		cfg := Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: dir},
			Resize: ResizeOptions{Width: 84, Filter: "linear", Sharpen: amount}, Encode: EncodeOptions{Quality: 95}}
		if _, _, err := run(t, cfg); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		if a, b := spread(filepath.Join(plain, name)), spread(filepath.Join(sharp, name)); b <= a+20 {
			t.Errorf("%s: contrast %d without, %d with sharpening", name, a, b)
		}
	}
}
