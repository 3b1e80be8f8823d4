package resample

import (
	"image"
	"image/color"
	"math"

	"github.com/disintegration/imaging"
)

// The reference: the same geometry, written independently in float64, without
// rounding or clamping before the very end, and two-dimensional instead of
// separable passes with intermediate formats.

// field is a plane of float64 samples.
type field struct {
	w, h int
	v    []float64
}

func newField(w, h int) *field { return &field{w, h, make([]float64, w*h)} }

func (f *field) at(x, y int) float64 { return f.v[y*f.w+x] }

// turned returns the field with an EXIF orientation undone.
func (f *field) turned(orientation int) *field {
	w, h := f.w, f.h
	if orientation >= 5 {
		w, h = h, w
	}
	g := newField(w, h)
	for y := range h {
		for x := range w {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			g.v[y*w+x] = f.at(sx, sy)
		}
	}
	return g
}

// turnedRect is the rectangle in the coordinates of the upright picture, whose
// stored extent is w, h.
func turnedRect(r Rect, w, h float64, orientation int) Rect {
	switch orientation {
	case 2:
		return Rect{w - r.X1, r.Y0, w - r.X0, r.Y1}
	case 3:
		return Rect{w - r.X1, h - r.Y1, w - r.X0, h - r.Y0}
	case 4:
		return Rect{r.X0, h - r.Y1, r.X1, h - r.Y0}
	case 5:
		return Rect{r.Y0, r.X0, r.Y1, r.X1}
	case 6:
		return Rect{h - r.Y1, r.X0, h - r.Y0, r.X1}
	case 7:
		return Rect{h - r.Y1, w - r.X1, h - r.Y0, w - r.X0}
	case 8:
		return Rect{r.Y0, w - r.X1, r.Y1, w - r.X0}
	}
	return r
}

// refWeights are the weights over all n samples of an axis for one output centre.
func refWeights(n int, from, to, centre, step float64, f imaging.ResampleFilter) []float64 {
	w := make([]float64, n)
	scale := math.Max(step, 1)
	lo, hi := math.Floor(from+1e-6), math.Ceil(to-1e-6)
	sum := 0.0
	for j := range w {
		if float64(j) < lo || float64(j) >= hi {
			continue
		}
		d := (float64(j) + 0.5 - centre) / scale
		d = math.Round(d*1e9) / 1e9
		if math.Abs(d) <= f.Support {
			w[j] = f.Kernel(d)
			sum += w[j]
		}
	}
	for j := range w {
		w[j] /= sum
	}
	return w
}

// refAxis is refWeights for all outputs: count samples of out pixels each cover
// n output pixels.
func refAxis(samples int, from, to float64, n, out, in int, f imaging.ResampleFilter) [][]float64 {
	from, to = from/float64(in), to/float64(in)
	var rows [][]float64
	pixel := (to - from) / float64(n) // source distance of output pixels
	for first := 0; first < n; first += out {
		last := min(first+out, n)
		centre := from + pixel*float64(first+last)/2
		step := pixel * float64(out)
		whole := math.Abs(step-1)*float64(n) < 1e-6 && math.Abs(from-math.Round(from)) < 1e-6 && n%out == 0
		if whole || f.Support == 0 {
			row := make([]float64, samples)
			row[min(int(math.Floor(centre+1e-7)), samples-1)] = 1
			rows = append(rows, row)
		} else {
			rows = append(rows, refWeights(samples, from, to, centre, step, f))
		}
	}
	return rows
}

// resize filters an upright field.
func (f *field) resize(r Rect, width, height int, in, out factors, filter imaging.ResampleFilter) *field {
	wx := refAxis(f.w, r.X0, r.X1, width, out.x, in.x, filter)
	wy := refAxis(f.h, r.Y0, r.Y1, height, out.y, in.y, filter)
	mid := newField(len(wx), f.h)
	for y := range f.h {
		for x, w := range wx {
			s := 0.0
			for j, v := range w {
				s += v * f.at(j, y)
			}
			mid.v[y*mid.w+x] = s
		}
	}
	g := newField(len(wx), len(wy))
	for y, w := range wy {
		for x := range g.w {
			s := 0.0
			for j, v := range w {
				s += v * mid.at(x, j)
			}
			g.v[y*g.w+x] = s
		}
	}
	return g
}

func clampTo(v, top float64) float64 { return math.Min(math.Max(v, 0), top) }

// reference is the wanted result of Resize: planes of a YCbCr or grey picture,
// or four planes of premultiplied colour and alpha.
func reference(src image.Image, from Rect, width, height int, o Options) []*field {
	b := src.Bounds()
	if from == (Rect{}) {
		from = Rect{0, 0, float64(b.Dx()), float64(b.Dy())}
	}
	run := func(f *field, in, out factors) *field {
		// The samples of a chroma plane may cover more than the picture: what
		// hangs over on the right is on the left when the plane is mirrored.
		from := turnedRect(from, float64(f.w*in.x), float64(f.h*in.y), o.Orientation)
		f = f.turned(o.Orientation)
		if o.Orientation >= 5 {
			in.x, in.y = in.y, in.x
		}
		return f.resize(from, width, height, in, out, o.Filter)
	}
	var planes []*field
	switch m := src.(type) {
	case *image.YCbCr:
		in, _ := factorsOf(m.SubsampleRatio)
		out, _ := factorsOf(o.Subsampling)
		cw, ch := in.size(b.Dx(), b.Dy())
		planes = []*field{
			run(bytesField(m.Y, m.YStride, b.Dx(), b.Dy()), full, full),
			run(bytesField(m.Cb, m.CStride, cw, ch), in, out),
			run(bytesField(m.Cr, m.CStride, cw, ch), in, out),
		}
		clampAll(planes, 255)
	case *image.Gray:
		planes = []*field{run(bytesField(m.Pix, m.Stride, b.Dx(), b.Dy()), full, full)}
		clampAll(planes, 255)
	case *image.Gray16:
		f := newField(b.Dx(), b.Dy())
		for i := range f.v {
			f.v[i] = float64(m.Gray16At(b.Min.X+i%f.w, b.Min.Y+i/f.w).Y)
		}
		planes = []*field{run(f, full, full)}
		clampAll(planes, 65535)
	case *image.NRGBA:
		planes = premultiplied(b, 255, func(x, y int) [4]float64 {
			c := m.NRGBAAt(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		}, run)
	case *image.NRGBA64:
		planes = premultiplied(b, 65535, func(x, y int) [4]float64 {
			c := m.NRGBA64At(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		}, run)
	}
	return planes
}

func bytesField(pix []byte, stride, w, h int) *field {
	f := newField(w, h)
	for i := range f.v {
		f.v[i] = float64(pix[i/w*stride+i%w])
	}
	return f
}

func clampAll(planes []*field, top float64) {
	for _, f := range planes {
		for i := range f.v {
			f.v[i] = clampTo(f.v[i], top)
		}
	}
}

// premultiplied filters colour times alpha. What comes out is what a pixel can
// show: alpha within its range, colour at most alpha.
func premultiplied(b image.Rectangle, top float64, at func(x, y int) [4]float64,
	run func(f *field, in, out factors) *field) []*field {
	var in, out [4]*field
	for k := range in {
		in[k] = newField(b.Dx(), b.Dy())
	}
	for i := range in[0].v {
		c := at(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx())
		for k := range 3 {
			in[k].v[i] = c[k] * c[3] / top
		}
		in[3].v[i] = c[3]
	}
	for k := range in {
		out[k] = run(in[k], full, full)
	}
	for i := range out[3].v {
		a := clampTo(out[3].v[i], top)
		out[3].v[i] = a
		for k := range 3 {
			out[k].v[i] = clampTo(out[k].v[i], a)
		}
	}
	return out[:]
}

// errorsOf returns the largest difference of a result from its reference: per
// plane, or for pixels with alpha as seen on black and as seen on white.
func errorsOf(got image.Image, want []*field) (worst float64) {
	note := func(d float64) { worst = math.Max(worst, math.Abs(d)) }
	b := got.Bounds()
	composite := func(top float64, at func(x, y int) [4]float64) {
		for i := range want[3].v {
			c := at(i%b.Dx(), i/b.Dx())
			for k := range 3 {
				p := c[k] * c[3] / top
				note(p - want[k].v[i])
				note(p - c[3] - (want[k].v[i] - want[3].v[i]))
			}
			note(c[3] - want[3].v[i])
		}
	}
	compare := func(pix []byte, stride int, f *field) {
		for i, v := range f.v {
			note(float64(pix[i/f.w*stride+i%f.w]) - v)
		}
	}
	switch m := got.(type) {
	case *image.YCbCr:
		compare(m.Y, m.YStride, want[0])
		compare(m.Cb, m.CStride, want[1])
		compare(m.Cr, m.CStride, want[2])
	case *image.Gray:
		compare(m.Pix, m.Stride, want[0])
	case *image.Gray16:
		for i, v := range want[0].v {
			note(float64(m.Gray16At(i%b.Dx(), i/b.Dx()).Y) - v)
		}
	case *image.NRGBA:
		composite(255, func(x, y int) [4]float64 {
			c := m.NRGBAAt(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		})
	case *image.NRGBA64:
		composite(65535, func(x, y int) [4]float64 {
			c := m.NRGBA64At(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		})
	}
	return worst
}

// noise fills bytes with a repeatable pattern in which about a third are 0 or
// 255, the values where clamping and alpha have their edges.
func noise(pix []byte, seed uint32) {
	s := seed*2654435761 + 12345
	for i := range pix {
		s ^= s << 13
		s ^= s >> 17
		s ^= s << 5
		switch s >> 29 {
		case 0:
			pix[i] = 0
		case 1:
			pix[i] = 255
		default:
			pix[i] = byte(s >> 8)
		}
	}
}

// pictures makes one picture of noise of each type, and of YCbCr in each
// subsampling.
func pictures(w, h int, seed uint32) []image.Image {
	r := image.Rect(0, 0, w, h)
	gray, gray16, nrgba, nrgba64 := image.NewGray(r), image.NewGray16(r), image.NewNRGBA(r), image.NewNRGBA64(r)
	noise(gray.Pix, seed)
	noise(gray16.Pix, seed+1)
	noise(nrgba.Pix, seed+2)
	noise(nrgba64.Pix, seed+3)
	all := []image.Image{gray, gray16, nrgba, nrgba64}
	for _, ratio := range ratios {
		m := image.NewYCbCr(r, ratio)
		noise(m.Y, seed+4)
		noise(m.Cb, seed+5)
		noise(m.Cr, seed+6)
		all = append(all, m)
	}
	return all
}

var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
}

var filters = map[string]imaging.ResampleFilter{
	"lanczos": imaging.Lanczos, "catmullrom": imaging.CatmullRom, "mitchell": imaging.MitchellNetravali,
	"linear": imaging.Linear, "box": imaging.Box, "nearest": imaging.NearestNeighbor,
}

// smooth is an opaque picture of slow waves.
func smooth(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := func(a, b float64) uint8 { return uint8(128 + 90*math.Sin(a*float64(x)+b*float64(y))) }
			m.SetNRGBA(x, y, color.NRGBA{v(0.05, 0.03), v(-0.02, 0.06), v(0.04, -0.05), 255})
		}
	}
	return m
}
