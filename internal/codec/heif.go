package codec

import (
	"bytes"
	"encoding/binary"
	"image"
)

// heifItem is an item of a HEIF file (ISO/IEC 23008-12): a coded picture, a grid of such, or metadata.
type heifItem struct {
	id      uint32
	kind    string // "av01", "hvc1", "grid", "Exif", "mime"
	mime    string // the content type of a mime item
	inIdat  bool   // the extents lie in the idat box
	byItem  bool   // the extents lie in another item, which is not followed
	hidden  bool   // not to be shown by itself
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
	parts   map[uint32]bool // items that others are made of
	major   string          // brand

	size        image.Point // as coded, before clap
	clap        image.Rectangle
	orientation int // what irot and imir ask for
	mono        bool
	c2pa        bool // there are content credentials
	colour      CICP
	hasColour   bool // there is an nclx property, or the coded picture says
}

// readHEIF reads the container: items, their places and properties, and how they belong together.
func readHEIF(data []byte, h *Header) (*heifLayout, error) {
	l := &heifLayout{items: map[uint32]*heifItem{}, parts: map[uint32]bool{}, orientation: 1}
	h.layout = l
	top, err := listBoxes(data, 0, len(data))
	if err != nil {
		return nil, err
	}
	if len(top) > 0 && top[0].end-top[0].start >= 4 {
		l.major = string(data[top[0].start : top[0].start+4])
	}
	l.noteBoxes(data, top, h)
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

// noteBoxes records the boxes beside those that a picture needs: what they hold may be about people.
func (l *heifLayout) noteBoxes(data []byte, top []fileBox, h *Header) {
	for _, b := range top {
		p := b.content(data)
		switch b.kind {
		case "ftyp", "meta", "mdat", "moov":
			continue
		case "mpvd": // the video of Google's motion photos
			h.holds(MotionPhoto)
		case "uuid":
			l.c2pa = l.c2pa || bytes.HasPrefix(p, uuidC2PA)
		}
		if len(bytes.Trim(p, "\x00")) > 0 { // what is free and empty is nothing
			h.note(printable(b.kind), len(p)+8)
		}
	}
}

// uuidC2PA begins a box with content credentials (C2PA 2.1, A.5).
var uuidC2PA = []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")

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
		version, flags := r.fullBox()
		if infe.kind != "infe" || version < 2 {
			continue
		}
		it := &heifItem{refs: map[string][]uint32{}, hidden: flags&1 != 0}
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
