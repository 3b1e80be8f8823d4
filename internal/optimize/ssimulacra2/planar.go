package ssimulacra2

import (
	"image"

	"imgpool/internal/kernel/ssim"
)

// planar reads YCbCr.
type planar struct {
	m      *image.YCbCr
	fx, fy int         // how many pixels wide and high a chroma sample is
	rows   [2][]uint16 // four times the chroma, between the rows of its plane
	chroma [2][]byte   // chroma of each pixel of a row
}

func newPlanar(m *image.YCbCr) *planar {
	r := &planar{m: m, fx: 1, fy: 1}
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		r.fx = 2
	case image.YCbCrSubsampleRatio420:
		r.fx, r.fy = 2, 2
	case image.YCbCrSubsampleRatio440:
		r.fy = 2
	case image.YCbCrSubsampleRatio411:
		r.fx = 4
	case image.YCbCrSubsampleRatio410:
		r.fx, r.fy = 4, 2
	}
	first, end := m.Rect.Min.X/r.fx, (m.Rect.Max.X+r.fx-1)/r.fx
	for c := range r.rows {
		r.rows[c] = make([]uint16, end-first)
		r.chroma[c] = make([]byte, r.fx*(end-first))
	}
	return r
}

// read converts with the matrix of JFIF in units of 1/65536.
func (r *planar) read(y int, dst *ssim.Planes) {
	light, w := lightOf8(), r.m.Rect.Dx()
	luma := r.m.Y[y*r.m.YStride:][:w]
	skip := r.m.Rect.Min.X % r.fx
	cb, cr := r.upsampled(0, r.m.Cb, y)[skip:][:w], r.upsampled(1, r.m.Cr, y)[skip:][:w]
	red, green, blue := dst[0][:w], dst[1][:w], dst[2][:w]
	for x, l := range luma {
		yy, b, r := int32(l)<<16+1<<15, int32(cb[x])-128, int32(cr[x])-128
		red[x] = light[level(yy+91881*r)]
		green[x] = light[level(yy-22554*b-46802*r)]
		blue[x] = light[level(yy+116130*b)]
	}
}

// level brings a sample in units of 1/65536 into 0..255.
func level(v int32) uint8 {
	v >>= 16
	if uint32(v) > 255 {
		v = ^(v >> 31) & 255
	}
	return uint8(v)
}

// upsampled returns a row of chroma with a sample for each pixel. Samples lie
// between the pixels that share them, so a pixel takes three quarters of its own
// and one of the next, in either direction; over four pixels nothing is
// interpolated.
func (r *planar) upsampled(c int, plane []byte, y int) []byte {
	row, out := r.rows[c], r.chroma[c]
	at, top := y+r.m.Rect.Min.Y, r.m.Rect.Min.Y/r.fy
	near := at / r.fy
	far := near
	if r.fy == 2 {
		far = min(max(near-1+2*(at&1), top), (r.m.Rect.Max.Y-1)/2)
	}
	own, next := plane[(near-top)*r.m.CStride:][:len(row)], plane[(far-top)*r.m.CStride:][:len(row)]
	if r.fx == 1 && near == far {
		return own
	}
	for i := range row {
		row[i] = 3*uint16(own[i]) + uint16(next[i])
	}
	switch r.fx {
	case 1:
		for i, v := range row {
			out[i] = uint8((v + 2) >> 2)
		}
	case 2:
		left := row[0]
		for i, v := range row {
			right := row[min(i+1, len(row)-1)]
			out[2*i] = uint8((3*v + left + 8) >> 4)
			out[2*i+1] = uint8((3*v + right + 7) >> 4)
			left = v
		}
	default:
		for i := range out {
			out[i] = uint8((row[i/r.fx] + 2) >> 2)
		}
	}
	return out
}
