package codec

import "image"

// bmpRuns decodes run lengths: the state of the decoder.
type bmpRuns struct {
	layout *bmpLayout
	img    image.Image
	h      *Header
	x, y   int // the next pixel; y counts from the bottom
}

// decodeRuns decodes run lengths of 4 or 8 bits per pixel. Pixels that are passed over have colour 0. It returns how much
// of the picture the data describe, in percent: 100 if they end with their end mark or with the last row.
func (l *bmpLayout) decodeRuns(img image.Image, h *Header) float64 {
	blank := make([]byte, l.stride(h.Width))
	for y := range h.Height {
		l.putRow(img, y, blank)
	}
	r := bmpRuns{layout: l, img: img, h: h}
	for p := l.pixels; len(p) >= 2 && r.y < h.Height; {
		count, value := int(p[0]), p[1]
		p = p[2:]
		switch {
		case count > 0:
			r.repeat(count, value)
		case value == 0: // end of row
			r.x, r.y = 0, r.y+1
		case value == 1: // end of picture
			return 100
		case value == 2: // move
			if len(p) < 2 {
				return r.percent()
			}
			r.x, r.y = r.x+int(p[0]), r.y+int(p[1])
			p = p[2:]
		default:
			size := (int(value)*l.bits + 15) / 16 * 2 // whole words of 16 bits
			if len(p) < size {
				return r.percent()
			}
			for i := range int(value) {
				r.put(sample(p, i, l.bits))
			}
			p = p[size:]
		}
	}
	return r.percent()
}

// repeat stores a run: of one colour, or of the two in turn that a byte of 4-bit pixels holds.
func (r *bmpRuns) repeat(count int, value byte) {
	for i := range count {
		switch {
		case r.layout.bits == 8:
			r.put(int(value))
		case i&1 == 0:
			r.put(int(value >> 4))
		default:
			r.put(int(value & 15))
		}
	}
}

// put stores a pixel; those beyond the end of a row are dropped.
func (r *bmpRuns) put(index int) {
	x := r.x
	r.x++
	if x >= r.h.Width || r.y >= r.h.Height {
		return
	}
	c := r.layout.colour(index)
	y := r.h.Height - 1 - r.y
	switch m := r.img.(type) {
	case *image.Gray:
		m.Pix[y*m.Stride+x] = c[0]
	case *image.NRGBA:
		px := m.Pix[y*m.Stride+4*x:][:3]
		px[0], px[1], px[2] = c[0], c[1], c[2]
	}
}

// percent tells how far the rows went.
func (r *bmpRuns) percent() float64 {
	if r.y >= r.h.Height || r.y == r.h.Height-1 && r.x >= r.h.Width {
		return 100
	}
	return 100 * (float64(r.y) + float64(min(r.x, r.h.Width))/float64(r.h.Width)) / float64(r.h.Height)
}

// bmpDecodeCost counts the picture and a row.
func bmpDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*bmpLayout)
	if l.grey {
		return int64(h.Width)*int64(h.Height) + int64(l.stride(h.Width))
	}
	return 4*int64(h.Width)*int64(h.Height) + int64(l.stride(h.Width))
}
