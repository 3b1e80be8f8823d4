package png

import (
	"math"

	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// brute chooses for each row the filter that takes least after those before it,
// starting with the statistics of a draft for the same form.
func (w *filterer) brute(f *form, r *deflate.Rater, d *deflate.Draft) []pngfilter.Kind {
	n, bpp := f.header.rowBytes(f.header.width), f.header.pixelBytes()
	w.size(n)
	kinds := make([]pngfilter.Kind, f.header.height)
	prev := w.zeros[:n]
	r.Reset(len(kinds)*(n+1), bpp, n+1, d)
	row := make([]byte, n+1)
	filter := func(y int, k pngfilter.Kind, buf int) (cur []byte) {
		cur = w.clean(f, y, prev, k, buf)
		row[0] = byte(k)
		pngfilter.Apply(row[1:], cur, prev, bpp, k)
		return cur
	}
	best := pngfilter.None
	for y := range kinds {
		// The last row's filter is likely to do well again, and the others are
		// given up sooner then.
		first, least := best, math.MaxInt
		for i := range pngfilter.Kinds {
			k := (first + i) % pngfilter.Kinds
			filter(y, k, 0)
			if v := r.Rate(row, least); v < least {
				best, least = k, v
			}
		}
		prev = filter(y, best, 1+y&1)
		r.Commit(row)
		kinds[y] = best
	}
	return kinds
}
