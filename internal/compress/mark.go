package compress

import (
	"encoding/binary"
	"hash/crc32"

	"imgpool/internal/codec"
)

// A PNG that was given a palette here must be known again wherever it is found, or each run would lose a little more. The
// mark costs no byte: of the four values that the header of a zlib stream has for how hard the compressor tried (RFC 1950,
// 2.2, FLEVEL), which no decoder looks at, it is the one that only fast settings write. What those wrote can be made far
// smaller without loss; what was written here cannot. A file is taken as this package's own where both hold, see
// [ownSavings]. A wrong guess costs bytes, not quality.
const zlibHeader = 0x785E

// ownSavings is the most, as a share, that another effort can save without loss in a file that this package wrote. Streams
// that carry the same header because they were written fast shrink more.
const ownSavings = 0.08

// marked reports whether the PNG in data has the mark.
func marked(data []byte) bool {
	at := firstIDAT(data)
	return at > 0 && binary.BigEndian.Uint16(data[at+8:]) == zlibHeader
}

// mark puts the mark into the PNG in data.
func mark(data []byte) { setZlibHeader(data, zlibHeader) }

// The headers that say an encoder took its usual time, and all the time it could.
const (
	zlibUsual  = 0x789C
	zlibUtmost = 0x78DA
)

// The least, as a share and in bytes, that makes it worth to code a PNG anew that this package, or another careful encoder,
// has written with no less effort: where the search for filters begins from what it ended with before, it may find a
// little more, every time.
const (
	settledSavings = 0.008
	settledBytes   = 16
)

// settled reports whether out, which shows the same as the best file so far, saves less than that.
func (f *file) settled(out []byte) bool {
	best := f.best.Data
	if limit := f.options.MaxBytes; limit > 0 && int64(len(best)) > limit {
		return false
	}
	saved := len(best) - len(out)
	if f.header.Format != codec.PNG || saved >= settledBytes && float64(saved) > float64(len(best))*settledSavings {
		return false
	}
	at := firstIDAT(best)
	if at <= 0 {
		return false
	}
	switch binary.BigEndian.Uint16(best[at+8:]) {
	case zlibHeader, zlibUtmost:
		return true
	case zlibUsual:
		return zlibLevel(f.options.effort()) == zlibUsual
	}
	return false
}

// zlibLevel is the header that tells of an effort.
func zlibLevel(effort int) uint16 {
	if effort > defaultEffort {
		return zlibUtmost
	}
	return zlibUsual
}

// setZlibHeader replaces the zlib header of the PNG in data. A window other than 32 KiB would not fit it; package png
// writes none.
func setZlibHeader(data []byte, header uint16) {
	at := firstIDAT(data)
	if at <= 0 || data[at+8] != zlibHeader>>8 {
		return
	}
	binary.BigEndian.PutUint16(data[at+8:], header)
	end := at + 8 + int(binary.BigEndian.Uint32(data[at:]))
	binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[at+4:end]))
}

// firstIDAT returns where the first chunk with image data begins, 0 if there is none of at least two bytes.
func firstIDAT(data []byte) int {
	for at := len(pngSignature); at+12 <= len(data); {
		n := uint64(binary.BigEndian.Uint32(data[at:]))
		if uint64(at)+12+n > uint64(len(data)) {
			return 0
		}
		if string(data[at+4:at+8]) == "IDAT" {
			if n < 2 {
				return 0
			}
			return at
		}
		at += 12 + int(n)
	}
	return 0
}

const pngSignature = "\x89PNG\r\n\x1a\n"
