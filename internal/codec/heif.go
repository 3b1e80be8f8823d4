package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
)

// heifItem is an item of a HEIF file (ISO/IEC 23008-12): a coded picture, a grid of such, or metadata.
type heifItem struct {
	id      uint32
	kind    string // "av01", "hvc1", "grid", "Exif", "mime"
	mime    string // the content type of a mime item
	inIdat  bool   // the extents lie in the idat box
	byItem  bool   // the extents lie in another item, which is not followed
	extents []extent
	props   []fileBox           // as associated, in their order
	refs    map[string][]uint32 // "dimg", "auxl", "cdsc": the items that this one refers to
}

// extent is a piece of an item: in the file, or in the idat box.
type extent struct{ start, size int64 }

// heifLayout is what the AVIF and HEIC functions need to know about a file beyond its Header.
type heifLayout struct {
	items   map[uint32]*heifItem
	order   []*heifItem // as in the file
	primary *heifItem
	alpha   *heifItem // of the primary item, or nil
	tiles   []*heifItem
	idat    fileBox
	major   string // brand

	size        image.Point // as coded, before clap
	clap        image.Rectangle
	orientation int // what irot and imir ask for
	mono        bool
	colour      CICP
	hasColour   bool // there is an nclx property, or the coded picture says
}

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

// readHEIF reads the container: items, their places and properties, and how they belong together.
func readHEIF(data []byte, h *Header) (*heifLayout, error) {
	l := &heifLayout{items: map[uint32]*heifItem{}, orientation: 1}
	h.layout = l
	top, err := listBoxes(data, 0, len(data))
	if err != nil {
		return nil, err
	}
	if len(top) > 0 && top[0].end-top[0].start >= 4 {
		l.major = string(data[top[0].start : top[0].start+4])
	}
	if moov, ok := findBox(top, "moov"); ok {
		if err := l.readSequence(data, moov, h); err != nil {
			return nil, err
		}
	}
	meta, ok := findBox(top, "meta")
	if !ok {
		if h.Frames > 1 && h.Width > 0 {
			return l, nil
		}
		return nil, formatErrorf("%s: no meta box", h.Format)
	}
	if meta.end-meta.start < 4 || meta.missing > 0 {
		return nil, TruncatedError{}
	}
	if err := l.readMeta(data, meta, h); err != nil {
		return nil, err
	}
	return l, l.readPrimary(data, h)
}

// readSequence counts the frames of the first track of pictures and takes its size.
func (l *heifLayout) readSequence(data []byte, moov fileBox, h *Header) error {
	inMoov, err := listBoxes(data, moov.start, moov.end)
	if err != nil {
		return err
	}
	for _, trak := range inMoov {
		b := trak
		for _, kind := range []string{"mdia", "minf", "stbl"} {
			in, err := listBoxes(data, b.start, b.end)
			if err != nil {
				return err
			}
			if b, _ = findBox(in, kind); b.kind == "" {
				break
			}
		}
		if trak.kind != "trak" || b.kind != "stbl" {
			continue
		}
		in, err := listBoxes(data, b.start, b.end)
		if err != nil {
			return err
		}
		stsz, _ := findBox(in, "stsz")
		stsd, _ := findBox(in, "stsd")
		r := byteReader{p: stsz.content(data)}
		r.uint(8) // version, flags, common size
		frames := int(r.uint(4))
		// A sample entry (clause 12.1.3): its size and kind, 24 bytes, then the size of the pictures.
		if e := stsd.content(data); len(e) >= 8+8+28 && !r.short && frames > h.Frames {
			h.Frames = frames
			h.Width, h.Height = int(binary.BigEndian.Uint16(e[40:])), int(binary.BigEndian.Uint16(e[42:]))
		}
	}
	return nil
}

// readMeta reads the meta box (ISO/IEC 14496-12, clause 8.11).
func (l *heifLayout) readMeta(data []byte, meta fileBox, h *Header) error {
	list, err := listBoxes(data, meta.start+4, meta.end)
	if err != nil {
		return err
	}
	l.idat, _ = findBox(list, "idat")
	for _, part := range []struct {
		kind string
		read func(data []byte, b fileBox) error
	}{{"iinf", l.readItems}, {"iloc", l.readPlaces}, {"iref", l.readReferences}, {"iprp", l.readProperties}} {
		if b, ok := findBox(list, part.kind); ok {
			if err := part.read(data, b); err != nil {
				return err
			}
		}
	}
	pitm, _ := findBox(list, "pitm")
	r := byteReader{p: pitm.content(data)}
	n := 2
	if version, _ := r.fullBox(); version > 0 {
		n = 4
	}
	if l.primary = l.items[uint32(r.uint(n))]; r.short || l.primary == nil {
		return formatErrorf("%s: no primary picture", h.Format)
	}
	return nil
}

// readItems reads what items there are (clause 8.11.6).
func (l *heifLayout) readItems(data []byte, b fileBox) error {
	r := byteReader{p: b.content(data)}
	n := 2
	if version, _ := r.fullBox(); version > 0 {
		n = 4
	}
	r.uint(n)
	list, err := listBoxes(data, b.end-len(r.p), b.end)
	if err != nil {
		return err
	}
	for _, infe := range list {
		r := byteReader{p: infe.content(data)}
		version, _ := r.fullBox()
		if infe.kind != "infe" || version < 2 {
			continue
		}
		it := &heifItem{refs: map[string][]uint32{}}
		n := 2
		if version > 2 {
			n = 4
		}
		it.id = uint32(r.uint(n))
		r.uint(2)
		it.kind = string(binary.BigEndian.AppendUint32(nil, uint32(r.uint(4))))
		if r.short || l.items[it.id] != nil || len(l.order) == maxItems {
			return FormatError("file: a bad list of items")
		}
		r.text()
		if it.kind == "mime" {
			it.mime = r.text()
		}
		l.items[it.id] = it
		l.order = append(l.order, it)
	}
	return nil
}

// readPlaces reads where items lie (clause 8.11.3).
func (l *heifLayout) readPlaces(data []byte, b fileBox) error {
	r := byteReader{p: b.content(data)}
	version, _ := r.fullBox()
	sizes := r.uint(2)
	offsetSize, lengthSize, baseSize, indexSize := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	if version == 0 {
		indexSize = 0
	}
	idSize := 2
	if version == 2 {
		idSize = 4
	}
	if version > 2 || offsetSize > 8 || lengthSize > 8 || baseSize > 8 || indexSize > 8 {
		return FormatError("file: a bad list of places")
	}
	total := 0
	for n := r.uint(idSize); n > 0 && !r.short; n-- {
		it := l.items[uint32(r.uint(idSize))]
		method := uint64(0)
		if version > 0 {
			method = r.uint(2) & 15
		}
		reference := r.uint(2) // 0: this file
		base := r.uint(baseSize)
		for k := r.uint(2); k > 0 && !r.short; k-- {
			r.uint(indexSize)
			start, size := base+r.uint(offsetSize), r.uint(lengthSize)
			if total++; total > maxExtents || start > 1<<62 || size > 1<<62 {
				return FormatError("file: a bad list of places")
			}
			if it != nil {
				it.extents = append(it.extents, extent{int64(start), int64(size)})
			}
		}
		if it != nil {
			it.inIdat, it.byItem = method == 1, method > 1 || reference != 0
		}
	}
	if r.short {
		return FormatError("file: a bad list of places")
	}
	return nil
}

// readReferences reads which items refer to which (clause 8.11.12).
func (l *heifLayout) readReferences(data []byte, b fileBox) error {
	r := byteReader{p: b.content(data)}
	n := 2
	if version, _ := r.fullBox(); version > 0 {
		n = 4
	}
	list, err := listBoxes(data, b.end-len(r.p), b.end)
	if err != nil {
		return err
	}
	for _, ref := range list {
		r := byteReader{p: ref.content(data)}
		from := l.items[uint32(r.uint(n))]
		for k := r.uint(2); k > 0 && !r.short; k-- {
			if to := uint32(r.uint(n)); from != nil && !r.short {
				from.refs[ref.kind] = append(from.refs[ref.kind], to)
			}
		}
	}
	return nil
}

// readProperties reads the properties and which item has which (ISO/IEC 23008-12, clause 9.3).
func (l *heifLayout) readProperties(data []byte, b fileBox) error {
	list, err := listBoxes(data, b.start, b.end)
	if err != nil {
		return err
	}
	ipco, _ := findBox(list, "ipco")
	props, err := listBoxes(data, ipco.start, ipco.end)
	if err != nil {
		return err
	}
	for _, ipma := range list {
		if ipma.kind != "ipma" {
			continue
		}
		r := byteReader{p: ipma.content(data)}
		version, flags := r.fullBox()
		idSize, indexSize := 2, 1
		if version > 0 {
			idSize = 4
		}
		if flags&1 != 0 {
			indexSize = 2
		}
		for n := r.uint(4); n > 0 && !r.short; n-- {
			it := l.items[uint32(r.uint(idSize))]
			for k := r.uint(1); k > 0 && !r.short; k-- {
				index := r.uint(indexSize)
				essential := index>>(8*indexSize-1) != 0
				index &= 1<<(8*indexSize-1) - 1
				if it == nil || index == 0 {
					continue
				}
				if index > uint64(len(props)) {
					return FormatError("file: a property that is not there")
				}
				p := props[index-1]
				if essential && !knownProperty(p.kind) {
					p.kind = "!" + p.kind // an item with a property that must be understood and is not
				}
				it.props = append(it.props, p)
			}
		}
	}
	return nil
}

// knownProperty tells whether a property marked essential is taken account of, here or by the decoders.
func knownProperty(kind string) bool {
	switch kind {
	case "ispe", "pixi", "colr", "av1C", "hvcC", "clap", "irot", "imir", "pasp", "auxC", "a1op", "a1lx", "lsel", "clli",
		"mdcv", "cclv", "amve", "rloc", "udes":
		return true
	}
	return false
}

// prop returns the content of the item's first property of a kind; nil without one.
func (it *heifItem) prop(data []byte, kind string) []byte {
	if b, ok := findBox(it.props, kind); ok {
		return b.content(data)
	}
	return nil
}

// extent returns the size that the item's ispe property states, (0,0) without one (clause 6.5.3).
func (it *heifItem) extentOf(data []byte) image.Point {
	p := it.prop(data, "ispe")
	if len(p) < 12 {
		return image.Point{}
	}
	w, h := binary.BigEndian.Uint32(p[4:]), binary.BigEndian.Uint32(p[8:])
	if w > 1<<30 || h > 1<<30 {
		return image.Point{}
	}
	return image.Pt(int(w), int(h))
}

// bytes returns an item's data, at most limit bytes of it, and how many of all its bytes the file lacks. Data in one
// piece alias the file.
func (l *heifLayout) bytes(data []byte, it *heifItem, limit int) (p []byte, missing, total int64) {
	from := data
	if it.inIdat {
		from = l.idat.content(data)
	}
	for _, e := range it.extents {
		start := min(e.start, int64(len(from)))
		size := e.size
		if size == 0 { // up to the end
			size = int64(len(from)) - start
		}
		have := min(size, int64(len(from))-start)
		total += size
		missing += size - have
		piece := from[start : start+min(have, int64(max(limit-len(p), 0)))]
		if p == nil {
			p = piece[:len(piece):len(piece)]
		} else {
			p = append(p, piece...)
		}
	}
	return p, missing, total
}

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
	case it.kind == "tmap":
		h.note("gain map", size)
	case len(it.refs["thmb"]) > 0:
		h.note("thumbnail", size)
	case describes && l.isAlpha(data, it):
		l.alpha, h.Alpha = it, true
	case describes && len(it.refs["auxl"]) > 0:
		h.note("auxiliary picture", size)
	}
}

// isAlpha tells whether an auxiliary picture is an alpha plane.
func (l *heifLayout) isAlpha(data []byte, it *heifItem) bool {
	p := it.prop(data, "auxC")
	if len(p) < 4 {
		return false
	}
	kind, _, _ := bytes.Cut(p[4:], []byte{0})
	return string(kind) == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || string(kind) == "urn:mpeg:hevc:2015:auxid:1"
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
