package codec

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/zlib"

	"imgpool/internal/meta"
)

const (
	pngSignature  = "\x89PNG\r\n\x1a\n"
	pngChunkFrame = 12      // length, type and checksum around a chunk's content
	maxPNGChunks  = 1 << 18 // of 12 bytes at least; what we keep of each is larger
	maxInflated   = 4 << 20 // metadata that inflate to more are left out
	maxPreview    = 64 << 20
	pngMaxSide    = 1<<31 - 1
	xmpPNGKeyword = "XML:com.adobe.xmp"
	pngInterlaced = 1
	colourGrey    = 0
	colourRGB     = 2
	colourPalette = 3
	colourGreyA   = 4
	colourRGBA    = 6
)

// pngChunk is a chunk whose content is data[start:end].
type pngChunk struct {
	kind       string
	start, end int
}

// pngLayout is what the PNG functions need to know about a file beyond its Header.
type pngLayout struct {
	chunks     []pngChunk
	colourType byte
	interlaced bool
	palette    []byte // RGB triples
	trns       []byte // content of tRNS, nil without one
	trailer    int    // bytes behind the end chunk
}

// readPNGHeader walks the chunks (PNG third edition, clause 5).
func readPNGHeader(data []byte, h *Header) error {
	l := &pngLayout{}
	h.layout = l
	h.Lossless = true
	if !bytes.HasPrefix(data, []byte(pngSignature)) {
		return FormatError("PNG: the signature is damaged, as by a transfer in text mode")
	}
	whole, cut, err := l.walk(data, h)
	if err != nil {
		return err
	}
	switch {
	case h.Width == 0:
		return FormatError("PNG: no header chunk")
	case !l.has("IDAT") && !cut:
		return FormatError("PNG: no image data")
	}
	if l.colourType == colourPalette && l.palette == nil {
		return FormatError("PNG: no palette")
	}
	l.readMetadata(data, h)
	if !whole {
		if percent := pngPercent(data, h); percent < 100 {
			h.Damage = TruncatedError{percent}
		} else {
			h.warn("the end chunk is missing")
		}
	}
	return nil
}

// walk fills l.chunks. whole says that the end chunk was found, cut that the last chunk is not all there; a cut IDAT
// chunk is listed with what is left of it.
func (l *pngLayout) walk(data []byte, h *Header) (whole, cut bool, err error) {
	pos := len(pngSignature)
	for len(data)-pos >= 8 {
		length := binary.BigEndian.Uint32(data[pos:])
		if length > 1<<31-1 {
			return false, false, formatErrorf("PNG: a chunk of %d bytes", length)
		}
		if len(l.chunks) == maxPNGChunks {
			return false, false, formatErrorf("PNG: more than %d chunks", maxPNGChunks)
		}
		start := pos + 8
		short := int64(length)+4 > int64(len(data)-start)
		c := pngChunk{string(data[pos+4 : start]), start, len(data)}
		if int64(length) < int64(len(data)-start) {
			c.end = start + int(length)
		}
		if len(l.chunks) == 0 {
			if err := l.readIHDR(data, c, h); err != nil {
				return false, false, err
			}
		}
		if short {
			if c.kind == "IDAT" || c.kind == "fdAT" {
				l.chunks = append(l.chunks, c)
			}
			return false, true, nil
		}
		l.chunks = append(l.chunks, c)
		if err := l.take(data, c); err != nil {
			return false, false, err
		}
		pos = c.end + 4
		if c.kind == "IEND" {
			l.trailer = len(data) - pos
			return true, false, nil
		}
	}
	return false, pos < len(data), nil
}

func (l *pngLayout) has(kind string) bool {
	for _, c := range l.chunks {
		if c.kind == kind {
			return true
		}
	}
	return false
}

// readIHDR reads the header chunk (clause 11.2.1), which comes first.
func (l *pngLayout) readIHDR(data []byte, c pngChunk, h *Header) error {
	if c.kind == "CgBI" {
		return UnsupportedError("Apple's variant of PNG (CgBI)")
	}
	if c.kind != "IHDR" || c.end-c.start != 13 {
		return FormatError("PNG: no header chunk")
	}
	p := data[c.start:c.end]
	w, hgt := binary.BigEndian.Uint32(p), binary.BigEndian.Uint32(p[4:])
	if w == 0 || hgt == 0 || w > pngMaxSide || hgt > pngMaxSide {
		return formatErrorf("PNG: size %d x %d", w, hgt)
	}
	h.Width, h.Height, h.Depth = int(w), int(hgt), int(p[8])
	l.colourType = p[9]
	var depths []byte
	switch l.colourType {
	case colourGrey:
		h.Model, depths = Gray, []byte{1, 2, 4, 8, 16}
	case colourRGB:
		h.Model, depths = RGB, []byte{8, 16}
	case colourPalette:
		h.Model, depths = Palette, []byte{1, 2, 4, 8}
	case colourGreyA:
		h.Model, h.Alpha, depths = Gray, true, []byte{8, 16}
	case colourRGBA:
		h.Model, h.Alpha, depths = RGB, true, []byte{8, 16}
	}
	if bytes.IndexByte(depths, p[8]) < 0 {
		return formatErrorf("PNG: colour type %d with %d bits", p[9], p[8])
	}
	if p[10] != 0 || p[11] != 0 || p[12] > pngInterlaced {
		return formatErrorf("PNG: compression %d, filter %d, interlace %d", p[10], p[11], p[12])
	}
	l.interlaced = p[12] == pngInterlaced
	h.Progressive = l.interlaced
	return nil
}

// take keeps the palette and its transparency.
func (l *pngLayout) take(data []byte, c pngChunk) error {
	p := data[c.start:c.end]
	switch c.kind {
	case "PLTE":
		if len(p)%3 != 0 || len(p) == 0 || len(p) > 3*256 {
			return formatErrorf("PNG: palette of %d bytes", len(p))
		}
		l.palette = p
	case "tRNS":
		want := map[byte]int{colourGrey: 2, colourRGB: 6, colourPalette: len(p)}[l.colourType]
		if len(p) != want || len(p) > 256 || len(p) == 0 {
			return nil // decoders ignore it as well
		}
		l.trns = p
	}
	return nil
}

// readMetadata notes the ancillary chunks and reads those that mean something here.
func (l *pngLayout) readMetadata(data []byte, h *Header) {
	imageSeen, frames, controls := false, 0, 0
	for _, c := range l.chunks {
		p, size := data[c.start:c.end], c.end-c.start+pngChunkFrame
		switch c.kind {
		case "IHDR", "PLTE", "IEND", "tRNS", "fdAT":
		case "IDAT":
			imageSeen = true
		case "acTL":
			if !imageSeen && len(p) >= 8 {
				frames = int(min(binary.BigEndian.Uint32(p), 1<<31-1))
			}
		case "fcTL":
			controls++
		case "iCCP":
			h.note("ICC", size)
			if h.ICC = iccFromPNG(p); h.ICC == nil {
				h.warn("the colour profile is broken")
			}
		case "eXIf":
			h.note("EXIF", size)
			h.EXIF = bytes.TrimPrefix(p, idEXIF)
			h.Orientation = meta.Orientation(h.EXIF)
		case "iTXt":
			if xmp, ok := xmpFromPNG(p); ok {
				h.note("XMP", size)
				h.XMP = xmp
				continue
			}
			h.note("iTXt "+pngKeyword(p), size)
		case "tEXt", "zTXt":
			h.note(c.kind+" "+pngKeyword(p), size)
		default:
			h.note(printable(c.kind), size)
			if c.kind == "gDAT" { // PNG, fourth edition, draft
				h.holds(GainMap)
			}
		}
	}
	if frames > 0 {
		h.Frames = max(frames, controls)
	}
	if l.trailer > 0 {
		h.behind(data[len(data)-l.trailer:])
	}
	h.Alpha = h.Alpha || l.trns != nil
}

// pngKeyword returns the keyword of a text chunk.
func pngKeyword(p []byte) string {
	key, _, _ := bytes.Cut(p[:min(len(p), 80)], []byte{0})
	return printable(string(key))
}

// printable replaces what a terminal should not see.
func printable(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, []byte(s)))
}

// iccFromPNG unpacks an iCCP chunk: name, 0, compression method 0, zlib stream (clause 11.3.2.3).
func iccFromPNG(p []byte) []byte {
	_, rest, ok := bytes.Cut(p, []byte{0})
	if !ok || len(rest) < 1 || rest[0] != 0 {
		return nil
	}
	profile, ok := inflate(rest[1:], maxInflated)
	if !ok || len(profile) == 0 {
		return nil
	}
	return profile
}

// xmpFromPNG unpacks an iTXt chunk (clause 11.3.3.4) if it holds an XMP packet.
func xmpFromPNG(p []byte) ([]byte, bool) {
	key, rest, ok := bytes.Cut(p, []byte{0})
	if !ok || string(key) != xmpPNGKeyword || len(rest) < 2 {
		return nil, false
	}
	compressed := rest[0] == 1
	_, rest, ok1 := bytes.Cut(rest[2:], []byte{0}) // language
	_, text, ok2 := bytes.Cut(rest, []byte{0})     // translated keyword
	if !ok1 || !ok2 {
		return nil, false
	}
	if compressed {
		return inflate(text, maxInflated)
	}
	return text, true
}

// inflate unpacks a zlib stream of at most limit bytes; false if it is broken or longer.
func inflate(p []byte, limit int64) ([]byte, bool) {
	z, err := zlib.NewReader(bytes.NewReader(p))
	if err != nil {
		return nil, false
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(io.LimitReader(z, limit+1)); err != nil || int64(out.Len()) > limit {
		return nil, false
	}
	return out.Bytes(), true
}

// pngPercent tells how much of a PNG without end chunk is there by inflating what is there. Beyond maxPreview bytes
// it goes on by rule of three, so that a small file cannot buy much time.
func pngPercent(data []byte, h *Header) float64 {
	l := h.layout.(*pngLayout)
	total := 0.0
	for _, pass := range l.passes(h) {
		total += float64(pass.height) * float64(1+pass.rowBytes)
	}
	source := l.imageData(data)
	compressed := source.remaining()
	z, err := zlib.NewReader(source)
	if err != nil {
		return 0
	}
	n, _ := io.Copy(io.Discard, io.LimitReader(z, maxPreview))
	got := float64(n)
	if n == maxPreview {
		if used := compressed - source.remaining(); used > 0 {
			return min(100*got/total*float64(compressed)/float64(used), 99)
		}
	}
	return min(100*got/total, 100)
}
