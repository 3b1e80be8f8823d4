package codec

import (
	"bytes"
	"encoding/binary"
	"image"

	"imgpool/internal/meta"
)

const (
	riffHeader    = 12 // "RIFF", size, "WEBP"
	chunkHeader   = 8  // kind, size
	anmfHeader    = 16 // position, size, duration and flags of an animation frame
	maxWebPChunks = 1 << 17
	vp8XSize      = 10
	vp8LSignature = 0x2F
)

// The flags of a VP8X chunk (RFC 9649, section 2.7.1).
const (
	webpAnimation = 1 << 1
	webpXMP       = 1 << 2
	webpEXIF      = 1 << 3
	webpAlpha     = 1 << 4
	webpICC       = 1 << 5
)

// webpChunk is a chunk whose content is data[start:end].
type webpChunk struct {
	kind       string
	start, end int
	missing    int // bytes of the content that the file lacks
}

// webpLayout is what the WebP functions need to know about a file beyond its Header.
type webpLayout struct {
	chunks []webpChunk
	image  webpChunk       // VP8 or VP8L of the only or first frame
	alpha  webpChunk       // its ALPH, or the zero value
	rect   image.Rectangle // where the frame lies on the canvas
	flags  byte            // of VP8X
	vp8x   bool
}

// readWebPHeader walks the chunks of the RIFF container (RFC 9649, section 2).
func readWebPHeader(data []byte, h *Header) error {
	l := &webpLayout{}
	h.layout = l
	h.Depth = 8
	body := data[riffHeader:]
	size := int64(binary.LittleEndian.Uint32(data[4:])) - 4
	if size >= 0 && size < int64(len(body)) {
		if rest := body[size:]; len(rest) > 1 { // one byte may be padding
			h.behind(rest)
		}
		body = body[:size]
	}
	short := size > int64(len(body))+1
	h.Odd = size > int64(len(body)) // libwebp refuses what lacks even the padding byte
	var err error
	if l.chunks, err = webpChunks(data, riffHeader, riffHeader+len(body)); err != nil {
		return err
	}
	if err := l.read(data, h); err != nil {
		return err
	}
	switch {
	case l.image.kind == "" && short:
		return TruncatedError{0}
	case l.image.kind == "":
		return FormatError("WebP: no image data")
	}
	frame, err := l.readFrame(data, h)
	if err != nil {
		return err
	}
	if h.Width == 0 { // no VP8X
		h.Width, h.Height = frame.X, frame.Y
	}
	if l.rect.Empty() { // no animation
		l.rect.Max = image.Pt(h.Width, h.Height)
	}
	if l.rect.Size() != frame || !l.rect.In(image.Rect(0, 0, h.Width, h.Height)) {
		return FormatError("WebP: canvas and frame disagree about the size")
	}
	l.readDamage(h, short)
	return nil
}

// webpChunks lists the chunks in data[pos:end]. The last one may be cut.
func webpChunks(data []byte, pos, end int) ([]webpChunk, error) {
	var chunks []webpChunk
	for end-pos >= chunkHeader {
		if len(chunks) == maxWebPChunks {
			return nil, formatErrorf("WebP: more than %d chunks", maxWebPChunks)
		}
		c := webpChunk{kind: string(data[pos : pos+4]), start: pos + chunkHeader, end: end}
		size := int64(binary.LittleEndian.Uint32(data[pos+4:]))
		if room := int64(end - c.start); size <= room {
			c.end = c.start + int(size)
		} else {
			c.missing = int(min(size-room, 1<<31-1))
		}
		chunks = append(chunks, c)
		pos = c.end + (c.end-c.start)&1 // contents are padded to even sizes
	}
	return chunks, nil
}

// read takes what the chunks say.
func (l *webpLayout) read(data []byte, h *Header) error {
	frames := 0
	for i, c := range l.chunks {
		p := data[c.start:c.end]
		size := len(p) + chunkHeader
		switch c.kind {
		case "VP8X":
			if i != 0 || len(p) < vp8XSize {
				return FormatError("WebP: misplaced VP8X chunk")
			}
			l.flags, l.vp8x = p[0], true
			h.Width, h.Height = 1+int(uint24(p[4:])), 1+int(uint24(p[7:]))
		case "VP8 ", "VP8L":
			if l.image.kind == "" {
				l.image = c
			}
		case "ALPH":
			if l.alpha.kind == "" && l.image.kind == "" {
				l.alpha = c
			}
		case "ANIM":
		case "ANMF":
			if frames++; frames == 1 {
				if err := l.readFirstFrame(data, c); err != nil {
					return err
				}
			}
		case "ICCP":
			h.note("ICC", size)
			h.ICC = p
		case "EXIF":
			h.note("EXIF", size)
			h.EXIF = bytes.TrimPrefix(p, idEXIF)
			h.Orientation = meta.Orientation(h.EXIF)
		case "XMP ":
			h.note("XMP", size)
			h.XMP = p
		default:
			h.note(printable(c.kind), size)
		}
	}
	h.Frames = max(frames, 1)
	return nil
}

// readFirstFrame finds the image data of an animation's first frame.
func (l *webpLayout) readFirstFrame(data []byte, c webpChunk) error {
	p := data[c.start:c.end]
	if len(p) < anmfHeader {
		return FormatError("WebP: frame header too short")
	}
	x, y := 2*int(uint24(p)), 2*int(uint24(p[3:]))
	l.rect = image.Rect(x, y, x+1+int(uint24(p[6:])), y+1+int(uint24(p[9:])))
	chunks, err := webpChunks(data, c.start+anmfHeader, c.end)
	if err != nil {
		return err
	}
	for _, c := range chunks {
		switch c.kind {
		case "ALPH":
			l.alpha = c
		case "VP8 ", "VP8L":
			l.image = c
			return nil
		}
	}
	return nil
}

// readFrame reads the header of the coded frame and returns its size.
func (l *webpLayout) readFrame(data []byte, h *Header) (image.Point, error) {
	p := data[l.image.start:l.image.end]
	if l.image.kind == "VP8L" {
		if len(p) < 5 || p[0] != vp8LSignature || p[4]>>5 != 0 {
			return image.Point{}, FormatError("WebP: no lossless image header")
		}
		bits := binary.LittleEndian.Uint32(p[1:])
		h.Model, h.Lossless = RGB, true
		h.Alpha = bits>>28&1 != 0 || l.animated() && l.flags&webpAlpha != 0
		l.alpha = webpChunk{}
		return image.Pt(int(bits&0x3FFF)+1, int(bits>>14&0x3FFF)+1), nil
	}
	// RFC 6386, section 9.1: frame tag, start code, sizes with two bits of scaling each, which everybody ignores.
	if len(p) < 10 || p[0]&1 != 0 || p[3] != 0x9D || p[4] != 0x01 || p[5] != 0x2A {
		return image.Point{}, FormatError("WebP: no key frame")
	}
	h.Model, h.Subsampling = YCbCr, image.YCbCrSubsampleRatio420
	h.Alpha = l.alpha.kind != "" || l.animated() && l.flags&webpAlpha != 0
	size := image.Pt(int(binary.LittleEndian.Uint16(p[6:])&0x3FFF), int(binary.LittleEndian.Uint16(p[8:])&0x3FFF))
	if size.X == 0 || size.Y == 0 {
		return size, FormatError("WebP: the size is 0")
	}
	return size, nil
}

func (l *webpLayout) animated() bool { return l.flags&webpAnimation != 0 }

// readDamage finds out whether data are missing: the container states all sizes. short says that the file is shorter
// than it claims.
func (l *webpLayout) readDamage(h *Header, short bool) {
	last := l.chunks[len(l.chunks)-1]
	switch {
	case last.missing == 0 && !short:
	case h.Frames > 1:
		h.Damage = TruncatedError{100 * float64(h.Frames-1) / float64(h.Frames)}
	case last.missing > 0 && (last.kind == "VP8 " || last.kind == "VP8L" || last.kind == "ANMF"):
		have := float64(last.end - last.start)
		h.Damage = TruncatedError{min(100*have/(have+float64(last.missing)), 99)}
	default:
		h.warn("the file ends early, behind the picture")
	}
}

// uint24 reads a little-endian number of 24 bits.
func uint24(p []byte) uint32 { return uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 }
