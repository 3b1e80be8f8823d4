package palette_test

import (
	"errors"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
)

// The same picture gives the same bytes on any machine and with any compiler flags.
func TestDeterminism(t *testing.T) {
	for _, c := range []struct {
		name string
		m    *image.NRGBA
		o    palette.Options
		want uint64
	}{
		{"photo", imgtest.Photo(1, 320, 200), palette.Options{Quality: 80}, 0x9f082358dd91636},
		{"photo of 256 colours", imgtest.Photo(2, 320, 200), palette.Options{}, 0xc965a9e198bf14f},
		{"cutout", imgtest.AlphaPhoto(3, 200, 200), palette.Options{Quality: 90, Effort: 9}, 0x351a30aa71b42d66},
		{"nearest", imgtest.AlphaPhoto(4, 100, 100), palette.Options{Quality: 50, Dither: palette.DitherNone}, 0x6186faa01c890a71},
	} {
		p, _ := quantise(t, c.m, c.o)
		sum := fnv.New64a()
		sum.Write(p.Pix)
		for _, v := range p.Palette {
			n := v.(color.NRGBA)
			sum.Write([]byte{n.R, n.G, n.B, n.A})
		}
		if got := sum.Sum64(); got != c.want {
			t.Errorf("%s: sum %#x, want %#x: if that is meant, look at the picture before changing it", c.name, got, c.want)
		}
	}
}

// corpusPixels keeps the test quick.
const corpusPixels = 1 << 18

// Pictures at pngquant's usual setting, real assets where the corpus is there: alpha keeps its class, and what passes the
// floor is close to the original.
func TestFiles(t *testing.T) {
	if passed, refused := quantiseFiles(t, filepath.Join(imgtest.Root(), "testdata", "formats")); passed < 5 || refused > 1 {
		t.Errorf("%d pictures of the project passed, %d were refused", passed, refused)
	}
	root := imgtest.Corpus("assets")
	if root == "" {
		return
	}
	if passed, refused := quantiseFiles(t, root); passed < 100 || refused > passed/20 {
		t.Errorf("%d pictures passed, %d were refused", passed, refused)
	}
}

// quantiseFiles holds that of the PNGs in a folder, and counts those that get a palette and those that do not.
func quantiseFiles(t *testing.T, root string) (passed, refused int) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".png" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		img, err := png.Decode(f)
		if err != nil || img.Bounds().Dx()*img.Bounds().Dy() > corpusPixels {
			return nil
		}
		m := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
		draw.Draw(m, m.Rect, img, img.Bounds().Min, draw.Src)
		p, _, err := palette.Quantise(m, palette.Options{Quality: 80, MinQuality: 60})
		if errors.Is(err, palette.ErrQuality) {
			refused++
			return nil
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		passed++
		for i, c := range p.Pix {
			if was, is := m.Pix[4*i+3], p.Palette[c].(color.NRGBA).A; palette.CoverOf(was) != palette.CoverOf(is) {
				t.Errorf("%s: alpha %d became %d", path, was, is)
				return nil
			}
		}
		if v := imgtest.PSNR(m, p); v < 33 {
			t.Errorf("%s: %.1f dB", path, v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return passed, refused
}
