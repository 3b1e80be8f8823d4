package codec

import (
	"encoding/binary"
	"image"
	"io"
)

// gifExcess is how many pixels beyond its canvas the frames of a file may have in all: they cost time and show nothing.
const gifExcess = 1 << 24

// gifFrames goes through the image blocks of a GIF.
type gifFrames struct {
	w      gifWalker
	canvas image.Rectangle
	global []byte
	plays  int // as far as it is known: the extension may stand anywhere
	excess int64
}

func newGIFFrames(data []byte, h *Header) *gifFrames {
	r := &gifFrames{w: gifWalker{data: data, pos: 13}, canvas: image.Rect(0, 0, h.Width, h.Height), plays: 1}
	r.global, _ = r.w.palette(data[10])
	return r
}

// next implements frameReader. The header has been read from the same blocks, so that a frame can only be cut short.
func (r *gifFrames) next() (frameDrawing, bool, error) {
	d := frameDrawing{delay: Delay{0, 100}}
	transparent := -1
	for r.w.pos+1 < len(r.w.data) {
		introducer := r.w.data[r.w.pos]
		r.w.pos++
		switch introducer {
		case gifExtension:
			label := r.w.data[r.w.pos]
			r.w.pos++
			blocks, _ := r.w.subBlocks()
			if label == gifApplication {
				r.loop(blocks)
			}
			if label == gifGraphicControl && len(blocks) >= 5 {
				transparent = -1
				if blocks[1]&1 != 0 {
					transparent = int(blocks[4])
				}
				d.dispose = gifDisposal(blocks[1] >> 2 & 7)
				d.delay.Num = uint32(binary.LittleEndian.Uint16(blocks[2:]))
			}
		case gifImage:
			f, ok := r.frame(transparent)
			if !ok {
				return d, false, nil
			}
			area := int64(f.rect.Dx()) * int64(f.rect.Dy())
			r.excess += max(area-4*int64(r.canvas.Dx())*int64(r.canvas.Dy()), 0)
			if r.excess > gifExcess {
				return d, false, formatErrorf("GIF: frames of %d x %d and the like on a canvas of %d x %d",
					f.rect.Dx(), f.rect.Dy(), r.canvas.Dx(), r.canvas.Dy())
			}
			d.rect, d.draw = f.rect, f.draw
			return d, true, nil
		case 0:
		default:
			return d, false, nil
		}
	}
	return d, false, nil
}

// gifDisposal translates the disposal method (GIF89a, clause 23). Some files have 4 for "restore to previous", and
// browsers take it so.
func gifDisposal(method byte) disposal {
	switch method {
	case 2:
		return disposeBackground
	case 3, 4:
		return disposePrevious
	}
	return disposeNone
}

// frame reads an image block; false if it is cut before its data.
func (r *gifFrames) frame(transparent int) (*gifFrame, bool) {
	w := &r.w
	if len(w.data)-w.pos < 10 {
		return nil, false
	}
	d := w.data[w.pos:]
	left, top := int(binary.LittleEndian.Uint16(d)), int(binary.LittleEndian.Uint16(d[2:]))
	f := &gifFrame{transparent: transparent, interlaced: d[8]&0x40 != 0, palette: r.global}
	f.rect = image.Rect(left, top, left+int(binary.LittleEndian.Uint16(d[4:])), top+int(binary.LittleEndian.Uint16(d[6:])))
	w.pos += 9
	local, ok := w.palette(d[8])
	if !ok || w.pos >= len(w.data) {
		return nil, false
	}
	if local != nil {
		f.palette = local
	}
	f.litWidth = int(w.data[w.pos])
	w.pos++
	f.data, _ = w.subBlocks()
	return f, true
}

// draw decodes a frame onto the canvas; pixels of the transparent index leave it as it is.
func (f *gifFrame) draw(m *image.NRGBA) error {
	if f.rect.Empty() {
		return nil
	}
	r, ok := f.reader()
	if !ok {
		return formatErrorf("GIF: %d bits per pixel", f.litWidth)
	}
	defer r.Close()
	table := f.colours()
	row := make([]byte, f.rect.Dx())
	for i := range f.rect.Dy() {
		if !f.interlaced && f.rect.Min.Y+i >= m.Rect.Max.Y {
			return nil // all that is left lies below the canvas
		}
		n, err := io.ReadFull(r, row)
		f.blend(m, &table, f.row(i), row[:n])
		if err != nil {
			return f.dataError(i, n, err)
		}
	}
	return nil
}

// blend stores the visible pixels of a row of the frame; what lies outside of the canvas is cut off.
func (f *gifFrame) blend(m *image.NRGBA, table *[256][4]byte, y int, row []byte) {
	if y += f.rect.Min.Y; y >= m.Rect.Max.Y {
		return
	}
	dst := m.Pix[y*m.Stride:][:m.Stride]
	at := 4 * f.rect.Min.X
	for _, v := range row {
		if at >= len(dst) {
			return
		}
		if int(v) != f.transparent {
			copy(dst[at:at+4], table[v][:])
		}
		at += 4
	}
}

// gifPlays tells how often a GIF is played: once without a looping extension, which says how often to begin again.
func gifPlays(data []byte, h *Header) int {
	r := newGIFFrames(data, h)
	for {
		if _, ok, err := r.next(); !ok || err != nil {
			return r.plays
		}
	}
}

// loop reads the content of a looping extension: 1, and a number of 16 bits.
func (r *gifFrames) loop(p []byte) {
	if len(p) < 16 || p[0] != 11 || p[12] < 3 || p[13]&7 != 1 {
		return
	}
	if id := string(p[1:12]); id != "NETSCAPE2.0" && id != "ANIMEXTS1.0" {
		return
	}
	if r.plays = int(binary.LittleEndian.Uint16(p[14:])); r.plays > 0 {
		r.plays++
	}
}
