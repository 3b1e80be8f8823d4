package resample

import (
	"encoding/binary"
	"image"
)

// lit resizes in light. Planes of luma and chroma come out as RGB.
func (j *job) lit(src image.Image, s *scratch) (image.Image, error) {
	bounds := image.Rect(0, 0, j.width, j.height)
	switch m := src.(type) {
	case *image.YCbCr:
		return j.litPlanes(m, nil, s)
	case *image.NYCbCrA:
		return j.litPlanes(&m.YCbCr, &plane{pix: m.A, stride: m.AStride}, s)
	case *image.Gray:
		t := j.light.narrow[grey]
		dst, err := j.deep(m.Pix, m.Stride, 1, s, 1, t.splitGray, t.joinGray)
		return &image.Gray{Pix: dst.pix, Stride: dst.stride, Rect: bounds}, err
	case *image.Gray16:
		t := j.light.deep()[grey]
		dst, err := j.deep(m.Pix, m.Stride, 2, s, 1, t.splitGray16, t.joinGray16)
		return &image.Gray16{Pix: dst.pix, Stride: dst.stride, Rect: bounds}, err
	case *image.NRGBA:
		dst, err := j.deep(m.Pix, m.Stride, 4, s, 4, splitLit(j.light.narrow), joinLit(j.light.narrow))
		return &image.NRGBA{Pix: dst.pix, Stride: dst.stride, Rect: bounds}, err
	case *image.NRGBA64:
		dst, err := j.deep(m.Pix, m.Stride, 8, s, 4, splitLit64(j.light.deep()), joinLit64(j.light.deep()))
		return &image.NRGBA64{Pix: dst.pix, Stride: dst.stride, Rect: bounds}, err
	}
	return nil, errType(src)
}

// grey is the channel whose curve stands for pictures without colour.
const grey = 1

func (t *lightTable) splitGray(rows [][]int32, pix []byte) {
	for i, v := range pix[:len(rows[0])] {
		rows[0][i] = t.levels[int(v)*narrowFraction]
	}
}

func (t *lightTable) joinGray(pix []byte, rows [][]int32) {
	for i, l := range rows[0] {
		pix[i] = uint8(t.sample(int64(l)))
	}
}

func (t *lightTable) splitGray16(rows [][]int32, pix []byte) {
	for i := range rows[0] {
		rows[0][i] = t.levels[binary.BigEndian.Uint16(pix[2*i:])]
	}
}

func (t *lightTable) joinGray16(pix []byte, rows [][]int32) {
	for i, l := range rows[0] {
		binary.BigEndian.PutUint16(pix[2*i:], uint16(t.sample(int64(l))))
	}
}

// covered is light that shows through an alpha of a out of top.
func covered(light int32, a, top int64) int32 {
	switch a {
	case top:
		return light
	case 0:
		return 0
	}
	return int32((int64(light)*a + top/2) / top)
}

// uncovered is the inverse, for levels; alpha is above 0.
func uncovered(light, alpha int32) int64 {
	if alpha >= deepOne {
		return int64(light)
	}
	return (int64(light)*deepOne + int64(alpha)/2) / int64(alpha)
}

// splitLit turns 8-bit pixels into light that shows, and alpha.
func splitLit(t [3]*lightTable) func(rows [][]int32, pix []byte) {
	return func(rows [][]int32, pix []byte) {
		for i := range rows[3] {
			p := pix[4*i : 4*i+4 : 4*i+4]
			a := int64(p[3])
			rows[3][i] = int32(a * 257 << deepFrac)
			for k := range 3 {
				rows[k][i] = covered(t[k].levels[int(p[k])*narrowFraction], a, 255)
			}
		}
	}
}

// joinLit is the way back. Where no alpha is left there is no colour either.
func joinLit(t [3]*lightTable) func(pix []byte, rows [][]int32) {
	return func(pix []byte, rows [][]int32) {
		for i, alpha := range rows[3] {
			p := pix[4*i : 4*i+4 : 4*i+4]
			a := (min(max(int64(alpha), 0), deepOne)*255 + deepOne/2) / deepOne
			if p[3] = uint8(a); a == 0 {
				p[0], p[1], p[2] = 0, 0, 0
				continue
			}
			for k := range 3 {
				p[k] = uint8(t[k].sample(uncovered(rows[k][i], alpha)))
			}
		}
	}
}

// splitLit64 is splitLit for 16 bits.
func splitLit64(t [3]*lightTable) func(rows [][]int32, pix []byte) {
	return func(rows [][]int32, pix []byte) {
		for i := range rows[3] {
			p := pix[8*i : 8*i+8 : 8*i+8]
			a := int64(binary.BigEndian.Uint16(p[6:]))
			rows[3][i] = int32(a << deepFrac)
			for k := range 3 {
				rows[k][i] = covered(t[k].levels[binary.BigEndian.Uint16(p[2*k:])], a, 65535)
			}
		}
	}
}

// joinLit64 is joinLit for 16 bits.
func joinLit64(t [3]*lightTable) func(pix []byte, rows [][]int32) {
	return func(pix []byte, rows [][]int32) {
		for i, alpha := range rows[3] {
			p := pix[8*i : 8*i+8 : 8*i+8]
			a := deepRound(alpha)
			binary.BigEndian.PutUint16(p[6:], uint16(a))
			for k := range 3 {
				v := int32(0)
				if a > 0 {
					v = t[k].sample(uncovered(rows[k][i], alpha))
				}
				binary.BigEndian.PutUint16(p[2*k:], uint16(v))
			}
		}
	}
}
