package codec

import (
	"bytes"
	"image"
	"sync"

	"github.com/gen2brain/heic"
)

// readHEICHeader reads the container and, of each picture that will be decoded, the parameters of HEVC: the decoder
// allocates by those, and the limits go by the container's. A file that says only "some HEIF" may hold AV1.
func readHEICHeader(data []byte, h *Header) error {
	h.Model = RGB
	l, err := readHEIF(data, h)
	if err != nil {
		return err
	}
	if l.primary == nil {
		h.Depth = 8
		return nil
	}
	if l.tiles[0].kind == "av01" {
		*h = Header{Format: AVIF, Orientation: 1, Frames: h.Frames, data: h.data}
		return readAVIFHeader(data, h)
	}
	if h.Alpha {
		return UnsupportedError("HEIC with alpha")
	}
	for i, it := range l.tiles {
		if it.kind != "hvc1" {
			return UnsupportedError("HEIC with a picture coded as " + printable(it.kind))
		}
		s, err := readHEVCParameters(it.prop(data, "hvcC"))
		if err != nil {
			return err
		}
		if s.size != it.extentOf(data) {
			return FormatError("HEIC: container and coded picture disagree about the size")
		}
		if err := l.checkUnits(data, it); err != nil {
			return err
		}
		if i == 0 {
			h.Depth, l.mono, h.Subsampling = s.depth, s.chroma == 0, s.subsampling()
			if !l.hasColour {
				l.colour, l.hasColour = s.colour, true
			}
		}
	}
	h.Shallow = h.Depth > 8
	switch {
	case l.mono:
		h.Model = Gray
	case l.colour.isJFIF():
		h.Model = YCbCr
	}
	// The library crops and turns.
	h.Width, h.Height = l.clap.Dx(), l.clap.Dy()
	if l.orientation >= 5 {
		h.Width, h.Height = h.Height, h.Width
	}
	return nil
}

// isJFIF tells whether planes mean what those of image.YCbCr do: BT.601 in the full range.
func (c CICP) isJFIF() bool { return c.FullRange && (c.Matrix == 2 || c.Matrix == 5 || c.Matrix == 6) }

// checkUnits refuses parameter sets among a picture's coded data: they could ask the decoder for another size.
func (l *heifLayout) checkUnits(data []byte, it *heifItem) error {
	config := it.prop(data, "hvcC")
	sizeLen := int(config[21]&3) + 1
	p, _, _ := l.bytes(data, it, len(data))
	for len(p) > sizeLen {
		r := byteReader{p: p}
		n := r.uint(sizeLen)
		p = r.p
		if kind := p[0] >> 1 & 63; kind >= 32 && kind <= 34 {
			return UnsupportedError("HEIC with parameters among the coded data")
		}
		p = p[min(n, uint64(len(p))):]
	}
	return nil
}

// heicDecoder makes sure that the package around libheif never takes one of the system, whose bytes nobody knows.
var heicDecoder = sync.OnceFunc(func() { heic.ForceWasmMode = true })

// decodeHEIC decodes the primary picture: libheif and libde265, compiled to Go by way of WebAssembly. It crops and turns
// the picture, and gives planes of 8 bits with the file's own matrix and range.
func decodeHEIC(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*heifLayout)
	if l.primary == nil {
		return nil, UnsupportedError("an HEIC sequence without a still picture")
	}
	if h.Damage != nil {
		return nil, h.Damage
	}
	heicDecoder()
	var img image.Image
	err := guard("HEIC", func() (err error) {
		img, err = heic.Decode(bytes.NewReader(data))
		return err
	})
	switch {
	case err != nil:
		return nil, formatErrorf("HEIC: %v", err)
	case img.Bounds() != image.Rect(0, 0, h.Width, h.Height):
		return nil, FormatError("HEIC: header and data disagree about the size")
	}
	switch m := img.(type) {
	case *image.Gray:
		img = ownGray(m, l.colour.FullRange)
	case *image.YCbCr:
		if h.Model == YCbCr {
			img = ownPlanes(m)
		} else if img, err = l.colour.toRGB(m); err != nil {
			return nil, err
		}
	case *image.NRGBA:
		img = &image.NRGBA{Pix: bytes.Clone(m.Pix), Stride: m.Stride, Rect: m.Rect}
	default:
		return nil, formatErrorf("HEIC: pixels of type %T", img)
	}
	return decoded(img), nil
}

// ownGray copies grey out of the library's memory, stretched to the full range.
func ownGray(m *image.Gray, full bool) *image.Gray {
	dst := image.NewGray(m.Rect)
	for y := range m.Rect.Dy() {
		d := dst.Pix[y*dst.Stride:][:m.Rect.Dx()]
		if full {
			copy(d, m.Pix[y*m.Stride:])
		} else {
			mapBytes(d, m.Pix[y*m.Stride:], &toFullLuma)
		}
	}
	return dst
}

// ownPlanes copies planes out of the library's memory.
func ownPlanes(m *image.YCbCr) *image.YCbCr {
	dst := *m
	dst.Y, dst.Cb, dst.Cr = bytes.Clone(m.Y), bytes.Clone(m.Cb), bytes.Clone(m.Cr)
	return &dst
}

// toRGB converts planes with other matrices or the studio range (H.273, 8.3) in integers. Chroma is repeated.
func (c CICP) toRGB(m *image.YCbCr) (*image.NRGBA, error) {
	// The weights of red and blue in luma, times 10000.
	var kr, kb int64
	switch c.Matrix {
	case 1:
		kr, kb = 2126, 722
	case 2, 5, 6:
		kr, kb = 2990, 1140
	case 9:
		kr, kb = 2627, 593
	default:
		return nil, UnsupportedError("HEIC with this matrix of colours")
	}
	kg := 10000 - kr - kb
	const one = 1 << 16
	yScale, cScale, yOffset := int64(one), int64(one), int64(0)
	if !c.FullRange {
		yScale, cScale, yOffset = one*255/219, one*255/224, 16
	}
	// R = Y + 2(1-kr)Cr and so on; G takes what is left.
	fromR := cScale * 2 * (10000 - kr) / 10000
	fromB := cScale * 2 * (10000 - kb) / 10000
	greenR, greenB := fromR*kr/kg, fromB*kb/kg
	clamp := func(v int64) uint8 { return uint8(min(max((v+one/2)>>16, 0), 255)) }
	dst := image.NewNRGBA(m.Rect)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			ci := m.COffset(x, y)
			luma := (int64(m.Y[m.YOffset(x, y)]) - yOffset) * yScale
			cb, cr := int64(m.Cb[ci])-128, int64(m.Cr[ci])-128
			d := dst.Pix[y*dst.Stride+4*x:][:4:4]
			d[0] = clamp(luma + fromR*cr)
			d[1] = clamp(luma - greenR*cr - greenB*cb)
			d[2] = clamp(luma + fromB*cb)
			d[3] = 0xFF
		}
	}
	return dst, nil
}

// heicDecodeCost counts the decoder's memory, which is copied as it grows, and the pixels.
func heicDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*heifLayout)
	return 8<<20 + 2*int64(len(h.data)) + 40*int64(l.size.X)*int64(l.size.Y)
}
