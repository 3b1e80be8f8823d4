package codec

import (
	"bytes"
	"encoding/binary"
	"image"
	"sort"

	"github.com/klauspost/compress/zlib"
)

const (
	tiffLevel     = 6       // effort of the deflate compression
	tiffStripSize = 1 << 18 // bytes of a strip before compression: readers hold one at a time
)

// tiffEntry is a directory entry to be written. Values are bytes, shorts or longs.
type tiffEntry struct {
	tag, typ uint16
	values   []uint32
	bytes    []byte // instead of values
}

// encodeTIFF writes a little-endian TIFF of strips, deflated after horizontal differencing, in the smallest colour type
// that holds the picture: the rows are those of PNG but for the byte order of 16-bit samples.
func encodeTIFF(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	rows := pngRowsOf(img, o.forRGB())
	start := dst.Len()
	dst.WriteString("II*\x00\x00\x00\x00\x00")
	offsets, counts, rowsPerStrip, err := tiffStrips(dst, rows, start)
	if err != nil {
		return err
	}
	samples := rows.bytesPerPixel * 8 / rows.depth
	photometric := uint32(tiffRGB)
	if samples < 3 {
		photometric = tiffBlackIsZero
	}
	depths := make([]uint32, samples)
	for i := range depths {
		depths[i] = uint32(rows.depth)
	}
	entries := []tiffEntry{
		{tag: tiffWidth, typ: 4, values: []uint32{uint32(rows.width)}},
		{tag: tiffHeight, typ: 4, values: []uint32{uint32(rows.height)}},
		{tag: tiffBitsPerSample, typ: 3, values: depths},
		{tag: tiffCompression, typ: 3, values: []uint32{tiffDeflate}},
		{tag: tiffPhotometric, typ: 3, values: []uint32{photometric}},
		{tag: tiffStripOffsets, typ: 4, values: offsets},
		{tag: tiffSamplesPerPixel, typ: 3, values: []uint32{uint32(samples)}},
		{tag: tiffRowsPerStrip, typ: 4, values: []uint32{uint32(rowsPerStrip)}},
		{tag: tiffStripByteCounts, typ: 4, values: counts},
		{tag: tiffXResolution, typ: 5, values: []uint32{72, 1}},
		{tag: tiffYResolution, typ: 5, values: []uint32{72, 1}},
		{tag: tiffResolutionUnit, typ: 3, values: []uint32{2}},
		{tag: tiffPredictor, typ: 3, values: []uint32{2}},
	}
	if samples == 2 || samples == 4 {
		entries = append(entries, tiffEntry{tag: tiffExtraSamples, typ: 3, values: []uint32{2}})
	}
	if len(o.ICC) > 0 {
		entries = append(entries, tiffEntry{tag: tiffICC, typ: 7, bytes: o.ICC})
	}
	if len(o.XMP) > 0 {
		entries = append(entries, tiffEntry{tag: tiffXMP, typ: 1, bytes: o.XMP})
	}
	return writeTIFFDirectory(dst, start, entries)
}

// tiffStrips appends the compressed strips and returns where they are.
func tiffStrips(dst *bytes.Buffer, rows *pngRows, start int) (offsets, counts []uint32, perStrip int, err error) {
	rowBytes := rows.width * rows.bytesPerPixel
	perStrip = min(max(tiffStripSize/rowBytes, 1), rows.height)
	row := make([]byte, rowBytes)
	z, err := zlib.NewWriterLevel(dst, tiffLevel)
	if err != nil {
		return nil, nil, 0, err
	}
	for y := 0; y < rows.height; y++ {
		if y%perStrip == 0 {
			if y > 0 {
				if err := z.Close(); err != nil {
					return nil, nil, 0, err
				}
				counts = append(counts, uint32(dst.Len()-start)-offsets[len(offsets)-1])
			}
			offsets = append(offsets, uint32(dst.Len()-start))
			z.Reset(dst)
		}
		rows.row(y, row)
		rows.difference(row)
		if _, err := z.Write(row); err != nil {
			return nil, nil, 0, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, nil, 0, err
	}
	return offsets, append(counts, uint32(dst.Len()-start)-offsets[len(offsets)-1]), perStrip, nil
}

// difference replaces each sample by what it differs from the one of the pixel on the left, and makes 16-bit samples
// little-endian.
func (r *pngRows) difference(row []byte) {
	n := r.bytesPerPixel
	if r.depth == 8 {
		for i := len(row) - 1; i >= n; i-- {
			row[i] -= row[i-n]
		}
		return
	}
	for i := len(row) - 2; i >= 0; i -= 2 {
		v := binary.BigEndian.Uint16(row[i:])
		if i >= n {
			v -= binary.BigEndian.Uint16(row[i-n:])
		}
		binary.LittleEndian.PutUint16(row[i:], v)
	}
}

// writeTIFFDirectory appends the directory and the values that do not fit into it.
func writeTIFFDirectory(dst *bytes.Buffer, start int, entries []tiffEntry) error {
	sort.Slice(entries, func(i, j int) bool { return entries[i].tag < entries[j].tag })
	if (dst.Len()-start)&1 != 0 {
		dst.WriteByte(0)
	}
	le := binary.LittleEndian
	at := dst.Len() - start
	extra := at + 2 + 12*len(entries) + 4
	if int64(extra) > 1<<32-1<<20 {
		return UnsupportedError("a TIFF of more than 4 GiB")
	}
	le.PutUint32(dst.Bytes()[start+4:], uint32(at))
	directory := le.AppendUint16(nil, uint16(len(entries)))
	var values []byte
	for _, e := range entries {
		content, count := e.encode()
		directory = le.AppendUint16(directory, e.tag)
		directory = le.AppendUint16(directory, e.typ)
		directory = le.AppendUint32(directory, uint32(count))
		if len(content) <= 4 {
			directory = append(directory, append(content, 0, 0, 0, 0)[:4]...)
			continue
		}
		directory = le.AppendUint32(directory, uint32(extra+len(values)))
		values = append(values, content...)
		if len(values)&1 != 0 {
			values = append(values, 0)
		}
	}
	dst.Write(le.AppendUint32(directory, 0))
	dst.Write(values)
	return nil
}

// encode returns the entry's value and the number of its elements.
func (e *tiffEntry) encode() (content []byte, count int) {
	if e.bytes != nil {
		return bytes.Clone(e.bytes), len(e.bytes)
	}
	for _, v := range e.values {
		if e.typ == 3 {
			content = binary.LittleEndian.AppendUint16(content, uint16(v))
		} else {
			content = binary.LittleEndian.AppendUint32(content, v)
		}
	}
	if e.typ == 5 { // a rational is two numbers
		return content, len(e.values) / 2
	}
	return content, len(e.values)
}

// tiffEncodeCost counts what pngEncodeCost does.
func tiffEncodeCost(k pixelKind, w, h int64, o EncodeOptions) int64 { return pngEncodeCost(k, w, h, o) }
