package palette

import (
	"encoding/binary"
	"image"
	"image/color"
)

// Exact returns the picture with a palette of its own colours, in the order in which they appear; false if there are more
// than 256. All invisible pixels are {0, 0, 0, 0}. It takes a byte a pixel.
func Exact(img *image.NRGBA) (*image.Paletted, bool) {
	const bits = 10 // a quarter of the table is in use at most
	var keys [1 << bits]uint32
	var values [1 << bits]uint16 // index + 1, 0 = none
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p := image.NewPaletted(image.Rect(0, 0, w, h), nil)
	last, index := uint32(0), uint8(0)
	for y := range h {
		row, out := img.Pix[y*img.Stride:][:4*w], p.Pix[y*w:][:w]
		for x := range out {
			px := binary.LittleEndian.Uint32(row[4*x:])
			if px&alphaMask == 0 {
				px = 0
			}
			if px == last && len(p.Palette) > 0 {
				out[x] = index
				continue
			}
			slot := px * hashFactor >> (32 - bits)
			for values[slot] != 0 && keys[slot] != px {
				slot = (slot + 1) % (1 << bits)
			}
			if values[slot] == 0 {
				if len(p.Palette) == 256 {
					return nil, false
				}
				p.Palette = append(p.Palette, color.NRGBA{uint8(px), uint8(px >> 8), uint8(px >> 16), uint8(px >> 24)})
				keys[slot], values[slot] = px, uint16(len(p.Palette))
			}
			last, index = px, uint8(values[slot]-1)
			out[x] = index
		}
	}
	return p, true
}
