package codec

import (
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"math/bits"
)

const (
	bmpFileHeader = 14
	bmpCore       = 12 // sizes of information headers: OS/2 1
	bmpInfo       = 40 // Windows 3
	bmpV2         = 52 // with masks for red, green and blue
	bmpV3         = 56 // and for alpha
	bmpV4         = 108
	bmpV5         = 124
)

// Compression methods of Windows. OS/2 2 uses 3 and 4 for others.
const (
	bmpRGB = iota
	bmpRLE8
	bmpRLE4
	bmpBitfields
	bmpJPEG
	bmpPNG
	bmpAlphaBitfields
)

// bmpMask is where a channel is in a pixel of 16 or 32 bits.
type bmpMask struct {
	mask  uint32
	shift int
	top   uint32 // largest value
}

func newBMPMask(mask uint32) bmpMask {
	if mask == 0 {
		return bmpMask{}
	}
	shift := bits.TrailingZeros32(mask)
	return bmpMask{mask, shift, mask >> shift}
}

// value returns a pixel's channel, scaled to 8 bits.
func (m *bmpMask) value(pixel uint32) uint8 {
	if m.top == 0 {
		return 0
	}
	return uint8((uint64(pixel&m.mask>>m.shift)*255 + uint64(m.top)/2) / uint64(m.top))
}

// bmpLayout is what decodeBMP needs to know about a file beyond its Header.
type bmpLayout struct {
	bits        int // per pixel
	compression uint32
	topDown     bool
	palette     [][3]uint8 // red, green, blue
	masks       [4]bmpMask // red, green, blue, alpha
	pixels      []byte
	grey        bool // the palette has greys only
}

// readBMPHeader reads the file header, the information header in all its versions, masks and palette.
func readBMPHeader(data []byte, h *Header) error {
	if len(data) < bmpFileHeader+bmpCore {
		return FormatError("BMP: the header is cut off")
	}
	le := binary.LittleEndian
	size := int(le.Uint32(data[bmpFileHeader:]))
	if size > len(data)-bmpFileHeader {
		return FormatError("BMP: the header is cut off")
	}
	info := data[bmpFileHeader : bmpFileHeader+size]
	l := &bmpLayout{}
	h.layout = l
	var height int64
	colours := uint32(0)
	if size < 16 {
		h.Width, height = int(le.Uint16(info[4:])), int64(le.Uint16(info[6:]))
		l.bits = int(le.Uint16(info[10:]))
	} else {
		h.Width, height = int(int32(le.Uint32(info[4:]))), int64(int32(le.Uint32(info[8:])))
		l.bits = int(le.Uint16(info[14:]))
		if size >= 20 {
			l.compression = le.Uint32(info[16:])
		}
		if size >= 36 {
			colours = le.Uint32(info[32:])
		}
	}
	if height < 0 {
		height, l.topDown = -height, true
	}
	if h.Width < 1 || height < 1 || height > math.MaxInt32 {
		return formatErrorf("BMP: size %d x %d", h.Width, height)
	}
	h.Height = int(height)
	if err := l.check(size); err != nil {
		return err
	}
	after := l.readMasks(data, info, size)
	l.readPalette(data, after, size, colours)
	offset := le.Uint32(data[10:])
	if offset < uint32(after) || int64(offset) > int64(len(data)) {
		return formatErrorf("BMP: pixels at %d in a file of %d bytes", offset, len(data))
	}
	l.pixels = data[offset:]
	l.describe(h)
	h.Odd = !l.plain(h, size, int(le.Uint32(data[2:])), len(data)) || colours > 1<<min(l.bits, 8)
	return nil
}

// plain says that the file is of the kinds that every program reads: the header of Windows 3, whole bytes or nibbles or
// bits, not compressed, a full palette, and as many pixels and bytes as it says.
func (l *bmpLayout) plain(h *Header, header, stated, size int) bool {
	switch l.bits {
	case 1, 4, 8, 24:
	default:
		return false
	}
	row := int64((h.Width*l.bits+31)/32) * 4
	whole := l.bits > 8 || len(l.palette) == 1<<l.bits // with fewer colours, pixels could name others
	return header == bmpInfo && l.compression == 0 && !l.topDown && whole && stated == size && row*int64(h.Height) <= int64(len(l.pixels))
}

// check refuses what cannot be decoded.
func (l *bmpLayout) check(size int) error {
	os2 := size >= 16 && size <= 64 && size != bmpInfo && size != bmpV2 && size != bmpV3
	switch {
	case os2 && l.compression == 3:
		return UnsupportedError("Huffman-coded BMP")
	case os2 && l.compression == 4:
		return UnsupportedError("RLE24-coded BMP")
	case l.compression == bmpJPEG:
		return UnsupportedError("BMP with a JPEG inside")
	case l.compression == bmpPNG:
		return UnsupportedError("BMP with a PNG inside")
	case l.compression > bmpAlphaBitfields:
		return UnsupportedError(fmt.Sprintf("BMP with compression %d", l.compression))
	}
	ok := false
	switch l.compression {
	case bmpRGB:
		switch l.bits {
		case 1, 2, 4, 8, 16, 24, 32:
			ok = true
		}
	case bmpRLE8:
		ok = l.bits == 8 && !l.topDown
	case bmpRLE4:
		ok = l.bits == 4 && !l.topDown
	case bmpBitfields, bmpAlphaBitfields:
		ok = l.bits == 16 || l.bits == 32
	}
	if !ok {
		return formatErrorf("BMP: %d bits per pixel with compression %d", l.bits, l.compression)
	}
	return nil
}

// readMasks reads where the channels are and returns where the header ends.
func (l *bmpLayout) readMasks(data, info []byte, size int) (after int) {
	after = bmpFileHeader + size
	masks := [4]uint32{0x7C00, 0x03E0, 0x001F, 0}
	if l.bits == 32 {
		masks = [4]uint32{0xFF0000, 0x00FF00, 0x0000FF, 0}
	}
	if l.compression == bmpBitfields || l.compression == bmpAlphaBitfields {
		n := 3
		p := data[after:]
		switch {
		case size >= bmpV3:
			n, p = 4, info[bmpInfo:]
		case size >= bmpV2:
			p = info[bmpInfo:]
		case l.compression == bmpAlphaBitfields:
			n = 4
			fallthrough
		default:
			after = min(after+4*n, len(data))
		}
		for i := range min(n, len(p)/4) {
			masks[i] = binary.LittleEndian.Uint32(p[4*i:])
		}
	}
	for i, m := range masks {
		l.masks[i] = newBMPMask(m)
	}
	return after
}

// readPalette reads as many colours as there are, at most as many as pixels can choose from.
func (l *bmpLayout) readPalette(data []byte, at, size int, colours uint32) {
	if l.bits > 8 {
		return
	}
	if colours == 0 || colours > 1<<l.bits {
		colours = 1 << l.bits
	}
	entry := 4
	if size < 16 {
		entry = 3
	}
	end := min(int64(binary.LittleEndian.Uint32(data[10:])), int64(len(data)))
	l.grey = true
	for p := at; int64(p+entry) <= end && len(l.palette) < int(colours); p += entry {
		c := [3]uint8{data[p+2], data[p+1], data[p]}
		l.palette = append(l.palette, c)
		l.grey = l.grey && c[0] == c[1] && c[1] == c[2]
	}
}

// describe sets what the header says about the pixels.
func (l *bmpLayout) describe(h *Header) {
	h.Lossless = true
	h.Depth, h.Model = 8, RGB
	if l.bits <= 8 {
		h.Depth, h.Model = l.bits, Palette
	}
	h.Alpha = l.bits > 8 && l.masks[3].mask != 0
	if l.compression == bmpRLE8 || l.compression == bmpRLE4 {
		return // whether data are missing shows when they are decoded
	}
	if need := int64(l.stride(h.Width)) * int64(h.Height); need > int64(len(l.pixels)) {
		h.Damage = TruncatedError{100 * float64(len(l.pixels)) / float64(need)}
	}
}

// stride is the size of a row: whole words of 32 bits.
func (l *bmpLayout) stride(width int) int { return int((int64(width)*int64(l.bits) + 31) / 32 * 4) }

// decodeBMP decodes to grey when the palette has nothing else, else to NRGBA.
func decodeBMP(_ []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*bmpLayout)
	r := image.Rect(0, 0, h.Width, h.Height)
	var d *Decoded
	if l.grey {
		d = decoded(image.NewGray(r))
	} else {
		d = decoded(image.NewNRGBA(r))
	}
	if l.compression == bmpRLE8 || l.compression == bmpRLE4 {
		percent := l.decodeRuns(d.Image, h)
		if percent < 100 && !o.AllowTruncated {
			return nil, TruncatedError{percent}
		}
		if percent < 100 {
			d.Warnings = append(d.Warnings, TruncatedError{percent}.Error())
		}
		return d, nil
	}
	stride := l.stride(h.Width)
	transparent := true
	for i := range h.Height {
		if len(l.pixels) < (i+1)*stride {
			break
		}
		y := i
		if !l.topDown {
			y = h.Height - 1 - i
		}
		if l.putRow(d.Image, y, l.pixels[i*stride:(i+1)*stride]) {
			transparent = false
		}
	}
	// An alpha channel that is 0 everywhere was never meant as one.
	if m, ok := d.Image.(*image.NRGBA); ok && (transparent || !h.Alpha) {
		for i := 3; i < len(m.Pix); i += 4 {
			m.Pix[i] = 0xFF
		}
	}
	return d, nil
}

// putRow stores row y and says whether it has a pixel that is not transparent.
func (l *bmpLayout) putRow(img image.Image, y int, row []byte) (visible bool) {
	if m, ok := img.(*image.Gray); ok {
		dst := m.Pix[y*m.Stride:][:m.Rect.Dx()]
		for x := range dst {
			dst[x] = l.colour(sample(row, x, l.bits))[0]
		}
		return true
	}
	m := img.(*image.NRGBA)
	dst := m.Pix[y*m.Stride:][:4*m.Rect.Dx()]
	for x := 0; 4*x < len(dst); x++ {
		px := dst[4*x : 4*x+4 : 4*x+4]
		px[3] = 0xFF
		switch l.bits {
		case 24:
			px[0], px[1], px[2] = row[3*x+2], row[3*x+1], row[3*x]
		case 16:
			l.unmask(px, uint32(binary.LittleEndian.Uint16(row[2*x:])))
		case 32:
			l.unmask(px, binary.LittleEndian.Uint32(row[4*x:]))
		default:
			c := l.colour(sample(row, x, l.bits))
			px[0], px[1], px[2] = c[0], c[1], c[2]
		}
		visible = visible || px[3] != 0
	}
	return visible
}

// colour returns a palette entry; those beyond the palette are black.
func (l *bmpLayout) colour(i int) [3]uint8 {
	if i < len(l.palette) {
		return l.palette[i]
	}
	return [3]uint8{}
}

// unmask takes a pixel's channels apart.
func (l *bmpLayout) unmask(px []byte, v uint32) {
	px[0], px[1], px[2] = l.masks[0].value(v), l.masks[1].value(v), l.masks[2].value(v)
	if l.masks[3].mask != 0 {
		px[3] = l.masks[3].value(v)
	}
}
