package stages

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"imgpool/internal/codec"
)

// deepRamp is a picture whose 16-bit samples differ in their low bytes.
func deepRamp() *image.NRGBA64 {
	m := image.NewNRGBA64(image.Rect(0, 0, 128, 96))
	for y := range 96 {
		for x := range 128 {
			v := uint16(20000 + 37*x + 101*y)
			m.SetNRGBA64(x, y, color.NRGBA64{v, 65535 - v, v / 2, 65535})
		}
	}
	return m
}

// halved is the mean of each 2 by 2 pixels, in float64.
func halved(m image.Image) [][3]float64 {
	b := m.Bounds()
	var out [][3]float64
	for y := range b.Dy() / 2 {
		for x := range b.Dx() / 2 {
			var sum [3]float64
			for i := range 4 {
				r, g, b, _ := m.At(2*x+i%2, 2*y+i/2).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+float64(r), sum[1]+float64(g), sum[2]+float64(b)
			}
			out = append(out, [3]float64{sum[0] / 4, sum[1] / 4, sum[2] / 4})
		}
	}
	return out
}

// deepError is the largest difference of a picture from the wanted samples, of
// 65535; steps is how many values of green there are.
func deepError(t *testing.T, path string, want [][3]float64) (worst float64, steps int) {
	t.Helper()
	m := first(t, path)
	w := m.Bounds().Dx()
	if w*m.Bounds().Dy() != len(want) {
		t.Fatalf("%s is %v", path, m.Bounds())
	}
	values := map[uint32]bool{}
	for i, v := range want {
		r, g, b, _ := m.At(i%w, i/w).RGBA()
		values[g] = true
		worst = math.Max(worst, math.Max(math.Abs(float64(r)-v[0]), math.Max(math.Abs(float64(g)-v[1]), math.Abs(float64(b)-v[2]))))
	}
	return worst, len(values)
}

// Samples of 16 bits are resized as such and rounded once: the result is within
// one of 65535, not of 255.
func TestSixteenBitsStaySixteen(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	ramp := deepRamp()
	for _, f := range []codec.Format{codec.PNG, codec.TIFF} {
		var b bytes.Buffer
		if err := codec.Encode(&b, ramp, codec.EncodeOptions{Format: f}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(in, f.String()+f.Ext()), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []codec.Format{codec.PNG, codec.TIFF} {
		dir := filepath.Join(out, f.String())
		cfg := Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: dir},
			Resize: ResizeOptions{Width: 64, Filter: "box"}, Encode: EncodeOptions{Format: f}}
		_, results, err := run(t, cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if worst, steps := deepError(t, r.Output, halved(ramp)); worst > 1 || steps < 1000 || len(r.Lost) > 0 {
				t.Errorf("%s: off by %.2f, %d steps, lost %v", r.Output, worst, steps, r.Lost)
			}
		}
	}
}

// AVIF of 10 and 12 bits gives PNG of 16, beside libavif's own decoder.
func TestDeepAVIFBesideAvifdec(t *testing.T) {
	for _, tool := range []string{"avifenc", "avifdec"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	var b bytes.Buffer
	if err := png.Encode(&b, deepRamp()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("ramp.png"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, depth := range []string{"10", "12"} {
		for _, c := range [][]string{
			{"avifenc", "-s", "9", "--min", "0", "--max", "5", "-y", "444", "-d", depth, at("ramp.png"), at("ramp.avif")},
			{"avifdec", "-d", "16", at("ramp.avif"), at("reference.png")},
		} {
			if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s", c, err, out)
			}
		}
		output := at(depth + ".png")
		cfg := Config{Discover: DiscoverOptions{Inputs: []string{at("ramp.avif")}}, Output: OutputOptions{Path: output},
			Resize: ResizeOptions{Width: 64, Filter: "box"}, Encode: EncodeOptions{Format: codec.PNG}}
		if _, _, err := run(t, cfg); err != nil {
			t.Fatal(err)
		}
		// One more than in the test above, for the reference is rounded as well.
		if worst, steps := deepError(t, output, halved(first(t, at("reference.png")))); worst > 2 || steps < 500 {
			t.Errorf("%s bits: off by %.0f of 65535, %d steps", depth, worst, steps)
		} else {
			t.Logf("%s bits: off by %.1f of 65535, %d steps", depth, worst, steps)
		}
	}
}
