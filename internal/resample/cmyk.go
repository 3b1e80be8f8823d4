package resample

import (
	"image"

	"imgpool/internal/kernel/strips"
)

// cmyk resizes the four inks, each by itself.
func (j *job) cmyk(m *image.CMYK, s *scratch) (image.Image, error) {
	x, y := j.spans(full, full)
	src := packed{m.Pix, m.Stride, 4, x.n, y.n}
	if !src.valid() {
		return nil, errShort
	}
	if err := s.axes8(0, x, y, j.curve); err != nil {
		return nil, err
	}
	dst := newPacked(j.width, j.height, 4)
	resizePacked(s, &s.row16, dst, src, &s.axes16[0], &s.axes16[1], j.turn.transpose, 4, words, splitInks, joinInks)
	return &image.CMYK{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}

func splitInks(rows [][]int16, pix []byte) {
	c, m, y, k := rows[0], rows[1], rows[2], rows[3]
	for i := range c {
		p := pix[4*i : 4*i+4 : 4*i+4]
		c[i], m[i], y[i], k[i] = int16(p[0])<<strips.Frac, int16(p[1])<<strips.Frac, int16(p[2])<<strips.Frac, int16(p[3])<<strips.Frac
	}
}

func joinInks(pix []byte, rows [][]int16) {
	for k, row := range rows {
		for i, v := range row {
			pix[4*i+k] = byte(min(max((int32(v)+1<<(strips.Frac-1))>>strips.Frac, 0), 255))
		}
	}
}
