package codec

import (
	"encoding/binary"
	"image"
)

// jxlLayout is what the JPEG XL functions need to know about a file beyond its Header.
type jxlLayout struct {
	colour     CICP
	premul     bool // colours are multiplied by alpha
	grey       bool
	wide       bool // the library gives 16 bits per sample
	codestream []byte
}

// jxlHead is how many bytes of the codestream are enough for its header: 4 channels with names take less than a tenth.
const jxlHead = 64 << 10

// readJXLHeader reads the boxes (ISO/IEC 18181-2) and the header of the codestream (ISO/IEC 18181-1, annex D), which has
// one size for the decoder and for us.
func readJXLHeader(data []byte, h *Header) error {
	l := &jxlLayout{}
	h.layout = l
	if data[0] == 0xFF {
		l.codestream = data[:min(len(data), jxlHead)]
	} else if err := l.readBoxes(data, h); err != nil {
		return err
	}
	if len(l.codestream) < 2 || l.codestream[0] != 0xFF || l.codestream[1] != 0x0A {
		return FormatError("JPEG XL: no codestream")
	}
	r := &jxlReader{p: l.codestream[2:]}
	if err := l.readMetadata(r, h); err != nil {
		return err
	}
	if r.short && len(l.codestream) < jxlHead {
		return TruncatedError{}
	}
	if r.short || h.Width < 1 || h.Height < 1 {
		return FormatError("JPEG XL: a bad header")
	}
	return nil
}

// readBoxes walks the container: the codestream in one box or in parts, and metadata.
func (l *jxlLayout) readBoxes(data []byte, h *Header) error {
	list, err := listBoxes(data, 0, len(data))
	if err != nil {
		return err
	}
	for _, b := range list {
		p := b.content(data)
		size := len(p) + 8
		switch b.kind {
		case "JXL ", "ftyp", "jxll", "jxli":
		case "jxlc", "jxlp":
			if b.kind == "jxlp" {
				p = p[min(len(p), 4):]
			}
			l.codestream = append(l.codestream, p[:min(len(p), jxlHead-len(l.codestream))]...)
			if b.missing > 0 {
				h.Damage = TruncatedError{100 * float64(len(p)) / (float64(len(p)) + float64(b.missing))}
			}
		case "Exif":
			h.note("EXIF", size)
			if len(p) > 4 && b.missing == 0 {
				if at := int64(binary.BigEndian.Uint32(p)) + 4; at < int64(len(p)) && h.EXIF == nil {
					h.EXIF = p[at:]
				}
			}
		case "xml ":
			h.note("XMP", size)
			if h.XMP == nil && b.missing == 0 {
				h.XMP = p
			}
		case "brob":
			h.note("compressed "+printable(string(p[:min(len(p), 4)])), size)
		case "jbrd":
			h.note("JPEG reconstruction", size)
		case "jhgm":
			h.note("gain map", size)
			h.holds(GainMap)
		default:
			h.note(printable(b.kind), size)
		}
	}
	return nil
}

// jxlReader takes bits from a slice, the least significant first. Reading beyond the end gives zeros and sets short.
type jxlReader struct {
	p     []byte
	pos   int
	short bool
}

// bits reads n bits, 0 to 32.
func (r *jxlReader) bits(n int) uint32 {
	v := uint32(0)
	for k := range n {
		i := r.pos >> 3
		if i >= len(r.p) {
			r.short = true
			return 0
		}
		v |= uint32(r.p[i]>>(r.pos&7)&1) << k
		r.pos++
	}
	return v
}

func (r *jxlReader) flag() bool { return r.bits(1) != 0 }

// jxlRange is one of the four ways of U32: a number of bits, and what is added to their value.
type jxlRange struct {
	bits int
	add  uint32
}

// u32 reads a number in one of four ways (B.2.2).
func (r *jxlReader) u32(a, b, c, d jxlRange) uint32 {
	way := [4]jxlRange{a, b, c, d}[r.bits(2)]
	return r.bits(way.bits) + way.add
}

// enum reads a number that stands for a name (B.2.4).
func (r *jxlReader) enum() uint32 {
	return r.u32(jxlRange{0, 0}, jxlRange{0, 1}, jxlRange{4, 2}, jxlRange{6, 18})
}

// ratio returns the width that one of seven ratios gives to a height (D.2).
func jxlRatio(n, height uint32) uint32 {
	f := [8][2]uint64{{}, {1, 1}, {12, 10}, {4, 3}, {3, 2}, {16, 9}, {5, 4}, {2, 1}}[n]
	return uint32(uint64(height) * f[0] / f[1])
}

// size reads SizeHeader (D.2).
func (r *jxlReader) size() image.Point {
	small := r.flag()
	side := func() uint32 {
		if small {
			return (r.bits(5) + 1) * 8
		}
		return r.u32(jxlRange{9, 1}, jxlRange{13, 1}, jxlRange{18, 1}, jxlRange{30, 1})
	}
	height := side()
	if n := r.bits(3); n != 0 {
		return image.Pt(int(jxlRatio(n, height)), int(height))
	}
	return image.Pt(int(side()), int(height))
}

// skipPreview skips PreviewHeader (D.3.4).
func (r *jxlReader) skipPreview() {
	by8 := r.flag()
	side := func() {
		if by8 {
			r.u32(jxlRange{0, 16}, jxlRange{0, 32}, jxlRange{5, 1}, jxlRange{9, 33})
		} else {
			r.u32(jxlRange{6, 1}, jxlRange{8, 65}, jxlRange{10, 321}, jxlRange{12, 1345})
		}
	}
	side()
	if r.bits(3) == 0 {
		side()
	}
}

// depth reads BitDepth (D.3.2).
func (r *jxlReader) depth() (bits int, float bool) {
	if float = r.flag(); float {
		bits = int(r.u32(jxlRange{0, 32}, jxlRange{0, 16}, jxlRange{0, 24}, jxlRange{6, 1}))
		r.bits(4)
		return bits, true
	}
	return int(r.u32(jxlRange{0, 8}, jxlRange{0, 10}, jxlRange{0, 12}, jxlRange{6, 1})), false
}

// readMetadata reads the size and ImageMetadata (D.3).
func (l *jxlLayout) readMetadata(r *jxlReader, h *Header) error {
	size := r.size()
	h.Width, h.Height, h.Depth, h.Model = size.X, size.Y, 8, RGB
	l.colour = CICP{1, 13, 0, true}
	if r.flag() { // all as usual
		return nil
	}
	if r.flag() { // extra fields
		// The library turns the picture, so that it comes upright; the size is before that.
		if r.bits(3) >= 4 {
			h.Width, h.Height = h.Height, h.Width
		}
		if r.flag() {
			r.size() // the intrinsic one
		}
		if r.flag() {
			r.skipPreview()
		}
		if r.flag() {
			h.Frames = 2 // how many there are shows only in decoding
			r.u32(jxlRange{0, 100}, jxlRange{0, 1000}, jxlRange{10, 1}, jxlRange{30, 1})
			r.u32(jxlRange{0, 1}, jxlRange{0, 1001}, jxlRange{8, 1}, jxlRange{10, 1})
			r.u32(jxlRange{0, 0}, jxlRange{3, 0}, jxlRange{16, 0}, jxlRange{32, 0})
			r.bits(1)
		}
	}
	var float bool
	h.Depth, float = r.depth()
	l.wide = h.Depth == 16
	h.Shallow = !l.wide && (h.Depth > 8 || float)
	r.bits(1) // modular 16-bit buffers
	for n := r.u32(jxlRange{0, 0}, jxlRange{0, 1}, jxlRange{4, 2}, jxlRange{12, 1}); n > 0 && !r.short; n-- {
		if err := l.readChannel(r, h); err != nil {
			return err
		}
	}
	h.Lossless = !r.flag() // the XYB colours are those of the lossy kind
	return l.readColour(r, h)
}

// The types of extra channels that matter (D.3.6).
const (
	jxlAlpha = 0
	jxlSpot  = 2
	jxlBlack = 4
	jxlCFA   = 5
)

// readChannel reads ExtraChannelInfo (D.3.6).
func (l *jxlLayout) readChannel(r *jxlReader, h *Header) error {
	if r.flag() { // alpha as usual
		h.Alpha = true
		return nil
	}
	kind := r.enum()
	r.depth()
	r.u32(jxlRange{0, 0}, jxlRange{0, 3}, jxlRange{0, 4}, jxlRange{3, 1})
	name := r.u32(jxlRange{0, 0}, jxlRange{4, 0}, jxlRange{5, 16}, jxlRange{10, 48})
	for range name {
		r.bits(8)
	}
	switch kind {
	case jxlAlpha:
		multiplied := r.flag()
		if !h.Alpha {
			h.Alpha, l.premul = true, multiplied
		}
	case jxlSpot:
		for range 4 {
			r.bits(16)
		}
	case jxlBlack:
		return UnsupportedError("CMYK JPEG XL")
	case jxlCFA:
		r.u32(jxlRange{0, 1}, jxlRange{2, 0}, jxlRange{4, 3}, jxlRange{8, 19})
	}
	return nil
}

// readColour reads ColourEncoding (D.3.5), whose names are those of H.273 where there are such.
func (l *jxlLayout) readColour(r *jxlReader, h *Header) error {
	if r.flag() {
		return nil
	}
	const (
		spaceGrey, spaceXYB    = 1, 2
		custom, p3, codedGamma = 2, 11, 0
	)
	icc := r.flag()
	space := r.enum()
	if l.grey = space == spaceGrey; l.grey {
		h.Model = Gray
	}
	if r.short {
		return nil
	}
	if icc {
		// It is compressed in the codestream, and the library hands neither it nor a converted picture out.
		return UnsupportedError("JPEG XL with an ICC profile inside")
	}
	white := uint32(1)
	xy := func() {
		for range 2 {
			r.u32(jxlRange{19, 0}, jxlRange{19, 524288}, jxlRange{20, 1048576}, jxlRange{21, 2097152})
		}
	}
	if space != spaceXYB {
		if white = r.enum(); white == custom {
			xy()
		}
		if !l.grey {
			primaries := r.enum()
			if primaries == custom {
				xy()
				xy()
				xy()
			}
			l.colour.Primaries = uint8(primaries)
			if primaries == custom {
				l.colour.Primaries = 0 // none that has a name
			}
			if primaries == p3 && white == 1 {
				l.colour.Primaries = 12 // Display P3: that of DCI with the white of D65
			}
		}
	}
	if r.flag() {
		r.bits(24)
		l.colour.Transfer = codedGamma
	} else {
		l.colour.Transfer = uint8(r.enum())
	}
	return nil
}
