package codec

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/gen2brain/avif"
)

// readAVIFHeader reads the container and, of each coded picture that will be decoded, the sequence header of AV1: what the
// decoder allocates follows from that one, and the limits from the container's.
func readAVIFHeader(data []byte, h *Header) error {
	h.Model = RGB // the decoder makes RGB of what is coded as luma and chroma
	l, err := readHEIF(data, h)
	if err != nil {
		return err
	}
	if l.primary == nil { // a sequence only
		h.Depth = 8
		return nil
	}
	coded := l.tiles
	if l.alpha != nil {
		coded = append(coded[:len(coded):len(coded)], l.alpha)
		for _, id := range l.alpha.refs["dimg"] {
			if it := l.items[id]; it != nil {
				coded = append(coded, it)
			}
		}
	}
	if l.primary.kind == "grid" {
		for _, tile := range l.tiles {
			if alpha := l.auxiliaryOf(data, tile); alpha != nil {
				coded = append(coded, alpha)
			}
		}
	}
	for i, it := range coded {
		if it.kind == "grid" {
			continue
		}
		if it.kind != "av01" {
			return UnsupportedError("AVIF with a picture coded as " + printable(it.kind))
		}
		p, missing, _ := l.bytes(data, it, 1<<10)
		s, ok := readAV1Sequence(p)
		switch {
		case !ok && missing > 0:
			continue // Damage tells
		case !ok:
			return FormatError("AVIF: a picture without a sequence header")
		case s.size != it.extentOf(data):
			return FormatError("AVIF: container and coded picture disagree about the size")
		}
		if i == 0 {
			h.Depth, l.mono = s.depth, s.mono
		}
	}
	h.Depth = max(h.Depth, 8)
	if l.mono {
		h.Model = Gray
	}
	if l.size.X > avifMaxSide || l.size.Y > avifMaxSide || l.size.X*l.size.Y > avifMaxPixels {
		h.Width, h.Height = l.size.X, l.size.Y
		return UnsupportedError("AVIF with more than 16384 x 16384 pixels")
	}
	h.Width, h.Height = l.clap.Dx(), l.clap.Dy()
	h.Orientation = l.orientation
	return nil
}

// The limits of libavif, which its decoder keeps to.
const (
	avifMaxSide   = 32768
	avifMaxPixels = 16384 * 16384
)

// av1Sequence is what a sequence header of AV1 tells.
type av1Sequence struct {
	size  image.Point // the largest that a frame may have
	depth int
	mono  bool
}

// readAV1Sequence finds the sequence header among the first units of a coded picture and reads it (AV1 bitstream
// specification, 5.3 to 5.5).
func readAV1Sequence(p []byte) (av1Sequence, bool) {
	for len(p) > 0 {
		head := p[0]
		p = p[1:]
		if head&4 != 0 && len(p) > 0 { // extension
			p = p[1:]
		}
		size := len(p)
		if head&2 != 0 {
			n, used := leb128(p)
			if used == 0 {
				return av1Sequence{}, false
			}
			p = p[used:]
			size = int(min(n, uint64(len(p))))
		}
		if head>>3&15 == 1 {
			return parseAV1Sequence(p[:size])
		}
		p = p[size:]
	}
	return av1Sequence{}, false
}

// leb128 reads a number of at most 8 bytes (4.10.5); used is 0 if it does not end.
func leb128(p []byte) (v uint64, used int) {
	for i := range min(len(p), 8) {
		v |= uint64(p[i]&0x7F) << (7 * i)
		if p[i]&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// parseAV1Sequence reads sequence_header_obu (5.5.1) up to the kind of colour.
func parseAV1Sequence(p []byte) (s av1Sequence, ok bool) {
	r := &msbReader{p: p}
	profile := r.bits(3)
	r.bits(1) // still picture
	reduced := r.flag()
	if reduced {
		r.bits(5)
	} else {
		skipAV1OperatingPoints(r)
	}
	wBits, hBits := int(r.bits(4))+1, int(r.bits(4))+1
	s.size = image.Pt(int(r.bits(wBits))+1, int(r.bits(hBits))+1)
	if !reduced && r.flag() { // frame ids
		r.bits(4 + 3)
	}
	r.bits(3) // superblocks, filter intra, intra edge filter
	if !reduced {
		r.bits(4) // interintra, masked, warped, dual filter
		order := r.flag()
		if order {
			r.bits(2)
		}
		screen := uint32(2)
		if !r.flag() {
			screen = r.bits(1)
		}
		if screen > 0 && !r.flag() {
			r.bits(1)
		}
		if order {
			r.bits(3)
		}
	}
	r.bits(3) // superres, cdef, restoration
	s.depth = 8
	if r.flag() {
		s.depth = 10
		if profile == 2 && r.flag() {
			s.depth = 12
		}
	}
	s.mono = profile != 1 && r.flag()
	return s, !r.short
}

// skipAV1OperatingPoints skips timing, decoder model and operating points of a sequence header.
func skipAV1OperatingPoints(r *msbReader) {
	model, delayBits := false, 0
	if r.flag() { // timing
		r.bits(32)
		r.bits(32)
		if r.flag() {
			r.golomb()
		}
		if model = r.flag(); model {
			delayBits = int(r.bits(5)) + 1
			r.bits(32)
			r.bits(10)
		}
	}
	display := r.flag()
	for n := int(r.bits(5)) + 1; n > 0 && !r.short; n-- {
		r.bits(12)
		if r.bits(5) > 7 {
			r.bits(1)
		}
		if model && r.flag() {
			r.bits(delayBits)
			r.bits(delayBits)
			r.bits(1)
		}
		if display && r.flag() {
			r.bits(4)
		}
	}
}

// avifSystem is not nil where the package around libavif has found one of the system: it would be used, on nobody's
// responsibility, and give other bytes elsewhere. A build with the tag nodynamic never has it.
func avifSystem() error {
	if avif.Dynamic() == nil {
		return UnsupportedError("AVIF in a build that takes codecs of the system (build with -tags nodynamic)")
	}
	return nil
}

// decodeAVIF decodes the primary picture: libavif, compiled to WebAssembly. Its pixels are RGBA with colours multiplied by
// alpha; clap is applied here, irot and imir are left to the caller as Header.Orientation.
func decodeAVIF(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	if err := avifSystem(); err != nil {
		return nil, err
	}
	l := h.layout.(*heifLayout)
	if l.primary == nil {
		return nil, UnsupportedError("an AVIF sequence without a still picture")
	}
	data = stillAVIF(data)
	var img image.Image
	err := guard("AVIF", func() (err error) {
		img, err = avif.Decode(bytes.NewReader(data))
		return err
	})
	switch {
	case err != nil && h.Damage != nil:
		return nil, h.Damage
	case err != nil:
		return nil, formatErrorf("AVIF: %v", err)
	case img.Bounds() != (image.Rectangle{Max: l.size}):
		return nil, FormatError("AVIF: header and data disagree about the size")
	}
	switch m := img.(type) {
	case *image.RGBA:
		return decoded(l.finish8(m, h)), nil
	case *image.RGBA64:
		return decoded(l.finish16(m, h)), nil
	}
	return nil, formatErrorf("AVIF: pixels of type %T", img)
}

// stillAVIF returns data, or a copy in which nothing but the still picture counts. With the brand of sequences the library
// would decode one; with that of gain maps it would refuse files whose map it does not understand.
func stillAVIF(data []byte) []byte {
	end := int(min(uint64(binary.BigEndian.Uint32(data)), uint64(len(data)))) // of the ftyp box
	changed := data
	for at := 8; at+4 <= end; at += 4 {
		brand := string(data[at : at+4])
		if brand != "tmap" && (at > 8 || brand != "avis") {
			continue
		}
		if len(changed) > 0 && &changed[0] == &data[0] {
			changed = bytes.Clone(data)
		}
		copy(changed[at:], "avif")
	}
	return changed
}

// finish8 crops and undoes the multiplication by alpha.
func (l *heifLayout) finish8(m *image.RGBA, h *Header) image.Image {
	size := image.Rectangle{Max: l.clap.Size()}
	if h.Model == Gray && !h.Alpha {
		g := image.NewGray(size)
		for y := range size.Dy() {
			src := m.Pix[m.PixOffset(l.clap.Min.X, l.clap.Min.Y+y):]
			for x := range g.Pix[y*g.Stride:][:size.Dx()] {
				g.Pix[y*g.Stride+x] = src[4*x]
			}
		}
		return g
	}
	// The library's pixels lie in a much larger memory, which must not live on.
	dst := image.NewNRGBA(size)
	for y := range size.Dy() {
		d := dst.Pix[y*dst.Stride:][:4*size.Dx()]
		copy(d, m.Pix[m.PixOffset(l.clap.Min.X, l.clap.Min.Y+y):])
		for i := 0; i < len(d); i += 4 {
			if a := uint32(d[i+3]); a != 0xFF {
				unmultiply8((*[4]byte)(d[i:]), a)
			}
		}
	}
	return dst
}

// unmultiply8 divides a pixel's colours by its alpha, to nearest.
func unmultiply8(p *[4]byte, a uint32) {
	for k := range 3 {
		v := uint32(0)
		if a > 0 {
			v = min((uint32(p[k])*255+a/2)/a, 255)
		}
		p[k] = uint8(v)
	}
}

// finish16 is finish8 for 16 bits.
func (l *heifLayout) finish16(m *image.RGBA64, h *Header) image.Image {
	size := image.Rectangle{Max: l.clap.Size()}
	if h.Model == Gray && !h.Alpha {
		g := image.NewGray16(size)
		for y := range size.Dy() {
			src := m.Pix[m.PixOffset(l.clap.Min.X, l.clap.Min.Y+y):]
			d := g.Pix[y*g.Stride:]
			for x := range size.Dx() {
				d[2*x], d[2*x+1] = src[8*x], src[8*x+1]
			}
		}
		return g
	}
	dst := image.NewNRGBA64(size)
	for y := range size.Dy() {
		d := dst.Pix[y*dst.Stride:][:8*size.Dx()]
		copy(d, m.Pix[m.PixOffset(l.clap.Min.X, l.clap.Min.Y+y):])
		for i := 0; i < len(d); i += 8 {
			unmultiply16((*[8]byte)(d[i:]))
		}
	}
	return dst
}

// unmultiply16 divides a big-endian 16-bit pixel's colours by its alpha, to nearest.
func unmultiply16(p *[8]byte) {
	a := uint16(p[6])<<8 | uint16(p[7])
	if a == 0xFFFF {
		return
	}
	for k := 0; k < 6; k += 2 {
		v := unpremultiply(uint16(p[k])<<8|uint16(p[k+1]), a)
		p[k], p[k+1] = byte(v>>8), byte(v)
	}
}

// avifDecodeCost counts the decoder's memory, which is that of its WebAssembly machine: planes, frames of tiles, pixels
// twice; and ours. The machine's memory is copied as it grows.
func avifDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*heifLayout)
	perPixel := int64(96)
	if h.Depth > 8 {
		perPixel = 160
	}
	return 12<<20 + 2*int64(len(h.data)) + perPixel*int64(l.size.X)*int64(l.size.Y)
}
