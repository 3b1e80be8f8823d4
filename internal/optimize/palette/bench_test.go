package palette

import (
	"testing"

	"imgpool/internal/imgtest"
)

func BenchmarkQuantise(b *testing.B) {
	m := imgtest.Photo(1, 800, 600)
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"q80", Options{Quality: 80}},
		{"256colours", Options{}},
		{"nodither", Options{Dither: DitherNone}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(m.Pix)))
			for b.Loop() {
				if _, _, err := Quantise(m, c.o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
