package meta

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Bounds on what an EXIF block may hold. Cameras stay far below.
const (
	maxEntries = 512     // of a directory
	maxValues  = 1 << 20 // bytes of all values together
)

// typeSize is the size of one value of each TIFF type (TIFF 6.0, section 2; 13 is IFD, 129 the UTF-8 of EXIF 3.0).
var typeSize = map[uint16]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}

const (
	typeASCII = 2
	typeIFD   = 13
)

// field is an entry of a directory with its value in the block's byte order. The value may alias the source.
type field struct {
	tag, typ uint16
	count    uint32
	value    []byte
}

// subdirectories are the entries of the first directory that point to others, in the order they are written. What else
// can hang on a block (thumbnail, interoperability, maker note) is only kept where the block is not taken apart.
var subdirectories = []uint16{tagExifIFD, tagGPSIFD}

// exifBlock is an EXIF block taken apart. It has no pointers any more, so cycles and overlaps are gone with them.
type exifBlock struct {
	order  binary.AppendByteOrder
	first  []field
	nested map[uint16][]field // by the tags of subdirectories
}

func newEXIF() *exifBlock {
	return &exifBlock{order: binary.BigEndian, nested: map[uint16][]field{}}
}

// parseEXIF takes from a block what the policy keeps; whole says that it is a TIFF file. It fails when there is no
// header or no first directory; entries that point out of the block or make no sense are left out.
func parseEXIF(block []byte, p Policy, whole bool) (*exifBlock, bool) {
	order, ok := byteOrder(block)
	if !ok {
		return nil, false
	}
	r := &ifdReader{block: block, order: order, room: min(len(block), maxValues)}
	start := order.Uint32(block[4:])
	if start < headerLen || int64(start)+2 > int64(len(block)) {
		return nil, false
	}
	b := newEXIF()
	if order == binary.LittleEndian {
		b.order = binary.LittleEndian
	}
	b.first = r.directory(start, func(tag uint16) bool {
		return slices.Contains(subdirectories, tag) || keepsTag(p, 0, tag) && !(whole && p == All && describesPixels(tag))
	})
	for _, sub := range subdirectories {
		i := slices.IndexFunc(b.first, func(f field) bool { return f.tag == sub })
		if i < 0 {
			continue
		}
		pointer := b.first[i]
		b.first = slices.Delete(b.first, i, i+1)
		if (pointer.typ != typeLong && pointer.typ != typeIFD) || pointer.count != 1 {
			continue
		}
		if at := order.Uint32(pointer.value); at != start {
			b.nested[sub] = r.directory(at, func(tag uint16) bool { return keepsTag(p, sub, tag) })
		}
	}
	return b, true
}

// ifdReader reads directories. room is how many bytes of values may still be taken: values may overlap in the source,
// and must not add up to more than it has.
type ifdReader struct {
	block []byte
	order binary.ByteOrder
	room  int
}

// directory returns the entries of the directory at the given offset that keep wants, the first of each tag, sorted by
// tag. It reads maxEntries at most.
func (r *ifdReader) directory(at uint32, keep func(tag uint16) bool) []field {
	if at < headerLen || int64(at)+2 > int64(len(r.block)) {
		return nil
	}
	entries := r.block[at+2:]
	// A count that is too high is cut to what is there: phones and editors truncate blocks.
	count := min(int(r.order.Uint16(r.block[at:])), len(entries)/entryLen, maxEntries)
	var fields []field
	seen := map[uint16]bool{}
	for i := range count {
		e := entries[i*entryLen : (i+1)*entryLen]
		f := field{tag: r.order.Uint16(e), typ: r.order.Uint16(e[2:]), count: r.order.Uint32(e[4:])}
		if seen[f.tag] || !keep(f.tag) {
			continue
		}
		size := typeSize[f.typ] * int64(f.count)
		if size == 0 || size > int64(r.room) {
			continue
		}
		f.value = e[8 : 8+min(size, 4)]
		if size > 4 {
			offset := int64(r.order.Uint32(e[8:]))
			if offset+size > int64(len(r.block)) {
				continue
			}
			f.value = r.block[offset : offset+size]
		}
		r.room -= int(size)
		seen[f.tag] = true
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b field) int { return cmp.Compare(a.tag, b.tag) })
	return fields
}

// correct makes what describes the picture right for the target: orientation, size, colour space.
func (b *exifBlock) correct(t Target) {
	b.first = slices.DeleteFunc(b.first, func(f field) bool { return f.tag == tagOrientation && t.Orientation <= 1 })
	if t.Orientation > 1 {
		b.set(field{tagOrientation, typeShort, 1, b.order.AppendUint16(nil, uint16(t.Orientation))})
	}
	sub := b.nested[tagExifIFD]
	for i := range sub {
		switch f := &sub[i]; {
		case f.tag == tagPixelX:
			*f = field{f.tag, typeLong, 1, b.order.AppendUint32(nil, uint32(t.Width))}
		case f.tag == tagPixelY:
			*f = field{f.tag, typeLong, 1, b.order.AppendUint32(nil, uint32(t.Height))}
		case f.tag == tagColourSpace && t.ColourSpace != 0:
			*f = field{f.tag, typeShort, 1, b.order.AppendUint16(nil, t.ColourSpace)}
		}
	}
}

// set puts an entry into the first directory in place of one that may be there.
func (b *exifBlock) set(f field) {
	i, found := slices.BinarySearchFunc(b.first, f.tag, func(a field, tag uint16) int { return cmp.Compare(a.tag, tag) })
	if found {
		b.first[i] = f
		return
	}
	b.first = slices.Insert(b.first, i, f)
}

// text returns a text of the first directory without its padding.
func (b *exifBlock) text(tag uint16) string {
	for _, f := range b.first {
		if f.tag == tag {
			value, _, _ := bytes.Cut(f.value, []byte{0})
			return strings.TrimSpace(toText(value))
		}
	}
	return ""
}

// addText sets a text of the first directory if it is not empty and the block has none.
func (b *exifBlock) addText(tag uint16, text string) {
	text, _, _ = strings.Cut(text, "\x00")
	if text == "" || b.text(tag) != "" {
		return
	}
	value := append([]byte(text), 0)
	b.set(field{tag, typeASCII, uint32(len(value)), value})
}

// bytes writes the block: header, first directory, the directories below it, each followed by its values. It is nil if
// there is nothing to say.
func (b *exifBlock) bytes() []byte {
	pointers := 0
	for _, sub := range subdirectories {
		if len(b.nested[sub]) > 0 {
			pointers++
		}
	}
	if len(b.first)+pointers == 0 {
		return nil
	}
	mark := "MM"
	if b.order == binary.LittleEndian {
		mark = "II"
	}
	out := b.order.AppendUint16([]byte(mark), 42)
	out = b.order.AppendUint32(out, headerLen)
	next := headerLen + directorySize(b.first) + pointers*entryLen
	first := slices.Clone(b.first)
	for _, sub := range subdirectories {
		if fields := b.nested[sub]; len(fields) > 0 {
			first = append(first, field{sub, typeLong, 1, b.order.AppendUint32(nil, uint32(next))})
			next += directorySize(fields)
		}
	}
	slices.SortFunc(first, func(a, b field) int { return cmp.Compare(a.tag, b.tag) })
	out = b.appendDirectory(out, first)
	for _, sub := range subdirectories {
		if fields := b.nested[sub]; len(fields) > 0 {
			out = b.appendDirectory(out, fields)
		}
	}
	return out
}

// directorySize is the size of a directory with its values in bytes.
func directorySize(fields []field) int {
	size := 2 + entryLen*len(fields) + 4
	for _, f := range fields {
		if n := len(f.value); n > 4 {
			size += n + n&1
		}
	}
	return size
}

// appendDirectory writes a directory and, behind it, the values that do not fit into entries, at even offsets.
func (b *exifBlock) appendDirectory(out []byte, fields []field) []byte {
	at := len(out) + 2 + entryLen*len(fields) + 4
	out = b.order.AppendUint16(out, uint16(len(fields)))
	var values []byte
	for _, f := range fields {
		out = b.order.AppendUint16(out, f.tag)
		out = b.order.AppendUint16(out, f.typ)
		out = b.order.AppendUint32(out, f.count)
		if len(f.value) <= 4 {
			out = append(out, f.value...)
			out = append(out, make([]byte, 4-len(f.value))...)
			continue
		}
		out = b.order.AppendUint32(out, uint32(at+len(values)))
		values = append(values, f.value...)
		if len(f.value)&1 != 0 {
			values = append(values, 0)
		}
	}
	out = b.order.AppendUint32(out, 0)
	return append(out, values...)
}

// patchEXIF returns a copy of a block in which orientation, size and colour space are right for the target and every
// other byte is where it was: maker notes hold offsets that nobody but their maker knows.
func patchEXIF(block []byte, t Target) []byte {
	out := ResetOrientation(block)
	order, ok := byteOrder(out)
	if !ok {
		return out
	}
	put := func(e []byte, value uint32) {
		if order.Uint32(e[4:]) == 1 && order.Uint16(e[2:]) == typeShort && value <= 0xFFFF {
			order.PutUint16(e[8:], uint16(value))
			return
		}
		order.PutUint16(e[2:], typeLong) // some programs write signed numbers
		order.PutUint32(e[4:], 1)
		order.PutUint32(e[8:], value)
	}
	each := func(at uint32, visit func(tag uint16, e []byte)) {
		if at < headerLen || int64(at)+2 > int64(len(out)) {
			return
		}
		entries := out[at+2:]
		for i := range min(int(order.Uint16(out[at:])), len(entries)/entryLen, maxEntries) {
			e := entries[i*entryLen : (i+1)*entryLen]
			visit(order.Uint16(e), e)
		}
	}
	var sub uint32
	each(order.Uint32(out[4:]), func(tag uint16, e []byte) {
		switch tag {
		case tagImageWidth:
			put(e, uint32(t.Width))
		case tagImageLength:
			put(e, uint32(t.Height))
		case tagOrientation:
			put(e, uint32(max(t.Orientation, 1)))
		case tagExifIFD:
			sub = order.Uint32(e[8:])
		}
	})
	each(sub, func(tag uint16, e []byte) {
		switch {
		case tag == tagPixelX:
			put(e, uint32(t.Width))
		case tag == tagPixelY:
			put(e, uint32(t.Height))
		case tag == tagColourSpace && t.ColourSpace != 0:
			put(e, uint32(t.ColourSpace))
		}
	})
	return out
}
