package stages

import (
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// PngSuite (Willem van Schaik) holds every kind of PNG, and files that are
// broken, whose names begin with x. With --profile keep each valid one keeps
// every pixel, through a run that copies, one that writes a TIFF and one that
// writes a PNG of that; the reference is the standard library. The broken ones
// are refused, each with a reason.
func TestPngSuite(t *testing.T) {
	folder := imgtest.Corpus("features", "png", "pngsuite")
	if folder == "" {
		t.Skip("the corpus of real files is not here")
	}
	dir := t.TempDir()
	convert := func(in, out string, f codec.Format) (Summary, map[string]Result) {
		out = filepath.Join(dir, out)
		s, results, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: out, Verb: VerbConvert},
			Encode: EncodeOptions{Format: f, Profile: ProfileKeep}})
		if err != nil {
			t.Fatal(err)
		}
		return s, results
	}
	_, copied := convert(folder, "copied", codec.PNG)
	_, written := convert(folder, "tiff", codec.TIFF)
	again, _ := convert(filepath.Join(dir, "tiff"), "png", codec.PNG)
	if again.Failed > 0 {
		t.Errorf("%d TIFFs are not read", again.Failed)
	}
	valid, broken := 0, 0
	for input := range copied {
		name := strings.TrimSuffix(filepath.Base(input), ".png")
		if strings.HasPrefix(name, "x") {
			broken++
			for _, r := range []Result{copied[input], written[input]} {
				if r.Outcome != Failed || r.Reason != ReasonCorrupt && r.Reason != ReasonTruncated && r.Reason != ReasonUnsupported {
					t.Errorf("%s: %v, %s", name, r.Outcome, r.Reason)
				}
			}
			continue
		}
		valid++
		want := decodeWith(t, png.Decode, input)
		for out, decode := range map[string]func(path string) image.Image{
			"copied/" + name + ".png": func(path string) image.Image { return decodeWith(t, png.Decode, path) },
			"tiff/" + name + ".tif":   func(path string) image.Image { return decodeWith(t, tiff.Decode, path) },
			"png/" + name + ".png":    func(path string) image.Image { return decodeWith(t, png.Decode, path) },
		} {
			samePixels(t, out, decode(filepath.Join(dir, out)), want)
		}
	}
	t.Logf("%d valid files, %d broken ones", valid, broken)
	if valid < 150 || broken < 10 {
		t.Errorf("only %d valid files and %d broken ones", valid, broken)
	}
}

// decodeWith reads a picture with a decoder other than ours.
func decodeWith(t *testing.T, decode func(r io.Reader) (image.Image, error), path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := decode(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return m
}

// samePixels compares all samples at 16 bits.
func samePixels(t *testing.T, name string, got, want image.Image) {
	t.Helper()
	if got.Bounds().Size() != want.Bounds().Size() {
		t.Errorf("%s: %v, want %v", name, got.Bounds(), want.Bounds())
		return
	}
	at := func(m image.Image, x, y int) color.NRGBA64 {
		if p, ok := m.(*image.Paletted); ok { // with the colours of what is transparent
			if c, ok := p.At(x, y).(color.NRGBA); ok {
				return color.NRGBA64{R: uint16(c.R) * 257, G: uint16(c.G) * 257, B: uint16(c.B) * 257, A: uint16(c.A) * 257}
			}
		}
		return imgtest.Straight(m, x, y)
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			if g, w := at(got, x, y), at(want, x, y); g != w {
				t.Errorf("%s: pixel (%d, %d) is %v, want %v", name, x, y, g, w)
				return
			}
		}
	}
}
