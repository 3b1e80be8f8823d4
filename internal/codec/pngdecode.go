package codec

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"io"

	"github.com/klauspost/compress/zlib"
)

// pngPass is one pass of an interlaced picture, or the whole of another one. Its pixels lie at (x0 + i*dx, y0 + j*dy).
type pngPass struct {
	x0, y0, dx, dy int
	width, height  int
	rowBytes       int
}

// adam7 are the passes of clause 8.1.
var adam7 = [7]pngPass{
	{x0: 0, y0: 0, dx: 8, dy: 8}, {x0: 4, y0: 0, dx: 8, dy: 8}, {x0: 0, y0: 4, dx: 4, dy: 8}, {x0: 2, y0: 0, dx: 4, dy: 4},
	{x0: 0, y0: 2, dx: 2, dy: 4}, {x0: 1, y0: 0, dx: 2, dy: 2}, {x0: 0, y0: 1, dx: 1, dy: 2},
}

// passes returns the passes that have pixels.
func (l *pngLayout) passes(h *Header) []pngPass {
	all := []pngPass{{dx: 1, dy: 1}}
	if l.interlaced {
		all = adam7[:]
	}
	bits := l.channels() * h.Depth
	var passes []pngPass
	for _, p := range all {
		p.width, p.height = ceilDiv(max(h.Width-p.x0, 0), p.dx), ceilDiv(max(h.Height-p.y0, 0), p.dy)
		p.rowBytes = ceilDiv(p.width*bits, 8)
		if p.width > 0 && p.height > 0 {
			passes = append(passes, p)
		}
	}
	return passes
}

// channels returns the samples per pixel.
func (l *pngLayout) channels() int {
	switch l.colourType {
	case colourRGB:
		return 3
	case colourGreyA:
		return 2
	case colourRGBA:
		return 4
	}
	return 1
}

// decodePNG decodes the default image. Checksums of the chunks that make pixels must be right.
func decodePNG(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*pngLayout)
	if err := l.verify(data); err != nil && !o.AllowTruncated {
		return nil, err
	}
	img, put := l.target(h)
	d := decoded(img)
	done, total, err := l.decodeRows(data, h, put)
	if err == nil {
		return d, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = TruncatedError{100 * done / total}
	} else {
		err = formatErrorf("PNG: %v", err)
	}
	if !o.AllowTruncated {
		return nil, err
	}
	if h.Damage == nil {
		d.Warnings = append(d.Warnings, err.Error())
	}
	if m, ok := img.(*image.NRGBA); ok && !h.Alpha {
		for i := 3; i < len(m.Pix); i += 4 {
			m.Pix[i] = 0xFF
		}
	}
	if m, ok := img.(*image.NRGBA64); ok && !h.Alpha {
		for i := 6; i+1 < len(m.Pix); i += 8 {
			m.Pix[i], m.Pix[i+1] = 0xFF, 0xFF
		}
	}
	return d, nil
}

// verify checks the checksums of the chunks that pixels are made of (clause 5.5).
func (l *pngLayout) verify(data []byte) error {
	for _, c := range l.chunks {
		switch c.kind {
		case "IHDR", "PLTE", "tRNS", "IDAT":
			if c.end+4 <= len(data) && crc32.ChecksumIEEE(data[c.start-4:c.end]) != binary.BigEndian.Uint32(data[c.end:]) {
				return formatErrorf("PNG: the checksum of chunk %s is wrong", c.kind)
			}
		}
	}
	return nil
}

// chunkReader reads the contents of chunks as one stream.
type chunkReader struct {
	parts [][]byte // never empty ones
}

// imageData returns the compressed stream of the default image.
func (l *pngLayout) imageData(data []byte) *chunkReader {
	r := &chunkReader{}
	for _, c := range l.chunks {
		if c.kind == "IDAT" && c.end > c.start {
			r.parts = append(r.parts, data[c.start:c.end])
		}
	}
	return r
}

func (r *chunkReader) advance(n int) {
	if r.parts[0] = r.parts[0][n:]; len(r.parts[0]) == 0 {
		r.parts = r.parts[1:]
	}
}

// Read implements io.Reader.
func (r *chunkReader) Read(p []byte) (int, error) {
	if len(r.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.parts[0])
	r.advance(n)
	return n, nil
}

// ReadByte implements io.ByteReader, which keeps the inflater from putting a buffer of its own in between.
func (r *chunkReader) ReadByte() (byte, error) {
	if len(r.parts) == 0 {
		return 0, io.EOF
	}
	b := r.parts[0][0]
	r.advance(1)
	return b, nil
}

func (r *chunkReader) remaining() (n int) {
	for _, p := range r.parts {
		n += len(p)
	}
	return n
}

// decodeRows inflates and unfilters all rows and hands them to put. It returns how many bytes of rows came and how many
// there are; the error is that of the inflater.
func (l *pngLayout) decodeRows(data []byte, h *Header, put func(p *pngPass, j int, row []byte)) (done, total float64, err error) {
	passes := l.passes(h)
	widest := 0
	for _, p := range passes {
		total += float64(p.height) * float64(p.rowBytes)
		widest = max(widest, p.rowBytes)
	}
	z, err := zlib.NewReader(l.imageData(data))
	if err != nil {
		return 0, total, err
	}
	pixelBytes := max(l.channels()*h.Depth/8, 1)
	buf := make([]byte, 2*(1+widest))
	for _, p := range passes {
		cur, prev := buf[:1+p.rowBytes], buf[1+widest:][:1+p.rowBytes]
		clear(prev)
		for j := range p.height {
			if _, err := io.ReadFull(z, cur); err != nil {
				return done, total, err
			}
			if err := unfilter(cur[0], cur[1:], prev[1:], pixelBytes); err != nil {
				return done, total, err
			}
			put(&p, j, cur[1:])
			cur, prev = prev, cur
			done += float64(p.rowBytes)
		}
	}
	// The checksum of the stream stands behind its end. More data than pixels are no fault of the pixels.
	var one [1]byte
	if _, err := z.Read(one[:]); errors.Is(err, zlib.ErrChecksum) {
		return done, total, err
	}
	return done, total, nil
}

// target makes the picture and the function that stores a row of a pass in it.
func (l *pngLayout) target(h *Header) (image.Image, func(p *pngPass, j int, row []byte)) {
	r := image.Rect(0, 0, h.Width, h.Height)
	grey := l.colourType == colourGrey && l.trns == nil
	switch {
	case grey && h.Depth == 16:
		m := image.NewGray16(r)
		return m, func(p *pngPass, j int, row []byte) {
			dst := m.Pix[(p.y0+j*p.dy)*m.Stride:]
			if p.dx == 1 {
				copy(dst, row)
				return
			}
			for i := range p.width {
				copy(dst[2*(p.x0+i*p.dx):][:2], row[2*i:])
			}
		}
	case grey:
		m := image.NewGray(r)
		scale := 255 / (1<<h.Depth - 1)
		return m, func(p *pngPass, j int, row []byte) {
			dst := m.Pix[(p.y0+j*p.dy)*m.Stride:]
			if h.Depth == 8 && p.dx == 1 {
				copy(dst, row)
				return
			}
			for i := range p.width {
				dst[p.x0+i*p.dx] = byte(sample(row, i, h.Depth) * scale)
			}
		}
	case h.Depth == 16:
		m := image.NewNRGBA64(r)
		return m, func(p *pngPass, j int, row []byte) {
			l.put16(m.Pix[(p.y0+j*p.dy)*m.Stride:], p, row)
		}
	}
	m := image.NewNRGBA(r)
	table := l.table(h.Depth)
	return m, func(p *pngPass, j int, row []byte) {
		l.put8(m.Pix[(p.y0+j*p.dy)*m.Stride:], p, row, h.Depth, &table)
	}
}

// sample returns sample i of a row of samples of 1, 2, 4 or 8 bits, packed from the high end of each byte.
func sample(row []byte, i, depth int) int {
	bit := i * depth
	return int(row[bit>>3]>>(8-depth-bit&7)) & (1<<depth - 1)
}

// table gives the colour of each value of a one-channel pixel: palette entries, or grey with one transparent value.
// Values beyond the palette are opaque black.
func (l *pngLayout) table(depth int) (table [256][4]byte) {
	for i := range table {
		table[i][3] = 0xFF
		if l.colourType == colourGrey {
			v := byte(i * 255 / (1<<depth - 1))
			table[i] = [4]byte{v, v, v, 0xFF}
			continue
		}
		if 3*i+3 <= len(l.palette) {
			copy(table[i][:3], l.palette[3*i:])
		}
		if l.colourType == colourPalette && i < len(l.trns) {
			table[i][3] = l.trns[i]
		}
	}
	if l.colourType == colourGrey && l.trns != nil {
		table[int(l.trns[1])&(1<<depth-1)][3] = 0
	}
	return table
}

// put8 stores a row of 8-bit pixels that are not plain grey.
func (l *pngLayout) put8(dst []byte, p *pngPass, row []byte, depth int, table *[256][4]byte) {
	at, step := 4*p.x0, 4*p.dx
	switch l.colourType {
	case colourGrey, colourPalette:
		for i := range p.width {
			copy(dst[at:at+4], table[sample(row, i, depth)][:])
			at += step
		}
	case colourRGB:
		// The transparent colour is given with 16 bits per sample, of which the low 8 count.
		key, keyed := uint32(0), l.trns != nil
		if keyed {
			key = uint32(l.trns[1])<<16 | uint32(l.trns[3])<<8 | uint32(l.trns[5])
		}
		for ; len(row) >= 3; row = row[3:] {
			d := dst[at : at+4 : at+4]
			d[0], d[1], d[2], d[3] = row[0], row[1], row[2], 0xFF
			if keyed && uint32(row[0])<<16|uint32(row[1])<<8|uint32(row[2]) == key {
				d[3] = 0
			}
			at += step
		}
	case colourGreyA:
		for ; len(row) >= 2; row = row[2:] {
			d := dst[at : at+4 : at+4]
			d[0], d[1], d[2], d[3] = row[0], row[0], row[0], row[1]
			at += step
		}
	case colourRGBA:
		if p.dx == 1 {
			copy(dst, row)
			return
		}
		for ; len(row) >= 4; row = row[4:] {
			copy(dst[at:at+4], row)
			at += step
		}
	}
}

// put16 stores a row of 16-bit pixels that are not plain grey.
func (l *pngLayout) put16(dst []byte, p *pngPass, row []byte) {
	at, step := 8*p.x0, 8*p.dx
	n := 2 * l.channels()
	for ; len(row) >= n; row = row[n:] {
		d := dst[at : at+8 : at+8]
		switch l.colourType {
		case colourGrey, colourGreyA:
			copy(d, row[:2])
			copy(d[2:], row[:2])
			copy(d[4:], row[:2])
		default:
			copy(d, row[:6])
		}
		d[6], d[7] = 0xFF, 0xFF
		switch {
		case l.colourType == colourGreyA:
			copy(d[6:], row[2:4])
		case l.colourType == colourRGBA:
			copy(d[6:], row[6:8])
		case l.trns != nil && string(row[:n]) == string(l.trns):
			d[6], d[7] = 0, 0
		}
		at += step
	}
}

// pngDecodeCost counts the pixels, two rows and the inflater.
func pngDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*pngLayout)
	bytesPerPixel := int64(4)
	switch grey := l.colourType == colourGrey && l.trns == nil; {
	case grey && h.Depth == 16:
		bytesPerPixel = 2
	case grey:
		bytesPerPixel = 1
	case h.Depth == 16:
		bytesPerPixel = 8
	}
	return bytesPerPixel*int64(h.Width)*int64(h.Height) + 16*int64(h.Width) + 128<<10 + 24*int64(len(l.chunks))
}
