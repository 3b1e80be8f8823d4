package codec

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/zlib"
)

// rawTIFF describes a TIFF that a test builds by hand: one strip or tile after the other.
type rawTIFF struct {
	big     bool // BigTIFF
	order   binary.AppendByteOrder
	entries map[uint16][]uint64 // shorts, or longs where a value is larger
	blocks  [][]byte
	tiled   bool
	pages   int      // further pages, copies of the first
	subfile []uint64 // NewSubfileType of the further pages
	loop    bool     // the last page is followed by the first
	opaque  map[uint16][]byte
}

func (f rawTIFF) build() []byte {
	o := f.order
	out := []byte("II")
	if o.String() == "BigEndian" {
		out = []byte("MM")
	}
	if f.big {
		out = o.AppendUint16(out, 43)
		out = o.AppendUint16(out, 8)
		out = o.AppendUint16(out, 0)
		out = o.AppendUint64(out, 0)
	} else {
		out = o.AppendUint16(out, 42)
		out = o.AppendUint32(out, 0)
	}
	next := len(out) - f.word()
	var offsets, counts []uint64
	for _, b := range f.blocks {
		offsets, counts = append(offsets, uint64(len(out))), append(counts, uint64(len(b)))
		out = append(out, b...)
	}
	first := 0
	for page := range 1 + f.pages {
		entries := map[uint16][]uint64{tiffStripOffsets: offsets, tiffStripByteCounts: counts}
		if f.tiled {
			entries = map[uint16][]uint64{tiffTileOffsets: offsets, tiffTileByteCounts: counts}
		}
		if page > 0 && page <= len(f.subfile) {
			entries[tiffNewSubfileType] = f.subfile[page-1 : page]
		}
		for tag, v := range f.entries {
			entries[tag] = v
		}
		directory, rest, after := f.directory(entries, len(out))
		f.putWord(out[next:], len(out))
		if page == 0 {
			first = len(out)
		}
		next = len(out) + after
		out = append(append(out, directory...), rest...)
	}
	if f.loop {
		f.putWord(out[next:], first)
	}
	return out
}

// word is the size of an offset.
func (f rawTIFF) word() int {
	if f.big {
		return 8
	}
	return 4
}

func (f rawTIFF) putWord(p []byte, v int) {
	order := binary.ByteOrder(binary.LittleEndian)
	if f.order.String() == "BigEndian" {
		order = binary.BigEndian
	}
	if f.big {
		order.PutUint64(p, uint64(v))
	} else {
		order.PutUint32(p, uint32(v))
	}
}

// directory builds a directory that will stand at an offset, what its values need behind it, and where in it the offset
// of the next one is.
func (f rawTIFF) directory(entries map[uint16][]uint64, at int) (directory, rest []byte, next int) {
	o := f.order
	appendWord := func(b []byte, v uint64) []byte {
		if f.big {
			return o.AppendUint64(b, v)
		}
		return o.AppendUint32(b, uint32(v))
	}
	if f.big {
		directory = o.AppendUint64(nil, uint64(len(entries)))
	} else {
		directory = o.AppendUint16(nil, uint16(len(entries)))
	}
	size := len(directory) + len(entries)*(4+2*f.word()) + f.word()
	for tag := uint16(0); tag < 65535; tag++ {
		values, ok := entries[tag]
		if !ok {
			continue
		}
		typ := uint16(3)
		if f.opaque[tag] != nil {
			typ = 7
		}
		for _, v := range values {
			if v > 65535 {
				typ = 4
			}
		}
		var content []byte
		content = append(content, f.opaque[tag]...)
		for _, v := range values {
			if typ == 3 {
				content = o.AppendUint16(content, uint16(v))
			} else {
				content = o.AppendUint32(content, uint32(v))
			}
		}
		directory = o.AppendUint16(directory, tag)
		directory = o.AppendUint16(directory, typ)
		directory = appendWord(directory, uint64(len(values)+len(f.opaque[tag])))
		if len(content) <= f.word() {
			directory = append(directory, append(content, make([]byte, 8)...)[:f.word()]...)
			continue
		}
		directory = appendWord(directory, uint64(at+size+len(rest)))
		rest = append(rest, content...)
	}
	return appendWord(directory, 0), rest, size - f.word()
}

// tiffOf describes a TIFF of w x h pixels with the given entries.
func tiffOf(w, h int, photometric, samples, bits uint64, blocks ...[]byte) rawTIFF {
	depths := make([]uint64, samples)
	for i := range depths {
		depths[i] = bits
	}
	return rawTIFF{order: binary.LittleEndian, blocks: blocks, entries: map[uint16][]uint64{
		tiffWidth: {uint64(w)}, tiffHeight: {uint64(h)}, tiffBitsPerSample: depths, tiffPhotometric: {photometric}, tiffSamplesPerPixel: {samples},
	}}
}

// set adds an entry.
func (f rawTIFF) set(tag uint16, values ...uint64) rawTIFF {
	entries := map[uint16][]uint64{tag: values}
	for t, v := range f.entries {
		if t != tag {
			entries[t] = v
		}
	}
	f.entries = entries
	return f
}

// bytes adds an entry of bytes without a type.
func (f rawTIFF) bytes(tag uint16, content []byte) rawTIFF {
	f.opaque = map[uint16][]byte{tag: content}
	return f.set(tag)
}

func deflated(p []byte) []byte {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	z.Write(p)
	z.Close()
	return buf.Bytes()
}
