package codec

import "fmt"

// CICP are the code points of ITU-T H.273 that tell what the samples of a picture mean.
type CICP struct {
	Primaries, Transfer, Matrix uint8
	FullRange                   bool
}

// CICP returns the code points that the file states for its colours, if it does. An ICC profile has precedence.
func (h *Header) CICP() (c CICP, ok bool) {
	switch l := h.layout.(type) {
	case *heifLayout:
		return l.colour, l.hasColour
	case *jxlLayout:
		return l.colour, true
	}
	return CICP{}, false
}

// isSRGB tells whether pictures with these primaries and transfer are shown as sRGB is: BT.709 with the curves that
// viewers do not tell from sRGB's, or what is not stated.
func (c CICP) isSRGB() bool {
	return (c.Primaries == 1 || c.Primaries == 2) && (c.Transfer == 1 || c.Transfer == 2 || c.Transfer == 6 ||
		c.Transfer >= 13 && c.Transfer <= 15)
}

// warnColour says that colours come out as they are where they are not sRGB and no profile says what they are.
func (c CICP) warnColour(h *Header) {
	if len(h.ICC) > 0 || c.isSRGB() {
		return
	}
	names := map[uint8]string{9: "BT.2020", 11: "DCI P3", 12: "Display P3"}
	curves := map[uint8]string{8: "linear", 16: "PQ (HDR)", 18: "HLG (HDR)"}
	name, curve := names[c.Primaries], curves[c.Transfer]
	if name == "" {
		name = fmt.Sprintf("primaries %d", c.Primaries)
	}
	if curve == "" {
		curve = fmt.Sprintf("transfer %d", c.Transfer)
	}
	h.warn("colours are " + name + ", " + curve + " without an ICC profile: taken as sRGB")
}
