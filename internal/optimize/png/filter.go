package png

import (
	"slices"

	"imgpool/internal/kernel/pngfilter"
)

// strategy is a way to choose the filter of each row.
type strategy uint8

const (
	allNone strategy = iota // the five filters for all rows: in the order of pngfilter.Kind
	allSub
	allUp
	allAverage
	allPaeth
	minSum        // the least sum of absolute values, clause 12.7's heuristic
	entropy       // the least information in the row's bytes
	bigrams       // the fewest different pairs of neighbouring bytes
	bigramEntropy // the least information in pairs of neighbouring bytes
)

// filterer filters forms; it holds the scratch for it.
type filterer struct {
	zeros   []byte
	cleaned [3][]byte
	rows    [pngfilter.Kinds][]byte
	scorer  scorer
}

func (w *filterer) size(n int) {
	if len(w.zeros) >= n {
		return
	}
	n += n / 4
	w.zeros = make([]byte, n)
	for i := range w.cleaned {
		w.cleaned[i] = make([]byte, n)
	}
	for i := range w.rows {
		w.rows[i] = make([]byte, n)
	}
}

// choose finds the kinds of filter for the rows of f by each strategy.
func (w *filterer) choose(f *form, strategies []strategy) [][]pngfilter.Kind {
	all := make([][]pngfilter.Kind, len(strategies))
	scored := false
	for i, s := range strategies {
		all[i] = make([]pngfilter.Kind, f.header.height)
		if s <= allPaeth {
			for y := range all[i] {
				all[i][y] = pngfilter.Kind(s)
			}
		} else {
			scored = true
		}
	}
	if !scored {
		return all
	}
	n := f.header.rowBytes(f.header.width)
	w.size(n)
	prev := w.zeros[:n]
	for y := range f.header.height {
		for k := range pngfilter.Kinds {
			cur := w.clean(f, y, prev, k, 0)
			pngfilter.Apply(w.rows[k][:n], cur, prev, f.header.pixelBytes(), k)
		}
		for i, s := range strategies {
			if s > allPaeth {
				all[i][y] = w.scorer.best(&w.rows, n, s)
			}
		}
		// Which colours are put under alpha 0 depends on the filter: go on
		// with those of the last strategy.
		prev = w.clean(f, y, prev, all[len(all)-1][y], 1+y&1)
	}
	return all
}

// apply appends to dst the filtered rows of f, each behind its filter type.
func (w *filterer) apply(dst []byte, f *form, kinds []pngfilter.Kind) []byte {
	n := f.header.rowBytes(f.header.width)
	w.size(n)
	dst = slices.Grow(dst, len(kinds)*(1+n))
	prev := w.zeros[:n]
	for y, k := range kinds {
		cur := w.clean(f, y, prev, k, y&1)
		dst = append(dst, byte(k))
		dst = dst[:len(dst)+n]
		pngfilter.Apply(dst[len(dst)-n:], cur, prev, f.header.pixelBytes(), k)
		prev = cur
	}
	return dst
}

// clean returns row y of f with the free colours set to what makes the filtered
// bytes 0. The row is a scratch buffer if anything was free in f.
func (w *filterer) clean(f *form, y int, prev []byte, kind pngfilter.Kind, buf int) []byte {
	row := f.row(y)
	if !f.hidden {
		return row
	}
	out := w.cleaned[buf][:len(row)]
	copy(out, row)
	size := f.header.pixelBytes()
	n := f.header.depth / 8
	colours := size - n
	for x := 0; x < len(out); x += size {
		if out[x+colours] != 0 || out[x+size-1] != 0 {
			continue
		}
		for i := x; i < x+colours; i++ {
			var a, c byte
			if x > 0 {
				a, c = out[i-size], prev[i-size]
			}
			out[i] = pngfilter.Predict(kind, a, prev[i], c)
		}
	}
	return out
}
