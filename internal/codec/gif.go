package codec

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"image"
	"image/gif"
	"io"
)

// Block introducers and extension labels of GIF89a, appendix A.
const (
	gifExtension = 0x21
	gifImage     = 0x2C
	gifTrailer   = 0x3B

	gifGraphicControl = 0xF9
	gifComment        = 0xFE
	gifApplication    = 0xFF

	// An XMP packet is stored as it is; this many bytes behind it lead whoever reads it as sub-blocks to their end.
	gifXMPTail = 257
)

// gifFrame is an image block with the graphic control that precedes it.
type gifFrame struct {
	rect        image.Rectangle
	interlaced  bool
	palette     []byte // RGB triples, nil without one
	transparent int    // palette index, -1 = none
	litWidth    int    // bits of a pixel in the compressed data
	data        []byte // sub-blocks
}

// gifLayout is what the GIF functions need to know about a file beyond its Header.
type gifLayout struct {
	first gifFrame
}

// gifWalker goes through the blocks of a file.
type gifWalker struct {
	data        []byte
	pos         int
	transparent int // of the next image
	frames      int
}

// readGIFHeader walks all blocks: the number of frames stands nowhere.
func readGIFHeader(data []byte, h *Header) error {
	if len(data) < 13 {
		return FormatError("GIF: no screen descriptor")
	}
	l := &gifLayout{}
	h.layout = l
	h.Model, h.Depth, h.Lossless = Palette, 8, true
	h.Width, h.Height = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	w := gifWalker{data: data, pos: 13, transparent: -1}
	global, ok := w.palette(data[10])
	if ok {
		ok = w.blocks(h, l, global)
	}
	if w.frames == 0 && ok {
		return FormatError("GIF: no frame")
	}
	if w.frames == 0 {
		return TruncatedError{0}
	}
	if h.Width == 0 || h.Height == 0 {
		h.Width, h.Height = l.first.rect.Max.X, l.first.rect.Max.Y
	}
	if h.Width == 0 || h.Height == 0 {
		return FormatError("GIF: the size is 0")
	}
	h.Frames = w.frames
	h.Progressive = l.first.interlaced
	h.Alpha = l.first.transparent >= 0 || !image.Rect(0, 0, h.Width, h.Height).In(l.first.rect)
	return nil
}

// blocks reads block by block up to the trailer. It returns false if the data end inside a block.
func (w *gifWalker) blocks(h *Header, l *gifLayout, global []byte) bool {
	for w.pos < len(w.data) {
		introducer := w.data[w.pos]
		w.pos++
		ok := true
		switch introducer {
		case gifExtension:
			ok = w.extension(h)
		case gifImage:
			ok = w.image(h, l, global)
		case gifTrailer:
			if rest := w.data[w.pos:]; len(rest) > 0 {
				h.behind(rest)
			}
			return true
		case 0: // left over from a sub-block that ended early: everybody skips it
		default:
			h.warn("there is rubbish between the blocks")
			return true
		}
		if !ok {
			return false
		}
	}
	h.warn("the trailer is missing")
	return true
}

// palette reads a colour table if the flags of a descriptor announce one.
func (w *gifWalker) palette(flags byte) ([]byte, bool) {
	if flags&0x80 == 0 {
		return nil, true
	}
	size := 3 << (flags&7 + 1)
	if len(w.data)-w.pos < size {
		return nil, false
	}
	p := w.data[w.pos : w.pos+size]
	w.pos += size
	return p, true
}

// subBlocks passes over the sub-blocks up to their terminator and returns them.
func (w *gifWalker) subBlocks() ([]byte, bool) {
	start := w.pos
	for w.pos < len(w.data) {
		size := int(w.data[w.pos])
		if size == 0 {
			w.pos++
			return w.data[start : w.pos-1], true
		}
		w.pos += 1 + size
	}
	w.pos = len(w.data)
	return w.data[start:], false
}

func (w *gifWalker) extension(h *Header) bool {
	if w.pos >= len(w.data) {
		return false
	}
	label := w.data[w.pos]
	w.pos++
	blocks, ok := w.subBlocks()
	switch label {
	case gifGraphicControl:
		w.transparent = -1
		if len(blocks) >= 5 && blocks[1]&1 != 0 {
			w.transparent = int(blocks[4])
		}
	case gifComment:
		h.note("comment", len(blocks))
	case gifApplication:
		if len(blocks) >= 12 && blocks[0] == 11 {
			w.application(h, string(blocks[1:12]), blocks[12:])
		}
	}
	return ok
}

// application reads the extensions that carry metadata.
func (w *gifWalker) application(h *Header, id string, blocks []byte) {
	switch id {
	case "XMP DataXMP":
		h.note("XMP", len(blocks))
		if len(blocks) > gifXMPTail {
			h.XMP = blocks[:len(blocks)-gifXMPTail]
		}
	case "ICCRGBG1012":
		h.note("ICC", len(blocks))
		if h.ICC == nil {
			h.ICC, _ = io.ReadAll(&subBlockReader{blocks: blocks})
		}
	case "NETSCAPE2.0", "ANIMEXTS1.0":
	default:
		h.note(printable(id), len(blocks))
	}
}

func (w *gifWalker) image(h *Header, l *gifLayout, global []byte) bool {
	if len(w.data)-w.pos < 10 {
		return false
	}
	d := w.data[w.pos:]
	left, top := int(binary.LittleEndian.Uint16(d)), int(binary.LittleEndian.Uint16(d[2:]))
	f := gifFrame{transparent: w.transparent, interlaced: d[8]&0x40 != 0, palette: global}
	f.rect = image.Rect(left, top, left+int(binary.LittleEndian.Uint16(d[4:])), top+int(binary.LittleEndian.Uint16(d[6:])))
	h.Odd = h.Odd || f.rect.Empty()
	w.pos += 9
	local, ok := w.palette(d[8])
	if !ok || w.pos >= len(w.data) {
		return false
	}
	if local != nil {
		f.palette = local
	}
	f.litWidth = int(w.data[w.pos])
	w.pos++
	f.data, ok = w.subBlocks()
	w.transparent = -1
	if w.frames++; w.frames == 1 {
		l.first = f
	}
	if !ok {
		if w.frames == 1 {
			// How much is missing only the compressed data know: decode to find out.
			h.Damage = TruncatedError{f.percent()}
		} else {
			h.Damage = TruncatedError{100 * float64(w.frames-1) / float64(w.frames)}
		}
	}
	return ok
}

// percent tells how many of a frame's pixels its data hold.
func (f *gifFrame) percent() float64 {
	total := int64(f.rect.Dx()) * int64(f.rect.Dy())
	r, ok := f.reader()
	if !ok || total == 0 {
		return 0
	}
	defer r.Close()
	n, _ := io.Copy(io.Discard, io.LimitReader(r, min(total, maxPreview)))
	return min(100*float64(n)/float64(total), 99)
}

// reader returns the frame's pixels as palette indexes, in the order of the file.
func (f *gifFrame) reader() (io.ReadCloser, bool) {
	if f.litWidth < 2 || f.litWidth > 8 {
		return nil, false
	}
	return lzw.NewReader(&subBlockReader{blocks: f.data}, lzw.LSB, f.litWidth), true
}

// subBlockReader reads the contents of sub-blocks as one stream.
type subBlockReader struct {
	blocks []byte
	left   int // bytes left in the current sub-block
}

func (r *subBlockReader) next() bool {
	for r.left == 0 {
		if len(r.blocks) == 0 || r.blocks[0] == 0 {
			return false
		}
		r.left = min(int(r.blocks[0]), len(r.blocks)-1)
		r.blocks = r.blocks[1:]
		if r.left == 0 {
			return false
		}
	}
	return true
}

// Read implements io.Reader.
func (r *subBlockReader) Read(p []byte) (int, error) {
	if !r.next() {
		return 0, io.EOF
	}
	n := copy(p, r.blocks[:r.left])
	r.blocks, r.left = r.blocks[n:], r.left-n
	return n, nil
}

// ReadByte implements io.ByteReader, which the LZW reader wants.
func (r *subBlockReader) ReadByte() (byte, error) {
	if !r.next() {
		return 0, io.EOF
	}
	b := r.blocks[0]
	r.blocks, r.left = r.blocks[1:], r.left-1
	return b, nil
}

// decodeGIF decodes the first frame and lays it on the canvas, which is transparent elsewhere.
func decodeGIF(_ []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	f := &h.layout.(*gifLayout).first
	if int64(f.rect.Dx())*int64(f.rect.Dy()) > 4*int64(h.Width)*int64(h.Height)+1<<16 {
		return nil, formatErrorf("GIF: a frame of %d x %d on a canvas of %d x %d", f.rect.Dx(), f.rect.Dy(), h.Width, h.Height)
	}
	r, ok := f.reader()
	if !ok {
		return nil, formatErrorf("GIF: %d bits per pixel", f.litWidth)
	}
	defer r.Close()
	d := decoded(image.NewNRGBA(image.Rect(0, 0, h.Width, h.Height)))
	table := f.colours()
	row := make([]byte, f.rect.Dx())
	for i := range f.rect.Dy() {
		n, err := io.ReadFull(r, row)
		f.put(d.Image.(*image.NRGBA), &table, f.row(i), row[:n])
		if err == nil {
			continue
		}
		err = f.dataError(i, n, err)
		if !o.AllowTruncated {
			return nil, err
		}
		if h.Damage == nil {
			d.Warnings = append(d.Warnings, err.Error())
		}
		break
	}
	return d, nil
}

// dataError says why the pixels ended at row i with n pixels of it.
func (f *gifFrame) dataError(i, n int, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		done := float64(i)*float64(f.rect.Dx()) + float64(n)
		return TruncatedError{100 * done / (float64(f.rect.Dx()) * float64(f.rect.Dy()))}
	}
	return formatErrorf("GIF: %v", err)
}

// row returns which row of the frame the i-th stored row is (GIF89a, appendix E).
func (f *gifFrame) row(i int) int {
	if !f.interlaced {
		return i
	}
	height := f.rect.Dy()
	for _, pass := range [4][2]int{{0, 8}, {4, 8}, {2, 4}, {1, 2}} {
		rows := ceilDiv(max(height-pass[0], 0), pass[1])
		if i < rows {
			return pass[0] + i*pass[1]
		}
		i -= rows
	}
	return height
}

// colours gives the colour of each palette index. Those beyond the palette are black. Without any palette, where the
// standard leaves the choice to the reader, they are a grey ramp from black to white.
func (f *gifFrame) colours() (table [256][4]byte) {
	for i := range table {
		table[i][3] = 0xFF
		switch {
		case f.palette == nil:
			v := byte(min(i*255/(1<<f.litWidth-1), 255))
			table[i] = [4]byte{v, v, v, 0xFF}
		case 3*i+3 <= len(f.palette):
			copy(table[i][:3], f.palette[3*i:])
		}
	}
	if f.transparent >= 0 {
		table[f.transparent] = [4]byte{}
	}
	return table
}

// put stores a row of the frame; what lies outside of the canvas is cut off.
func (f *gifFrame) put(m *image.NRGBA, table *[256][4]byte, y int, row []byte) {
	if y += f.rect.Min.Y; y >= m.Rect.Max.Y {
		return
	}
	dst := m.Pix[y*m.Stride:][:m.Stride]
	at := 4 * f.rect.Min.X
	for _, v := range row {
		if at >= len(dst) {
			return
		}
		copy(dst[at:at+4], table[v][:])
		at += 4
	}
}

// gifDecodeCost counts the canvas and the row of a frame; the LZW reader has fixed tables.
func gifDecodeCost(h *Header, _ DecodeOptions) int64 {
	return 4*int64(h.Width)*int64(h.Height) + 1<<16 + 64<<10
}

// encodeGIF writes a GIF with a palette made for the picture.
func encodeGIF(dst *bytes.Buffer, img image.Image, _ EncodeOptions) error {
	p, err := paletted(toNRGBA(img))
	if err != nil {
		return err
	}
	return gif.Encode(dst, p, nil)
}

// gifEncodeCost counts a converted copy of the picture, its palette, and the output at the worst of noise, half as much
// again as the indexes, three times as it grows.
func gifEncodeCost(k pixelKind, w, h int64, _ EncodeOptions) int64 {
	return k.packed()*w*h + palettedCost(w, h) + 9*w*h/2
}
