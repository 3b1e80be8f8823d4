package palette_test

import (
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/palette"
)

func BenchmarkQuantise(b *testing.B) {
	m := imgtest.Photo(1, 800, 600)
	for _, c := range []struct {
		name string
		o    palette.Options
	}{
		{"q80", palette.Options{Quality: 80}},
		{"256colours", palette.Options{}},
		{"nodither", palette.Options{Dither: palette.DitherNone}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(m.Pix)))
			for b.Loop() {
				if _, _, err := palette.Quantise(m, c.o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
