package codec

import (
	"bytes"
	"encoding/binary"
	"image"
)

// Some compressions of TIFF store each strip or tile as a whole picture of another format.

// tiffPictures are the formats of blocks by compression.
var tiffPictures = map[uint64]struct {
	format     Format
	header     func(data []byte, h *Header) error
	decode     func(data []byte, h *Header, o DecodeOptions) (*Decoded, error)
	decodeCost func(h *Header, o DecodeOptions) int64
}{
	tiffOldJPEG: {JPEG, readJPEGHeader, decodeJPEG, jpegDecodeCost},
	tiffJPEG:    {JPEG, readJPEGHeader, decodeJPEG, jpegDecodeCost},
	tiffWebP:    {WebP, readWebPHeader, decodeWebP, webpDecodeCost},
	tiffJXL:     {JXL, readJXLHeader, decodeJXL, jxlDecodeCost},
}

// pictures says that the blocks are such pictures.
func (l *tiffLayout) pictures() bool { return tiffPictures[l.compression].decode != nil }

// pictureCost is what decoding a block that is a picture may allocate, in bytes: planes, coefficients of a progressive
// JPEG and packed pixels.
func (l *tiffLayout) pictureCost(longest int) int64 {
	pixels := (int64(l.blockWidth) + 64) * (int64(l.blockHeight) + 64)
	if l.compression == tiffJXL {
		return 128<<20 + 64*pixels
	}
	return 40*pixels + 4*int64(longest+len(l.tables)) + 2<<20 // for tables of decoders
}

// decodePicture decodes a block that is a picture and stores it with its top left pixel at (x0, y0).
func (l *tiffLayout) decodePicture(raw []byte, s *tiffSink, x0, y0 int) error {
	height := s.image().Bounds().Dy()
	switch {
	case l.compression == tiffJPEG:
		raw = l.wholeJPEG(raw)
	case l.old != nil:
		raw = l.old.file(raw, l.blockWidth, min(l.blockHeight, height-y0))
	}
	d, err := l.readPicture(raw)
	if err != nil {
		return err
	}
	defer d.Release()
	if grey, ok := d.Image.(*image.Gray); ok && s.grey != nil {
		rows(grey.Rect, s.grey.Rect, x0, y0, func(y, n int) {
			copy(s.grey.Pix[(y0+y)*s.grey.Stride+x0:][:n], grey.Pix[y*grey.Stride:])
		})
		return nil
	}
	if inks, ok := d.Image.(*image.CMYK); ok && s.cmyk != nil {
		rows(inks.Rect, s.cmyk.Rect, x0, y0, func(y, n int) {
			copy(s.cmyk.Pix[(y0+y)*s.cmyk.Stride+4*x0:][:4*n], inks.Pix[y*inks.Stride:])
		})
		return nil
	}
	if s.rgba == nil {
		return FormatError("TIFF: a block holds colours, the page does not")
	}
	m := toNRGBA(to8(d.Image))
	rows(m.Rect, s.rgba.Rect, x0, y0, func(y, n int) {
		copy(s.rgba.Pix[(y0+y)*s.rgba.Stride+4*x0:][:4*n], m.Pix[y*m.Stride:])
	})
	return nil
}

// readPicture decodes a block that is a picture, if it is about as large as it may be.
func (l *tiffLayout) readPicture(raw []byte) (*Decoded, error) {
	c := tiffPictures[l.compression]
	h := &Header{Format: Sniff(raw), Orientation: 1, Frames: 1, data: raw}
	if h.Format != c.format {
		return nil, formatErrorf("TIFF: a block is %s, not %s", h.Format, c.format)
	}
	if err := c.header(raw, h); err != nil {
		return nil, err
	}
	if h.Damage != nil {
		return nil, h.Damage
	}
	if h.Width > l.blockWidth+63 || h.Height > l.blockHeight+63 || c.decodeCost(h, DecodeOptions{}) > l.pictureCost(len(raw)) {
		return nil, formatErrorf("TIFF: a block holds a picture of %d x %d pixels", h.Width, h.Height)
	}
	return c.decode(raw, h, DecodeOptions{})
}

// rows calls f with each row of a block that is within the page and how many of its pixels are.
func rows(block, page image.Rectangle, x0, y0 int, f func(y, n int)) {
	n := min(block.Dx(), page.Dx()-x0)
	for y := range min(block.Dy(), page.Dy()-y0) {
		f(y, n)
	}
}

// wholeJPEG makes a file of the JPEG data of a block, which lack tables that all blocks have in common, and do not say
// what their components mean: the photometric interpretation does (Adobe's TIFF technical note 2).
func (l *tiffLayout) wholeJPEG(raw []byte) []byte {
	colours := "\xFF\xE0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"
	if l.photometric == tiffRGB {
		colours = "\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00"
	}
	out := append(make([]byte, 0, 4+len(colours)+len(l.tables)+len(raw)), 0xFF, mSOI)
	out = append(out, colours...)
	out = appendTables(out, l.tables)
	return appendTables(out, raw)
}

// appendTables appends the segments of JPEG data without the start and without applications' segments in front, and all
// that follows the first frame header or scan.
func appendTables(out, p []byte) []byte {
	p = bytes.TrimPrefix(p, []byte{0xFF, mSOI})
	for len(p) >= 4 && p[0] == 0xFF {
		marker, n := p[1], 2+int(binary.BigEndian.Uint16(p[2:]))
		switch {
		case marker == mEOI:
			return out
		case marker == mDQT || marker == mDHT || marker == mDRI:
			out = append(out, p[:min(n, len(p))]...)
		case marker >= mSOF0 && marker <= 0xCF, marker == mSOS:
			return append(out, p...)
		}
		p = p[min(n, len(p)):]
	}
	return out
}
