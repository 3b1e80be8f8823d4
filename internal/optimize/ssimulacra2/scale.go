package ssimulacra2

import (
	"sync"

	"imgpool/internal/kernel/ssim"
)

// planes is a picture of three components at one scale. Rows are stride samples
// apart; what is beyond w is undefined in light.
type planes struct {
	w, h, stride int
	samples      []float32 // component after component
}

// resize makes p a picture of w times h with undefined content.
func (p *planes) resize(w, h int) {
	p.w, p.h, p.stride = w, h, strideOf(w)
	p.samples = grow(p.samples, 3*p.stride*h)
}

// strideOf returns the distance of rows that have w columns: an odd number of
// cache lines, because rows that lie above one another are read together, and
// must not compete for the same places in the cache.
func strideOf(w int) int {
	const line = 64 / 4 // samples
	return ((w+line-1)/line | 1) * line
}

// row returns row y of all components.
func (p *planes) row(y int) (r ssim.Planes) {
	for c := range r {
		r[c] = p.samples[(c*p.h+y)*p.stride:][:p.stride]
	}
	return r
}

// read makes planes of light the reader of the next scale.
func (p *planes) read(y int, dst *ssim.Planes) {
	for c, row := range p.row(y) {
		copy(dst[c], row[:p.w])
	}
}

// halve sets row y of p to the means of two pixels each of two rows, which have
// w columns. An odd last pixel counts twice.
func (p *planes) halve(y int, upper, lower *ssim.Planes, w int) {
	for c, out := range p.row(y) {
		up, low := upper[c], lower[c]
		for x := range w / 2 {
			u, l := up[2*x:2*x+2:2*x+2], low[2*x:2*x+2:2*x+2]
			out[x] = 0.25 * (u[0] + u[1] + l[0] + l[1])
		}
		if w%2 == 1 {
			out[w/2] = 0.25 * (up[w-1] + up[w-1] + low[w-1] + low[w-1])
		}
	}
}

// levels returns how many scales a picture has.
func levels(w, h int) int {
	n := 0
	for n < scales && w >= minSide && h >= minSide {
		if n++; n > 1 {
			w, h = (w+1)/2, (h+1)/2
		}
	}
	return n
}

// ringRows is how many rows of the distorted picture are at hand: those that a
// blurred row is made of.
const ringRows = ssim.Taps

// scratch is the working memory of one comparison, kept between them.
type scratch struct {
	light   [2]planes      // halved pictures, alternately read and written
	pair    [2]ssim.Planes // rows of light that become one of the next scale
	ring    [ringRows]ssim.Planes
	blurred [3]ssim.Sums // of each component
	outside ssim.Planes
	rows    []float32 // memory of all the above but light
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// prepare carves out rows for scales of at most w columns.
func (s *scratch) prepare(w int) {
	stride := strideOf(w)
	s.rows = grow(s.rows, rowCount*(stride+2*ssim.Margin))
	free := s.rows
	carve := func(n int) []float32 {
		row := free[:n:n]
		free = free[n:]
		return row
	}
	for c := range s.outside {
		s.outside[c] = carve(stride)
		for i := range s.outside[c] {
			s.outside[c][i] = ssim.Outside[c]
		}
		for i := range s.pair {
			s.pair[i][c] = carve(stride)
		}
		for i := range s.ring {
			s.ring[i][c] = carve(stride)
		}
		for q := range s.blurred[c] {
			s.blurred[c][q] = carve(stride + 2*ssim.Margin)
		}
	}
}

// rowCount is how many rows prepare makes.
const rowCount = 3 * (1 + 2 + ringRows + len(ssim.Sums{}))

// feed reads the rows of a picture one after another, as colours, and writes the
// picture of the next scale on the way.
type feed struct {
	from reader
	w, h int
	pair *[2]ssim.Planes
	next *planes // nil if there is no further scale
	read int     // rows so far
}

// step takes the next row to dst.
func (f *feed) step(dst *ssim.Planes) {
	y := f.read
	f.read++
	row := &f.pair[y&1]
	f.from.read(y, row)
	ssim.XYB(dst, row, f.w)
	if f.next != nil && (y&1 == 1 || f.read == f.h) {
		f.next.halve(y/2, &f.pair[0], row, f.w)
	}
}

// grow returns a slice of n elements, in the memory of s if that is enough. Its
// content is undefined.
func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
