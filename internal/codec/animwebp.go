package codec

import (
	"encoding/binary"
	"image"

	"golang.org/x/image/webp"
)

// The flags of an ANMF chunk (RFC 9649, section 2.7.1.1).
const (
	anmfDispose = 1 // to the background, which everybody takes for transparent
	anmfReplace = 2 // instead of blending
)

// webpFrames goes through the frames of an animated WebP.
type webpFrames struct {
	data   []byte
	l      *webpLayout
	canvas image.Rectangle
	at     int // the next chunk
}

func newWebPFrames(data []byte, h *Header) *webpFrames {
	return &webpFrames{data, h.layout.(*webpLayout), image.Rect(0, 0, h.Width, h.Height), 0}
}

// webpPlays reads how often an animation is played.
func webpPlays(data []byte, h *Header) int {
	for _, c := range h.layout.(*webpLayout).chunks {
		if c.kind == "ANIM" && c.end-c.start >= 6 {
			return int(binary.LittleEndian.Uint16(data[c.start+4:]))
		}
	}
	return 1
}

// next implements frameReader.
func (r *webpFrames) next() (d frameDrawing, ok bool, err error) {
	for r.at < len(r.l.chunks) {
		c := r.l.chunks[r.at]
		r.at++
		if c.kind != "ANMF" {
			continue
		}
		l := &webpLayout{}
		if err := l.readFirstFrame(r.data, c); err != nil {
			return d, false, err
		}
		if !l.rect.In(r.canvas) || l.image.kind == "" {
			return d, false, FormatError("WebP: a frame without image data, or beyond the canvas")
		}
		var own Header
		size, err := l.readFrame(r.data, &own)
		if err != nil {
			return d, false, err
		}
		if size != l.rect.Size() {
			return d, false, FormatError("WebP: canvas and frame disagree about the size")
		}
		p := r.data[c.start:]
		d.rect, d.delay = l.rect, Delay{uint32(uint24(p[12:])), 1000}
		if p[15]&anmfDispose != 0 {
			d.dispose = disposeBackground
		}
		replace := p[15]&anmfReplace != 0
		d.draw = func(m *image.NRGBA) error { return l.draw(r.data, m, replace) }
		return d, true, nil
	}
	return d, false, nil
}

// draw decodes a frame and lays it on the canvas.
func (l *webpLayout) draw(data []byte, m *image.NRGBA, replace bool) error {
	var img image.Image
	err := guard("WebP", func() (err error) {
		img, err = webp.Decode(l.still(data))
		return err
	})
	if err == nil && l.image.missing > 0 {
		return TruncatedError{0}
	}
	if err != nil {
		return formatErrorf("WebP: %v", err)
	}
	if img.Bounds().Size() != l.rect.Size() {
		return FormatError("WebP: header and data disagree about the size")
	}
	frame := webpPixels(img)
	for y := range l.rect.Dy() {
		dst := m.Pix[m.PixOffset(l.rect.Min.X, l.rect.Min.Y+y):][:4*l.rect.Dx()]
		src := frame.Pix[y*frame.Stride:][:4*l.rect.Dx()]
		if replace {
			copy(dst, src)
		} else {
			webpBlendRow(dst, src)
		}
	}
	return nil
}

// webpBlendRow lays src over dst with the integers of libwebp, which all browsers use.
func webpBlendRow(dst, src []byte) {
	for ; len(src) >= 4; dst, src = dst[4:], src[4:] {
		d, s := dst[:4:4], src[:4:4]
		switch sa := uint32(s[3]); sa {
		case 255:
			copy(d, s)
		case 0:
		default:
			under := uint32(d[3]) * (256 - sa) >> 8
			alpha := sa + under
			scale := uint32(1<<24) / alpha
			for i := range 3 {
				d[i] = uint8((uint32(s[i])*sa + uint32(d[i])*under) * scale >> 24)
			}
			d[3] = uint8(alpha)
		}
	}
}

// webpPixels turns what the decoder gives into pixels, planes as libwebp does it.
func webpPixels(img image.Image) *image.NRGBA {
	switch m := img.(type) {
	case *image.YCbCr:
		return webpRGB(m, nil)
	case *image.NYCbCrA:
		return webpRGB(&m.YCbCr, m)
	}
	return toNRGBA(normalise(img))
}

// webpRGB converts planes of the studio range. Chroma is interpolated between the four nearest samples, which count
// 9, 3, 3 and 1 sixteenths, with the two-step rounding of libwebp's "fancy" upsampling.
func webpRGB(m *image.YCbCr, alpha *image.NYCbCrA) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	cw, ch := ceilDiv(w, 2), ceilDiv(h, 2)
	for y := range h {
		// The nearer row of chroma and the one on the other side of y.
		near := y / 2
		far := min(max(near-1+2*(y&1), 0), ch-1)
		row := dst.Pix[y*dst.Stride:][:4*w]
		nearU, farU := m.Cb[near*m.CStride:][:cw], m.Cb[far*m.CStride:][:cw]
		nearV, farV := m.Cr[near*m.CStride:][:cw], m.Cr[far*m.CStride:][:cw]
		for x := range w {
			nx := x / 2
			fx := nx - 1 + 2*(x&1)
			edge := fx < 0 || fx >= cw
			fx = min(max(fx, 0), cw-1)
			u := fancy(nearU[nx], nearU[fx], farU[nx], farU[fx], edge)
			v := fancy(nearV[nx], nearV[fx], farV[nx], farV[fx], edge)
			p := row[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2] = webpYUV(m.Y[y*m.YStride+x], u, v)
			p[3] = 255
			if alpha != nil {
				p[3] = alpha.A[y*alpha.AStride+x]
			}
		}
	}
	return dst
}

// fancy interpolates a chroma sample: a is the nearest one, b its neighbour in the row, c the one in the other row, d the
// opposite one. At the left and right edge there are only a and c.
func fancy(a, b, c, d uint8, edge bool) int32 {
	if edge {
		return (3*int32(a) + int32(c) + 2) >> 2
	}
	sum := int32(a) + int32(b) + int32(c) + int32(d) + 8
	return ((sum+2*(int32(b)+int32(c)))>>3 + int32(a)) >> 1
}

// webpYUV converts a pixel (BT.601, studio range) with libwebp's factors of 14 bits.
func webpYUV(y uint8, u, v int32) (r, g, b uint8) {
	luma := int32(y) * 19077 >> 8
	clip := func(n int32) uint8 { return uint8(min(max(n>>6, 0), 255)) }
	return clip(luma + v*26149>>8 - 14234),
		clip(luma - u*6419>>8 - v*13320>>8 + 8708),
		clip(luma + u*33050>>8 - 17685)
}
