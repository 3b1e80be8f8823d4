package codec

import (
	"bytes"
	"slices"
	"strings"

	"imgpool/internal/meta"
)

// maxPNGText bounds an author's name or a copyright notice of a PNG, unpacked, in bytes.
const maxPNGText = 64 << 10

// Metadata returns what the file says about its picture besides the pixels and their colours, for [meta.Filter]. The
// blocks alias the file's data.
func (h *Header) Metadata() meta.Blocks {
	b := meta.Blocks{EXIF: h.EXIF, XMP: h.XMP}
	switch l := h.layout.(type) {
	case *jpegLayout:
		l.metadata(h.data, &b)
	case *pngLayout:
		l.metadata(h.data, &b)
	case *heifLayout:
		b.C2PA = l.c2pa
	case *webpLayout:
		b.C2PA = slices.ContainsFunc(l.chunks, func(c webpChunk) bool { return c.kind == "C2PA" })
	}
	if h.Format == TIFF {
		b.EXIF, b.TIFF = h.data, true
	}
	return b
}

// MetadataRoom returns how many bytes of each block a file of format f can hold as it is written here.
func (f Format) MetadataRoom() meta.Room {
	const enough = 1 << 30
	switch f {
	case JPEG: // segments; Photoshop resources may go on in further ones
		return meta.Room{EXIF: maxSegment - len(idEXIF), XMP: maxSegment - len(idXMP), Photoshop: enough}
	case PNG, WebP, AVIF, JXL:
		return meta.Room{EXIF: enough, XMP: enough}
	case GIF, TIFF:
		return meta.Room{XMP: enough}
	}
	return meta.Room{}
}

// maxSegment is the size of a JPEG segment's content (T.81, B.1.1.4: 16 bits of length, which count themselves).
const maxSegment = 0xFFFF - 2

func (l *jpegLayout) metadata(data []byte, b *meta.Blocks) {
	for i, s := range l.segments {
		p := l.payload(data, i)
		switch {
		case s.marker == mCOM:
			b.Comments = append(b.Comments, p)
		case s.marker == mAPP13 && bytes.HasPrefix(p, idIPTC):
			b.Photoshop = append(b.Photoshop, p[len(idIPTC):]...)
		case s.marker == mAPP1 && bytes.HasPrefix(p, idXMPEx):
			b.Extended = true
		case isSignature(s, p):
			b.C2PA = true
		}
	}
}

// mAPP11 holds boxes of JPEG XT and JUMBF (ISO 19566-5, annex D), which begin with a common identifier.
const mAPP11 = mAPP0 + 11

var idJUMBF = []byte("JP")

func (l *pngLayout) metadata(data []byte, b *meta.Blocks) {
	for _, c := range l.chunks {
		p := data[c.start:c.end]
		switch c.kind {
		case "caBX":
			b.C2PA = true
		case "tEXt", "zTXt", "iTXt":
			key := pngKeyword(p)
			if key == xmpPNGKeyword {
				continue
			}
			b.Text = append(b.Text, meta.TextChunk{Kind: c.kind, Content: p})
			switch key { // two of the keywords of clause 11.3.3.2
			case "Author":
				b.Author = pngText(c.kind, p)
			case "Copyright":
				b.Copyright = pngText(c.kind, p)
			}
		}
	}
}

// pngText returns the text of a chunk, "" if it is broken (clauses 11.3.3.2 to 11.3.3.4).
func pngText(kind string, p []byte) string {
	_, p, ok := bytes.Cut(p, []byte{0})
	if !ok {
		return ""
	}
	packed, latin := false, true
	switch kind {
	case "zTXt":
		if len(p) < 1 {
			return ""
		}
		packed, p = true, p[1:]
	case "iTXt":
		if len(p) < 2 {
			return ""
		}
		packed, latin = p[0] == 1, false
		parts := bytes.SplitN(p[2:], []byte{0}, 3) // language, translated keyword, text
		if len(parts) < 3 {
			return ""
		}
		p = parts[2]
	}
	if packed {
		if p, ok = inflate(p, maxPNGText); !ok {
			return ""
		}
	}
	if len(p) > maxPNGText {
		return ""
	}
	if latin {
		return meta.Latin1(p)
	}
	return strings.ToValidUTF8(string(p), "")
}

// appendJPEGBlocks appends the segments of metadata blocks.
func appendJPEGBlocks(out []byte, b meta.Blocks) []byte {
	for _, s := range []struct {
		id, content []byte
	}{{idEXIF, b.EXIF}, {idXMP, b.XMP}} {
		if n := len(s.content); n > 0 && n <= maxSegment-len(s.id) {
			out = appendJPEGSegment(out, mAPP1, slices.Concat(s.id, s.content))
		}
	}
	for part := range slices.Chunk(b.Photoshop, maxSegment-len(idIPTC)) {
		out = appendJPEGSegment(out, mAPP13, slices.Concat(idIPTC, part))
	}
	for _, c := range b.Comments {
		if len(c) <= maxSegment {
			out = appendJPEGSegment(out, mCOM, c)
		}
	}
	return out
}

// writePNGBlocks appends the chunks of metadata blocks.
func writePNGBlocks(dst *bytes.Buffer, b meta.Blocks) {
	if len(b.EXIF) > 0 {
		writePNGChunk(dst, "eXIf", b.EXIF)
	}
	if len(b.XMP) > 0 {
		writePNGChunk(dst, "iTXt", append([]byte(xmpPNGKeyword+"\x00\x00\x00\x00\x00"), b.XMP...))
	}
	for _, c := range b.Text {
		writePNGChunk(dst, c.Kind, c.Content)
	}
}
