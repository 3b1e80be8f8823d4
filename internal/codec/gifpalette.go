package codec

import (
	"image"

	"imgpool/internal/optimize/palette"
)

// paletted gives a picture a palette. Up to 256 colours are kept as they are. Pixels of less than half alpha become
// transparent, the others opaque.
func paletted(m *image.NRGBA) (*image.Paletted, error) {
	whole := image.NewNRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy()))
	threshold(whole, m)
	p, _, err := palette.Quantise(whole, palette.Options{})
	return p, err
}

// visible says whether a pixel of this alpha counts as opaque.
func visible(alpha uint8) bool { return alpha >= 128 }

// palettedCost counts what paletted and palette.Quantise take.
func palettedCost(w, h int64) int64 { return (4+4)*w*h + 8<<20 }
