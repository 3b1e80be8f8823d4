package resample

import (
	"image"

	"imgpool/internal/kernel/strips"
)

// nycbcra resizes a picture with subsampled chroma and alpha at full size. Luma
// is multiplied by alpha and filtered with it; chroma, as its distance from
// neutral, is multiplied by the mean alpha of the pixels it stands for and
// filtered with that.
func (j *job) nycbcra(m *image.NYCbCrA, s *scratch) (image.Image, error) {
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
	src := veiled{
		luma:  plane{m.Y, m.YStride, lx.n, ly.n},
		alpha: plane{m.A, m.AStride, lx.n, ly.n},
		min:   m.Rect.Min, in: in,
	}
	src.cb, src.cr = chroma(&m.YCbCr, cx, cy)
	if !src.luma.valid() || !src.alpha.valid() || !src.cb.valid() || !src.cr.valid() {
		return nil, errShort
	}
	if err := s.axes8(0, lx, ly, j.curve); err != nil {
		return nil, err
	}
	if err := s.axes8(2, cx, cy, j.curve); err != nil {
		return nil, err
	}
	cw, ch := out.size(j.width, j.height)
	var dst veiled
	var rest []byte
	dst.luma, rest = carve(alloc(2*j.width*j.height+2*cw*ch), j.width, j.height)
	dst.alpha, rest = carve(rest, j.width, j.height)
	dst.cb, rest = carve(rest, cw, ch)
	dst.cr, _ = carve(rest, cw, ch)
	transpose := j.turn.transpose
	if h, v := &s.axes16[0], &s.axes16[1]; verticalCost(h, v)*swapGain < horizontalCost(h, v) {
		// The engine filters along its rows first: see resizePacked.
		src = src.turned()
		transpose = !transpose
		a := &s.axes16
		a[0], a[1], a[2], a[3] = a[1], a[0], a[3], a[2]
	}
	s.veiledLuma(dst, src, transpose)
	s.veiledChroma(dst, src, transpose)
	return &image.NYCbCrA{YCbCr: image.YCbCr{
		Y: dst.luma.pix, Cb: dst.cb.pix, Cr: dst.cr.pix, YStride: dst.luma.stride, CStride: dst.cb.stride,
		SubsampleRatio: j.ratio, Rect: image.Rect(0, 0, j.width, j.height),
	}, A: dst.alpha.pix, AStride: dst.alpha.stride}, nil
}

// veiled is the planes of a YCbCr picture with alpha.
type veiled struct {
	luma, alpha, cb, cr plane
	min                 image.Point // of the picture's bounds
	in                  factors     // of chroma
}

// turned returns the picture with rows and columns exchanged.
func (p veiled) turned() veiled {
	return veiled{
		luma: p.luma.turned(), alpha: p.alpha.turned(), cb: p.cb.turned(), cr: p.cr.turned(),
		min: image.Pt(p.min.Y, p.min.X), in: factors{p.in.y, p.in.x},
	}
}

// veiledLuma filters luma and alpha.
func (s *scratch) veiledLuma(dst, src veiled, transpose bool) {
	h, v := &s.axes16[0], &s.axes16[1]
	if h.pick && v.pick {
		s.plane(dst.luma, src.luma, 0, transpose)
		s.plane(dst.alpha, src.alpha, 0, transpose)
		return
	}
	filterRows(&s.row16, h, v, 2, words, func(y int, rows [][]int16) {
		row := src.luma.pix[y*src.luma.stride+h.lo:][:len(rows[0])]
		veil := src.alpha.pix[y*src.alpha.stride+h.lo:][:len(rows[0])]
		strips.Widen(rows[1], veil)
		for i, a := range veil {
			rows[0][i] = int16((int32(row[i])*int32(a)<<strips.Frac + 127) / 255)
		}
	}, func(y int, rows [][]int16) {
		for i, l := range rows[1] {
			// As alpha.Unpremultiply: aim between the errors on black and on white.
			l := min(max(int32(l), 0), level)
			a := (l + 1<<(strips.Frac-1)) >> strips.Frac
			var luma int32
			if a > 0 {
				doubled := max(2*int32(rows[0][i])+a<<strips.Frac-l, 0)
				luma = min((doubled*255+a<<strips.Frac)/(a<<(strips.Frac+1)), 255)
			}
			*dst.luma.at(i, y, transpose) = byte(luma)
			*dst.alpha.at(i, y, transpose) = byte(a)
		}
	})
}

// veiledChroma filters both chroma planes.
func (s *scratch) veiledChroma(dst, src veiled, transpose bool) {
	h, v := &s.axes16[2], &s.axes16[3]
	if h.pick && v.pick {
		s.plane(dst.cb, src.cb, 2, transpose)
		s.plane(dst.cr, src.cr, 2, transpose)
		return
	}
	filterRows(&s.row16, h, v, 3, words, func(y int, rows [][]int16) {
		cb := src.cb.pix[y*src.cb.stride+h.lo:][:len(rows[0])]
		cr := src.cr.pix[y*src.cr.stride+h.lo:][:len(rows[0])]
		src.meanAlpha(rows[2], h.lo, y)
		for i, a := range rows[2] {
			rows[0][i] = veil(cb[i], int32(a))
			rows[1][i] = veil(cr[i], int32(a))
		}
	}, func(y int, rows [][]int16) {
		for i, a := range rows[2] {
			*dst.cb.at(i, y, transpose) = unveil(rows[0][i], a)
			*dst.cr.at(i, y, transpose) = unveil(rows[1][i], a)
		}
	})
}

// meanAlpha fills out with the mean alpha, as a level, of the pixels that each
// chroma sample of line y, from sample x on, stands for.
func (p veiled) meanAlpha(out []int16, x, y int) {
	x = (floorDiv(p.min.X, p.in.x)+x)*p.in.x - p.min.X
	y = (floorDiv(p.min.Y, p.in.y)+y)*p.in.y - p.min.Y
	top, end := max(y, 0), min(y+p.in.y, p.alpha.height)
	for i := range out {
		left, right := max(x, 0), min(x+p.in.x, p.alpha.width)
		var sum int32
		for line := top; line < end; line++ {
			for _, a := range p.alpha.pix[line*p.alpha.stride:][left:right] {
				sum += int32(a)
			}
		}
		count := int32((end - top) * (right - left))
		out[i] = int16((sum<<(strips.Frac+1) + count) / (2 * count))
		x += p.in.x
	}
}

// neutral is the chroma of grey.
const neutral = 128

// veil multiplies the distance of a chroma sample from neutral by alpha.
func veil(c byte, alpha int32) int16 {
	const lift = neutral << strips.Frac // keeps the dividend positive: division truncates
	return int16(((int32(c)-neutral)*alpha+lift*255+127)/255 - lift)
}

// unveil divides it out again. Where next to nothing is visible it is neutral.
func unveil(c, alpha int16) byte {
	a := min(int32(alpha), level)
	if a < 1<<(strips.Frac-1) {
		return neutral
	}
	twice := floorDiv(int(c)*510, int(a))
	return byte(min(max((twice+1)>>1+neutral, 0), 255))
}
