package colour

import "image"

// The matrix of JFIF (BT.601, full range), in units of 1/65536.
const (
	lumaR, lumaG, lumaB = 19595, 38470, 7471    // luma: 0.299, 0.587, 0.114
	crToR, cbToB        = 91881, 116130         // 1.402, 1.772
	cbToG, crToG        = -22553, -46802        // -0.344136, -0.714136
	rToCb, gToCb, bToCb = -11058, -21710, 32768 // -0.168736, -0.331264, 0.5
	rToCr, gToCr, bToCr = 32768, -27439, -5329  // 0.5, -0.418688, -0.081312
)

// chroma is a difference from grey with 6 more bits than a byte has.
type chroma struct{ cb, cr int32 }

// toRGB takes luma (256 levels with fraction bits below) and chroma to a pixel.
func toRGB(luma int64, bits uint, c chroma) pixel {
	// 257 takes a level of 255 to one of 65535. All terms are in units of 1/65536 of that.
	y := luma * 257 << 16 >> bits
	cb, cr := int64(c.cb)*257, int64(c.cr)*257
	cut := func(v int64) int32 { return int32(min(max((v+1<<15)>>16, 0), 65535)) }
	return pixel{cut(y + cr*crToR>>6), cut(y + (cb*cbToG+cr*crToG)>>6), cut(y + cb*cbToB>>6)}
}

// lumaOf returns the luma of a pixel, 0..255.
func lumaOf(p pixel) uint8 {
	return uint8((int64(p.r)*lumaR + int64(p.g)*lumaG + int64(p.b)*lumaB + 257<<15) / (257 << 16))
}

// chromaOf returns the two chroma bytes of a pixel.
func chromaOf(p pixel) (cb, cr uint8) {
	byteOf := func(v int64) uint8 { return uint8(min(max((v+(128*257<<16)+257<<15)/(257<<16), 0), 255)) }
	r, g, b := int64(p.r), int64(p.g), int64(p.b)
	return byteOf(r*rToCb + g*gToCb + b*bToCb), byteOf(r*rToCr + g*gToCr + b*bToCr)
}

// factors returns how many pixels wide and high a chroma sample is.
func factors(r image.YCbCrSubsampleRatio) (x, y int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// convertYCbCr converts both kinds of planes from the old values of the other.
func convertYCbCr(m *image.YCbCr, t transform) {
	switch {
	case m.Rect.Empty():
		return
	case m.SubsampleRatio == image.YCbCrSubsampleRatio444:
		convert444(m, t)
		return
	}
	c := chromaOfPicture(m)
	cb, cr := c.converted(t)
	c.rows(t, func(y int, px []pixel) {
		luma := m.Y[m.YOffset(m.Rect.Min.X, y):][:len(px)]
		for i, p := range px {
			luma[i] = lumaOf(p)
		}
	})
	for y := range c.h {
		copy(m.Cb[y*m.CStride:][:c.w], cb[y*c.w:])
		copy(m.Cr[y*m.CStride:][:c.w], cr[y*c.w:])
	}
}

// packYCbCr returns the converted picture as opaque RGB, with its corner at (0, 0).
func packYCbCr(m *image.YCbCr, t transform) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: m.Rect.Size()})
	if m.Rect.Empty() {
		return out
	}
	chromaOfPicture(m).rows(t, func(y int, px []pixel) {
		row := out.Pix[(y-m.Rect.Min.Y)*out.Stride:][:4*len(px)]
		for i, p := range px {
			d := row[4*i : 4*i+4 : 4*i+4]
			d[0], d[1], d[2], d[3] = to8(p.r), to8(p.g), to8(p.b), 255
		}
	})
	return out
}

// packNYCbCrA is packYCbCr for a picture with alpha.
func packNYCbCrA(m *image.NYCbCrA, t transform) *image.NRGBA {
	out := packYCbCr(&m.YCbCr, t)
	for y := range out.Rect.Dy() {
		row := m.A[m.AOffset(m.Rect.Min.X, m.Rect.Min.Y+y):][:out.Rect.Dx()]
		for x, a := range row {
			out.Pix[y*out.Stride+4*x+3] = a
		}
	}
	return out
}

// convert444 converts pixels that have all three samples.
func convert444(m *image.YCbCr, t transform) {
	px := make([]pixel, m.Rect.Dx())
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		luma := m.Y[m.YOffset(m.Rect.Min.X, y):][:len(px)]
		at := m.COffset(m.Rect.Min.X, y)
		cb, cr := m.Cb[at:][:len(px)], m.Cr[at:][:len(px)]
		for i, v := range luma {
			px[i] = toRGB(int64(v), 0, chroma{(int32(cb[i]) - 128) << 6, (int32(cr[i]) - 128) << 6})
		}
		t.convert(px)
		for i, p := range px {
			luma[i] = lumaOf(p)
			cb[i], cr[i] = chromaOf(p)
		}
	}
}

// chromaPlanes is the geometry of chroma: samples of fx x fy pixels, w x h of them, of which the first has the index
// (x0, y0) counted from the origin of the pixels.
type chromaPlanes struct {
	m            *image.YCbCr
	fx, fy       int
	x0, y0, w, h int
}

// chromaOfPicture finds out about the chroma of a picture that is not empty.
func chromaOfPicture(m *image.YCbCr) chromaPlanes {
	fx, fy := factors(m.SubsampleRatio)
	c := chromaPlanes{m: m, fx: fx, fy: fy, x0: m.Rect.Min.X / fx, y0: m.Rect.Min.Y / fy}
	c.w, c.h = (m.Rect.Max.X+fx-1)/fx-c.x0, (m.Rect.Max.Y+fy-1)/fy-c.y0
	return c
}

// rows converts the pixels of each row and hands them to put.
func (c chromaPlanes) rows(t transform, put func(y int, px []pixel)) {
	m := c.m
	px, line := make([]pixel, m.Rect.Dx()), make([]chroma, c.w)
	columns := make([]between, len(px))
	for x := range columns {
		columns[x] = neighbours(m.Rect.Min.X+x, c.fx, c.x0, c.w)
	}
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		c.line(line, y)
		for i, v := range m.Y[m.YOffset(m.Rect.Min.X, y):][:len(px)] {
			at := columns[i]
			a, b := line[at.i], line[at.j]
			px[i] = toRGB(int64(v), 0, chroma{a.cb*(8-at.f) + b.cb*at.f, a.cr*(8-at.f) + b.cr*at.f})
		}
		t.convert(px)
		put(y, px)
	}
}

// converted returns new chroma planes, without gaps between rows. The luma of a sample is the mean of its pixels.
func (c chromaPlanes) converted(t transform) (cb, cr []uint8) {
	m := c.m
	cb, cr = make([]uint8, c.w*c.h), make([]uint8, c.w*c.h)
	px := make([]pixel, c.w)
	for y := range c.h {
		top := max((c.y0+y)*c.fy, m.Rect.Min.Y)
		bottom := min((c.y0+y+1)*c.fy, m.Rect.Max.Y)
		for x := range px {
			left := max((c.x0+x)*c.fx, m.Rect.Min.X)
			right := min((c.x0+x+1)*c.fx, m.Rect.Max.X)
			sum := int64(0)
			for v := top; v < bottom; v++ {
				for _, l := range m.Y[m.YOffset(left, v):][:right-left] {
					sum += int64(l)
				}
			}
			n := int64((bottom - top) * (right - left))
			i := y*m.CStride + x
			px[x] = toRGB((sum<<8+n/2)/n, 8, chroma{(int32(m.Cb[i]) - 128) << 6, (int32(m.Cr[i]) - 128) << 6})
		}
		t.convert(px)
		for x, p := range px {
			cb[y*c.w+x], cr[y*c.w+x] = chromaOf(p)
		}
	}
	return cb, cr
}

// line interpolates chroma samples between rows, at the height of pixel row y, with 3 more bits than a byte has. Samples lie
// in the middle of their pixels (JFIF), and beyond the edges they continue.
func (c chromaPlanes) line(out []chroma, y int) {
	m := c.m
	at := neighbours(y, c.fy, c.y0, c.h)
	cb0, cr0 := m.Cb[int(at.i)*m.CStride:][:c.w], m.Cr[int(at.i)*m.CStride:][:c.w]
	cb1, cr1 := m.Cb[int(at.j)*m.CStride:][:c.w], m.Cr[int(at.j)*m.CStride:][:c.w]
	for x := range out {
		out[x] = chroma{
			(int32(cb0[x])-128)*(8-at.f) + (int32(cb1[x])-128)*at.f,
			(int32(cr0[x])-128)*(8-at.f) + (int32(cr1[x])-128)*at.f,
		}
	}
}

// between is a place between the samples i and j, f eighths of the way.
type between struct{ i, j, f int32 }

// neighbours finds pixel p between the samples of a plane that begins with sample first and has n.
func neighbours(p, factor, first, n int) between {
	// The middle of the pixel is at (p+1/2)/factor - 1/2 samples: in eighths, exact for the factors 1, 2 and 4.
	at := (2*p+1)*4/factor - 4 - 8*first
	k := at >> 3
	return between{int32(min(max(k, 0), n-1)), int32(min(max(k+1, 0), n-1)), int32(at & 7)}
}
