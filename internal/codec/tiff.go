package codec

import (
	"bytes"
	"errors"
	"image"
	"io"
	"strings"

	"github.com/klauspost/compress/zlib"
	"golang.org/x/image/ccitt"
	"golang.org/x/image/tiff/lzw"
)

// decodeTIFF decodes the first page block by block and row by row, so that nothing but the picture is large.
func decodeTIFF(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*tiffLayout)
	s := newTIFFSink(l, h)
	d := decoded(s.image())
	planes := l.planes()
	perPlane := l.blocksAcross * l.blocksDown
	var failed error
	done := 0 // rows
	readers := make([]io.Reader, planes)
	for b := range perPlane {
		for p := range planes {
			raw, _ := l.block(data, p*perPlane+b)
			readers[p] = l.reader(raw, readers[p])
		}
		x0, y0 := b%l.blocksAcross*l.blockWidth, b/l.blocksAcross*l.blockHeight
		err := guard("TIFF", func() error {
			rows, err := l.decodeBlock(readers, s, x0, y0, h)
			done += rows
			return err
		})
		if err == nil {
			continue
		}
		failed = tiffError(err, float64(done)/(float64(h.Height)*float64(l.blocksAcross)))
		if !o.AllowTruncated {
			return nil, failed
		}
	}
	if failed != nil && h.Damage == nil {
		d.Warnings = append(d.Warnings, failed.Error())
	}
	return d, nil
}

// tiffError gives an error of a decompressor the types of this package.
func tiffError(err error, done float64) error {
	var broken FormatError
	switch {
	case errors.As(err, &broken):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return TruncatedError{100 * done}
	case strings.Contains(err.Error(), "missing End-of-Line"): // legal, but the library insists on them
		return UnsupportedError("Group 3 fax TIFF without end-of-line codes")
	}
	return formatErrorf("TIFF: %v", err)
}

// decodeBlock decodes a tile or strip whose top left pixel is (x0, y0) and returns how many rows of it came.
func (l *tiffLayout) decodeBlock(readers []io.Reader, s *tiffSink, x0, y0 int, h *Header) (rows int, err error) {
	row := make([]byte, l.rowBytes())
	perReader := l.samples / len(readers)
	for y := y0; y < min(y0+l.blockHeight, h.Height); y++ {
		for p, r := range readers {
			if _, err := io.ReadFull(r, row); err != nil {
				return y - y0, err
			}
			if l.predictor {
				l.unpredict(row, perReader)
			}
			s.unpack(row, p, len(readers))
		}
		s.put(x0, y, min(l.blockWidth, h.Width-x0))
	}
	return min(l.blockHeight, h.Height-y0), nil
}

// reader returns the uncompressed rows of a block. old is the reader of the block before, whose tables are used again.
func (l *tiffLayout) reader(raw []byte, old io.Reader) io.Reader {
	src := bytes.NewReader(raw)
	switch l.compression {
	case tiffLZW:
		return lzw.NewReader(src, lzw.MSB, 8)
	case tiffDeflate, tiffDeflateOld:
		var err error
		if z, ok := old.(zlib.Resetter); ok {
			err = z.Reset(src, nil)
		} else {
			old, err = zlib.NewReader(src)
		}
		if err != nil {
			return failingReader{err}
		}
		return old
	case tiffPackBits:
		return &packBitsReader{src: raw}
	case tiffFax3, tiffFax4:
		order, format := ccitt.MSB, ccitt.Group3
		if l.fillOrder2 {
			order = ccitt.LSB
		}
		if l.compression == tiffFax4 {
			format = ccitt.Group4
		}
		// Inverted in this library's sense: 1 is black, as TIFF has it whatever the photometric interpretation.
		return ccitt.NewReader(src, order, format, l.blockWidth, ccitt.AutoDetectHeight, &ccitt.Options{Invert: true})
	}
	return src
}

// failingReader gives an error a place among readers.
type failingReader struct{ err error }

// Read implements io.Reader.
func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// packBitsReader undoes PackBits (TIFF 6.0, section 9).
type packBitsReader struct {
	src    []byte
	copies int  // bytes of src to copy
	runs   int  // repetitions of value
	value  byte // repeated byte
}

// Read implements io.Reader.
func (r *packBitsReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		switch {
		case r.copies > 0:
			k := copy(p[n:min(len(p), n+r.copies)], r.src)
			if k == 0 {
				return n, io.ErrUnexpectedEOF
			}
			r.src, r.copies = r.src[k:], r.copies-k
			n += k
		case r.runs > 0:
			p[n] = r.value
			r.runs--
			n++
		case len(r.src) == 0:
			return n, io.EOF
		default:
			code := int8(r.src[0])
			r.src = r.src[1:]
			switch {
			case code >= 0:
				r.copies = int(code) + 1
			case code != -128:
				if len(r.src) == 0 {
					return n, io.ErrUnexpectedEOF
				}
				r.runs, r.value, r.src = 1-int(code), r.src[0], r.src[1:]
			}
		}
	}
	return n, nil
}

// unpredict undoes horizontal differencing (TIFF 6.0, section 14) in a row of pixels of n samples.
func (l *tiffLayout) unpredict(row []byte, n int) {
	if l.bits == 8 {
		for i := n; i < len(row); i++ {
			row[i] += row[i-n]
		}
		return
	}
	for i := 2 * n; i+2 <= len(row); i += 2 {
		l.order.PutUint16(row[i:], l.order.Uint16(row[i:])+l.order.Uint16(row[i-2*n:]))
	}
}

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
}

func newTIFFSink(l *tiffLayout, h *Header) *tiffSink {
	s := &tiffSink{layout: l, wide: l.bits > 8, row: make([]uint16, l.blockWidth*l.samples)}
	r := image.Rect(0, 0, h.Width, h.Height)
	switch grey := h.Model == Gray && l.alpha < 0; {
	case grey && s.wide:
		s.grey16 = image.NewGray16(r)
	case grey:
		s.grey = image.NewGray(r)
	case s.wide:
		s.rgba64 = image.NewNRGBA64(r)
	default:
		s.rgba = image.NewNRGBA(r)
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
	case s.grey != nil:
		return s.grey
	case s.grey16 != nil:
		return s.grey16
	case s.rgba64 != nil:
		return s.rgba64
	}
	return s.rgba
}

// meaning scales a stored value to 0 to 65535.
func (s *tiffSink) meaning(v int) uint16 {
	if s.layout.photometric == tiffPalette {
		return uint16(v)
	}
	top := 1<<s.layout.bits - 1
	return uint16((v*65535 + top/2) / top)
}

// unpack stores the samples of a row: all of them, or those of plane p of n.
func (s *tiffSink) unpack(row []byte, p, n int) {
	l := s.layout
	switch l.bits {
	case 8:
		for i := p; i < len(s.row); i += n {
			s.row[i] = s.table[row[i/n]]
		}
	case 16:
		for i := p; i < len(s.row); i += n {
			s.row[i] = l.order.Uint16(row[i/n*2:])
		}
	default:
		bit := 0
		for i := p; i < len(s.row); i += n {
			v := 0
			for k := bit; k < bit+l.bits; k++ {
				v = v<<1 | int(row[k>>3]>>(7-k&7)&1)
			}
			bit += l.bits
			if s.table != nil {
				s.row[i] = s.table[v]
			} else {
				s.row[i] = s.meaning(v)
			}
		}
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
		case tiffCMYK:
			for k := range c {
				c[k] = uint16((uint64(^px[k])*uint64(^px[3]) + 32767) / 65535)
			}
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

// tiffDecodeCost counts the picture, the rows of a block and the decompressors.
func tiffDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*tiffLayout)
	bytesPerPixel := int64(4)
	if h.Model == Gray && l.alpha < 0 {
		bytesPerPixel = 1
	}
	if l.bits > 8 {
		bytesPerPixel *= 2
	}
	row := int64(l.blockWidth) * int64(l.samples) * 4
	return bytesPerPixel*int64(h.Width)*int64(h.Height) + row + int64(l.planes())*(64<<10) + 64<<10
}
