package codec

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"io"
)

// fctlSize is the length of a frame control chunk (PNG, third edition, clause 11.3.6.2).
const fctlSize = 26

// The values of a frame control chunk.
const (
	apngDisposeBackground = 1
	apngDisposePrevious   = 2
	apngBlendOver         = 1
)

// pngFrames goes through the frames of an APNG.
type pngFrames struct {
	data   []byte
	h      *Header
	l      *pngLayout
	at     int // the next chunk
	number uint32
	frames int
}

func newPNGFrames(data []byte, h *Header) *pngFrames {
	return &pngFrames{data: data, h: h, l: h.layout.(*pngLayout)}
}

// pngPlays reads how often an APNG is played; a still picture is shown once.
func pngPlays(data []byte, h *Header) int {
	for _, c := range h.layout.(*pngLayout).chunks {
		if c.kind == "acTL" && c.end-c.start >= 8 {
			return int(min(binary.BigEndian.Uint32(data[c.start+4:]), 1<<31-1))
		}
	}
	return 1
}

// hiddenDefault says that the default image of an APNG is not its first frame.
func hiddenDefault(h *Header) bool {
	l, ok := h.layout.(*pngLayout)
	if !ok {
		return false
	}
	for _, c := range l.chunks {
		if c.kind == "IDAT" || c.kind == "fcTL" {
			return c.kind == "IDAT"
		}
	}
	return false
}

// next implements frameReader.
func (r *pngFrames) next() (frameDrawing, bool, error) {
	for ; r.at < len(r.l.chunks); r.at++ {
		if c := r.l.chunks[r.at]; c.kind == "fcTL" {
			f, err := r.frame(c)
			return f, err == nil, err
		}
	}
	if r.frames != r.h.Frames {
		return frameDrawing{}, false, formatErrorf("PNG: %d frames where %d were announced", r.frames, r.h.Frames)
	}
	return frameDrawing{}, false, nil
}

// frame reads a frame control chunk and collects the data chunks behind it.
func (r *pngFrames) frame(c pngChunk) (f frameDrawing, err error) {
	p := r.data[c.start:c.end]
	if len(p) != fctlSize || !r.intact(c) {
		return f, FormatError("PNG: broken frame control chunk")
	}
	if err := r.count(p); err != nil {
		return f, err
	}
	w, h := binary.BigEndian.Uint32(p[4:]), binary.BigEndian.Uint32(p[8:])
	x, y := binary.BigEndian.Uint32(p[12:]), binary.BigEndian.Uint32(p[16:])
	cw, ch := uint64(r.h.Width), uint64(r.h.Height)
	if w == 0 || h == 0 || uint64(x)+uint64(w) > cw || uint64(y)+uint64(h) > ch || p[24] > apngDisposePrevious || p[25] > apngBlendOver {
		return f, formatErrorf("PNG: a frame of %d x %d at (%d, %d) on a canvas of %d x %d", w, h, x, y, cw, ch)
	}
	f.rect = image.Rect(int(x), int(y), int(x+w), int(y+h))
	f.delay = Delay{uint32(binary.BigEndian.Uint16(p[20:])), uint32(binary.BigEndian.Uint16(p[22:]))}
	if f.delay.Den == 0 {
		f.delay.Den = 100
	}
	switch p[24] {
	case apngDisposeBackground:
		f.dispose = disposeBackground
	case apngDisposePrevious:
		f.dispose = disposePrevious
		if r.frames == 0 {
			f.dispose = disposeBackground // there is nothing to go back to
		}
	}
	parts, err := r.parts()
	if err != nil {
		return f, err
	}
	r.frames++
	over := p[25] == apngBlendOver
	f.draw = func(m *image.NRGBA) error { return r.draw(m, f.rect, parts, over) }
	return f, nil
}

// intact checks a chunk's checksum; that of a chunk that is cut is not there.
func (r *pngFrames) intact(c pngChunk) bool {
	return c.end+4 > len(r.data) || crc32.ChecksumIEEE(r.data[c.start-4:c.end]) == binary.BigEndian.Uint32(r.data[c.end:])
}

// count checks the sequence number at the start of fcTL and fdAT.
func (r *pngFrames) count(p []byte) error {
	if len(p) < 4 || binary.BigEndian.Uint32(p) != r.number {
		return FormatError("PNG: frames out of order")
	}
	r.number++
	return nil
}

// parts collects the data chunks of the frame whose control chunk is at r.at, and goes behind them.
func (r *pngFrames) parts() (parts []pngChunk, err error) {
	for r.at++; r.at < len(r.l.chunks); r.at++ {
		c := r.l.chunks[r.at]
		switch c.kind {
		case "fcTL":
			return parts, nil
		case "IDAT":
			parts = append(parts, c)
		case "fdAT":
			if !r.intact(c) {
				return nil, FormatError("PNG: the checksum of chunk fdAT is wrong")
			}
			if err := r.count(r.data[c.start:c.end]); err != nil {
				return nil, err
			}
			parts = append(parts, pngChunk{"IDAT", c.start + 4, c.end})
		}
	}
	return parts, nil
}

// draw decodes a frame as if it were a file of its own and lays it on the canvas.
func (r *pngFrames) draw(m *image.NRGBA, rect image.Rectangle, parts []pngChunk, over bool) error {
	l := *r.l
	l.chunks = parts
	h := *r.h
	h.Width, h.Height, h.layout = rect.Dx(), rect.Dy(), &l
	img, put := l.target(&h)
	done, total, err := l.decodeRows(r.data, &h, put)
	frame := toNRGBA(img)
	for y := range rect.Dy() {
		dst := m.Pix[m.PixOffset(rect.Min.X, rect.Min.Y+y):][:4*rect.Dx()]
		src := frame.Pix[y*frame.Stride:][:4*rect.Dx()]
		if over {
			overRow(dst, src)
		} else {
			copy(dst, src)
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return TruncatedError{100 * done / total}
	}
	return formatErrorf("PNG: %v", err)
}

// overRow lays src over dst, straight alpha both, rounding to nearest (PNG, third edition, clause 13.16).
func overRow(dst, src []byte) {
	for ; len(src) >= 4; dst, src = dst[4:], src[4:] {
		d, s := dst[:4:4], src[:4:4]
		sa, da := uint32(s[3]), uint32(d[3])
		switch {
		case sa == 255 || da == 0:
			copy(d, s)
		case sa != 0:
			top, under := sa*255, da*(255-sa)
			all := top + under
			for i := range 3 {
				d[i] = uint8((uint32(s[i])*top + uint32(d[i])*under + all/2) / all)
			}
			d[3] = uint8((all + 127) / 255)
		}
	}
}
