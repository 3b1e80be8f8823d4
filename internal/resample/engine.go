package resample

import (
	"imgpool/internal/kernel/hpass"
	"imgpool/internal/kernel/strips"
	"imgpool/internal/kernel/vpass"
)

// passes are the kernels for one type of sample.
type passes[T int16 | int32] struct {
	horizontal func(dst, src []T, stride int, t *hpass.Table[T], scratch []T)
	rows       func(dst []T, stride int, cols []T)
	vertical   func(dst, src []T, stride int, weights []T, shift uint)
}

var (
	words     = passes[int16]{hpass.Words, strips.RowWords, vpass.Words}
	wideWords = passes[int32]{hpass.Wide, strips.RowWide, vpass.Wide}
)

// slack is the number of rows that the window holds beyond those one output row
// needs: it is how many rows come in between two moves of what is kept.
const slack = 8 * hpass.Rows

// filterRows resizes a set of planes of equal size, horizontally first. Rows of
// the source come from load, at most once each and in their order: the samples
// h.lo to h.hi of row y, one slice per plane. Rows of the output go to store,
// each once, in the order of the source; they are valid during the call.
//
// Between the passes only a window of rows is kept: what an output row needs,
// and slack.
func filterRows[T int16 | int32](b *buffers[T], h, v *axis[T], planes int, p passes[T],
	load, store func(y int, rows [][]T)) {
	t := h.horizontal()
	n, used := len(h.pos), h.hi-h.lo
	window := v.taps + slack
	b.source = grow(b.source, planes*hpass.Rows*t.Width())
	b.strip = grow(b.strip, hpass.Rows*t.Width())
	b.columns = grow(b.columns, hpass.Rows*n)
	b.window = grow(b.window, planes*window*n)
	b.out = grow(b.out, planes*n)
	b.rows = grow(b.rows, planes)
	base, filled := v.lo, v.lo // source rows base to filled are in the window
	fill := func() {
		count := min(hpass.Rows, v.hi-filled)
		for r := range count {
			for k := range planes {
				b.rows[k] = b.source[(k*hpass.Rows+r)*t.Width():][:used]
			}
			load(filled+r, b.rows)
		}
		for k := range planes {
			p.horizontal(b.columns, b.source[k*hpass.Rows*t.Width():], t.Width(), t, b.strip)
			p.rows(b.window[(k*window+filled-base)*n:], n, b.columns)
		}
		filled += count
	}
	descending := v.pos[0] > v.pos[len(v.pos)-1]
	for i := range v.pos {
		y := i
		if descending {
			y = len(v.pos) - 1 - i
		}
		first, count := int(v.pos[y]), int(v.count[y])
		if first >= filled { // rows that nobody needs
			base, filled = first, first
		}
		for filled < first+count {
			if filled-base+hpass.Rows > window {
				for k := range planes {
					w := b.window[k*window*n:][:window*n]
					copy(w, w[(first-base)*n:(filled-base)*n])
				}
				base = first
			}
			fill()
		}
		for k := range planes {
			row := b.out[k*n:][:n]
			p.vertical(row, b.window[(k*window+first-base)*n:], n, v.weights[y*v.taps:][:count], v.bits)
			b.rows[k] = row
		}
		store(y, b.rows)
	}
}
