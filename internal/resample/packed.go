package resample

import (
	"image"

	"imgpool/internal/kernel/alpha"
)

// packed is a rectangle of pixels of several bytes each.
type packed struct {
	pix           []byte
	stride, size  int // bytes of a row, bytes of a pixel
	width, height int
}

// valid tells whether pix holds all of the rectangle.
func (p packed) valid() bool {
	return p.stride >= p.width*p.size && len(p.pix) >= (p.height-1)*p.stride+p.width*p.size
}

// newPacked allocates an output.
func newPacked(width, height, size int) packed {
	return packed{alloc(width * height * size), width * size, size, width, height}
}

// row returns n pixels of row y from column x.
func (p packed) row(x, y, n int) []byte {
	return p.pix[y*p.stride+x*p.size:][:n*p.size]
}

// column copies n pixels of column x from row y into buf, which is as long.
func (p packed) column(buf []byte, x, y, n int) {
	at := y*p.stride + x*p.size
	for i := range n {
		copy(buf[i*p.size:][:p.size], p.pix[at:])
		at += p.stride
	}
}

// setColumn copies pixels to column x.
func (p packed) setColumn(x int, pixels []byte) {
	at := x * p.size
	for i := 0; i < len(pixels); i += p.size {
		copy(p.pix[at:], pixels[i:][:p.size])
		at += p.stride
	}
}

// swapGain is how much cheaper the vertical pass first must be in
// multiplications before packed pixels are read column by column for it.
const swapGain = 2

// resizePacked resizes pixels along the axes h and v. split takes pixels apart
// into planes, join puts them together.
func resizePacked[T int16 | int32](s *scratch, b *buffers[T], dst, src packed, h, v *axis[T], transpose bool,
	planes int, p passes[T], split func(rows [][]T, pix []byte), join func(pix []byte, rows [][]T)) {
	if h.pick && v.pick {
		pickBytes(dst.pix, dst.stride, src.pix, src.stride, h.pos, v.pos, src.size, transpose)
		return
	}
	// The engine filters along its rows first. The other order is the same
	// with rows and columns exchanged, in the source and in the output.
	swap := verticalCost(h, v)*swapGain < horizontalCost(h, v)
	if swap {
		h, v = v, h
		transpose = !transpose
	}
	s.bytes = grow(s.bytes, max(h.hi-h.lo, len(h.pos))*src.size)
	filterRows(b, h, v, planes, p, func(y int, rows [][]T) {
		if swap {
			line := s.bytes[:len(rows[0])*src.size]
			src.column(line, y, h.lo, len(rows[0]))
			split(rows, line)
		} else {
			split(rows, src.row(h.lo, y, len(rows[0])))
		}
	}, func(y int, rows [][]T) {
		if transpose {
			line := s.bytes[:len(rows[0])*dst.size]
			join(line, rows)
			dst.setColumn(y, line)
		} else {
			join(dst.row(0, y, len(rows[0])), rows)
		}
	})
}

func (j *job) nrgba(m *image.NRGBA, s *scratch) (image.Image, error) {
	x, y := j.spans(full, full)
	src := packed{m.Pix, m.Stride, 4, x.n, y.n}
	if !src.valid() {
		return nil, errShort
	}
	if err := s.axes8(0, x, y, j.curve); err != nil {
		return nil, err
	}
	dst := newPacked(j.width, j.height, 4)
	resizePacked(s, &s.row16, dst, src, &s.axes16[0], &s.axes16[1], j.turn.transpose, 4, words,
		func(rows [][]int16, pix []byte) { alpha.Premultiply(rows[0], rows[1], rows[2], rows[3], pix) },
		func(pix []byte, rows [][]int16) { alpha.Unpremultiply(pix, rows[0], rows[1], rows[2], rows[3]) })
	return &image.NRGBA{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}
