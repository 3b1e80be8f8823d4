package codec

import (
	"bytes"
	"image"

	"imgpool/internal/colour"
	"imgpool/internal/meta"
)

// keepsProfile says whether a profile has to stay in a file that loses its metadata: it does unless the colours are
// sRGB, which is what everybody assumes without one.
func keepsProfile(icc []byte) bool { return len(icc) > 0 && !colour.IsSRGB(icc) }

// stripJPEG keeps the segments that pixels need: tables, frame, scans, the Adobe marker, a JFIF header without its
// thumbnail, and a profile that is not sRGB.
func stripJPEG(data []byte, h *Header, keep meta.Blocks, profile bool) ([]byte, error) {
	l := h.layout.(*jpegLayout)
	out := make([]byte, 0, l.end+64)
	out = append(out, 0xFF, mSOI)
	written := false // the blocks go behind the JFIF header
	for i, s := range l.segments {
		p := l.payload(data, i)
		if s.marker == mAPP0 && bytes.HasPrefix(p, idJFIF) && len(p) >= 14 {
			jfif := bytes.Clone(p[:14])
			jfif[12], jfif[13] = 0, 0 // size of the thumbnail
			out = appendJPEGSegment(out, mAPP0, jfif)
			continue
		}
		adobe := s.marker == mAPP14 && bytes.HasPrefix(p, idAdobe)
		if !written && !adobe { // which stays in front, as recoding has it
			out = appendJPEGBlocks(out, keep)
			written = true
		}
		switch {
		case adobe:
		case s.marker == mAPP2 && bytes.HasPrefix(p, idICC) && profile && len(h.ICC) > 0:
		case s.marker < mSOF0 || s.marker >= mAPP0: // comments, other application segments, reserved markers
			continue
		}
		out = append(out, data[s.start:s.end]...)
	}
	return append(out, 0xFF, mEOI), nil
}

// appendJPEGSegment appends a marker segment of at most 65533 bytes of content.
func appendJPEGSegment(out []byte, marker byte, content []byte) []byte {
	n := len(content) + 2
	return append(append(out, 0xFF, marker, byte(n>>8), byte(n)), content...)
}

// pngKept are the chunks that pixels or their rendering need: the critical ones, transparency, colour, animation, pixel
// shape and background.
var pngKept = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true,
	"iCCP": true, "cICP": true, "mDCV": true, "cLLI": true, "mDCv": true, "cLLi": true, "sBIT": true, "bKGD": true,
	"pHYs": true, "acTL": true, "fcTL": true, "fdAT": true,
}

// stripPNG keeps the chunks of pngKept as they are. An sRGB profile gives way to an sRGB chunk, so that gamma and
// primaries that it overruled do not come into force.
func stripPNG(data []byte, h *Header, keep meta.Blocks, profile bool) ([]byte, error) {
	l := h.layout.(*pngLayout)
	out := bytes.NewBuffer(make([]byte, 0, len(data)+64))
	out.WriteString(pngSignature)
	dropProfile := h.ICC != nil && !profile
	for i, c := range l.chunks {
		critical := c.kind[0]&0x20 == 0
		switch {
		case c.kind == "iCCP" && dropProfile:
			if !l.has("sRGB") {
				writePNGChunk(out, "sRGB", []byte{0})
			}
		case c.end+4 > len(data): // all pixels are there, the checksum is not
			writePNGChunk(out, c.kind, data[c.start:c.end])
		case critical || pngKept[c.kind]:
			out.Write(data[c.start-8 : c.end+4])
		}
		if i == 0 { // IHDR
			writePNGBlocks(out, keep)
		}
	}
	if !l.has("IEND") {
		writePNGChunk(out, "IEND", nil)
	}
	return out.Bytes(), nil
}

// stripWebP keeps the image, its alpha, animation, and a profile that is not sRGB.
func stripWebP(data []byte, h *Header, keep meta.Blocks, profile bool) ([]byte, error) {
	l := h.layout.(*webpLayout)
	out := bytes.NewBuffer(make([]byte, 0, len(data)+64))
	w := newWebPWriter(out)
	flags := l.flags & (webpAnimation | webpAlpha)
	if profile && len(h.ICC) > 0 {
		flags |= webpICC
	}
	if len(keep.EXIF) > 0 {
		flags |= webpEXIF
	}
	if len(keep.XMP) > 0 {
		flags |= webpXMP
	}
	switch {
	// A still picture whose flags all went needs no VP8X either, unless there is an ALPH chunk.
	case l.vp8x && (flags&^webpAlpha != 0 || l.alpha.kind != ""):
		head := bytes.Clone(data[l.chunks[0].start:l.chunks[0].end])
		head[0] = flags
		w.chunk("VP8X", head)
	case !l.vp8x && flags != 0: // there are blocks now that there were not
		if h.Alpha {
			flags |= webpAlpha
		}
		w.extended(flags, image.Pt(h.Width, h.Height))
	}
	for _, c := range l.chunks {
		switch c.kind {
		case "ICCP":
			if flags&webpICC == 0 {
				continue
			}
		case "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L":
		default:
			continue
		}
		w.chunk(c.kind, data[c.start:c.end])
	}
	w.optional("EXIF", keep.EXIF)
	w.optional("XMP ", keep.XMP)
	w.close()
	return out.Bytes(), nil
}
