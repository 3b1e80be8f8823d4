package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"github.com/gen2brain/jpegn"
)

// maxJPEGPixelsPerByte is more than any coding reaches: a progressive file spends at least one bit on the first
// coefficient of each block of 64 samples. It keeps a few bytes from claiming gigabytes.
const maxJPEGPixelsPerByte = 1024

// decodeJPEG decodes at the scale asked for, where the file's kind allows it.
func decodeJPEG(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	if int64(h.Width)*int64(h.Height) > maxJPEGPixelsPerByte*int64(len(data)) {
		return nil, formatErrorf("JPEG: %d bytes cannot hold %d x %d pixels", len(data), h.Width, h.Height)
	}
	if h.Model == CMYK || h.Model == YCCK {
		return decodeInks(data, h, o)
	}
	if d, err := decodePlanar(data, h, o); d != nil || err != nil {
		return d, err
	}
	if err := checkJPEG(data, h); err != nil {
		return nil, err
	}
	corrupt := checkCodedData(data, h)
	if corrupt != nil && !o.AllowTruncated {
		return nil, corrupt
	}
	scale := 1
	for scale < 8 && 2*scale <= o.Scale {
		scale *= 2
	}
	img, err := jpegPixels(data, h, scale)
	if err != nil {
		return nil, err
	}
	if want := image.Rect(0, 0, ceilDiv(h.Width, scale), ceilDiv(h.Height, scale)); img.Bounds() != want {
		return nil, FormatError("JPEG: header and data disagree about the size")
	}
	d := &Decoded{
		Image:   img,
		Width:   float64(h.Width) / float64(scale),
		Height:  float64(h.Height) / float64(scale),
		Release: func() {},
	}
	if corrupt != nil {
		d.Warnings = append(d.Warnings, corrupt.Error())
	}
	return d, nil
}

// checkCodedData reads the coded data of a sequential file through: the libraries paint over what they cannot read.
func checkCodedData(data []byte, h *Header) error {
	if h.Progressive || h.Damage != nil {
		return nil
	}
	if percent := jpegPercent(data, h); percent < 100 {
		return formatErrorf("JPEG: the coded data are corrupt, %d %% of the picture can be read", int(percent))
	}
	return nil
}

// maxJPEGPixels is what the decoder takes.
const maxJPEGPixels = 1 << 28

// checkJPEG names what the decoder would refuse without a reason.
func checkJPEG(data []byte, h *Header) error {
	l := h.layout.(*jpegLayout)
	if int64(h.Width)*int64(h.Height) > maxJPEGPixels {
		return UnsupportedError("a JPEG of more than 268 million pixels")
	}
	if len(l.components) > 1 {
		for _, c := range l.components {
			if c.h == 3 || c.v == 3 {
				return UnsupportedError("JPEG with a sampling factor of 3")
			}
		}
	}
	if err := l.checkQuant(data); err != nil || h.Progressive {
		return err
	}
	for i, s := range l.segments {
		if s.marker != mSOS {
			continue
		}
		p := l.payload(data, i)
		if n := 1 + 2*int(p[0]); len(p) < n+3 || p[n] != 0 || p[n+1] != 63 || p[n+2] != 0 {
			return FormatError("JPEG: a scan header of a progressive file in a sequential one")
		}
	}
	return nil
}

// checkQuant finds components whose quantisation table is nowhere defined (T.81, B.2.4.1).
func (l *jpegLayout) checkQuant(data []byte) error {
	var defined [4]bool
	for i, s := range l.segments {
		if s.marker != mDQT {
			continue
		}
		for p := l.payload(data, i); len(p) > 0; {
			n := 65 + int(p[0]>>4&1)*64
			defined[p[0]&3] = true
			p = p[min(n, len(p)):]
		}
	}
	for _, c := range l.components {
		if c.tq > 3 || !defined[c.tq] {
			return formatErrorf("JPEG: quantisation table %d is not defined", c.tq)
		}
	}
	return nil
}

// jpegPixels decodes with a library what decodePlanar leaves to it. It returns planes as they are stored for YCbCr and grey, and
// NRGBA for everything else.
func jpegPixels(data []byte, h *Header, scale int) (img image.Image, err error) {
	patched := patchJPEG(data, h)
	err = guard("JPEG", func() error {
		var err error
		img, err = jpegn.Decode(bytes.NewReader(patched), &jpegn.Options{ScaleDenom: scale})
		return err
	})
	if err != nil {
		return nil, jpegError(err)
	}
	if m, ok := img.(*image.RGBA); ok { // opaque, so that premultiplied and not are the same
		return &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}, nil
	}
	return img, nil
}

// jpegError gives a library's error the types of this package.
func jpegError(err error) error {
	var broken FormatError
	var unsupported UnsupportedError
	switch {
	case errors.As(err, &broken), errors.As(err, &unsupported):
		return err
	case errors.Is(err, jpegn.ErrUnsupported):
		return FormatError("JPEG: tables or sampling that make no sense")
	}
	return formatErrorf("JPEG: %v", err)
}

// patchJPEG returns data, or a changed copy where the decoders' rules differ from ours: a height that a DNL segment
// gives, and what the components mean (see setModel).
func patchJPEG(data []byte, h *Header) []byte {
	l := h.layout.(*jpegLayout)
	frame := l.segments[l.frame].payload
	named := h.Model == YCbCr && len(l.components) == 3 && l.components[0].id == 'R'
	transform := -1 // what the Adobe marker ought to say; -1: right as it is
	if h.Model == YCbCr && l.adobe == 0 {
		transform = 1
	}
	stored := int(binary.BigEndian.Uint16(data[frame+1:]))
	if stored == h.Height && transform < 0 && !named {
		return data
	}
	out := bytes.Clone(data)
	binary.BigEndian.PutUint16(out[frame+1:], uint16(h.Height))
	for _, s := range l.segments {
		if s.marker == mAPP14 && transform >= 0 && s.end-s.payload >= 12 {
			out[s.payload+11] = byte(transform)
		}
		if named {
			renameComponents(out, s)
		}
	}
	if transform >= 0 && l.adobe < 0 {
		adobe := []byte{0xFF, mAPP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, byte(transform)}
		out = append(append(out[:2:2], adobe...), out[2:]...)
	}
	return out
}

// renameComponents replaces the identifiers R, G, B of a frame or scan header by others without a meaning.
func renameComponents(data []byte, s jpegSegment) {
	first, step := s.payload+6, 3
	switch s.marker {
	case mSOS:
		first, step = s.payload+1, 2
	case mSOF0, mSOF1, mSOF2:
	default:
		return
	}
	count := int(data[first-1])
	for i := first; i < first+count*step && i < s.end; i += step {
		if id := data[i]; id == 'R' || id == 'G' || id == 'B' {
			data[i] = map[byte]byte{'R': 1, 'G': 2, 'B': 3}[id]
		}
	}
}

// jpegDecodeCost counts what decoding allocates. Where jpegPixels does it, that is a copy of the file, the planes padded to whole MCUs, coefficients of
// a progressive file, and packed pixels where the planes are converted.
func jpegDecodeCost(h *Header, o DecodeOptions) int64 {
	if cost, ok := planarCost(h, o); ok {
		return cost
	}
	if h.Model == CMYK || h.Model == YCCK {
		return inkCost(h, o)
	}
	scale := max(o.Scale, 1)
	l := h.layout.(*jpegLayout)
	hmax, vmax := 1, 1
	for _, c := range l.components {
		hmax, vmax = max(hmax, int(c.h)), max(vmax, int(c.v))
	}
	if len(l.components) == 1 {
		hmax, vmax = 1, 1
	}
	mcus := int64(ceilDiv(h.Width, 8*hmax)) * int64(ceilDiv(h.Height, 8*vmax))
	blocks := int64(0)
	for _, c := range l.components {
		blocks += mcus * int64(c.h) * int64(c.v)
	}
	if len(l.components) == 1 {
		blocks = mcus
	}
	side := int64(8 / min(scale, 8))
	cost := 2*int64(len(h.data)) + blocks*side*side
	if h.Progressive {
		cost += blocks * 64 * 4
	}
	pixels := int64(ceilDiv(h.Width, scale)) * int64(ceilDiv(h.Height, scale))
	if _, planar := l.planar(); len(l.components) == 3 && (!planar || h.Model == RGB) {
		cost += (4 + 3) * pixels
	}
	return cost
}

// planar says whether the decoder leaves a three-component file in planes, and how they are subsampled.
func (l *jpegLayout) planar() (image.YCbCrSubsampleRatio, bool) {
	if len(l.components) != 3 {
		return image.YCbCrSubsampleRatio444, false
	}
	c := l.components
	ratio, ok := subsampling(c)
	return ratio, ok && c[1].h == 1 && c[1].v == 1
}
