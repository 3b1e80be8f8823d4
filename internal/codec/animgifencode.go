package codec

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"image"
	"image/color"
	"math/bits"
	"slices"

	"imgpool/internal/optimize/palette"
)

// encodeGIFFrames writes an animated GIF, with one palette for all frames or one for each, whichever is smaller. Pixels
// that stay as they are are written as transparent ones: they neither cost much nor flicker by being dithered anew.
func encodeGIFFrames(dst *bytes.Buffer, a *Animation, limit int64) error {
	global, colours, exact, err := globalPalette(a)
	if err != nil {
		return err
	}
	start := dst.Len()
	one := newGIFWriter(dst, a, colours)
	var each *gifWriter
	if !exact { // else the one palette loses nothing, and is smaller than many
		each = newGIFWriter(new(bytes.Buffer), a, nil)
	}
	err = gifDeltas(a, func(d gifDelta) error {
		if err := one.frame(d, global.Paint(d.image)); err != nil {
			return err
		}
		held := dst.Len() - start
		if each != nil {
			p, _, err := palette.Quantise(d.image, palette.Options{})
			if err != nil {
				return err
			}
			if err := each.frame(d, p); err != nil {
				return err
			}
			held += each.dst.Len()
		}
		if int64(held) > limit {
			return ErrTooLong
		}
		return nil
	})
	if err != nil {
		return err
	}
	if each != nil && each.dst.Len() < dst.Len()-start {
		dst.Truncate(start)
		dst.Write(each.dst.Bytes())
	}
	dst.WriteByte(gifTrailer)
	return nil
}

// globalPalette makes a palette for all that has to be drawn, whose first entry is transparent. exact says that it has all
// colours.
func globalPalette(a *Animation) (*palette.Shared, color.Palette, bool, error) {
	s, err := palette.NewShared(palette.Options{})
	if err != nil {
		return nil, nil, false, err
	}
	s.Add(image.NewNRGBA(image.Rect(0, 0, 1, 1)))
	err = gifDeltas(a, func(d gifDelta) error {
		s.Add(d.image)
		return nil
	})
	colours, r := s.Settle()
	return s, colours, r.MSE == 0, err
}

// gifDelta is what has to be drawn for a frame.
type gifDelta struct {
	image  *image.NRGBA // opaque where to draw, else transparent
	offset image.Point
	clears bool // the rectangle is to become transparent behind the frame
	delay  Delay
}

// gifDeltas calls f for each frame of a. It is one frame behind: what vanishes in a frame has to be cleared by the one
// before it.
func gifDeltas(a *Animation, f func(gifDelta) error) error {
	size := image.Rect(0, 0, a.Width, a.Height)
	base, held, next := image.NewNRGBA(size), image.NewNRGBA(size), image.NewNRGBA(size)
	delta := image.NewNRGBA(size)
	var delay Delay
	give := func(gone image.Rectangle) error {
		rect := changes(base, held).Union(gone)
		if rect.Empty() {
			rect = image.Rect(0, 0, 1, 1)
		}
		d := gifDelta{&image.NRGBA{Pix: delta.Pix, Stride: 4 * rect.Dx(), Rect: image.Rectangle{Max: rect.Size()}}, rect.Min, !gone.Empty(), delay}
		difference(d.image, part(base, rect), part(held, rect))
		copyFrame(base, held)
		if d.clears {
			(&canvas{image: base}).clear(rect)
		}
		return f(d)
	}
	first := true
	for frame, err := range a.All {
		if err != nil {
			return err
		}
		threshold(next, frame.Image)
		if !first {
			gone := bounds(held, next, func(p, q []byte) bool { return p[3] != 0 && q[3] == 0 })
			if err := give(gone); err != nil {
				return err
			}
		}
		first = false
		held, next, delay = next, held, frame.Delay
	}
	if first {
		return nil
	}
	return give(image.Rectangle{})
}

// threshold makes dst a copy of src that is opaque or transparent.
func threshold(dst, src *image.NRGBA) {
	copyFrame(dst, src)
	for p := dst.Pix; len(p) >= 4; p = p[4:] {
		if visible(p[3]) {
			p[3] = 255
		} else {
			clear(p[:4])
		}
	}
}

// difference makes delta a copy of now that is transparent where before is the same.
func difference(delta, before, now *image.NRGBA) {
	w := 4 * now.Rect.Dx()
	for y := range now.Rect.Dy() {
		d, p, q := delta.Pix[y*delta.Stride:][:w], before.Pix[y*before.Stride:][:w], now.Pix[y*now.Stride:][:w]
		for x := 0; x < w; x += 4 {
			same := string(p[x:x+4]) == string(q[x:x+4])
			copy(d[x:x+4], q[x:x+4])
			if same {
				clear(d[x : x+4])
			}
		}
	}
}

// gifWriter appends a GIF frame by frame.
type gifWriter struct {
	dst     *bytes.Buffer
	colours color.Palette // for all frames, entry 0 is the transparent one; nil without
	time    clock
}

func newGIFWriter(dst *bytes.Buffer, a *Animation, global color.Palette) *gifWriter {
	w := &gifWriter{dst: dst, colours: global, time: clock{unit: 1e7, longest: 0xFFFF}}
	head := []byte("GIF89a")
	head = binary.LittleEndian.AppendUint16(head, uint16(a.Width))
	head = binary.LittleEndian.AppendUint16(head, uint16(a.Height))
	flags := byte(0x70) // 8 bits per channel
	if global != nil {
		flags |= 0x80 | byte(tableBits(len(global))-1)
	}
	dst.Write(append(head, flags, 0, 0))
	if global != nil {
		w.table(global)
	}
	if a.Plays != 1 {
		again := uint16(0)
		if a.Plays > 1 {
			again = uint16(min(a.Plays-1, 0xFFFF))
		}
		dst.WriteString("\x21\xFF\x0BNETSCAPE2.0\x03\x01")
		dst.Write(append(binary.LittleEndian.AppendUint16(nil, again), 0))
	}
	return w
}

// tableBits is how many bits number n colours, 2 at least because the compression wants it so.
func tableBits(n int) int { return max(bits.Len(uint(n-1)), 2) }

// table appends a palette, filled up to a power of two.
func (w *gifWriter) table(colours color.Palette) {
	for i := range 1 << tableBits(len(colours)) {
		var r, g, b uint32
		if i < len(colours) {
			r, g, b, _ = colours[i].RGBA()
		}
		w.dst.Write([]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)})
	}
}

// frame appends a frame whose pixels are p, with the palette for all frames if there is one.
func (w *gifWriter) frame(d gifDelta, p *image.Paletted) error {
	clear := slices.IndexFunc(p.Palette, func(c color.Color) bool {
		_, _, _, a := c.RGBA()
		return a == 0
	})
	control, table, width := byte(1<<2), byte(0), tableBits(len(p.Palette))
	if d.clears {
		control = 2 << 2
	}
	if clear >= 0 {
		control |= 1
	}
	if w.colours == nil {
		table = 0x80 | byte(width-1)
	}
	w.dst.Write([]byte{gifExtension, gifGraphicControl, 4, control})
	w.dst.Write(append(binary.LittleEndian.AppendUint16(nil, uint16(w.time.next(d.delay))), byte(max(clear, 0)), 0))
	head := []byte{gifImage}
	size := p.Rect.Size()
	for _, v := range []int{d.offset.X, d.offset.Y, size.X, size.Y} {
		head = binary.LittleEndian.AppendUint16(head, uint16(v))
	}
	w.dst.Write(append(head, table))
	if w.colours == nil {
		w.table(p.Palette)
	}
	w.dst.WriteByte(byte(width))
	blocks := &blockWriter{dst: w.dst}
	z := lzw.NewWriter(blocks, lzw.LSB, width)
	if _, err := z.Write(p.Pix); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	blocks.close()
	return nil
}

// blockWriter cuts a stream into sub-blocks (GIF89a, clause 15).
type blockWriter struct {
	dst *bytes.Buffer
	buf [255]byte
	n   int
}

// Write implements io.Writer.
func (b *blockWriter) Write(p []byte) (int, error) {
	for _, c := range p {
		b.WriteByte(c)
	}
	return len(p), nil
}

// WriteByte implements io.ByteWriter, which the compressor wants. It never fails.
func (b *blockWriter) WriteByte(c byte) error {
	b.buf[b.n] = c
	if b.n++; b.n == len(b.buf) {
		b.flush()
	}
	return nil
}

// Flush does nothing: blocks are full but for the last one. The compressor wants it.
func (b *blockWriter) Flush() error { return nil }

func (b *blockWriter) flush() {
	if b.n > 0 {
		b.dst.WriteByte(byte(b.n))
		b.dst.Write(b.buf[:b.n])
		b.n = 0
	}
}

func (b *blockWriter) close() {
	b.flush()
	b.dst.WriteByte(0)
}
