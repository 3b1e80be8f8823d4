package codec

import (
	"bytes"
	"encoding/binary"
	"slices"
)

var errAVIFLayout = FormatError("AVIF: the encoder's file has an unknown layout")

// avifExtra is a metadata item to be added to a file.
type avifExtra struct {
	id      uint16
	kind    string
	mime    string
	content []byte
}

// wrapAVIF appends the encoder's file with the colours named and the metadata of o added. The encoder knows neither: it
// leaves the colours unspecified, which are sRGB unless there is a profile.
func wrapAVIF(dst *bytes.Buffer, file []byte, o EncodeOptions) error {
	nameColours(file, len(o.ICC) > 0)
	if len(o.ICC)+len(o.EXIF)+len(o.XMP) == 0 {
		dst.Write(file)
		return nil
	}
	top, err := listBoxes(file, 0, len(file))
	if err != nil {
		return err
	}
	if len(top) != 3 || top[0].kind != "ftyp" || top[1].kind != "meta" || top[2].kind != "mdat" || len(top[1].content(file)) < 4 {
		return errAVIFLayout
	}
	meta := top[1]
	parts, err := listBoxes(file, meta.start+4, meta.end)
	if err != nil {
		return err
	}
	w := &avifWriter{file: file, parts: parts, icc: o.ICC, end: uint32(len(file))}
	if w.primary, w.lastID, err = w.ids(); err != nil {
		return err
	}
	if len(o.EXIF) > 0 {
		w.add("Exif", "", append(make([]byte, 4), o.EXIF...))
	}
	if len(o.XMP) > 0 {
		w.add("mime", "application/rdf+xml", o.XMP)
	}
	// Once to learn how far the data move, once for good.
	head, err := w.meta(0)
	if err != nil {
		return err
	}
	moved := uint32(len(head) - (meta.end - meta.start))
	if head, err = w.meta(moved); err != nil {
		return err
	}
	writeBox(dst, "ftyp", top[0].content(file))
	writeBox(dst, "meta", head)
	data := [][]byte{top[2].content(file)}
	for _, x := range w.extras {
		data = append(data, x.content)
	}
	writeBox(dst, "mdat", data...)
	return nil
}

// nameColours writes the code points of sRGB into the file's nclx property, in place. The matrix that libavif takes for
// an unspecified one is that of BT.601. With a profile, primaries and curve stay unspecified.
func nameColours(file []byte, profile bool) {
	i := bytes.Index(file, []byte("colrnclx"))
	if i < 0 || i+15 > len(file) {
		return
	}
	p := file[i+8:]
	if !profile {
		p[1], p[3] = 1, 13
	}
	if p[5] == 2 {
		p[5] = 6
	}
}

// avifWriter rebuilds the meta box of a file of libavif.
type avifWriter struct {
	file            []byte
	parts           []fileBox
	primary, lastID uint16
	icc             []byte
	extras          []avifExtra
	end             uint32 // of the old file
}

// part returns the content of a box of the meta box, behind its version and flags.
func (w *avifWriter) part(kind string) ([]byte, error) {
	b, ok := findBox(w.parts, kind)
	p := b.content(w.file)
	if !ok || len(p) < 4 || p[0] != 0 {
		return nil, errAVIFLayout
	}
	return p[4:], nil
}

// ids returns the primary item's number and the highest one.
func (w *avifWriter) ids() (primary, last uint16, err error) {
	pitm, err := w.part("pitm")
	if err != nil || len(pitm) != 2 {
		return 0, 0, errAVIFLayout
	}
	iloc, err := w.part("iloc")
	if err != nil || len(iloc) < 4 || iloc[0] != 0x44 || iloc[1] != 0 || (len(iloc)-4)%14 != 0 {
		return 0, 0, errAVIFLayout
	}
	for p := iloc[4:]; len(p) > 0; p = p[14:] {
		last = max(last, binary.BigEndian.Uint16(p))
	}
	return binary.BigEndian.Uint16(pitm), last, nil
}

func (w *avifWriter) add(kind, mime string, content []byte) {
	w.lastID++
	w.extras = append(w.extras, avifExtra{w.lastID, kind, mime, content})
}

// meta returns the content of the new meta box, for data that lie moved bytes behind their old place.
func (w *avifWriter) meta(moved uint32) ([]byte, error) {
	var dst bytes.Buffer
	dst.Write(make([]byte, 4))
	described := false // by an iref box
	for _, b := range w.parts {
		var content []byte
		var err error
		switch b.kind {
		case "iloc":
			content, err = w.places(moved)
		case "iinf":
			content, err = w.items()
		case "iref":
			content, described = w.references(b.content(w.file)), true
		case "iprp":
			if !described && len(w.extras) > 0 {
				writeBox(&dst, "iref", w.references(make([]byte, 4)))
			}
			content, err = w.properties(b)
		default:
			content = b.content(w.file)
		}
		if err != nil {
			return nil, err
		}
		writeBox(&dst, b.kind, content)
	}
	return dst.Bytes(), nil
}

// places is the new iloc (ISO/IEC 14496-12, clause 8.11.3): version 0, offsets and lengths of 4 bytes.
func (w *avifWriter) places(moved uint32) ([]byte, error) {
	old, err := w.part("iloc")
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	out := append(make([]byte, 4), old...)
	be.PutUint16(out[6:], be.Uint16(out[6:])+uint16(len(w.extras)))
	for p := out[8:]; len(p) >= 14; p = p[14:] {
		if be.Uint16(p[4:]) != 1 {
			return nil, errAVIFLayout
		}
		be.PutUint32(p[6:], be.Uint32(p[6:])+moved)
	}
	at := w.end + moved
	for _, x := range w.extras {
		out = be.AppendUint16(out, x.id)
		out = append(out, 0, 0, 0, 1)
		out = be.AppendUint32(be.AppendUint32(out, at), uint32(len(x.content)))
		at += uint32(len(x.content))
	}
	return out, nil
}

// items is the new iinf (clause 8.11.6).
func (w *avifWriter) items() ([]byte, error) {
	old, err := w.part("iinf")
	if err != nil || len(old) < 2 {
		return nil, errAVIFLayout
	}
	var out bytes.Buffer
	out.Write(make([]byte, 4))
	out.Write(binary.BigEndian.AppendUint16(nil, binary.BigEndian.Uint16(old)+uint16(len(w.extras))))
	out.Write(old[2:])
	for _, x := range w.extras {
		entry := binary.BigEndian.AppendUint16([]byte{2, 0, 0, 0}, x.id)
		entry = append(append(append(entry, 0, 0), x.kind...), 0)
		if x.mime != "" {
			entry = append(append(entry, x.mime...), 0)
		}
		writeBox(&out, "infe", entry)
	}
	return out.Bytes(), nil
}

// references is the new iref (clause 8.11.12), in which the metadata describe the primary picture.
func (w *avifWriter) references(old []byte) []byte {
	out := bytes.NewBuffer(slices.Clone(old))
	for _, x := range w.extras {
		ref := binary.BigEndian.AppendUint16(nil, x.id)
		writeBox(out, "cdsc", binary.BigEndian.AppendUint16(append(ref, 0, 1), w.primary))
	}
	return out.Bytes()
}

// properties is the new iprp (ISO/IEC 23008-12, clause 9.3), with the profile as the primary picture's last property.
func (w *avifWriter) properties(iprp fileBox) ([]byte, error) {
	if len(w.icc) == 0 {
		return iprp.content(w.file), nil
	}
	list, err := listBoxes(w.file, iprp.start, iprp.end)
	if err != nil {
		return nil, err
	}
	ipco, ok1 := findBox(list, "ipco")
	ipma, ok2 := findBox(list, "ipma")
	props, err := listBoxes(w.file, ipco.start, ipco.end)
	assoc := ipma.content(w.file)
	if !ok1 || !ok2 || err != nil || len(props) > 100 || len(assoc) < 8 || !bytes.Equal(assoc[:4], make([]byte, 4)) {
		return nil, errAVIFLayout
	}
	var out, colr bytes.Buffer
	writeBox(&colr, "colr", []byte("prof"), w.icc)
	writeBox(&out, "ipco", ipco.content(w.file), colr.Bytes())
	changed := slices.Clone(assoc[:8])
	for p := assoc[8:]; len(p) > 0; {
		n := 3
		if len(p) >= 3 {
			n += int(p[2])
		}
		if n > len(p) {
			return nil, errAVIFLayout
		}
		entry := slices.Clone(p[:n])
		if binary.BigEndian.Uint16(p) == w.primary {
			entry[2]++
			entry = append(entry, byte(len(props)+1))
		}
		changed, p = append(changed, entry...), p[n:]
	}
	writeBox(&out, "ipma", changed)
	return out.Bytes(), nil
}
