package compress

import (
	"image"
	"image/color"
	"testing"

	"imgpool/internal/codec"
)

func TestSamePicture(t *testing.T) {
	nrgba := func(pix ...uint8) image.Image {
		return &image.NRGBA{Pix: pix, Stride: len(pix), Rect: image.Rect(0, 0, len(pix)/4, 1)}
	}
	deep := func(pix ...uint8) image.Image {
		return &image.NRGBA64{Pix: pix, Stride: len(pix), Rect: image.Rect(0, 0, len(pix)/8, 1)}
	}
	gray := func(pix ...uint8) image.Image {
		return &image.Gray{Pix: pix, Stride: len(pix), Rect: image.Rect(0, 0, len(pix), 1)}
	}
	paletted := &image.Paletted{Pix: []uint8{1}, Stride: 1, Rect: image.Rect(0, 0, 1, 1), Palette: color.Palette{color.Black, color.NRGBA{1, 2, 3, 4}}}
	for name, c := range map[string]struct {
		a, b image.Image
		want bool
	}{
		"equal":                  {nrgba(1, 2, 3, 4), nrgba(1, 2, 3, 4), true},
		"other colour":           {nrgba(1, 2, 3, 4), nrgba(1, 2, 4, 4), false},
		"other alpha":            {nrgba(1, 2, 3, 4), nrgba(1, 2, 3, 5), false},
		"hidden colour":          {nrgba(1, 2, 3, 0), nrgba(7, 7, 7, 0), true},
		"hidden, then not":       {nrgba(1, 2, 3, 0), nrgba(1, 2, 3, 1), false},
		"second pixel":           {nrgba(1, 2, 3, 0, 1, 1, 1, 1), nrgba(0, 0, 0, 0, 1, 1, 2, 1), false},
		"other size":             {nrgba(1, 2, 3, 4), nrgba(1, 2, 3, 4, 1, 2, 3, 4), false},
		"deep hidden":            {deep(1, 2, 3, 4, 5, 6, 0, 0), deep(0, 0, 0, 0, 0, 0, 0, 0), true},
		"deep low byte":          {deep(1, 2, 3, 4, 5, 6, 0, 1), deep(1, 2, 3, 4, 5, 7, 0, 1), false},
		"grey":                   {gray(1, 2), gray(1, 2), true},
		"other grey":             {gray(1, 0), gray(1, 2), false},
		"grey as colour":         {gray(9), nrgba(9, 9, 9, 255), true},
		"grey as another colour": {gray(9), nrgba(9, 9, 8, 255), false},
		"grey and hidden":        {gray(9), nrgba(9, 9, 9, 0), false},
		"palette":                {paletted, nrgba(1, 2, 3, 4), true},
	} {
		if got := samePicture(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := samePicture(c.b, c.a); got != c.want {
			t.Errorf("%s, the other way: %v", name, got)
		}
	}
}

func TestSameAnimation(t *testing.T) {
	animation := func(plays int, delays ...codec.Delay) *codec.Animation {
		return &codec.Animation{Width: 1, Height: 1, Plays: plays, All: func(yield func(codec.Frame, error) bool) {
			for i, d := range delays {
				img := image.NewNRGBA(image.Rect(0, 0, 1, 1))
				img.Pix[3] = uint8(i + 1)
				if !yield(codec.Frame{Image: img, Delay: d}, nil) {
					return
				}
			}
		}}
	}
	a := animation(2, codec.Delay{Num: 1, Den: 10}, codec.Delay{Num: 2, Den: 10})
	for name, c := range map[string]struct {
		b    *codec.Animation
		want bool
	}{
		"equal":          {animation(2, codec.Delay{Num: 1, Den: 10}, codec.Delay{Num: 2, Den: 10}), true},
		"other units":    {animation(2, codec.Delay{Num: 10, Den: 100}, codec.Delay{Num: 1, Den: 5}), true},
		"other delay":    {animation(2, codec.Delay{Num: 1, Den: 10}, codec.Delay{Num: 1, Den: 10}), false},
		"other plays":    {animation(0, codec.Delay{Num: 1, Den: 10}, codec.Delay{Num: 2, Den: 10}), false},
		"a frame less":   {animation(2, codec.Delay{Num: 1, Den: 10}), false},
		"a frame more":   {animation(2, codec.Delay{Num: 1, Den: 10}, codec.Delay{Num: 2, Den: 10}, codec.Delay{}), false},
		"nothing at all": {animation(2), false},
	} {
		if got, err := sameAnimation(a, c.b); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
