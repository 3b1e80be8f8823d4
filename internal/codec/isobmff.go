package codec

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Bounds of what is taken from a file in the container of ISO/IEC 14496-12. Real pictures stay far below them.
const (
	maxBoxes   = 1 << 14 // in one level
	maxItems   = 1 << 14
	maxExtents = 1 << 14 // of all items
)

// fileBox is a box of the container: its four letters and where its content lies.
type fileBox struct {
	kind       string
	start, end int // the content is data[start:end]
	missing    int64
}

// content returns the bytes of the box.
func (b fileBox) content(data []byte) []byte { return data[b.start:b.end] }

// listBoxes lists the boxes in data[pos:end] (ISO/IEC 14496-12, clause 4.2). The last one may be cut, which its missing
// tells; the one before a rest that is no box is the last.
func listBoxes(data []byte, pos, end int) ([]fileBox, error) {
	var list []fileBox
	for end-pos >= 8 {
		if len(list) == maxBoxes {
			return nil, formatErrorf("file: more than %d boxes", maxBoxes)
		}
		size := int64(binary.BigEndian.Uint32(data[pos:]))
		b := fileBox{kind: string(data[pos+4 : pos+8]), start: pos + 8}
		switch size {
		case 0: // up to the end
			size = int64(end - pos)
		case 1:
			if end-pos < 16 {
				return nil, FormatError("file: a box without its size")
			}
			size = int64(binary.BigEndian.Uint64(data[pos+8:]) & (1<<63 - 1))
			b.start += 8
		}
		if size < int64(b.start-pos) {
			return nil, FormatError("file: a box smaller than its header")
		}
		b.end = end
		if size <= int64(end-pos) {
			b.end = pos + int(size)
		} else {
			b.missing = size - int64(end-pos)
		}
		list = append(list, b)
		pos = b.end
	}
	return list, nil
}

// findBox returns the first box of a kind.
func findBox(list []fileBox, kind string) (fileBox, bool) {
	i := slices.IndexFunc(list, func(b fileBox) bool { return b.kind == kind })
	if i < 0 {
		return fileBox{}, false
	}
	return list[i], true
}

// byteReader takes big-endian numbers from a slice. Reading beyond its end gives zeros and sets short.
type byteReader struct {
	p     []byte
	short bool
}

// uint reads a number of n bytes, 0 to 8.
func (r *byteReader) uint(n int) uint64 {
	if n > len(r.p) {
		r.p, r.short = nil, true
		return 0
	}
	v := uint64(0)
	for _, b := range r.p[:n] {
		v = v<<8 | uint64(b)
	}
	r.p = r.p[n:]
	return v
}

// fullBox reads the version and the flags that begin some boxes.
func (r *byteReader) fullBox() (version int, flags uint32) {
	v := r.uint(4)
	return int(v >> 24), uint32(v) & 0xFFFFFF
}

// text reads up to and with the next zero byte, or everything.
func (r *byteReader) text() string {
	i := slices.Index(r.p, 0)
	if i < 0 {
		s := string(r.p)
		r.p, r.short = nil, true
		return s
	}
	s := string(r.p[:i])
	r.p = r.p[i+1:]
	return s
}

// msbReader takes bits from a slice, the most significant first, as AV1 and HEVC have it. Reading beyond the end gives
// zeros and sets short.
type msbReader struct {
	p     []byte
	pos   int // in bits
	short bool
}

// bits reads n bits, 0 to 32.
func (r *msbReader) bits(n int) uint32 {
	v := uint32(0)
	for range n {
		i := r.pos >> 3
		if i >= len(r.p) {
			r.short = true
			return 0
		}
		v = v<<1 | uint32(r.p[i]>>(7-r.pos&7)&1)
		r.pos++
	}
	return v
}

// flag reads one bit.
func (r *msbReader) flag() bool { return r.bits(1) != 0 }

// golomb reads an unsigned Exp-Golomb code (ITU-T H.265, clause 9.2), which AV1 calls uvlc.
func (r *msbReader) golomb() uint32 {
	zeros := 0
	for !r.flag() {
		if zeros++; zeros > 31 || r.short {
			r.short = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.bits(zeros)
}

// writeBox appends a box of the given content.
func writeBox(dst *bytes.Buffer, kind string, content ...[]byte) {
	size := 8
	for _, p := range content {
		size += len(p)
	}
	dst.Write(binary.BigEndian.AppendUint32(nil, uint32(size)))
	dst.WriteString(kind)
	for _, p := range content {
		dst.Write(p)
	}
}
