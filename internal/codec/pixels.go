package codec

import (
	"image"
	"image/color"
	"image/draw"

	"imgpool/internal/colour"
)

// normalise returns img with bounds that begin at (0,0) and as one of the types of Decoded.Image. Pixels are shared
// where they can be.
func normalise(img image.Image) image.Image {
	b := img.Bounds()
	r := image.Rectangle{Max: b.Size()}
	switch m := img.(type) {
	case *image.NRGBA:
		return &image.NRGBA{Pix: m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], Stride: m.Stride, Rect: r}
	case *image.NRGBA64:
		return &image.NRGBA64{Pix: m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], Stride: m.Stride, Rect: r}
	case *image.Gray:
		return &image.Gray{Pix: m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], Stride: m.Stride, Rect: r}
	case *image.Gray16:
		return &image.Gray16{Pix: m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], Stride: m.Stride, Rect: r}
	case *image.CMYK:
		return toNRGBA(m)
	case *image.YCbCr:
		if b.Min == (image.Point{}) {
			return m
		}
	case *image.NYCbCrA:
		if b.Min == (image.Point{}) {
			return m
		}
	}
	dst := image.NewNRGBA(r)
	draw.Draw(dst, r, img, b.Min, draw.Src)
	return dst
}

// to8 returns img with 8 bits per sample, rounded to nearest.
func to8(img image.Image) image.Image {
	switch m := img.(type) {
	case *image.Gray16:
		dst := image.NewGray(m.Rect)
		for y := range m.Rect.Dy() {
			narrow(dst.Pix[y*dst.Stride:][:m.Rect.Dx()], m.Pix[y*m.Stride:])
		}
		return dst
	case *image.NRGBA64:
		dst := image.NewNRGBA(m.Rect)
		for y := range m.Rect.Dy() {
			narrow(dst.Pix[y*dst.Stride:][:4*m.Rect.Dx()], m.Pix[y*m.Stride:])
		}
		return dst
	}
	return img
}

// narrow converts big-endian 16-bit samples to 8 bits: round(v/257).
func narrow(dst, src []byte) {
	src = src[:2*len(dst)]
	for i := range dst {
		v := uint32(src[2*i])<<8 | uint32(src[2*i+1])
		dst[i] = uint8((v*255 + 32895) >> 16)
	}
}

// toNRGBA returns an 8-bit picture as NRGBA, itself if it is one.
func toNRGBA(img image.Image) *image.NRGBA {
	switch m := img.(type) {
	case *image.NRGBA:
		return m
	case *image.Gray:
		dst := image.NewNRGBA(m.Rect)
		for y := range m.Rect.Dy() {
			d := dst.Pix[y*dst.Stride:]
			for x, v := range m.Pix[y*m.Stride:][:m.Rect.Dx()] {
				p := d[4*x : 4*x+4 : 4*x+4]
				p[0], p[1], p[2], p[3] = v, v, v, 0xFF
			}
		}
		return dst
	case *image.CMYK:
		out, _ := colour.Convert(m, nil, colour.SRGB) // fails for broken profiles only
		return out.(*image.NRGBA)
	case *image.YCbCr:
		return ycbcrToNRGBA(m)
	case *image.NYCbCrA:
		dst := ycbcrToNRGBA(&m.YCbCr)
		for y := range m.Rect.Dy() {
			for x, a := range m.A[y*m.AStride:][:m.Rect.Dx()] {
				dst.Pix[y*dst.Stride+4*x+3] = a
			}
		}
		return dst
	}
	return toNRGBA(to8(img))
}

// flatten returns an 8-bit picture without transparency: img itself if it is opaque, else a copy laid on bg.
func flatten(img image.Image, bg color.NRGBA) image.Image {
	switch m := img.(type) {
	case *image.NRGBA:
		if m.Opaque() {
			return m
		}
		dst := image.NewNRGBA(m.Rect)
		for y := range m.Rect.Dy() {
			d, s := dst.Pix[y*dst.Stride:], m.Pix[y*m.Stride:]
			for x := 0; x < 4*m.Rect.Dx(); x += 4 {
				a := s[x+3]
				d[x], d[x+1], d[x+2], d[x+3] = over(s[x], bg.R, a), over(s[x+1], bg.G, a), over(s[x+2], bg.B, a), 0xFF
			}
		}
		return dst
	case *image.NYCbCrA:
		if m.Opaque() {
			return &m.YCbCr
		}
		return flattenPlanes(m, bg)
	}
	return img
}

// over lays v with alpha a on bg.
func over(v, bg, a uint8) uint8 {
	return uint8((uint32(v)*uint32(a) + uint32(bg)*uint32(255-a) + 127) / 255)
}

// flattenPlanes lays planes on a colour: YCbCr is linear in RGB, so the planes can be blended one by one, chroma by the
// mean alpha of the pixels that share it.
func flattenPlanes(m *image.NYCbCrA, bg color.NRGBA) *image.YCbCr {
	by, bcb, bcr := color.RGBToYCbCr(bg.R, bg.G, bg.B)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	dst := image.NewYCbCr(m.Rect, m.SubsampleRatio)
	for y := range h {
		alpha := m.A[y*m.AStride:]
		s, d := m.Y[y*m.YStride:], dst.Y[y*dst.YStride:]
		for x := range w {
			d[x] = over(s[x], by, alpha[x])
		}
	}
	fx, fy := chromaFactors(m.SubsampleRatio)
	for cy := range ceilDiv(h, fy) {
		for cx := range ceilDiv(w, fx) {
			sum, n := uint32(0), uint32(0)
			for y := cy * fy; y < min((cy+1)*fy, h); y++ {
				for x := cx * fx; x < min((cx+1)*fx, w); x++ {
					sum += uint32(m.A[y*m.AStride+x])
					n++
				}
			}
			a := uint8((sum + n/2) / n)
			si, di := cy*m.CStride+cx, cy*dst.CStride+cx
			dst.Cb[di], dst.Cr[di] = over(m.Cb[si], bcb, a), over(m.Cr[si], bcr, a)
		}
	}
	return dst
}

// chromaFactors returns how many pixels share a chroma sample horizontally and vertically.
func chromaFactors(r image.YCbCrSubsampleRatio) (x, y int) {
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

// withSubsampling returns m with the given subsampling: m itself, or a picture that shares the luma plane and has its
// chroma averaged or repeated.
func withSubsampling(m *image.YCbCr, r image.YCbCrSubsampleRatio) *image.YCbCr {
	if m.SubsampleRatio == r {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	sx, sy := chromaFactors(m.SubsampleRatio)
	dx, dy := chromaFactors(r)
	cw, ch := ceilDiv(w, dx), ceilDiv(h, dy)
	dst := &image.YCbCr{Y: m.Y, YStride: m.YStride, CStride: cw, SubsampleRatio: r, Rect: m.Rect}
	dst.Cb, dst.Cr = make([]byte, cw*ch), make([]byte, cw*ch)
	for cy := range ch {
		// The source samples that cover this one: one at least, so that repeating is the same as averaging one.
		y0 := cy * dy / sy
		y1 := max(y0+1, min((cy+1)*dy, h)/sy)
		for cx := range cw {
			x0 := cx * dx / sx
			x1 := max(x0+1, min((cx+1)*dx, w)/sx)
			var cb, cr, n uint32
			for y := y0; y < y1; y++ {
				for x := x0; x < x1; x++ {
					cb += uint32(m.Cb[y*m.CStride+x])
					cr += uint32(m.Cr[y*m.CStride+x])
					n++
				}
			}
			dst.Cb[cy*cw+cx], dst.Cr[cy*cw+cx] = uint8((cb+n/2)/n), uint8((cr+n/2)/n)
		}
	}
	return dst
}
