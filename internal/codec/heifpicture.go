package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
)

// readPrimary takes what is to be known of the primary picture: its size, turns, colours, alpha and tiles.
func (l *heifLayout) readPrimary(data []byte, h *Header) error {
	it := l.primary
	for _, p := range it.props {
		if p.kind[0] == '!' {
			return UnsupportedError(fmt.Sprintf("%s with the property %q", h.Format, printable(p.kind[1:])))
		}
	}
	if l.size = it.extentOf(data); l.size.X == 0 || l.size.Y == 0 {
		return formatErrorf("%s: the picture has no size", h.Format)
	}
	l.readTransforms(data, h)
	for _, other := range l.order {
		for _, part := range other.refs["dimg"] {
			l.parts[part] = true
		}
	}
	for _, other := range l.order {
		l.readRelated(data, other, h)
	}
	for _, p := range it.props {
		if p.kind == "colr" {
			l.readColour(p.content(data), h)
		}
	}
	if it.kind == "grid" {
		if err := l.readGrid(data, h); err != nil {
			return err
		}
	} else {
		l.tiles = []*heifItem{it}
	}
	var missing, total int64
	for _, tile := range l.tiles {
		_, m, t := l.bytes(data, tile, 0)
		missing, total = missing+m, total+t
		if tile.byItem {
			return UnsupportedError(h.Format.String() + " with data outside of the file")
		}
	}
	if missing > 0 {
		h.Damage = TruncatedError{100 * float64(total-missing) / float64(total)}
	}
	return nil
}

// readColour takes a colr property (ISO/IEC 14496-12, clause 12.1.5): code points or a profile.
func (l *heifLayout) readColour(p []byte, h *Header) {
	if len(p) < 4 {
		return
	}
	switch kind := string(p[:4]); {
	case kind == "nclx" && len(p) >= 11:
		// The code points have 16 bits in the file and 8 in the standard; what does not fit means nothing.
		at := func(i int) uint8 {
			if p[i] != 0 {
				return 2
			}
			return p[i+1]
		}
		l.colour, l.hasColour = CICP{at(4), at(6), at(8), p[10]&0x80 != 0}, true
	case (kind == "prof" || kind == "rICC") && h.ICC == nil:
		h.ICC = p[4:]
		h.note("ICC", len(p)+8)
	}
}

// readTransforms takes clap, irot and imir (ISO/IEC 23008-12, clause 6.5), which MIAF wants in this order.
func (l *heifLayout) readTransforms(data []byte, h *Header) {
	it := l.primary
	l.clap = image.Rectangle{Max: l.size}
	if p := it.prop(data, "clap"); p != nil {
		if crop, ok := cleanAperture(p, l.size); ok {
			l.clap = crop
		} else {
			h.warn("a crop that does not lie in the picture is ignored")
		}
	}
	turn, mirror := 0, 0 // quarter turns to the left; 1: upside down, 2: left for right
	if p := it.prop(data, "irot"); len(p) > 0 {
		turn = int(p[0] & 3)
	}
	if p := it.prop(data, "imir"); len(p) > 0 {
		mirror = 1 + int(p[0]&1)
	}
	l.orientation = [4][3]int{{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}[turn][mirror]
}

// cleanAperture returns the crop of a clap property (ISO/IEC 14496-12, clause 12.1.4): four fractions, the size and the
// distance of its centre from the picture's. A corner between two pixels moves to the left or up.
func cleanAperture(p []byte, size image.Point) (r image.Rectangle, ok bool) {
	if len(p) < 32 {
		return r, false
	}
	at := func(i int) int64 { return int64(int32(binary.BigEndian.Uint32(p[4*i:]))) }
	side := func(i int, full int64) (from, to int64, ok bool) {
		n, d, off, offD := at(i), at(i+1), at(i+4), at(i+5)
		if n <= 0 || d <= 0 || offD <= 0 || n < d || n/d > full {
			return 0, 0, false
		}
		length := n / d
		from = (offD*(full-length) + 2*off)
		if from < 0 {
			return 0, 0, false
		}
		from /= 2 * offD
		return from, from + length, from+length <= full
	}
	x0, x1, okX := side(0, int64(size.X))
	y0, y1, okY := side(2, int64(size.Y))
	return image.Rect(int(x0), int(y0), int(x1), int(y1)), okX && okY
}

// readRelated takes the alpha and the metadata that belong to the primary picture, and tells of what else there is.
func (l *heifLayout) readRelated(data []byte, it *heifItem, h *Header) {
	p, missing, total := l.bytes(data, it, len(data))
	size := int(min(total, 1<<31-1))
	describes := false
	for _, to := range append(it.refs["cdsc"], it.refs["auxl"]...) {
		describes = describes || to == l.primary.id
	}
	switch {
	case it.kind == "Exif" && describes:
		h.note("EXIF", size)
		// The position of the TIFF header behind these four bytes (ISO/IEC 23008-12, A.2.1).
		if len(p) > 4 && missing == 0 {
			if at := int64(binary.BigEndian.Uint32(p)) + 4; at < int64(len(p)) && h.EXIF == nil {
				h.EXIF = bytes.TrimPrefix(p[at:], idEXIF)
			}
		}
	case it.kind == "mime" && it.mime == "application/rdf+xml" && describes:
		h.note("XMP", size)
		if missing == 0 && h.XMP == nil {
			h.XMP = p
		}
	case it.kind == "Exif" || it.kind == "mime" || it.kind == "uri ":
		// Of another picture, or of none: not to be shown, and still not to be passed on.
		h.note("other metadata", size)
	case it.kind == "tmap":
		h.note("gain map", size)
		h.holds(GainMap)
	case len(it.refs["thmb"]) > 0:
		h.note("thumbnail", size)
	case describes && l.isAlpha(data, it):
		l.alpha, h.Alpha = it, true
	case describes && len(it.refs["auxl"]) > 0:
		h.note("auxiliary picture", size)
		switch l.auxiliaryKind(data, it) {
		case "urn:com:apple:photo:2020:aux:hdrgainmap":
			h.holds(GainMap)
		case "urn:mpeg:hevc:2015:auxid:2", "urn:mpeg:mpegB:cicp:systems:auxiliary:depth":
			h.holds(DepthMap)
		}
	case !l.belongs(it):
		h.note("other picture", size)
		if !it.hidden {
			h.holds(Pages)
		}
	}
}

// belongs tells whether an item is the primary picture or a part or plane of any picture.
func (l *heifLayout) belongs(it *heifItem) bool {
	return it == l.primary || l.parts[it.id] || len(it.refs["auxl"]) > 0
}

// auxiliaryKind names what an auxiliary picture is (ISO/IEC 23008-12, clause 6.5.8), "" if it does not say.
func (l *heifLayout) auxiliaryKind(data []byte, it *heifItem) string {
	p := it.prop(data, "auxC")
	if len(p) < 4 {
		return ""
	}
	kind, _, _ := bytes.Cut(p[4:], []byte{0})
	return string(kind)
}

// isAlpha tells whether an auxiliary picture is an alpha plane.
func (l *heifLayout) isAlpha(data []byte, it *heifItem) bool {
	kind := l.auxiliaryKind(data, it)
	return kind == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || kind == "urn:mpeg:hevc:2015:auxid:1"
}

// readGrid reads the tiles of a grid (ISO/IEC 23008-12, clause 6.6.2.3) and holds them against its size: what is decoded
// must not be larger than what the header says by more than a row and a column of tiles.
func (l *heifLayout) readGrid(data []byte, h *Header) error {
	p, _, _ := l.bytes(data, l.primary, 12)
	r := byteReader{p: p}
	head := r.uint(4)
	rows, cols := int(head>>8&0xFF)+1, int(head&0xFF)+1
	n := 2
	if head>>16&1 != 0 {
		n = 4
	}
	size := image.Pt(int(r.uint(n)), int(r.uint(n)))
	ids := l.primary.refs["dimg"]
	if r.short || head>>24 != 0 || size != l.size || len(ids) != rows*cols {
		return formatErrorf("%s: a bad grid", h.Format)
	}
	var tile image.Point
	for i, id := range ids {
		it := l.items[id]
		if it == nil || it.kind == "grid" {
			return formatErrorf("%s: a grid lacks a tile", h.Format)
		}
		if i == 0 {
			tile = it.extentOf(data)
		}
		if it.extentOf(data) != tile {
			return formatErrorf("%s: the tiles of a grid differ in size", h.Format)
		}
		l.tiles = append(l.tiles, it)
		if alpha := l.auxiliaryOf(data, it); alpha != nil {
			h.Alpha = true
		}
	}
	covered := func(n, tile, full int) bool { return tile > 0 && n*tile >= full && (n-1)*tile < full }
	if !covered(cols, tile.X, size.X) || !covered(rows, tile.Y, size.Y) {
		return formatErrorf("%s: the tiles of a grid do not fit its size", h.Format)
	}
	return nil
}

// auxiliaryOf returns the alpha plane that belongs to an item.
func (l *heifLayout) auxiliaryOf(data []byte, it *heifItem) *heifItem {
	for _, other := range l.order {
		for _, to := range other.refs["auxl"] {
			if to == it.id && l.isAlpha(data, other) {
				return other
			}
		}
	}
	return nil
}
