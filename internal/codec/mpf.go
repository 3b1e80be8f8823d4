package codec

import (
	"bytes"
	"encoding/binary"
)

// mpImage is an entry of the Multi-Picture Format (CIPA DC-007, 5.2.3.3): a picture in the same file.
type mpImage struct {
	kind       uint32 // what it is for: the low 24 bits of the attribute
	start, end int    // of its data in the file
}

// Kinds of pictures (CIPA DC-007, table 4).
const (
	mpUndefined = 0
	mpPrimary   = 0x030000
	mpPreview   = 0x010000 // large thumbnails; their size is in the low 16 bits
	mpClass     = 0xFF0000
)

// Tags of the index of pictures (5.2.3).
const (
	mpTagVersion = 0xB000
	mpTagCount   = 0xB001
	mpTagEntries = 0xB002
)

// maxMPImages is more than any camera writes.
const maxMPImages = 100

// readMPF reads the index in the content of an MPF segment, behind its identifier; at is where in the file that content
// begins, for offsets count from there. It returns the pictures behind the first one that lie in the file and begin as
// a JPEG does, in the order of the index; nil where the index is broken.
func readMPF(data, p []byte, at int) []mpImage {
	if len(p) < 8 {
		return nil
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(p[:4]) {
	case "MM\x00*":
	case "II*\x00":
		order = binary.LittleEndian
	default:
		return nil
	}
	ifd := int64(order.Uint32(p[4:]))
	if ifd+2 > int64(len(p)) {
		return nil
	}
	fields := p[ifd:]
	n := min(int(order.Uint16(fields)), (len(fields)-2)/12)
	var entries []byte
	for i := range n {
		f := fields[2+12*i:][:12]
		if order.Uint16(f) != mpTagEntries {
			continue
		}
		size, offset := int64(order.Uint32(f[4:])), int64(order.Uint32(f[8:]))
		if offset <= int64(len(p)) && size <= int64(len(p))-offset {
			entries = p[offset : offset+size]
		}
	}
	var list []mpImage
	for i := 0; len(entries) >= 16 && i < maxMPImages; i, entries = i+1, entries[16:] {
		size, offset := int64(order.Uint32(entries[4:])), int64(order.Uint32(entries[8:]))
		start := int64(at) + offset
		if offset == 0 || start >= int64(len(data)) || !bytes.HasPrefix(data[start:], []byte{0xFF, mSOI}) {
			continue
		}
		end := min(start+size, int64(len(data)))
		list = append(list, mpImage{order.Uint32(entries) & 0xFFFFFF, int(start), int(end)})
	}
	return list
}

// appendMPF appends the content of an MPF segment, identifier and all, that lists a primary picture of size bytes, the
// whole of it, and a second one of extra bytes which begins behind bytes after the TIFF header in the segment.
func appendMPF(out []byte, size, extra, behind int) []byte {
	be := binary.BigEndian
	out = append(out, idMPF...)
	out = append(out, "MM\x00*\x00\x00\x00\x08\x00\x03"...)
	field := func(tag, kind uint16, count, value uint32) {
		out = be.AppendUint16(be.AppendUint16(out, tag), kind)
		out = be.AppendUint32(be.AppendUint32(out, count), value)
	}
	const entries = 8 + 2 + 3*12 + 4
	field(mpTagVersion, 7, 4, 0x30313030) // "0100"
	field(mpTagCount, 4, 1, 2)
	field(mpTagEntries, 7, 32, entries)
	out = be.AppendUint32(out, 0) // no further directory
	for _, e := range [2][3]uint32{{mpPrimary, uint32(size), 0}, {mpUndefined, uint32(extra), uint32(behind)}} {
		out = be.AppendUint32(be.AppendUint32(be.AppendUint32(out, e[0]), e[1]), e[2])
		out = be.AppendUint32(out, 0) // depends on no other
	}
	return out
}
