package resample

import (
	"fmt"
	"image"

	"imgpool/internal/kernel/hpass"
	"imgpool/internal/kernel/strips"
	"imgpool/internal/kernel/vpass"
)

// plane is a rectangle of 8-bit samples.
type plane struct {
	pix           []byte
	stride        int
	width, height int
}

// valid tells whether pix holds all of the plane.
func (p plane) valid() bool {
	return p.stride >= p.width && len(p.pix) >= (p.height-1)*p.stride+p.width
}

// at returns where sample i of line y of an output plane belongs.
func (p plane) at(i, y int, transpose bool) *byte {
	if transpose {
		return &p.pix[i*p.stride+y]
	}
	return &p.pix[y*p.stride+i]
}

// turned returns the plane with rows and columns exchanged.
func (p plane) turned() plane {
	t := plane{make([]byte, p.width*p.height), p.height, p.height, p.width}
	xs, ys := make([]int32, p.width), make([]int32, p.height)
	for i := range xs {
		xs[i] = int32(i)
	}
	for i := range ys {
		ys[i] = int32(i)
	}
	pickBytes(t.pix, t.stride, p.pix, p.stride, xs, ys, 1, true)
	return t
}

// errShort is what becomes of a picture whose memory is less than its bounds ask for.
var errShort = fmt.Errorf("resample: the picture's planes are too short")

// carve cuts a plane off the front of buf.
func carve(buf []byte, width, height int) (plane, []byte) {
	return plane{buf[:width*height], width, width, height}, buf[width*height:]
}

func (j *job) gray(m *image.Gray, s *scratch) (image.Image, error) {
	x, y := j.spans(full, full)
	src := plane{m.Pix, m.Stride, x.n, y.n}
	if !src.valid() {
		return nil, errShort
	}
	if err := s.axes8(0, x, y, j.curve); err != nil {
		return nil, err
	}
	dst, _ := carve(alloc(j.width*j.height), j.width, j.height)
	s.plane(dst, src, 0, j.turn.transpose)
	return &image.Gray{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}

// chroma returns the chroma planes of a picture.
func chroma(m *image.YCbCr, x, y span) (cb, cr plane) {
	return plane{m.Cb, m.CStride, x.n, y.n}, plane{m.Cr, m.CStride, x.n, y.n}
}

func (j *job) ycbcr(m *image.YCbCr, s *scratch) (image.Image, error) {
	in, err := factorsOf(m.SubsampleRatio)
	if err != nil {
		return nil, err
	}
	out, err := factorsOf(j.ratio)
	if err != nil {
		return nil, err
	}
	lx, ly := j.spans(full, full)
	cx, cy := j.spans(in, out)
	srcY := plane{m.Y, m.YStride, lx.n, ly.n}
	srcCb, srcCr := chroma(m, cx, cy)
	if !srcY.valid() || !srcCb.valid() || !srcCr.valid() {
		return nil, errShort
	}
	chromaAxes := 2
	if cx == lx && cy == ly {
		chromaAxes = 0
	} else if err := s.axes8(2, cx, cy, j.curve); err != nil {
		return nil, err
	}
	if err := s.axes8(0, lx, ly, j.curve); err != nil {
		return nil, err
	}
	cw, ch := out.size(j.width, j.height)
	buf := alloc(j.width*j.height + 2*cw*ch)
	dstY, rest := carve(buf, j.width, j.height)
	dstCb, rest := carve(rest, cw, ch)
	dstCr, _ := carve(rest, cw, ch)
	s.plane(dstY, srcY, 0, j.turn.transpose)
	s.plane(dstCb, srcCb, chromaAxes, j.turn.transpose)
	s.plane(dstCr, srcCr, chromaAxes, j.turn.transpose)
	return &image.YCbCr{
		Y: dstY.pix, Cb: dstCb.pix, Cr: dstCr.pix, YStride: dstY.stride, CStride: dstCb.stride,
		SubsampleRatio: j.ratio, Rect: image.Rect(0, 0, j.width, j.height),
	}, nil
}

// level is the bound of a sample as a level, before any filter: 255 << Frac.
const level = 255 << strips.Frac

// axes8 builds the axes at s.axes16[at] (x) and s.axes16[at+1] (y) for 8-bit
// samples. With 15 bits of weight no sum leaves 32 bits, whatever the filter:
// level * 2 * 2 * 1<<15 and the rounding term are below 1<<31, where 2 is more
// than maxGain. A level after one pass is below level * 2, which fits 16 bits.
func (s *scratch) axes8(at int, x, y span, c *curve) error {
	if err := s.axes16[at].build(x, c, narrow); err != nil {
		return err
	}
	return s.axes16[at+1].build(y, c, narrow)
}

// plane resizes one 8-bit plane along the axes at s.axes16[at]. dst is upright.
func (s *scratch) plane(dst, src plane, at int, transpose bool) {
	h, v := &s.axes16[at], &s.axes16[at+1]
	switch {
	case h.pick && v.pick:
		pickBytes(dst.pix, dst.stride, src.pix, src.stride, h.pos, v.pos, 1, transpose)
	case prefersVertical(h, v):
		s.verticalFirst(dst, src, h, v, transpose)
	default:
		s.planeByRows(dst, src, h, v, transpose)
	}
}

// prefersVertical compares the multiplications of both orders. A tie goes to the
// vertical pass: it reads 8-bit samples where they are.
func prefersVertical[W int16 | int32](h, v *axis[W]) bool {
	return verticalCost(h, v) <= horizontalCost(h, v)
}

// verticalCost is the number of multiplications with the vertical pass first.
func verticalCost[W int16 | int32](h, v *axis[W]) int64 {
	return int64(len(v.pos)) * (int64(h.hi-h.lo)*int64(v.taps) + int64(len(h.pos))*int64(h.taps))
}

// horizontalCost is the number with the horizontal pass first.
func horizontalCost[W int16 | int32](h, v *axis[W]) int64 {
	return int64(len(h.pos)) * (int64(v.hi-v.lo)*int64(h.taps) + int64(len(v.pos))*int64(v.taps))
}

// verticalFirst filters eight output rows at a time: each is summed from the
// source into a row of levels, then the horizontal pass takes all eight. The
// only intermediate memory is these rows, small enough for a cache.
func (s *scratch) verticalFirst(dst, src plane, h, v *axis[int16], transpose bool) {
	b := &s.row16
	t := h.horizontal()
	b.source = grow(b.source, hpass.Rows*t.Width())
	b.strip = grow(b.strip, hpass.Rows*t.Width())
	b.columns = grow(b.columns, hpass.Rows*len(h.pos))
	rows := min(len(v.pos), hpass.Rows)
	for y := 0; y < len(v.pos); y += hpass.Rows {
		y := min(y, len(v.pos)-rows) // the last eight overlap those before, if need be
		for r := range rows {
			weights := v.weights[(y+r)*v.taps:][:v.count[y+r]]
			vpass.Bytes(b.source[r*t.Width():][:h.hi-h.lo], src.pix[int(v.pos[y+r])*src.stride+h.lo:],
				src.stride, weights, v.bits-strips.Frac)
		}
		hpass.Words(b.columns, b.source, t.Width(), t, b.strip)
		switch {
		case rows < hpass.Rows:
			s.fewRows(dst, b.columns, rows, transpose)
		case transpose:
			strips.ColumnBytes(dst.pix[y:], dst.stride, b.columns)
		default:
			strips.RowBytes(dst.pix[y*dst.stride:], dst.stride, b.columns)
		}
	}
}

// fewRows stores an output of fewer than eight rows.
func (s *scratch) fewRows(dst plane, columns []int16, rows int, transpose bool) {
	s.bytes = grow(s.bytes, len(columns))
	strips.ColumnBytes(s.bytes, hpass.Rows, columns)
	for i := range len(columns) / hpass.Rows {
		for r, p := range s.bytes[i*hpass.Rows:][:rows] {
			*dst.at(i, r, transpose) = p
		}
	}
}

// planeByRows runs the general engine on an 8-bit plane.
func (s *scratch) planeByRows(dst, src plane, h, v *axis[int16], transpose bool) {
	s.bytes = grow(s.bytes, len(h.pos))
	row := s.bytes
	filterRows(&s.row16, h, v, 1, words, func(y int, rows [][]int16) {
		strips.Widen(rows[0], src.pix[y*src.stride+h.lo:][:len(rows[0])])
	}, func(y int, rows [][]int16) {
		if !transpose {
			strips.Narrow(dst.pix[y*dst.stride:][:len(row)], rows[0])
			return
		}
		strips.Narrow(row, rows[0])
		for x, p := range row {
			dst.pix[x*dst.stride+y] = p
		}
	})
}
