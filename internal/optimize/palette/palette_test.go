package palette_test

import (
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
)

// picture makes a picture of rows of colours.
func picture(rows ...[]color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, len(rows[0]), len(rows)))
	for y, row := range rows {
		for x, c := range row {
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// drawn makes a picture of a function.
func drawn(w, h int, at func(x, y int) color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, at(x, y))
		}
	}
	return m
}

func quantise(t *testing.T, m *image.NRGBA, o palette.Options) (*image.Paletted, palette.Result) {
	t.Helper()
	p, r, err := palette.Quantise(m, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Colours != len(p.Palette) {
		t.Errorf("%d colours reported, %d in the palette", r.Colours, len(p.Palette))
	}
	limit := o.MaxColours
	if limit == 0 {
		limit = 256
	}
	if len(p.Palette) > limit {
		t.Errorf("%d colours of at most %d", len(p.Palette), limit)
	}
	for _, i := range p.Pix {
		if int(i) >= len(p.Palette) {
			t.Fatalf("colour %d of %d", i, len(p.Palette))
		}
	}
	return p, r
}

var (
	red   = color.NRGBA{255, 0, 0, 255}
	blue  = color.NRGBA{0, 0, 254, 255}
	glass = color.NRGBA{10, 200, 30, 100}
	none  = color.NRGBA{}
)

func TestFewColoursAreKept(t *testing.T) {
	m := picture(
		[]color.NRGBA{red, red, blue, glass},
		[]color.NRGBA{blue, none, {9, 9, 9, 0}, {1, 2, 3, 254}},
	)
	p, r := quantise(t, m, palette.Options{})
	want := color.Palette{red, blue, glass, none, color.NRGBA{1, 2, 3, 255}}
	if len(p.Palette) != len(want) {
		t.Fatalf("palette %v, want %v", p.Palette, want)
	}
	for i := range want {
		if p.Palette[i] != want[i] {
			t.Errorf("colour %d is %v, want %v", i, p.Palette[i], want[i])
		}
	}
	if string(p.Pix) != "\x00\x00\x01\x02\x01\x03\x03\x04" {
		t.Errorf("pixels %v", p.Pix)
	}
	if r.Quality != 100 || r.MSE != 0 {
		t.Errorf("result %+v of a picture that was kept", r)
	}
}

func TestUpTo256ColoursAreExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 16, 17, 255, 256} {
		colours := make([]color.NRGBA, n)
		for i := range colours {
			colours[i] = color.NRGBA{uint8(i), uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(max(3, min(252, rng.IntN(500))))}
		}
		m := drawn(64, 64, func(x, y int) color.NRGBA { return colours[(y*64+x)%n] })
		p, r := quantise(t, m, palette.Options{})
		if r.Colours != n {
			t.Errorf("%d colours became %d", n, r.Colours)
		}
		for i := range p.Pix {
			if was, is := colours[i%n], p.Palette[p.Pix[i]]; was != is {
				t.Fatalf("%d colours: %v became %v", n, was, is)
			}
		}
	}
}

func TestTransparencyIsKept(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	m := drawn(97, 61, func(x, y int) color.NRGBA {
		a := uint8(255)
		switch {
		case x < 20:
			a = 0
		case x < 60:
			a = uint8(x * 5)
		}
		return color.NRGBA{uint8(rng.Uint32()), uint8(x * 2), uint8(y * 4), a}
	})
	for _, n := range []int{3, 4, 16, 256} {
		for _, d := range []palette.Dither{palette.DitherOn, palette.DitherNone} {
			p, _ := quantise(t, m, palette.Options{MaxColours: n, Dither: d})
			for y := range 61 {
				for x := range 97 {
					was, is := m.NRGBAAt(x, y), p.At(x, y).(color.NRGBA)
					if palette.CoverOf(was.A) != palette.CoverOf(is.A) || is.A == 0 && is != none || palette.CoverOf(was.A) == palette.CoverOf(255) && is.A != 255 {
						t.Fatalf("%d colours: pixel %d,%d was %v and is %v", n, x, y, was, is)
					}
				}
			}
		}
	}
}

func TestQualityIsReached(t *testing.T) {
	m := imgtest.Photo(1, 160, 120)
	colours, mse := 0, 1e9
	for q := 10; q <= 95; q += 5 {
		_, r := quantise(t, m, palette.Options{Quality: q})
		if r.Colours < 256 && r.Quality < q-1 {
			t.Errorf("quality %d asked for, %d reached with %d colours", q, r.Quality, r.Colours)
		}
		if r.Colours < colours || r.MSE > mse {
			t.Errorf("quality %d: %d colours (error %v) after %d (%v) for less", q, r.Colours, r.MSE, colours, mse)
		}
		colours, mse = r.Colours, r.MSE
	}
}

func TestQualityFloor(t *testing.T) {
	m := imgtest.Photo(1, 160, 120)
	_, r, err := palette.Quantise(m, palette.Options{MaxColours: 4, MinQuality: 90})
	if !errors.Is(err, palette.ErrQuality) || r.Quality >= 90 {
		t.Errorf("four colours for a photo of quality %d: error %v", r.Quality, err)
	}
}

func TestWrongOptions(t *testing.T) {
	m := picture([]color.NRGBA{red})
	for _, o := range []palette.Options{{Quality: 101}, {Quality: -1}, {MinQuality: 101}, {MaxColours: 2}, {MaxColours: 257}, {Effort: 10}} {
		if _, _, err := palette.Quantise(m, o); err == nil || errors.Is(err, palette.ErrQuality) {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	if _, _, err := palette.Quantise(&image.NRGBA{}, palette.Options{}); err == nil {
		t.Error("a picture without pixels was quantised")
	}
}

// Parts of larger pictures have a stride that is not their width.
func TestSubImage(t *testing.T) {
	m := imgtest.Photo(1, 100, 80)
	sub := m.SubImage(image.Rect(10, 20, 60, 70)).(*image.NRGBA)
	whole := drawn(50, 50, func(x, y int) color.NRGBA { return m.NRGBAAt(x+10, y+20) })
	a, ra := quantise(t, sub, palette.Options{Quality: 80})
	b, rb := quantise(t, whole, palette.Options{Quality: 80})
	if string(a.Pix) != string(b.Pix) || ra != rb {
		t.Errorf("a part of a picture gives %+v, its copy %+v", ra, rb)
	}
}

// A gradient of more levels than colours is shown without bands: over areas of 8x8 its mean is right.
func TestGradientIsDithered(t *testing.T) {
	m := drawn(256, 64, func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(x), uint8(x), 255} })
	p, _ := quantise(t, m, palette.Options{MaxColours: 8})
	for x := 8; x < 248; x += 8 {
		was, is := 0, 0
		for i := range 8 * 64 {
			was += int(m.NRGBAAt(x+i%8, i/8).G)
			is += int(p.At(x+i%8, i/8).(color.NRGBA).G)
		}
		if d := (was - is) / (8 * 64); d > 8 || d < -8 {
			t.Errorf("columns from %d differ by %d", x, d)
		}
	}
}

func FuzzQuantise(f *testing.F) {
	f.Add([]byte("abcdefghijklmnop"), uint8(2), uint8(80), uint8(255))
	f.Add(make([]byte, 64), uint8(3), uint8(1), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, width, quality, colours uint8) {
		w := max(int(width), 1)
		h := min(len(data)/4/w, 64)
		if h == 0 {
			return
		}
		m := &image.NRGBA{Pix: data, Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
		o := palette.Options{Quality: 1 + int(quality)%100, MaxColours: 3 + int(colours)%254}
		p, _ := quantise(t, m, o)
		for i, c := range p.Pix {
			if was, is := data[4*i+3], p.Palette[c].(color.NRGBA).A; palette.CoverOf(was) != palette.CoverOf(is) {
				t.Fatalf("alpha %d became %d", was, is)
			}
		}
	})
}
