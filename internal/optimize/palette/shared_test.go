package palette_test

import (
	"image"
	"image/color"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
)

// share gives pictures one palette, whose first colour is invisible.
func share(t *testing.T, pictures ...*image.NRGBA) ([]*image.Paletted, palette.Result) {
	t.Helper()
	s, err := palette.NewShared(palette.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Add(image.NewNRGBA(image.Rect(0, 0, 1, 1)))
	for _, m := range pictures {
		s.Add(m)
	}
	colours, r := s.Settle()
	if len(colours) != r.Colours || len(colours) > 256 || colours[0] != none {
		t.Errorf("%d colours, reported are %d, the first is %v", len(colours), r.Colours, colours[0])
	}
	var out []*image.Paletted
	for _, m := range pictures {
		out = append(out, s.Paint(m))
	}
	return out, r
}

func TestSharedPaletteOfFewColours(t *testing.T) {
	one := drawn(16, 8, func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(16 * y), 7, 255} })
	two := drawn(16, 8, func(x, y int) color.NRGBA { return color.NRGBA{200, uint8(x), uint8(16 * y), 255} })
	two.SetNRGBA(0, 0, none)
	out, r := share(t, one, two)
	if r.MSE != 0 || r.Colours != 256 {
		t.Errorf("%+v for 255 colours and the invisible one", r)
	}
	for i, m := range []*image.NRGBA{one, two} {
		if d := imgtest.MaxDiff(m, out[i]); d != 0 {
			t.Errorf("picture %d: %v levels away", i+1, d)
		}
	}
}

// Each picture comes near, in colours that all share.
func TestSharedPaletteOfManyColours(t *testing.T) {
	pictures := []*image.NRGBA{imgtest.Photo(1, 120, 90), imgtest.Photo(2, 90, 120), imgtest.Photo(3, 40, 40)}
	out, r := share(t, pictures...)
	again, _ := share(t, pictures...)
	if r.MSE == 0 || r.Colours != 256 {
		t.Errorf("%+v for photos", r)
	}
	for i, m := range pictures {
		if v := imgtest.PSNR(m, out[i]); v < 30 {
			t.Errorf("picture %d: %.1f dB", i+1, v)
		}
		if string(again[i].Pix) != string(out[i].Pix) {
			t.Errorf("picture %d was painted otherwise the second time", i+1)
		}
		for k, c := range out[i].Pix {
			if out[i].Palette[c].(color.NRGBA).A != m.Pix[4*k+3] {
				t.Fatalf("picture %d: alpha %d became %v", i+1, m.Pix[4*k+3], out[i].Palette[c])
			}
		}
	}
}
