package ssimulacra2

import (
	"image"
	"image/color"

	"imgpool/internal/kernel/ssim"
)

// reader gives the rows of a picture as linear light. dst has at least width
// columns; what lies beyond is left alone.
type reader interface {
	read(y int, dst *ssim.Planes)
}

// ground is what shows through transparent pixels: a level of sRGB, 0..65535.
type ground uint32

const (
	dark   ground = 6554  // 0.1
	bright ground = 58982 // 0.9
)

var grounds = [...]ground{dark, bright}

// over lays a 16-bit sample on the ground; alpha is 0..65535.
func (g ground) over(sample, alpha uint32) uint32 {
	return uint32((uint64(sample)*uint64(alpha) + uint64(g)*uint64(65535-alpha) + 32767) / 65535)
}

// newReader returns what reads img laid on g.
func newReader(img image.Image, g ground) reader {
	switch m := img.(type) {
	case *image.YCbCr:
		return newPlanar(m)
	case *image.Gray:
		return grey{m}
	case *image.NRGBA:
		return packed{m, g}
	case *image.NRGBA64:
		return deep{m, g}
	}
	return other{img, g}
}

// opaque tells whether no pixel of img lets the ground through. Only what the
// pixels say counts, so that a needless alpha channel costs no time.
func opaque(img image.Image) bool {
	if o, ok := img.(interface{ Opaque() bool }); ok {
		return o.Opaque()
	}
	return false
}

type grey struct{ m *image.Gray }

func (r grey) read(y int, dst *ssim.Planes) {
	light, w := lightOf8(), r.m.Rect.Dx()
	row := r.m.Pix[y*r.m.Stride:][:w]
	first := dst[0][:w]
	for x, v := range row {
		first[x] = light[v]
	}
	copy(dst[1], first)
	copy(dst[2], first)
}

type packed struct {
	m *image.NRGBA
	g ground
}

func (r packed) read(y int, dst *ssim.Planes) {
	light, w := lightOf8(), r.m.Rect.Dx()
	row := r.m.Pix[y*r.m.Stride:][:4*w]
	red, green, blue := dst[0][:w], dst[1][:w], dst[2][:w]
	for x := range red {
		p := row[4*x : 4*x+4 : 4*x+4]
		if p[3] == 255 {
			red[x], green[x], blue[x] = light[p[0]], light[p[1]], light[p[2]]
			continue
		}
		fine, alpha := lightOf16(), uint32(p[3])*257
		red[x] = fine[r.g.over(uint32(p[0])*257, alpha)]
		green[x] = fine[r.g.over(uint32(p[1])*257, alpha)]
		blue[x] = fine[r.g.over(uint32(p[2])*257, alpha)]
	}
}

type deep struct {
	m *image.NRGBA64
	g ground
}

func (r deep) read(y int, dst *ssim.Planes) {
	light, w := lightOf16(), r.m.Rect.Dx()
	row := r.m.Pix[y*r.m.Stride:][:8*w]
	for x := range w {
		p := row[8*x : 8*x+8 : 8*x+8]
		alpha := uint32(p[6])<<8 | uint32(p[7])
		for c := range dst {
			v := uint32(p[2*c])<<8 | uint32(p[2*c+1])
			dst[c][x] = light[r.g.over(v, alpha)]
		}
	}
}

// other reads what has no reader of its own, slowly.
type other struct {
	m image.Image
	g ground
}

func (r other) read(y int, dst *ssim.Planes) {
	light, b := lightOf16(), r.m.Bounds()
	for x := range b.Dx() {
		p := color.NRGBA64Model.Convert(r.m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA64)
		for c, v := range [...]uint16{p.R, p.G, p.B} {
			dst[c][x] = light[r.g.over(uint32(v), uint32(p.A))]
		}
	}
}
