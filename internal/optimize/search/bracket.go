package search

import (
	"context"
	"fmt"
	"math"
)

// patience is after how many trials guessing gives way to halving.
const patience = 5

// bracket closes in on the place where a value that grows with quality, the
// logarithm of bytes or a score, passes a goal.
type bracket struct {
	goal       float64
	coordinate func(quality int) float64 // the expected value, but for an offset and a factor
	noise      float64                   // of the difference of two coordinates
	// low is the highest quality tried below the goal, high the lowest tried
	// above; without one it is what lies beyond the end of the range.
	low, high int
	points    []point
}

// point is the result of a trial.
type point struct {
	quality int
	value   float64
}

// run tries qualities, first to begin with, until two neighbours lie on either
// side. try tells the value and whether that is above the goal.
func (b *bracket) run(ctx context.Context, r Range, first int, try func(int) (float64, bool, error)) error {
	if r.Low > r.High {
		return fmt.Errorf("internal error: no quality lies between %d and %d", r.Low, r.High)
	}
	b.low, b.high = r.Low-1, r.High+1
	for q := first; b.high-b.low > 1; q = b.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		value, above, err := try(q)
		if err != nil {
			return err
		}
		if above {
			b.high = q
		} else {
			b.low = q
		}
		b.points = append(b.points, point{q, value})
	}
	return nil
}

// next returns the quality to try, between low and high: the highest that should
// lie below the goal.
func (b *bracket) next() int {
	near, other, ok := b.nearest()
	if !ok || len(b.points) >= patience {
		return b.low + (b.high-b.low)/2
	}
	at := b.coordinate(near.quality) + (b.goal-near.value)/b.slope(near, other)
	left := Range{Low: b.low + 1, High: b.high - 1}
	return left.near(near.quality, b.coordinate, at).highest(b.coordinate, at)
}

// slope is how fast values grow with the coordinate between two trials, within
// 1/3 to 3: as fast as they should where noise may have made the difference.
func (b *bracket) slope(near, other point) float64 {
	values, places := near.value-other.value, b.coordinate(near.quality)-b.coordinate(other.quality)
	noise := float64(b.noise * b.noise)
	slope := (float64(values*places) + noise) / (float64(places*places) + noise)
	if !(slope >= 1./3 && slope <= 3) { // also no number
		return 1
	}
	return slope
}

// nearest returns the trial whose value is nearest to the goal, and the one to
// draw a line to: on the other side of the goal if there is one, else the next
// nearest; near itself if there is none. Values that are no numbers do not
// count; ok is false if nothing is left.
func (b *bracket) nearest() (near, other point, ok bool) {
	distance := func(p point) float64 { return math.Abs(p.value - b.goal) }
	for _, p := range b.points {
		if p.value == p.value && (!ok || distance(p) < distance(near)) {
			near, ok = p, true
		}
	}
	other = near
	for _, p := range b.points {
		across := (p.value > b.goal) != (near.value > b.goal)
		chosen := (other.value > b.goal) != (near.value > b.goal)
		switch {
		case p.value != p.value || p == near:
		case other == near, across && !chosen, across == chosen && distance(p) < distance(other):
			other = p
		}
	}
	return near, other, ok
}

// Log2 returns the logarithm of x to base 2, within 0.0001, 0 below 1. Unlike
// math.Log2 it is the same on every machine, and with it the trials are.
func Log2(x float64) float64 {
	fraction, exponent := math.Frexp(max(x, 1))
	// log2(m) = 2/ln(2) * artanh(t), t = (m-1)/(m+1) up to 1/3.
	m := 2 * fraction
	t := (m - 1) / (m + 1)
	tt := float64(t * t)
	sum := 1./5 + float64(tt*(1./7))
	sum = 1./3 + float64(tt*sum)
	sum = 1 + float64(tt*sum)
	return float64(exponent-1) + float64(2/math.Ln2*float64(t*sum))
}
