package resample

import (
	"encoding/binary"
	"image"
)

// deepFrac is the number of fraction bits of 16-bit samples between the passes.
const deepFrac = 8

// deepOne is the largest sample as a level.
const deepOne = 65535 << deepFrac

// axes16bit builds the axes for 16-bit samples. 65535<<8 times the largest
// gains and 28 bits of weight is below 2^55: 64 bits hold every sum.
func (s *scratch) axes16bit(x, y span, c *curve) error {
	if err := s.axes32[0].build(x, c, wide); err != nil {
		return err
	}
	return s.axes32[1].build(y, c, wide)
}

func (j *job) gray16(m *image.Gray16, s *scratch) (image.Image, error) {
	dst, err := j.deep(m.Pix, m.Stride, 2, s, 1, splitGray16, joinGray16)
	if err != nil {
		return nil, err
	}
	return &image.Gray16{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}

func (j *job) nrgba64(m *image.NRGBA64, s *scratch) (image.Image, error) {
	dst, err := j.deep(m.Pix, m.Stride, 8, s, 4, splitNRGBA64, joinNRGBA64)
	if err != nil {
		return nil, err
	}
	return &image.NRGBA64{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}

// deep resizes pixels of 16-bit samples.
func (j *job) deep(pix []byte, stride, size int, s *scratch, planes int,
	split func([][]int32, []byte), join func([]byte, [][]int32)) (packed, error) {
	x, y := j.spans(full, full)
	src := packed{pix, stride, size, x.n, y.n}
	if !src.valid() {
		return packed{}, errShort
	}
	if err := s.axes16bit(x, y, j.curve); err != nil {
		return packed{}, err
	}
	dst := newPacked(j.width, j.height, size)
	resizePacked(s, &s.row32, dst, src, &s.axes32[0], &s.axes32[1], j.turn.transpose, planes, wideWords, split, join)
	return dst, nil
}

func splitGray16(rows [][]int32, pix []byte) {
	row := rows[0]
	for i := range row {
		row[i] = int32(binary.BigEndian.Uint16(pix[2*i:])) << deepFrac
	}
}

func joinGray16(pix []byte, rows [][]int32) {
	for i, l := range rows[0] {
		binary.BigEndian.PutUint16(pix[2*i:], uint16(deepRound(l)))
	}
}

// deepRound rounds a level half up and clamps it to a sample.
func deepRound(l int32) int64 {
	return (min(max(int64(l), 0), deepOne) + 1<<(deepFrac-1)) >> deepFrac
}

// splitNRGBA64 multiplies colour by alpha, rounding to a level.
func splitNRGBA64(rows [][]int32, pix []byte) {
	a := rows[3]
	r, g, b, pix := rows[0][:len(a)], rows[1][:len(a)], rows[2][:len(a)], pix[:8*len(a)]
	for i := range a {
		p := binary.BigEndian.Uint64(pix[8*i:])
		al := p & 0xffff
		a[i] = int32(al << deepFrac)
		if al == 65535 {
			r[i] = int32(p >> 48 << deepFrac)
			g[i] = int32(p >> 32 & 0xffff << deepFrac)
			b[i] = int32(p >> 16 & 0xffff << deepFrac)
			continue
		}
		al <<= deepFrac
		r[i] = int32((p>>48*al + 32767) / 65535)
		g[i] = int32((p>>32&0xffff*al + 32767) / 65535)
		b[i] = int32((p>>16&0xffff*al + 32767) / 65535)
	}
}

// joinNRGBA64 divides alpha out as alpha.Unpremultiply does.
func joinNRGBA64(pix []byte, rows [][]int32) {
	r, g, b, a := rows[0], rows[1], rows[2], rows[3]
	for i := range a {
		p := pix[8*i : 8*i+8 : 8*i+8]
		al := deepRound(a[i])
		shift := al<<deepFrac - min(max(int64(a[i]), 0), deepOne)
		binary.BigEndian.PutUint16(p[0:], deepDivide(int64(r[i]), shift, al))
		binary.BigEndian.PutUint16(p[2:], deepDivide(int64(g[i]), shift, al))
		binary.BigEndian.PutUint16(p[4:], deepDivide(int64(b[i]), shift, al))
		binary.BigEndian.PutUint16(p[6:], uint16(al))
	}
}

// deepDivide gives one colour sample: (level + shift/2) / al, rounded half up.
func deepDivide(level, shift, al int64) uint16 {
	if al == 0 {
		return 0
	}
	doubled := max(2*level+shift, 0)
	if al == 65535 {
		return uint16(min((doubled+1<<deepFrac)>>(deepFrac+1), 65535))
	}
	return uint16(min((doubled*65535+al<<deepFrac)/(al<<(deepFrac+1)), 65535))
}
