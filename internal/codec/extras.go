package codec

import (
	"bytes"
	"slices"
)

// Extra is something that a file holds besides its picture and its metadata, and that files written here do not.
type Extra string

// The extras that headers tell of.
const (
	GainMap     Extra = "gain-map"     // for screens of high dynamic range: ISO 21496-1, Ultra HDR, Apple
	DepthMap    Extra = "depth-map"    // the distance of each pixel
	MotionPhoto Extra = "motion-photo" // a short video
	Pages       Extra = "pages"        // further pictures: pages, views, a burst
	Layers      Extra = "layers"       // of an image editor
	Trailer     Extra = "trailer"      // data of no known kind behind the end of the file
)

// holds records an extra once.
func (h *Header) holds(e Extra) {
	if !slices.Contains(h.Extras, e) {
		h.Extras = append(h.Extras, e)
	}
}

// behind records what follows the end of a file, as its format has it.
func (h *Header) behind(rest []byte) {
	h.note("trailer", len(rest))
	h.holdsTrailer(rest)
}

// holdsTrailer records that rest is something that nobody here knows. Filling is nothing, and the short notes that Samsung
// phones append are metadata of the maker.
func (h *Header) holdsTrailer(rest []byte) {
	const filling, shortNotes = "\x00\xFF\r\n\t ", 4 << 10
	if len(bytes.Trim(rest, filling)) == 0 || len(rest) <= shortNotes && bytes.HasSuffix(rest, []byte("SEFT")) {
		return
	}
	h.holds(Trailer)
}
