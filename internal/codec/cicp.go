package codec

// CICP are the code points of ITU-T H.273 that tell what the samples of a picture mean.
type CICP struct {
	Primaries, Transfer, Matrix uint8
	FullRange                   bool
}

// CICP returns the code points that the file states for its colours, if it does; without them AVIF
// is sRGB (MIAF, ISO/IEC 23000-22, 7.3.6.4). An ICC profile has precedence,
// but not in PNG.
func (h *Header) CICP() (c CICP, ok bool) {
	switch l := h.layout.(type) {
	case *heifLayout:
		return l.colour, l.hasColour
	case *pngLayout:
		p, ok := l.content(h.data, "cICP", 4)
		if !ok || p[2] != 0 {
			return CICP{}, false
		}
		return CICP{Primaries: p[0], Transfer: p[1], FullRange: p[3] == 1}, true
	case *jxlLayout:
		return l.colour, true
	}
	return CICP{}, false
}
