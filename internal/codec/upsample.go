package codec

import (
	"image"
	"image/color"
	"image/draw"
)

// ycbcrToNRGBA makes packed pixels of planes. Chroma that has half the width or height is interpolated: its samples lie
// between two of luma (JFIF 1.02), so each new one is 3/4 of the nearest and 1/4 of the next, in each direction, which is
// how libjpeg and libwebp show pictures.
func ycbcrToNRGBA(m *image.YCbCr) *image.NRGBA {
	x, y := chromaFactors(m.SubsampleRatio)
	if x*y == 1 || x > 2 || m.Rect.Min != (image.Point{}) {
		// The standard library's fast path, which exists for RGBA; opaque pixels are the same in both.
		rgba := image.NewRGBA(m.Rect)
		draw.Draw(rgba, m.Rect, m, m.Rect.Min, draw.Src)
		return &image.NRGBA{Pix: rgba.Pix, Stride: rgba.Stride, Rect: rgba.Rect}
	}
	dst := image.NewNRGBA(m.Rect)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	n := ceilDiv(w, x)
	cb, cr, mixed := make([]uint8, n*x), make([]uint8, n*x), make([]int, n)
	for row := range h {
		near, far := chromaRows(row, h, y)
		for _, c := range []struct{ plane, out []uint8 }{{m.Cb, cb}, {m.Cr, cr}} {
			p, q := c.plane[near*m.CStride:][:n], c.plane[far*m.CStride:][:n]
			for i := range mixed {
				mixed[i] = 3*int(p[i]) + int(q[i])
			}
			widen(c.out, mixed, x)
		}
		luma, out := m.Y[row*m.YStride:][:w], dst.Pix[row*dst.Stride:][:4*w]
		for i, v := range luma {
			r, g, b := color.YCbCrToRGB(v, cb[i], cr[i])
			p := out[4*i:][:4:4]
			p[0], p[1], p[2], p[3] = r, g, b, 0xFF
		}
	}
	return dst
}

// chromaRows returns which rows of chroma are nearest and next nearest to a row of luma, of h, with y rows of it for each.
func chromaRows(row, h, y int) (near, far int) {
	near = row / y
	if far = near; y == 2 {
		far = min(max(near-1+2*(row&1), 0), ceilDiv(h, 2)-1)
	}
	return near, far
}

// widen makes x samples of each of a row, which are four times as large.
func widen(out []uint8, row []int, x int) {
	if x == 1 {
		for i, v := range row {
			out[i] = uint8((v + 2) >> 2)
		}
		return
	}
	for i, v := range row {
		left, right := row[max(i-1, 0)], row[min(i+1, len(row)-1)]
		// Halves go up and down in turn, so that no drift comes of it.
		out[2*i] = uint8((3*v + left + 8) >> 4)
		out[2*i+1] = uint8((3*v + right + 7) >> 4)
	}
}
