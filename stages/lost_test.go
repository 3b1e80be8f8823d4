package stages

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"imgpool/internal/codec"
)

// lossy are pictures that not every format can hold.
func lossy(t *testing.T, dir string) {
	t.Helper()
	size := image.Rect(0, 0, 40, 30)
	fill := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}, c color.Color) image.Image {
		for i := range 40 * 30 {
			m.Set(i%40, i/40, c)
		}
		return m
	}
	write := func(name string, encode func(b *bytes.Buffer) error) {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pictures := map[string]image.Image{
		"deep.png":   fill(image.NewGray16(size), color.Gray16{1000}),
		"opaque.png": fill(image.NewNRGBA(size), color.NRGBA{1, 2, 3, 255}),
		"half.png":   fill(image.NewNRGBA(size), color.NRGBA{1, 2, 3, 128}),
		"hole.png":   image.NewNRGBA(size),
	}
	for name, m := range pictures {
		write(name, func(b *bytes.Buffer) error { return png.Encode(b, m) })
	}
	write("anim.gif", func(b *bytes.Buffer) error {
		frame := func(c color.Color) *image.Paletted { return image.NewPaletted(size, color.Palette{c}) }
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{frame(color.White), frame(color.Black)}, Delay: []int{1, 1}})
	})
	write("half-anim.png", func(b *bytes.Buffer) error {
		clip := &codec.Animation{Width: 40, Height: 30, All: func(yield func(codec.Frame, error) bool) {
			for _, c := range []color.Color{color.White, color.NRGBA{1, 2, 3, 128}} {
				if !yield(codec.Frame{Image: fill(image.NewNRGBA(size), c).(*image.NRGBA)}, nil) {
					return
				}
			}
		}}
		return codec.EncodeAnimation(b, clip, codec.EncodeOptions{Format: codec.PNG}, 1<<20)
	})
	write("hole-anim.gif", func(b *bytes.Buffer) error {
		first, hole := image.NewPaletted(size, color.Palette{color.White, color.Transparent}), image.NewPaletted(size, color.Palette{color.White, color.Transparent})
		for i := range 40 {
			hole.Pix[40*13+i] = 1
		}
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{first, hole}, Delay: []int{1, 1}, Disposal: []byte{gif.DisposalBackground, 0}})
	})
	write("pages.tif", func(b *bytes.Buffer) error {
		err := codec.Encode(b, pictures["opaque.png"], codec.EncodeOptions{Format: codec.TIFF})
		data := b.Bytes()
		// Its directory once more as that of a second page.
		at := int(uint32(data[4]) | uint32(data[5])<<8 | uint32(data[6])<<16 | uint32(data[7])<<24)
		n := int(data[at]) | int(data[at+1])<<8
		page := bytes.Clone(data[at : at+2+12*n+4])
		next := b.Len()
		for i := range 4 {
			data[at+2+12*n+i] = byte(next >> (8 * i))
		}
		b.Write(page)
		return err
	})
}

// What the output cannot hold is told by one word and one sentence.
func TestLost(t *testing.T) {
	in := t.TempDir()
	lossy(t, in)
	for _, c := range []struct {
		format codec.Format
		frame  int
		want   map[string]string
	}{
		{codec.JPEG, 1, map[string]string{"deep.png": LostDepth, "half.png": LostAlpha, "hole.png": LostAlpha, "anim.gif": LostFrames, "half-anim.png": LostFrames, "hole-anim.gif": LostFrames, "pages.tif": string(codec.Pages)}},
		{codec.PNG, 0, map[string]string{"pages.tif": string(codec.Pages)}},
		{codec.GIF, 0, map[string]string{"deep.png": LostDepth, "half.png": LostAlpha, "half-anim.png": LostAlpha, "pages.tif": string(codec.Pages)}},
	} {
		cfg := Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: filepath.Join(t.TempDir(), "out")},
			Decode: DecodeOptions{Frame: c.frame}, Resize: ResizeOptions{Width: 20}, Encode: EncodeOptions{Format: c.format}}
		s, results, err := run(t, cfg)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int64{}
		for path, r := range results {
			var want []string
			if word := c.want[filepath.Base(path)]; word != "" {
				want = []string{word}
				counts[word]++
			}
			if r.Outcome != Written || !slices.Equal(r.Lost, want) || len(r.Warnings) != len(want) {
				t.Errorf("%v, %s: %v, lost %v, warnings %q, want %v", c.format, filepath.Base(path), r.Outcome, r.Lost, r.Warnings, want)
			}
		}
		for word, n := range counts {
			if s.Lost[word] != n {
				t.Errorf("%v: the summary counts %d of %s, want %d", c.format, s.Lost[word], word, n)
			}
		}
	}
}

// A file of several pages is not replaced by its first one.
func TestPagesAreNotLostInPlace(t *testing.T) {
	dir := t.TempDir()
	lossy(t, dir)
	path := filepath.Join(dir, "pages.tif")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Discover: DiscoverOptions{Inputs: []string{path}}, Output: OutputOptions{InPlace: true}, Resize: ResizeOptions{Width: 20}}
	_, results, err := run(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if r := results[path]; r.Outcome != Skipped || r.Reason != ReasonPages || err != nil || !bytes.Equal(before, after) {
		t.Errorf("%v (%s), %v", r.Outcome, r.Reason, err)
	}
}

// compress tells of what a file lacks that it wrote, and leaves alone what it would take something from for good.
func TestCompressTellsWhatIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "motion.jpg")
	var b bytes.Buffer
	if err := codec.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 64, 64)), codec.EncodeOptions{Format: codec.JPEG, Quality: 97}); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\x00\x00\x00\x18ftypmp42 and so on")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, inPlace := range []bool{false, true} {
		out := OutputOptions{InPlace: inPlace}
		if !inPlace {
			out.Path = filepath.Join(t.TempDir(), "out.jpg")
		}
		s, results, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{path}}, Output: out, Compress: &CompressOptions{}})
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(after, b.Bytes()) {
			t.Errorf("in place %v: the original has changed (%v)", inPlace, err)
		}
		switch r := results[path]; {
		case inPlace && (r.Outcome != Skipped || r.Reason != ReasonNoSmaller):
			t.Errorf("in place: %v (%s)", r.Outcome, r.Reason)
		case !inPlace && (r.Outcome != Written || !slices.Equal(r.Lost, []string{string(codec.MotionPhoto)}) || len(r.Warnings) != 1 || s.Lost["motion-photo"] != 1):
			t.Errorf("%v, lost %v, warnings %q", r.Outcome, r.Lost, r.Warnings)
		}
	}
}
