package palette

import (
	"image/color"
	"slices"
)

// choose makes the palette and gives each entry its nearest colour.
func (q *quantiser) choose() {
	if q.hist.exact && len(q.hist.entries) <= q.MaxColours && q.Quality == 100 {
		q.keep()
		return
	}
	q.settler.places = q.fewest(aimOf(q.Quality, q.hist.pixels))
	q.finish()
}

// keep makes a palette of the picture's own colours.
func (q *quantiser) keep() {
	for i := range q.hist.entries {
		e := &q.hist.entries[i]
		px := q.hist.colours[i]
		q.colours = append(q.colours, color.NRGBA{uint8(px), uint8(px >> 8), uint8(px >> 16), uint8(px >> 24)})
		q.settler.places = append(q.settler.places, e.at)
		e.choice = uint8(i)
	}
	q.result = Result{Quality: 100, Colours: len(q.colours)}
}

// maxTries is how many palettes fewest tries after the first.
const maxTries = 6

// closeEnough is the part of the error allowed from which on fewest tries no more.
const closeEnough = 0.97

// fewest returns the places of the fewest colours that err no more than limit, or of MaxColours if those err more.
func (q *quantiser) fewest(limit float64) []point {
	c := newCutter(q.hist.entries)
	errorOf := q.cutErrors(c, limit)
	top := len(errorOf) - 1
	q.settle(c, top)
	best, mse := slices.Clone(q.settler.places), q.mse()
	// Settled colours err less than the boxes did, so that fewer do as well: as many as have boxes that err as much more.
	low, high := 1, top
	for try := 0; try < maxTries && low < high && mse < closeEnough*limit; try++ {
		gain := 1.0
		if e := errorOf[len(best)]; e > 0 {
			gain = mse / e
		}
		n := high - 1
		for n > low && errorOf[n-1] > 0 && errorOf[n-1]*gain <= limit {
			n--
		}
		q.settle(c, n)
		if len(q.settler.places) >= high {
			break // there are no fewer classes
		}
		if m := q.mse(); m <= limit {
			best, mse, high = slices.Clone(q.settler.places), m, len(q.settler.places)
		} else {
			low = len(q.settler.places) + 1
		}
	}
	return best
}

// cutErrors returns the errors that 1, 2 ... boxes of c leave, up to the first that is within limit; 0 where there can be no
// such number of boxes.
func (q *quantiser) cutErrors(c *cutter, limit float64) []float64 {
	errorOf := make([]float64, len(c.boxes), 257)
	for more := true; more; {
		mean := c.total / q.hist.weight
		errorOf = append(errorOf, mean)
		more = mean > limit && len(c.boxes) < q.MaxColours && c.cut()
	}
	return errorOf
}

// settle makes a palette of n colours, if there are as many, from the boxes of c.
func (q *quantiser) settle(c *cutter, n int) {
	q.settler.places = c.means(n)
	mse := q.mse()
	for range 2 + q.Effort {
		q.settler.move(q.hist.entries)
		before := mse
		if mse = q.mse(); mse > settled*before {
			break
		}
	}
}

// settled is the part of the error before a round of k-means that is left when further rounds do not pay.
const settled = 0.99

// mse gives each entry its nearest place and returns the mean squared error.
func (q *quantiser) mse() float64 { return q.settler.assign(q.hist.entries) / q.hist.weight }

// finish turns places into colours and measures what these come to.
func (q *quantiser) finish() {
	places := q.settler.places[:0]
	seen := map[color.NRGBA]bool{}
	for _, p := range q.settler.places {
		if c := colourOf(p); !seen[c] {
			seen[c] = true
			q.colours = append(q.colours, c)
			places = append(places, pointOf(c.R, c.G, c.B, c.A))
		}
	}
	q.settler.places = places
	mse := q.mse()
	q.result = Result{Quality: qualityOf(mse), Colours: len(q.colours), MSE: mse / fullSquare * 1e6}
}
