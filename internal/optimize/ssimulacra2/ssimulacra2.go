package ssimulacra2

import (
	"errors"
	"fmt"
	"image"

	"imgpool/internal/kernel/ssim"
)

// ErrTooSmall is returned for pictures with less than 8 pixels on a side, for
// which the metric has no scale.
var ErrTooSmall = errors.New("too small for a score: 8x8 pixels at least are needed")

// Score returns how much dist looks like ref, which must have the same size: at
// most 100. It is for single comparisons; see [NewReference] for several.
func Score(ref, dist image.Image) (float64, error) {
	r, err := NewReference(ref)
	if err != nil {
		return 0, err
	}
	defer r.Release()
	return r.Score(dist)
}

// Reference is a picture made ready for comparisons. It may be used by several
// goroutines at once.
type Reference struct {
	w, h        int
	transparent bool        // there are colours for both grounds
	levels      [2][]planes // for each ground its colours at each scale
}

// NewReference prepares ref, any picture in sRGB. YCbCr, Gray, NRGBA and NRGBA64
// are read fast. ref is not needed any more afterwards.
func NewReference(ref image.Image) (*Reference, error) {
	size := ref.Bounds().Size()
	n := levels(size.X, size.Y)
	if n == 0 {
		return nil, ErrTooSmall
	}
	r := &Reference{w: size.X, h: size.Y, transparent: !opaque(ref)}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.prepare(r.w)
	for i, g := range grounds {
		if i > 0 && !r.transparent {
			break
		}
		r.levels[i] = s.colours(newReader(ref, g), r.w, r.h, n)
	}
	return r, nil
}

// colours returns a picture in XYB at n scales.
func (s *scratch) colours(from reader, w, h, n int) []planes {
	all := make([]planes, n)
	for i := range all {
		f := s.feed(i, n, from, w, h)
		p := &all[i]
		p.samples = recycled(3 * strideOf(w) * h)
		p.resize(w, h)
		for y := range h {
			row := p.row(y)
			f.step(&row)
		}
		from, w, h = f.next, (w+1)/2, (h+1)/2
	}
	return all
}

// feed reads scale i of n, which has w times h pixels.
func (s *scratch) feed(i, n int, from reader, w, h int) *feed {
	f := &feed{from: from, w: w, h: h, pair: &s.pair}
	if i+1 < n {
		f.next = &s.light[i&1]
		f.next.resize((w+1)/2, (h+1)/2)
	}
	return f
}

// Score returns how much dist looks like the reference.
func (r *Reference) Score(dist image.Image) (float64, error) {
	if size := dist.Bounds().Size(); size.X != r.w || size.Y != r.h {
		return 0, fmt.Errorf("cannot compare %dx%d pixels with %dx%d", size.X, size.Y, r.w, r.h)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.prepare(r.w)
	if !r.transparent && opaque(dist) {
		return s.compare(r.levels[0], newReader(dist, dark)), nil
	}
	lowest := float64(bestScore)
	for i, g := range grounds {
		ref := r.levels[0]
		if r.transparent {
			ref = r.levels[i]
		}
		lowest = min(lowest, s.compare(ref, newReader(dist, g)))
	}
	return lowest, nil
}

// compare scores a picture against the colours of a reference.
func (s *scratch) compare(ref []planes, from reader) float64 {
	var tallies [scales]tally
	for i := range ref {
		p := &ref[i]
		f := s.feed(i, len(ref), from, p.w, p.h)
		s.compareScale(&tallies[i], p, f)
		from = f.next
	}
	return score(tallies[:len(ref)])
}

// compareScale sums the errors of one scale.
func (s *scratch) compareScale(t *tally, ref *planes, f *feed) {
	t.pixels = ref.w * ref.h
	for c := range s.blurred { // the rows of the scale before were longer
		s.blurred[c].Margins(c)
	}
	for y := range ref.h {
		for f.read < min(y+ssim.Reach+1, ref.h) {
			f.step(&s.ring[f.read%ringRows])
		}
		mine, theirs := ref.row(y), &s.ring[y%ringRows]
		for c := range mine {
			refRows, distRows := s.window(ref, c, y)
			ssim.Columns(&s.blurred[c], &refRows, &distRows, ref.w)
			var errs ssim.Totals
			ssim.Errors(&errs, &s.blurred[c], mine[c], theirs[c], ref.w)
			t.add(c, &errs)
		}
	}
}

// window returns the rows around y of component c.
func (s *scratch) window(ref *planes, c, y int) (refRows, distRows ssim.Rows) {
	for k := range refRows {
		at := y + k - ssim.Reach
		if at < 0 || at >= ref.h {
			refRows[k], distRows[k] = s.outside[c], s.outside[c]
			continue
		}
		refRows[k] = ref.samples[(c*ref.h+at)*ref.stride:][:ref.stride]
		distRows[k] = s.ring[at%ringRows][c]
	}
	return refRows, distRows
}
