package resample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/disintegration/imaging"
)

// srgb and its inverse, for tests: that they differ from machine to machine in
// the last bit does not matter here.
func srgb(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func srgbInverse(l float64) float64 {
	if l <= 0.0031308 {
		return 12.92 * l
	}
	return 1.055*math.Pow(l, 1/2.4) - 0.055
}

var testLight = NewLight(Curves{srgb, srgb, srgb}, true)

// litReference is the wanted result in float64: the samples 0..top of red,
// green, blue (or grey) and alpha.
func litReference(src image.Image, width, height int, o Options) []*field {
	b := src.Bounds()
	from := Rect{0, 0, float64(b.Dx()), float64(b.Dy())}
	at, channels, top := litSource(src)
	in := make([]*field, channels+1)
	for k := range in {
		in[k] = newField(b.Dx(), b.Dy())
	}
	for i := range in[0].v {
		c := at(i%b.Dx(), i/b.Dx())
		for k := range channels {
			in[k].v[i] = srgb(c[k]/top) * c[3] / top
		}
		in[channels].v[i] = c[3] / top
	}
	for k, f := range in {
		from := turnedRect(from, float64(f.w), float64(f.h), o.Orientation)
		in[k] = f.turned(o.Orientation).resize(from, width, height, full, full, o.Filter)
	}
	for i, a := range in[channels].v {
		a = clampTo(a, 1)
		for k := range channels {
			v := 0.0
			if a > 0 {
				v = srgbInverse(clampTo(in[k].v[i]/a, 1))
			}
			in[k].v[i] = v * top
		}
		in[channels].v[i] = a * top
	}
	return in
}

// litSource gives the pixels of a picture as red, green, blue and alpha of
// 0..top, or grey first.
func litSource(src image.Image) (at func(x, y int) [4]float64, channels int, top float64) {
	b := src.Bounds()
	switch m := src.(type) {
	case *image.Gray:
		return func(x, y int) [4]float64 { return [4]float64{float64(m.GrayAt(x, y).Y), 0, 0, 255} }, 1, 255
	case *image.Gray16:
		return func(x, y int) [4]float64 { return [4]float64{float64(m.Gray16At(x, y).Y), 0, 0, 65535} }, 1, 65535
	case *image.NRGBA:
		return func(x, y int) [4]float64 {
			c := m.NRGBAAt(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		}, 3, 255
	case *image.NRGBA64:
		return func(x, y int) [4]float64 {
			c := m.NRGBA64At(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		}, 3, 65535
	case *image.NYCbCrA:
		planar, _, _ := litSource(&m.YCbCr)
		return func(x, y int) [4]float64 {
			c := planar(x, y)
			c[3] = float64(m.A[m.AOffset(b.Min.X+x, b.Min.Y+y)])
			return c
		}, 3, 255
	}
	m := src.(*image.YCbCr)
	f, _ := factorsOf(m.SubsampleRatio)
	w, h := f.size(b.Dx(), b.Dy())
	chroma := func(plane []byte, x, y int) float64 {
		sx, sy := (float64(x)+0.5)/float64(f.x)-0.5, (float64(y)+0.5)/float64(f.y)-0.5
		x0, y0 := math.Floor(sx), math.Floor(sy)
		v := func(x, y float64) float64 {
			return float64(plane[int(clampTo(y, float64(h-1)))*m.CStride+int(clampTo(x, float64(w-1)))]) - 128
		}
		u, d := sx-x0, sy-y0
		return (v(x0, y0)*(1-u)+v(x0+1, y0)*u)*(1-d) + (v(x0, y0+1)*(1-u)+v(x0+1, y0+1)*u)*d
	}
	return func(x, y int) [4]float64 {
		l, cb, cr := float64(m.Y[y*m.YStride+x]), chroma(m.Cb, x, y), chroma(m.Cr, x, y)
		return [4]float64{clampTo(l+1.402*cr, 255), clampTo(l-0.344136*cb-0.714136*cr, 255), clampTo(l+1.772*cb, 255), 255}
	}, 3, 255
}

// litError is the largest difference in samples. Colours of pixels that are
// nearly transparent count by what of them shows.
func litError(got image.Image, want []*field) (worst float64) {
	at, channels, top := litSource(got)
	w := got.Bounds().Dx()
	for i := range want[0].v {
		c := at(i%w, i/w)
		for k := range channels {
			worst = math.Max(worst, math.Abs(c[k]-want[k].v[i])*want[channels].v[i]/top)
		}
		if channels == 3 {
			worst = math.Max(worst, math.Abs(c[3]-want[3].v[i]))
		}
	}
	return worst
}

func TestLightAgainstReference(t *testing.T) {
	sources := append(pictures(40, 31, 5), alphaYCbCr(40, 31, image.YCbCrSubsampleRatio420))
	for i, src := range sources {
		for k, name := range []string{"lanczos", "mitchell", "box"} {
			for _, size := range [][2]int{{13, 10}, {27, 20}, {5, 30}, {40, 9}, {53, 41}} {
				o := Options{Filter: filters[name], Orientation: (i+k)%8 + 1, Light: testLight}
				got, err := Resize(src, Rect{}, size[0], size[1], o)
				if err != nil {
					t.Fatal(err)
				}
				// Half a sample of rounding, and what the weights and, with luma and chroma, RGB are rounded to before.
				limit := 0.52
				if _, deep := src.(interface{ RGBA64At(x, y int) color.RGBA64 }); deep && tolerance(src) > 1 {
					limit = 1
				}
				if planar(src) {
					limit = 0.65
				}
				if e := litError(got, litReference(src, size[0], size[1], o)); e > limit {
					t.Errorf("%T to %v by %s, orientation %d: off by %.3f", src, size, name, o.Orientation, e)
				}
			}
		}
	}
}

func planar(m image.Image) bool {
	switch m.(type) {
	case *image.YCbCr, *image.NYCbCrA:
		return true
	}
	return false
}

// The classic: lines of black and white have half the light of white, which is
// 188, not 128.
func TestLinesBecomeHalfTheLight(t *testing.T) {
	lines := image.NewGray(image.Rect(0, 0, 64, 64))
	planes := image.NewYCbCr(lines.Rect, image.YCbCrSubsampleRatio420)
	for i := range lines.Pix {
		lines.Pix[i] = uint8(i/64%2) * 255
	}
	copy(planes.Y, lines.Pix)
	for i := range planes.Cb {
		planes.Cb[i], planes.Cr[i] = 128, 128
	}
	for _, src := range []image.Image{lines, planes} {
		got, err := Resize(src, Rect{}, 8, 8, Options{Filter: imaging.Box, Light: testLight})
		if err != nil {
			t.Fatal(err)
		}
		if r, g, b, a := got.At(3, 3).RGBA(); r>>8 != 188 || g>>8 != 188 || b>>8 != 188 || a != 65535 {
			t.Errorf("%T: %v, want 188", src, got.At(3, 3))
		}
	}
}

func TestLightKeepsEverySample(t *testing.T) {
	for _, c := range []struct {
		tables   [3]*lightTable
		fraction int
	}{{testLight.narrow, narrowFraction}, {testLight.deep(), 1}} {
		table := c.tables[0]
		for v := range table.steps {
			if got := table.sample(int64(table.levels[v*c.fraction])); got != int32(v) {
				t.Fatalf("sample %d of %d came back as %d", v, len(table.steps), got)
			}
		}
	}
}

// Curves come out of files: any must end in a picture.
func TestOddCurves(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 30, 20))
	noise(src.Pix, 3)
	for name, c := range map[string]func(float64) float64{
		"black":   func(float64) float64 { return 0 },
		"white":   func(float64) float64 { return 1 },
		"outside": func(x float64) float64 { return 5*x - 2 },
		"falling": func(x float64) float64 { return 1 - x },
		"gap":     func(x float64) float64 { return math.Floor(x + 0.5) },
		"none":    func(float64) float64 { return math.NaN() },
	} {
		if _, err := Resize(src, Rect{}, 7, 9, Options{Filter: imaging.Lanczos, Light: NewLight(Curves{c, c, c}, false)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLightBytesAreTheSameEverywhere(t *testing.T) {
	// A curve of the four basic operations, which are exact everywhere.
	square := func(x float64) float64 { return x * x }
	light := NewLight(Curves{square, square, square}, true)
	sum := sha256.New()
	for i, src := range append(pictures(97, 61, 7), alphaYCbCr(97, 61, image.YCbCrSubsampleRatio422)) {
		for _, s := range [][2]int{{40, 25}, {97, 13}, {120, 80}} {
			m, err := Resize(src, Rect{0.5, 0.25, 96.75, 60}, s[0], s[1], Options{Filter: imaging.Lanczos, Orientation: i%8 + 1, Light: light})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(sum, "%T", m)
			sum.Write(allBytes(m))
		}
	}
	const want = "08613e88d98bbcac81643dc938cd20e2a36b454ae192539712e26f96e8f887e3"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("digest is %s, want %s", got, want)
	}
}
