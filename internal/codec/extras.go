package codec

import "slices"

// Extra is something that a file holds besides its picture and its metadata, and that files written here do not.
type Extra string

// The extras that headers tell of.
const (
	GainMap     Extra = "gain-map"     // for screens of high dynamic range: ISO 21496-1, Ultra HDR, Apple
	DepthMap    Extra = "depth-map"    // the distance of each pixel
	MotionPhoto Extra = "motion-photo" // a short video
	Pages       Extra = "pages"        // further pictures: pages, views, a burst
	Layers      Extra = "layers"       // of an image editor
)

// holds records an extra once.
func (h *Header) holds(e Extra) {
	if !slices.Contains(h.Extras, e) {
		h.Extras = append(h.Extras, e)
	}
}
