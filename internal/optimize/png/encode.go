package png

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"

	"imgpool/internal/optimize/deflate"
)

// Encode makes a PNG file of a picture in as few bytes as the effort allows:
// an *image.Paletted, *image.NRGBA, *image.NRGBA64, *image.Gray or
// *image.Gray16. How the file stores it, and the order of a palette, are free;
// the pixels are as in [Optimize]. Options.Keep has no meaning. It is an error
// if the picture is of another type, empty, or has more pixels than o allows,
// or if ctx ends.
func Encode(ctx context.Context, img image.Image, o Options) ([]byte, error) {
	o = o.withDefaults()
	size := img.Bounds().Size()
	if size.X <= 0 || size.Y <= 0 || size.X > maxDimension || size.Y > maxDimension {
		return nil, FormatError("bad dimensions")
	}
	if n := int64(size.X) * int64(size.Y); n > o.MaxPixels || 9*n > deflate.MaxData {
		return nil, FormatError("too many pixels")
	}
	w := newWorkspace()
	defer w.release()
	r, err := rasterOf(img, &w.expanded)
	if err != nil {
		return nil, err
	}
	s := search{workspace: w, plan: plans[o.Effort]}
	s.recipes = r.recipes(limits{keepHidden: o.KeepHidden, orders: s.plan.orders, whole: s.plan.whole})
	best, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	return write(&file{}, best, o), nil
}

// rasterOf copies the pixels of img into buf, grown as needed.
func rasterOf(img image.Image, buf *[]byte) (*raster, error) {
	b := img.Bounds()
	r := &raster{width: b.Dx(), height: b.Dy()}
	var pix []byte
	var stride int
	switch m := img.(type) {
	case *image.Paletted:
		return r, r.paletted(m, buf)
	case *image.NRGBA:
		r.samples, pix, stride = 4, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride
	case *image.NRGBA64:
		r.samples, r.wide, pix, stride = 4, true, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride
	case *image.Gray:
		r.samples, pix, stride = 1, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride
	case *image.Gray16:
		r.samples, r.wide, pix, stride = 1, true, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride
	default:
		return nil, fmt.Errorf("png: cannot encode a %T", img)
	}
	r.pix = resize(buf, r.height*r.width*r.pixelBytes())
	for y := range r.height {
		copy(r.row(y), pix[y*stride:])
	}
	return r, nil
}

// paletted makes r, whose size is set, of m.
func (r *raster) paletted(m *image.Paletted, buf *[]byte) error {
	table := make([][]byte, len(m.Palette))
	for i, c := range m.Palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = []byte{n.R, n.G, n.B, n.A}
	}
	r.samples = 4
	r.pix = resize(buf, r.height*r.width*r.samples)
	from := m.PixOffset(m.Rect.Min.X, m.Rect.Min.Y)
	for y := range r.height {
		if !look(r.row(y), m.Pix[from+y*m.Stride:][:r.width], table, r.samples) {
			return FormatError("index beyond the palette")
		}
	}
	return nil
}

// Cost is about the most memory, in bytes, that [Optimize] and [Encode] take
// for a picture of so many pixels, whose samples have 16 bits if wide, besides
// the file itself.
func Cost(width, height int, wide bool) int64 {
	const (
		tables  = 11 << 20 // of the encoder, the rater and the path finder
		segment = 28 << 20 // for a whole segment of the encoder
		buffers = 9        // rasters, rows, filtered data, results
		atOnce  = 96       // bytes for a byte of a segment
		paths   = 4        // bytes for a byte of rows whose filters are found as a path
	)
	if int64(width)*int64(height) > deflate.MaxData {
		return math.MaxInt64 // and both refuse it
	}
	bytes := int64(width) * int64(height) * 4
	if wide {
		bytes *= 2
	}
	return tables + min(segment, atOnce*bytes) + buffers*(bytes+int64(height)) + paths*min(maxPathData, bytes+int64(height))
}
