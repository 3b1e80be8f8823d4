package png

import (
	"context"
	"sync"

	"imgpool/internal/optimize/deflate"
)

// workspace is the scratch memory of one call.
type workspace struct {
	encoder   deflate.Encoder
	filterer  filterer
	rater     deflate.Rater
	paths     pathFinder
	inflated  []byte // the file's image data, then packed rows
	expanded  []byte // the raster
	formPix   []byte // a form's rows
	filtered  []byte
	out, best []byte // compressed
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

func newWorkspace() *workspace { return workspaces.Get().(*workspace) }

// release keeps w for another call, but for the buffers of large pictures.
func (w *workspace) release() {
	const large = 16 << 20
	for _, b := range []*[]byte{&w.inflated, &w.expanded, &w.formPix, &w.filtered, &w.out, &w.best, &w.paths.parser.data} {
		if cap(*b) > large {
			*b = nil
		}
	}
	workspaces.Put(w)
}

// Optimize returns data, a PNG file, in fewer bytes, or data itself if that
// cannot be. The result does not alias data otherwise. It is an error, and
// nothing is returned, if data is not a PNG file, is damaged, has more pixels
// than o allows, or ctx ends, which is seen between trials.
func Optimize(ctx context.Context, data []byte, o Options) ([]byte, error) {
	o = o.withDefaults()
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	if err := f.checkSize(o.MaxPixels); err != nil {
		return nil, err
	}
	w := newWorkspace()
	defer w.release()
	compress := w.still
	if f.animation != nil {
		compress = w.animated
	}
	best, err := compress(ctx, f, o)
	if err != nil {
		return nil, err
	}
	w.repack(f, plans[o.Effort].params)
	if out := write(f, best, o); len(out) < len(data) {
		return out, nil
	}
	return data, nil
}

// checkSize sees that the picture is within the limits.
func (f *file) checkSize(maxPixels int64) error {
	h := &f.header
	pixels := int64(h.width) * int64(h.height)
	if pixels <= maxPixels && f.animation != nil {
		pixels += f.animation.pixels(h)
	}
	if pixels > maxPixels || h.filteredSize() > deflate.MaxData {
		return FormatError("too many pixels")
	}
	return nil
}

// asItIs is the file's own way to store the picture.
func (f *file) asItIs() *result {
	return &result{form: &form{header: f.header, palette: f.palette, alpha: f.alpha}, idat: f.idat}
}

// still finds the smallest way to store a picture, which may be the file's own.
func (w *workspace) still(ctx context.Context, f *file, o Options) (*result, error) {
	m, kinds, err := decode(&f.header, f.idat, &w.inflated)
	if err != nil {
		return nil, err
	}
	m.palette, m.alpha = f.palette, f.alpha
	r, err := m.expand(&w.expanded)
	if err != nil {
		return nil, err
	}
	own := f.asItIs()
	s := search{workspace: w, plan: plans[o.Effort], source: &source{f.header, kinds, own.form.overhead() + len(own.idat)}}
	s.recipes = r.recipes(limits{
		// A profile is either one for grey or one for colour.
		noGrey:     f.has("iCCP") && f.header.colour&colourUsed != 0,
		noColour:   f.has("iCCP") && f.header.colour&colourUsed == 0,
		keepHidden: o.KeepHidden,
		orders:     s.plan.orders,
		whole:      s.plan.whole,
		palette:    f.palette,
		alpha:      f.alpha,
	})
	if best, err := s.run(ctx); best != nil || err != nil {
		return best, err
	}
	return own, nil
}

// has tells whether there is an ancillary chunk of a type.
func (f *file) has(kind string) bool {
	for _, c := range f.ancillary {
		if c.Type == kind {
			return true
		}
	}
	return false
}
