package palette_test

import (
	"image"
	"image/color"
	"testing"

	"imgpool/internal/optimize/palette"
)

func TestExact(t *testing.T) {
	m := drawn(19, 17, func(x, y int) color.NRGBA { return color.NRGBA{uint8((y*19 + x) % 255), 1, 254, 254} })
	m.SetNRGBA(18, 16, color.NRGBA{200, 100, 50, 0})
	m.SetNRGBA(0, 0, color.NRGBA{9, 8, 7, 0})
	p, ok := palette.Exact(m)
	if !ok || len(p.Palette) != 256 {
		t.Fatalf("%v, %d colours of 256", ok, len(p.Palette))
	}
	for y := range 17 {
		for x := range 19 {
			want := m.NRGBAAt(x, y)
			if want.A == 0 {
				want = none
			}
			if got := p.At(x, y); got != want {
				t.Fatalf("pixel %d,%d: %v, want %v", x, y, got, want)
			}
		}
	}
	part := m.SubImage(image.Rect(3, 2, 5, 4)).(*image.NRGBA)
	if p, ok := palette.Exact(part); !ok || len(p.Palette) != 4 || string(p.Pix) != "\x00\x01\x02\x03" {
		t.Errorf("a part: %v, %v", ok, p)
	}
	m.SetNRGBA(5, 0, red)
	if p, ok := palette.Exact(m); ok || p != nil {
		t.Errorf("257 colours were taken for 256")
	}
}
