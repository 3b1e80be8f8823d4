package codec

import (
	"encoding/binary"
	"fmt"

	"imgpool/internal/colour"
)

// CanProfile tells whether files of format f hold an ICC profile as they are written here. Those for grey pictures need
// pictures that are stored as grey.
func (f Format) CanProfile(grey bool) bool {
	switch f {
	case JPEG, PNG, TIFF:
		return true
	case WebP, AVIF:
		return !grey
	}
	return false
}

// Inks tells whether Decode returns *image.CMYK.
func (h *Header) Inks() bool {
	return (h.Model == CMYK || h.Model == YCCK) && h.Depth <= 8 && !h.Alpha
}

// Profile returns an ICC profile of the colours that Decode returns, nil for sRGB and what is to be taken for it: the
// file's own, or one made of what it says otherwise. Warnings are for the user. The profile may alias the file's data; that
// it can be used is for [colour.Check] to say.
func (h *Header) Profile() (profile []byte, warnings []string) {
	if (h.Model == CMYK || h.Model == YCCK) && !h.Inks() {
		return nil, nil
	}
	if l, ok := h.layout.(*pngLayout); ok {
		return l.profile(h)
	}
	if len(h.ICC) > 0 {
		return h.ICC, nil
	}
	if c, ok := h.CICP(); ok {
		return c.profile()
	}
	return nil, nil
}

// profile returns an ICC profile of the code points.
func (c CICP) profile() (profile []byte, warnings []string) {
	profile, err := colour.CodedProfile(c.Primaries, c.Transfer)
	if err != nil {
		return nil, []string{err.Error() + ": taken as sRGB"}
	}
	return profile, nil
}

// HighRange names the curve of a picture of high dynamic range, "PQ" or "HLG"; "" for others.
func (h *Header) HighRange() string {
	c, ok := h.CICP()
	if _, png := h.layout.(*pngLayout); !ok || !png && len(h.ICC) > 0 {
		return ""
	}
	return colour.HighRange(c.Transfer)
}

// ColourChunk is a chunk of a PNG that says what its colours are.
type ColourChunk struct {
	Kind    string
	Content []byte
}

// pngColourKinds are the chunks that say what colours are (PNG third edition, clause 11.3.2).
var pngColourKinds = map[string]bool{
	"cICP": true, "iCCP": true, "sRGB": true, "gAMA": true, "cHRM": true, "mDCV": true, "cLLI": true, "mDCv": true, "cLLi": true,
}

// ColourChunks returns the chunks of a PNG that say what its colours are, as they are; nil for other files. They alias the
// file's data.
func (h *Header) ColourChunks() []ColourChunk {
	l, ok := h.layout.(*pngLayout)
	if !ok {
		return nil
	}
	var chunks []ColourChunk
	for _, c := range l.chunks {
		if pngColourKinds[c.kind] && (c.kind != "iCCP" || h.ICC != nil) {
			chunks = append(chunks, ColourChunk{c.kind, h.data[c.start:c.end]})
		}
	}
	return chunks
}

// content returns the content of the first chunk of a kind, if it has the size; 0 means any.
func (l *pngLayout) content(data []byte, kind string, size int) ([]byte, bool) {
	for _, c := range l.chunks {
		if c.kind == kind {
			p := data[c.start:c.end]
			return p, size == 0 || len(p) == size
		}
	}
	return nil, false
}

// profile follows the order of clause 4.3, table 1: cICP, iCCP, sRGB, then cHRM and gAMA. What is broken counts as missing.
func (l *pngLayout) profile(h *Header) (profile []byte, warnings []string) {
	if p, ok := l.content(h.data, "cICP", 4); ok {
		if c, ok := h.CICP(); ok {
			return c.profile()
		}
		warnings = []string{fmt.Sprintf("chunk cICP is of the matrix %d, which PNG does not have: ignored", p[2])}
	}
	if len(h.ICC) > 0 {
		return h.ICC, warnings
	}
	if _, ok := l.content(h.data, "sRGB", 1); ok {
		return nil, warnings
	}
	profile, err := l.gammaProfile(h.data)
	if err != nil {
		warnings = append(warnings, err.Error()+": taken as sRGB")
	}
	return profile, warnings
}

// Gamma in units of 1/100000 (clause 11.3.2.2).
const (
	pngUnit  = 100000
	minGamma = 1000 // what lies outside of these bounds is no gamma of anything
	maxGamma = 1000000
	// srgbGamma is what files in sRGB say, rounded in one way or another. It stands for the curve of sRGB then, not for the
	// power that it names.
	srgbGamma, srgbRounding = 45455, 500
)

// gammaProfile returns a profile of the chunks gAMA and cHRM; nil for sRGB.
func (l *pngLayout) gammaProfile(data []byte) ([]byte, error) {
	curve, primaries := colour.SRGBTransfer, colour.SRGBPrimaries
	plain := true
	if p, ok := l.content(data, "gAMA", 4); ok {
		g := binary.BigEndian.Uint32(p)
		if near := g > srgbGamma-srgbRounding && g < srgbGamma+srgbRounding; !near && g >= minGamma && g <= maxGamma {
			curve, plain = colour.GammaTransfer(pngUnit/float64(g)), false
		}
	}
	if p, ok := l.content(data, "cHRM", 32); ok {
		at := func(i int) float64 { return float64(binary.BigEndian.Uint32(p[4*i:])) / pngUnit }
		// The chunk begins with white.
		stated := colour.Primaries{{at(2), at(3)}, {at(4), at(5)}, {at(6), at(7)}, {at(0), at(1)}}
		if !stated.Near(primaries) {
			primaries, plain = stated, false
		}
	}
	if plain {
		return nil, nil
	}
	return colour.RGBProfile("PNG gamma and primaries", primaries, curve)
}
