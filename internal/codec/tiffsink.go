package codec

import (
	"image"

	"imgpool/internal/colour"
)

// tiffSink turns rows of samples into pixels.
type tiffSink struct {
	layout *tiffLayout
	row    []uint16 // samples of a row of a block, 0 to 65535 or, in a palette, as stored
	table  []uint16 // what each stored value means, for up to 8 bits
	wide   bool     // 16 bits per sample in the picture
	grey   *image.Gray
	grey16 *image.Gray16
	rgba   *image.NRGBA
	rgba64 *image.NRGBA64
	cmyk   *image.CMYK
	inks   *colour.Inks // for CMYK that image.CMYK cannot hold

	badProfile error // why the profile of CMYK could not be used
}

func newTIFFSink(l *tiffLayout, h *Header) *tiffSink {
	s := &tiffSink{layout: l, wide: l.bits > 8, row: make([]uint16, l.blockWidth*l.samples)}
	r := image.Rect(0, 0, h.Width, h.Height)
	switch grey := h.Model == Gray && l.alpha < 0; {
	case h.Inks():
		s.cmyk = image.NewCMYK(r)
	case grey && s.wide:
		s.grey16 = image.NewGray16(r)
	case grey:
		s.grey = image.NewGray(r)
	case s.wide:
		s.rgba64 = image.NewNRGBA64(r)
	default:
		s.rgba = image.NewNRGBA(r)
	}
	if h.Model == CMYK && s.cmyk == nil {
		s.inks, s.badProfile = colour.NewInks(h.ICC, colour.SRGB)
	}
	if l.bits <= 8 {
		s.table = make([]uint16, 1<<l.bits)
		for i := range s.table {
			s.table[i] = s.meaning(i)
		}
	}
	return s
}

// image returns the picture that the sink fills.
func (s *tiffSink) image() image.Image {
	switch {
	case s.cmyk != nil:
		return s.cmyk
	case s.grey != nil:
		return s.grey
	case s.grey16 != nil:
		return s.grey16
	case s.rgba64 != nil:
		return s.rgba64
	}
	return s.rgba
}

// plain says whether the bytes of the file are pixels already: 8-bit grey and RGB, with alpha or without.
func (s *tiffSink) plain() bool {
	l := s.layout
	if l.bits != 8 || l.kind != tiffUnsigned || l.planar || l.premultiplied {
		return false
	}
	switch l.photometric {
	case tiffBlackIsZero:
		return l.samples == 1
	case tiffRGB:
		return l.samples == 3 || l.samples == 4 && l.alpha == 3
	}
	return false
}

// copy stores the first n pixels of the row at (x, y) straight from the file, where it is plain.
func (s *tiffSink) copy(row []byte, x, y, n int) {
	if s.grey != nil {
		copy(s.grey.Pix[y*s.grey.Stride+x:][:n], row)
		return
	}
	dst := s.rgba.Pix[y*s.rgba.Stride+4*x:][:4*n]
	if s.layout.samples == 4 {
		copy(dst, row)
		return
	}
	for ; len(dst) >= 4 && len(row) >= 3; dst, row = dst[4:], row[3:] {
		dst[0], dst[1], dst[2], dst[3] = row[0], row[1], row[2], 0xFF
	}
}

// put stores the first n pixels of the row at (x, y).
func (s *tiffSink) put(x, y, n int) {
	l := s.layout
	for i := range n {
		px := s.row[i*l.samples:][:l.samples]
		alpha := uint16(0xFFFF)
		if l.alpha >= 0 {
			alpha = px[l.alpha]
		}
		var c [3]uint16
		switch l.photometric {
		case tiffWhiteIsZero:
			c = [3]uint16{^px[0], ^px[0], ^px[0]}
		case tiffBlackIsZero:
			c = [3]uint16{px[0], px[0], px[0]}
		case tiffRGB:
			c = [3]uint16(px)
		case tiffPalette:
			c = s.colour(int(px[0]))
		case tiffCIELab, tiffICCLab:
			c = l.labToSRGB(px)
		case tiffCMYK:
			if s.cmyk != nil {
				s.setInks(x+i, y, [4]uint16(px))
				continue
			}
			c = s.inks.RGB([4]uint16(px))
		}
		if l.premultiplied && alpha != 0xFFFF {
			for k := range c {
				c[k] = unpremultiply(c[k], alpha)
			}
		}
		s.set(x+i, y, c, alpha)
	}
}

// unpremultiply divides a sample by alpha.
func unpremultiply(v, alpha uint16) uint16 {
	if alpha == 0 {
		return 0
	}
	return uint16(min((uint32(v)*65535+uint32(alpha)/2)/uint32(alpha), 65535))
}

// colour looks a palette entry up (TIFF 6.0, section 5: all reds, all greens, all blues).
func (s *tiffSink) colour(i int) (c [3]uint16) {
	n := 1 << s.layout.bits
	for k := range c {
		v, _ := s.layout.palette.uint(k*n + i)
		c[k] = uint16(v)
	}
	return c
}

// setInks stores a pixel of CMYK.
func (s *tiffSink) setInks(x, y int, inks [4]uint16) {
	p := s.cmyk.Pix[y*s.cmyk.Stride+4*x:][:4:4]
	for k, v := range inks {
		p[k] = to8bits(v)
	}
}

// set stores a pixel.
func (s *tiffSink) set(x, y int, c [3]uint16, alpha uint16) {
	switch {
	case s.grey != nil:
		s.grey.Pix[y*s.grey.Stride+x] = to8bits(c[0])
	case s.grey16 != nil:
		p := s.grey16.Pix[y*s.grey16.Stride+2*x:]
		p[0], p[1] = byte(c[0]>>8), byte(c[0])
	case s.rgba64 != nil:
		p := s.rgba64.Pix[y*s.rgba64.Stride+8*x:][:8:8]
		p[0], p[1] = byte(c[0]>>8), byte(c[0])
		p[2], p[3] = byte(c[1]>>8), byte(c[1])
		p[4], p[5] = byte(c[2]>>8), byte(c[2])
		p[6], p[7] = byte(alpha>>8), byte(alpha)
	default:
		p := s.rgba.Pix[y*s.rgba.Stride+4*x:][:4:4]
		p[0], p[1], p[2], p[3] = to8bits(c[0]), to8bits(c[1]), to8bits(c[2]), to8bits(alpha)
	}
}

// to8bits returns round(v/257).
func to8bits(v uint16) uint8 { return uint8((uint32(v)*255 + 32895) >> 16) }
