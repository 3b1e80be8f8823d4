package imgtest

import (
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// gray makes a picture of one row from levels.
func gray(levels ...uint8) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, len(levels), 1))
	copy(m.Pix, levels)
	return m
}

func TestComparisons(t *testing.T) {
	a, b := gray(10, 20, 30, 40), gray(10, 22, 30, 38)
	if d := MaxDiff(a, b); d != 2 {
		t.Errorf("MaxDiff = %v, want 2", d)
	}
	if d := MeanDiff(a, b); d != 1 {
		t.Errorf("MeanDiff = %v, want 1", d)
	}
	if p, want := PSNR(a, b), 10*math.Log10(255*255/2.0); math.Abs(p-want) > 1e-9 {
		t.Errorf("PSNR = %v, want %v", p, want)
	}
	if p := PSNR(a, a); !math.IsInf(p, 1) {
		t.Errorf("PSNR of equal pictures = %v", p)
	}
}

// Alpha counts as what is seen on black and on white; where nothing is seen, colour does not count.
func TestComparisonsWithAlpha(t *testing.T) {
	one := func(c color.NRGBA) image.Image {
		m := image.NewNRGBA(image.Rect(3, 3, 4, 4))
		m.SetNRGBA(3, 3, c)
		return m
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	deep.SetNRGBA64(0, 0, color.NRGBA64{1000, 1001, 1000, 65535})
	deeper := image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	deeper.SetNRGBA64(0, 0, color.NRGBA64{1000, 1000, 1000, 65535})
	for _, c := range []struct {
		a, b image.Image
		want float64
	}{
		{one(color.NRGBA{255, 0, 0, 0}), one(color.NRGBA{0, 99, 0, 0}), 0},
		{one(color.NRGBA{255, 255, 255, 255}), one(color.NRGBA{255, 255, 255, 0}), 255},
		{one(color.NRGBA{0, 0, 0, 255}), one(color.NRGBA{0, 0, 0, 0}), 255},
		{one(color.NRGBA{200, 0, 0, 51}), one(color.NRGBA{100, 0, 0, 51}), 20},
		{one(color.NRGBA{9, 9, 9, 255}), gray(9), 0},
		{deep, deeper, 1.0 / 257},
	} {
		if d := MaxDiff(c.a, c.b); math.Abs(d-c.want) > 1e-9 {
			t.Errorf("MaxDiff(%v, %v) = %v, want %v", c.a.At(3, 3), c.b.At(3, 3), d, c.want)
		}
	}
}

// The pictures must never change: fixtures and golden files rest on them.
func TestPhotosAreTheSameEverywhere(t *testing.T) {
	sum := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b))[:16] }
	for _, c := range []struct{ name, got, want string }{
		{"Photo", sum(Photo(1, 120, 80).Pix), "41491c52f3e9a775"},
		{"GrayPhoto", sum(GrayPhoto(2, 33, 57).Pix), "cb4d59c9225acf99"},
		{"AlphaPhoto", sum(AlphaPhoto(3, 64, 64).Pix), "439cfb8fd8bab40f"},
		{"DeepPhoto", sum(DeepPhoto(4, 1, 1, false).Pix) + sum(DeepPhoto(4, 40, 30, true).Pix), "3627acf8eab445a73df1790af8bfa950"},
	} {
		if c.got != c.want {
			t.Errorf("%s: pixels have hash %s, want %s", c.name, c.got, c.want)
		}
	}
}

// A photo has what photos have: many colours, a wide range of brightness, detail, and at several sizes the same content.
func TestPhotoIsLikeAPhoto(t *testing.T) {
	big, small := Photo(5, 256, 192), Photo(5, 128, 96)
	colours := map[[3]byte]bool{}
	lo, hi, steps := 255, 0, 0
	for i := 0; i < len(big.Pix); i += 4 {
		colours[[3]byte(big.Pix[i:])] = true
		g := int(big.Pix[i+1])
		lo, hi = min(lo, g), max(hi, g)
		if i >= 4 && max(g-int(big.Pix[i-3]), int(big.Pix[i-3])-g) > 30 {
			steps++
		}
	}
	if len(colours) < 5000 || lo > 40 || hi < 230 || steps < 1000 {
		t.Errorf("%d colours, levels %d to %d, %d hard edges", len(colours), lo, hi, steps)
	}
	box := image.NewNRGBA(small.Rect)
	for y := range 96 {
		for x := range 128 {
			for c := range 4 {
				at := func(dx, dy int) int { return int(big.Pix[big.PixOffset(2*x+dx, 2*y+dy)+c]) }
				box.Pix[box.PixOffset(x, y)+c] = uint8((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4)
			}
		}
	}
	if p := PSNR(box, small); p < 18 {
		t.Errorf("the same scene at half the size has PSNR %.1f dB", p)
	}
}

func TestTolerance(t *testing.T) {
	a, b := gray(10, 20), gray(10, 23)
	for _, c := range []struct {
		got, want image.Image
		tol       Tolerance
		problem   string
	}{
		{a, a, Tolerance{}, ""},
		{a, b, Tolerance{}, "differs by 3.000 levels"},
		{a, b, Tolerance{MaxDiff: 3}, ""},
		{a, b, Tolerance{MinPSNR: 30}, ""},
		{a, b, Tolerance{MinPSNR: 60}, "PSNR"},
		{a, gray(10), Tolerance{MaxDiff: 255}, "size"},
	} {
		if p := c.tol.exceeded(c.got, c.want); (p == "") != (c.problem == "") || !strings.Contains(p, c.problem) {
			t.Errorf("%+v: problem %q, want %q", c.tol, p, c.problem)
		}
	}
}

func TestDiffPicture(t *testing.T) {
	m := diff(gray(10, 20, 200), gray(10, 25, 0)).(*image.NRGBA)
	for x, want := range []uint8{128, 78, 255} {
		if got := m.NRGBAAt(x, 0); got != (color.NRGBA{want, want, want, 255}) {
			t.Errorf("pixel %d is %v, want %d", x, got, want)
		}
	}
}

func TestRootAndCorpus(t *testing.T) {
	if _, err := os.Stat(filepath.Join(Root(), "internal", "imgtest", "imgtest_test.go")); err != nil {
		t.Errorf("Root() = %s: %v", Root(), err)
	}
	dir := t.TempDir()
	t.Setenv("IMGPOOL_CORPUS", dir)
	if got := Corpus(); got != dir {
		t.Errorf("Corpus() = %q, want %q", got, dir)
	}
	if got := Corpus("photos"); got != "" {
		t.Errorf("Corpus of a missing folder = %q", got)
	}
}
