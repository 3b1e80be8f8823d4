package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/draw"
	"io"

	"golang.org/x/image/webp"
)

// decodeWebP decodes the only or first frame. The lossy kind stays in planes, which are stretched from the studio range
// of WebP to the full range that image.YCbCr means. A frame that does not fill the canvas is laid on a transparent one.
func decodeWebP(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*webpLayout)
	var img image.Image
	err := guard("WebP", func() error {
		var err error
		img, err = webp.Decode(l.still(data))
		return err
	})
	if err != nil {
		var broken FormatError
		switch {
		case errors.As(err, &broken):
			return nil, err
		case h.Damage != nil:
			return nil, h.Damage
		}
		return nil, formatErrorf("WebP: %v", err)
	}
	if img.Bounds() != (image.Rectangle{Max: l.rect.Size()}) {
		return nil, FormatError("WebP: header and data disagree about the size")
	}
	switch m := img.(type) {
	case *image.YCbCr:
		stretch(m)
	case *image.NYCbCrA:
		stretch(&m.YCbCr)
	}
	canvas := image.Rect(0, 0, h.Width, h.Height)
	if l.rect != canvas {
		full := image.NewNRGBA(canvas)
		draw.Draw(full, l.rect, toNRGBA(img), image.Point{}, draw.Src)
		img = full
	}
	return decoded(img), nil
}

// still returns a file of the frame alone, so that the library sees neither metadata nor animation. What the file lacks
// is filled up with zeros, which decode to something as far as the format allows.
func (l *webpLayout) still(data []byte) io.Reader {
	size := l.rect.Size()
	var parts []io.Reader
	total := 0
	add := func(kind string, content []byte, zeros int) {
		n := len(content) + zeros
		head := binary.LittleEndian.AppendUint32([]byte(kind), uint32(n))
		parts = append(parts, bytes.NewReader(head), bytes.NewReader(content), io.LimitReader(zeroReader{}, int64(zeros+n&1)))
		total += chunkHeader + n + n&1
	}
	if l.alpha.kind != "" {
		head := []byte{webpAlpha, 0, 0, 0, 0, 0, 0, 0, 0, 0}
		putUint24(head[4:], uint32(size.X-1))
		putUint24(head[7:], uint32(size.Y-1))
		add("VP8X", head, 0)
		add("ALPH", data[l.alpha.start:l.alpha.end], 0)
	}
	// No picture needs more than this; a file may claim to lack gigabytes.
	missing := min(l.image.missing, 4*size.X*size.Y+1<<16)
	add(l.image.kind, data[l.image.start:l.image.end], missing)
	riff := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(total+4))
	return io.MultiReader(append([]io.Reader{bytes.NewReader(append(riff, "WEBP"...))}, parts...)...)
}

func putUint24(p []byte, v uint32) { p[0], p[1], p[2] = byte(v), byte(v>>8), byte(v>>16) }

// zeroReader is an endless stream of zeros.
type zeroReader struct{}

// Read implements io.Reader.
func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// toFullLuma and toFullChroma map samples of the studio range (16 to 235, 16 to 240) to the full one; toStudioLuma and
// toStudioChroma go back. WebP is BT.601 in the studio range (RFC 6386, section 9.2), JFIF is BT.601 in the full range.
var toFullLuma, toFullChroma, toStudioLuma, toStudioChroma = rangeTables()

func rangeTables() (fullY, fullC, studioY, studioC [256]uint8) {
	// scale returns round(v * num / den) for v of either sign.
	scale := func(v, num, den int) int {
		if v < 0 {
			return -((-v*num*2 + den) / (2 * den))
		}
		return (v*num*2 + den) / (2 * den)
	}
	clamp := func(v int) uint8 { return uint8(min(max(v, 0), 255)) }
	for i := range 256 {
		fullY[i] = clamp(scale(i-16, 255, 219))
		fullC[i] = clamp(128 + scale(i-128, 255, 224))
		studioY[i] = clamp(16 + scale(i, 219, 255))
		studioC[i] = clamp(128 + scale(i-128, 224, 255))
	}
	return fullY, fullC, studioY, studioC
}

// stretch turns studio range planes into full range ones, in place.
func stretch(m *image.YCbCr) {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	for y := range h {
		mapBytes(m.Y[y*m.YStride:][:w], m.Y[y*m.YStride:], &toFullLuma)
	}
	cw := ceilDiv(w, 2)
	for y := range ceilDiv(h, 2) {
		mapBytes(m.Cb[y*m.CStride:][:cw], m.Cb[y*m.CStride:], &toFullChroma)
		mapBytes(m.Cr[y*m.CStride:][:cw], m.Cr[y*m.CStride:], &toFullChroma)
	}
}

// mapBytes sets dst to the table's values for src, which is as long or longer.
func mapBytes(dst, src []byte, table *[256]uint8) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = table[v]
	}
}

// webpDecodeCost counts what the library allocates: planes in whole macroblocks, a row of them and the compressed data
// for the lossy kind; pixels, transforms and tables for the lossless kind, which alpha is coded in as well.
func webpDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*webpLayout)
	size := l.rect.Size()
	w, hgt := int64(size.X+15), int64(size.Y+15)
	pixels := w * hgt
	cost := int64(len(h.data)) + 1<<20
	switch {
	case l.image.kind == "VP8L":
		cost += 9 * pixels
	case l.alpha.kind != "":
		cost += pixels*3/2 + pixels + 9*pixels
	default:
		cost += pixels*3/2 + 64*w
	}
	if size != image.Pt(h.Width, h.Height) {
		cost += 4*int64(h.Width)*int64(h.Height) + 4*pixels
	}
	return cost
}
