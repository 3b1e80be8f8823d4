package codec

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"slices"

	"github.com/klauspost/compress/zlib"

	"imgpool/internal/meta"
)

// pngLevel is the effort of the deflate compression: the best ratio before time grows much faster than bytes shrink.
const pngLevel = 8

// pngRows gives the rows of a picture in the smallest colour type that holds it as it is.
type pngRows struct {
	colourType    byte
	depth         int
	bytesPerPixel int
	width, height int
	row           func(y int, dst []byte) // fills dst with row y
}

// encodePNG writes PNG: grey when all pixels are grey, without alpha when all are opaque, with 16 bits when img has them.
func encodePNG(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	rows := pngRowsOf(img, o.forRGB())
	dst.WriteString(pngSignature)
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(rows.width))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(rows.height))
	writePNGChunk(dst, "IHDR", append(ihdr, byte(rows.depth), rows.colourType, 0, 0, 0))
	if err := pngMetadata(dst, o); err != nil {
		return err
	}
	start := dst.Len()
	dst.WriteString("\x00\x00\x00\x00IDAT")
	if err := rows.compress(dst); err != nil {
		return err
	}
	chunk := dst.Bytes()[start:]
	length := len(chunk) - 8
	if int64(length) > 1<<31-1 {
		return UnsupportedError("a PNG of more than 2 GiB")
	}
	binary.BigEndian.PutUint32(chunk, uint32(length))
	dst.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk[4:])))
	writePNGChunk(dst, "IEND", nil)
	return nil
}

// writePNGChunk appends a chunk (clause 5.3).
func writePNGChunk(dst *bytes.Buffer, kind string, content []byte) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	head = append(head, kind...)
	dst.Write(head)
	dst.Write(content)
	sum := crc32.Update(crc32.ChecksumIEEE(head[4:]), crc32.IEEETable, content)
	dst.Write(binary.BigEndian.AppendUint32(nil, sum))
}

// pngMetadata writes the chunks of the metadata blocks, in the order in which stripPNG leaves them.
func pngMetadata(dst *bytes.Buffer, o EncodeOptions) error {
	writePNGBlocks(dst, meta.Blocks{EXIF: o.EXIF, XMP: o.XMP, Text: o.Text})
	for _, c := range o.ColourChunks {
		writePNGChunk(dst, c.Kind, c.Content)
	}
	if len(o.ICC) > 0 && len(o.ColourChunks) == 0 {
		content := bytes.NewBufferString("ICC profile\x00\x00")
		z, err := zlib.NewWriterLevel(content, zlib.BestCompression)
		if err != nil {
			return err
		}
		if _, err := z.Write(o.ICC); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		writePNGChunk(dst, "iCCP", content.Bytes())
	}
	return nil
}

// compress filters the rows and appends their zlib stream.
func (r *pngRows) compress(dst *bytes.Buffer) error {
	z, err := zlib.NewWriterLevel(dst, pngLevel)
	if err != nil {
		return err
	}
	f := newPNGFilter(r.width*r.bytesPerPixel, r.bytesPerPixel)
	for y := range r.height {
		r.row(y, f.current())
		if _, err := z.Write(f.best()); err != nil {
			return err
		}
	}
	return z.Close()
}

// forRGB tells whether the profile that goes with the picture is for RGB: grey may not have one then (clause 11.3.2.3).
func (o *EncodeOptions) forRGB() bool {
	const space = 16 // offset in a profile's header
	if len(o.ColourChunks) > 0 && !slices.ContainsFunc(o.ColourChunks, func(c ColourChunk) bool { return c.Kind == "iCCP" }) {
		return false
	}
	return len(o.ICC) > space+4 && string(o.ICC[space:space+4]) == "RGB "
}

// pngRowsOf chooses the colour type of a picture. coloured keeps packed pixels from becoming grey.
func pngRowsOf(img image.Image, coloured bool) *pngRows {
	size := img.Bounds().Size()
	r := &pngRows{width: size.X, height: size.Y, depth: 8}
	switch m := img.(type) {
	case *image.Gray:
		r.colourType, r.bytesPerPixel = colourGrey, 1
		r.row = func(y int, dst []byte) { copy(dst, m.Pix[y*m.Stride:]) }
	case *image.Gray16:
		r.colourType, r.bytesPerPixel, r.depth = colourGrey, 2, 16
		r.row = func(y int, dst []byte) { copy(dst, m.Pix[y*m.Stride:]) }
	case *image.NRGBA64:
		r.depth = 16
		r.packed(m.Pix, m.Stride, 2, coloured)
	default:
		n := toNRGBA(img)
		r.packed(n.Pix, n.Stride, 1, coloured)
	}
	return r
}

// packed sets r up for pixels of four samples of n bytes, of which it leaves out what all pixels have in common: equal
// red, green and blue, and full alpha.
func (r *pngRows) packed(pix []byte, stride, n int, coloured bool) {
	grey, opaque := !coloured, true
	for y := 0; y < r.height && (grey || opaque); y++ {
		row := pix[y*stride:][:4*n*r.width]
		grey = grey && allGrey(row, n)
		opaque = opaque && allOpaque(row, n)
	}
	switch {
	case grey && opaque:
		r.colourType, r.bytesPerPixel = colourGrey, n
	case grey:
		r.colourType, r.bytesPerPixel = colourGreyA, 2*n
	case opaque:
		r.colourType, r.bytesPerPixel = colourRGB, 3*n
	default:
		r.colourType, r.bytesPerPixel = colourRGBA, 4*n
	}
	r.row = func(y int, dst []byte) {
		src := pix[y*stride:][:4*n*r.width]
		switch r.colourType {
		case colourRGBA:
			copy(dst, src)
		case colourRGB:
			for ; len(src) >= 4*n; src, dst = src[4*n:], dst[3*n:] {
				copy(dst[:3*n], src)
			}
		case colourGrey:
			for ; len(src) >= 4*n; src, dst = src[4*n:], dst[n:] {
				copy(dst[:n], src)
			}
		case colourGreyA:
			for ; len(src) >= 4*n; src, dst = src[4*n:], dst[2*n:] {
				copy(dst[:n], src)
				copy(dst[n:2*n], src[3*n:])
			}
		}
	}
}

// allGrey says whether red, green and blue are equal in all pixels of a row with samples of n bytes.
func allGrey(row []byte, n int) bool {
	for ; len(row) >= 4*n; row = row[4*n:] {
		for i := range n {
			if row[i] != row[n+i] || row[i] != row[2*n+i] {
				return false
			}
		}
	}
	return true
}

// allOpaque says whether alpha is full in all pixels of a row with samples of n bytes.
func allOpaque(row []byte, n int) bool {
	for ; len(row) >= 4*n; row = row[4*n:] {
		for i := range n {
			if row[3*n+i] != 0xFF {
				return false
			}
		}
	}
	return true
}

// pngFilter filters rows with whichever of the five filters leaves the smallest differences, the heuristic that the
// specification recommends (clause 12.7).
type pngFilter struct {
	bpp        int
	cur, prev  []byte    // rows with bpp zero bytes in front, so that the left neighbour always exists
	candidates [5][]byte // filter type and filtered bytes
}

func newPNGFilter(rowBytes, bpp int) *pngFilter {
	f := &pngFilter{bpp: bpp, cur: make([]byte, bpp+rowBytes), prev: make([]byte, bpp+rowBytes)}
	for i := range f.candidates {
		f.candidates[i] = make([]byte, 1+rowBytes)
		f.candidates[i][0] = byte(i)
	}
	return f
}

// current is where the next row goes.
func (f *pngFilter) current() []byte { return f.cur[f.bpp:] }

// best filters the current row, makes it the previous one and returns the result, which is valid until the next call.
func (f *pngFilter) best() []byte {
	cur := f.cur[f.bpp:]
	n := len(cur)
	left, up, upLeft := f.cur[:n], f.prev[f.bpp:][:n], f.prev[:n]
	c0, c1, c2 := f.candidates[0][1:][:n], f.candidates[1][1:][:n], f.candidates[2][1:][:n]
	c3, c4 := f.candidates[3][1:][:n], f.candidates[4][1:][:n]
	var sums [5]int
	for i, v := range cur {
		a, b, c := left[i], up[i], upLeft[i]
		d1, d2 := v-a, v-b
		d3 := v - byte((uint32(a)+uint32(b))/2)
		d4 := v - byte(paeth(int32(a), int32(b), int32(c)))
		c0[i], c1[i], c2[i], c3[i], c4[i] = v, d1, d2, d3, d4
		sums[0] += magnitude(v)
		sums[1] += magnitude(d1)
		sums[2] += magnitude(d2)
		sums[3] += magnitude(d3)
		sums[4] += magnitude(d4)
	}
	best := 0
	for i, s := range sums {
		if s < sums[best] {
			best = i
		}
	}
	f.cur, f.prev = f.prev, f.cur
	return f.candidates[best]
}

// magnitude is the size of a difference modulo 256.
func magnitude(d byte) int {
	s := int(int8(d))
	if s < 0 {
		return -s
	}
	return s
}

// pngEncodeCost counts a converted copy of the picture, the rows in flight, the compressor, and the output at the worst
// of noise, three times: a growing buffer doubles while its old half is still there.
func pngEncodeCost(k pixelKind, w, h int64, _ EncodeOptions) int64 {
	copied := int64(0)
	if k.planar {
		copied = k.packed() * w * h
	}
	raw := k.samples()*w*h + h
	return copied + 3*(raw+raw/1000) + 7*8*w + 4<<20
}
