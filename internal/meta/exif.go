package meta

import (
	"bytes"
	"encoding/binary"
)

// The few numbers of TIFF 6.0 and EXIF 2.3 that matter here.
const (
	tagOrientation = 0x0112

	typeByte  = 1
	typeShort = 3
	typeLong  = 4

	headerLen = 8  // byte order, 42, offset of the first directory
	entryLen  = 12 // tag, type, count, value or offset
)

// exifPrefix is what JPEG (and some WebP writers) put before the TIFF header.
var exifPrefix = []byte("Exif\x00\x00")

// Orientation returns the orientation that an EXIF block declares, 1 to 8 as in TIFF 6.0 (tag 0x0112). It is 1, upright,
// when the block has none or is broken. The block may begin with the "Exif\0\0" of a JPEG or with the TIFF header.
func Orientation(exif []byte) int {
	orientation := 1
	eachOrientation(exif, func(order binary.ByteOrder, entry []byte) bool {
		if v := entryValue(order, entry); v >= 1 && v <= 8 {
			orientation = int(v)
			return false
		}
		return true
	})
	return orientation
}

// ResetOrientation returns a copy of an EXIF block in which every orientation of the first directory says 1, upright.
// Nothing else changes, so offsets stay valid. A block without one, or a broken one, comes back as an equal copy.
func ResetOrientation(exif []byte) []byte {
	out := bytes.Clone(exif)
	eachOrientation(out, func(order binary.ByteOrder, entry []byte) bool {
		switch order.Uint16(entry[2:]) {
		case typeByte:
			entry[8] = 1
		case typeShort:
			order.PutUint16(entry[8:], 1)
		case typeLong:
			order.PutUint32(entry[8:], 1)
		}
		return true
	})
	return out
}

// eachOrientation calls visit with each entry of the first directory that holds one orientation in place, until visit
// returns false. The entry aliases the block.
func eachOrientation(exif []byte, visit func(order binary.ByteOrder, entry []byte) bool) {
	tiff := bytes.TrimPrefix(exif, exifPrefix)
	order, ok := byteOrder(tiff)
	if !ok {
		return
	}
	start := int64(order.Uint32(tiff[4:]))
	if start < headerLen || start+2 > int64(len(tiff)) {
		return
	}
	entries := tiff[start+2:]
	// A count that is too high is cut to what is there: phones and editors truncate blocks.
	count := min(int(order.Uint16(tiff[start:])), len(entries)/entryLen)
	for i := range count {
		entry := entries[i*entryLen : (i+1)*entryLen]
		if order.Uint16(entry) != tagOrientation || order.Uint32(entry[4:]) != 1 {
			continue
		}
		if !visit(order, entry) {
			return
		}
	}
}

// byteOrder reads the first half of a TIFF header.
func byteOrder(tiff []byte) (binary.ByteOrder, bool) {
	if len(tiff) < headerLen {
		return nil, false
	}
	switch string(tiff[:4]) {
	case "II*\x00":
		return binary.LittleEndian, true
	case "MM\x00*":
		return binary.BigEndian, true
	}
	return nil, false
}

// entryValue returns the single number that an entry holds in place, 0 for a type that cannot be an orientation.
func entryValue(order binary.ByteOrder, entry []byte) uint32 {
	switch order.Uint16(entry[2:]) {
	case typeByte:
		return uint32(entry[8])
	case typeShort:
		return uint32(order.Uint16(entry[8:]))
	case typeLong:
		return order.Uint32(entry[8:])
	}
	return 0
}

// OrientationBlock returns an EXIF block, from its TIFF header on, that says nothing but the orientation, 1 to 8.
func OrientationBlock(orientation int) []byte {
	return []byte{
		'M', 'M', 0, 42, 0, 0, 0, headerLen,
		0, 1, // one entry
		tagOrientation >> 8, tagOrientation & 0xFF, 0, typeShort, 0, 0, 0, 1, 0, byte(orientation), 0, 0,
		0, 0, 0, 0, // no further directory
	}
}
