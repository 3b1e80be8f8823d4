// Package search finds the quality of an encoder that meets a goal: [Fit] the
// best that fits into so many bytes, [Reach] the lowest whose score is high
// enough. It knows no format: encoding and scoring are functions that it is
// given, and what is to be expected of an encoder comes as a [Model]: a [Curve],
// which is typical of pictures, or an estimate for the very picture.
//
// A result is exact. What is below it and what is above it were both tried, so
// the next quality up is over the limit, or the next one down misses the target.
// Encoders are not quite monotone; where bytes or scores go up and down around
// the goal there may be several such places, and the one that the trials lead to
// is taken, the same one in every run.
//
// # How few trials
//
// Two neighbouring qualities have to be tried to be sure. The art is to come to
// them quickly: from the model and what is known of the picture for the first
// trial, from its result and the model for the second, and on the line between
// the nearest results, in the coordinates of the model, from then on. After
// several trials that did not settle it the rest is halved, so that nothing
// takes more than patience + log2(qualities) trials.
//
// # Use
//
// For --max-bytes, on pixels that are decoded once:
//
//	goal := search.Range{Low: 1, High: 100, Model: search.JPEG, Pixels: w * h}
//	found, err := search.Fit(ctx, goal, limit, func(quality int) ([]byte, error) { ... })
//	if err == nil && !found.Met { ... "cannot: the smallest possible are len(found.Data) bytes" }
//
// Where a file of the picture is there already, in place of the first line:
//
//	goal := search.Range{Low: 1, High: 84, Model: estimate, Known: search.Known{Quality: 85, Bytes: len(file)}}
//
// For --target, with a ssimulacra2.Reference of the picture:
//
//	found, err := search.Reach(ctx, goal, 90, func(quality int) ([]byte, float64, error) {
//		... encode, decode, reference.Score ...
//	})
//
// For the smallest of several formats, Reach is called for each, and the bytes
// compared.
package search

import (
	"context"
	"sort"
)

// Range says where to search and what is known beforehand. Only Low and High are
// needed; the rest saves trials.
type Range struct {
	Low, High int // the qualities allowed, both included
	// Model is what is expected of the encoder.
	Model Model
	// Pixels is the area of the picture, for the first guess of Fit.
	Pixels int
	// Known is an existing file of the picture by the same kind of encoder. It is
	// a hint only: its bytes need not be those of a trial.
	Known Known
}

// Known is the size of a file at a quality. The zero value says nothing.
type Known struct{ Quality, Bytes int }

// Result is what a search found.
type Result struct {
	// Quality and Data are the file that meets the goal; if none does, the one
	// that comes nearest: the smallest, or that with the highest score.
	Quality int
	Data    []byte
	Score   float64 // of Reach
	Met     bool
	Trials  int // how many files were encoded
}

// Fit returns the file of the highest quality that has at most limit bytes. The
// slices that encode returns are the caller's no more; one is kept at a time.
// It stops with the error of encode or of ctx, which is asked between trials.
func Fit(ctx context.Context, r Range, limit int64, encode func(quality int) ([]byte, error)) (Result, error) {
	var best Result
	goal := Log2(float64(limit))
	b := bracket{goal: goal, coordinate: r.model().Bytes, noise: bytesNoise}
	err := b.run(ctx, r, r.firstOfBytes(goal), func(quality int) (float64, bool, error) {
		data, err := encode(quality)
		if err != nil {
			return 0, false, err
		}
		fits := int64(len(data)) <= limit
		better := fits && (!best.Met || quality > best.Quality) || !fits && !best.Met && len(data) < len(best.Data)
		if best.Trials++; better || best.Trials == 1 {
			best.Quality, best.Data, best.Met = quality, data, fits
		}
		return Log2(float64(len(data))), !fits, nil
	})
	if err != nil {
		return Result{}, err
	}
	return best, nil
}

// Reach returns the file of the lowest quality that scores at least target. A
// score that is no number misses it. Otherwise Reach is like [Fit].
func Reach(ctx context.Context, r Range, target float64, try func(quality int) ([]byte, float64, error)) (Result, error) {
	var best Result
	b := bracket{goal: target, coordinate: r.model().Score, noise: scoreNoise}
	err := b.run(ctx, r, r.firstOfScore(target), func(quality int) (float64, bool, error) {
		data, score, err := try(quality)
		if err != nil {
			return 0, false, err
		}
		reached := score >= target
		better := reached && (!best.Met || quality < best.Quality) || !reached && !best.Met && score > best.Score
		if best.Trials++; better || best.Trials == 1 {
			best.Quality, best.Data, best.Score, best.Met = quality, data, score, reached
		}
		return score, reached, nil
	})
	if err != nil {
		return Result{}, err
	}
	return best, nil
}

// How far what a model says of two qualities may be off, one against the other:
// trials that are no farther apart tell nothing of how steep the way is.
const (
	bytesNoise = 0.05 // of logarithms
	scoreNoise = 1.5
)

// model is the model, or what stands for none.
func (r Range) model() Model {
	if r.Model == nil {
		return Curve(nil)
	}
	return r.Model
}

// firstOfBytes guesses the quality that gives so many bytes.
func (r Range) firstOfBytes(goal float64) int {
	bytes := r.model().Bytes
	switch {
	case r.Known.Quality > 0 && r.Known.Bytes > 0:
		return r.highest(bytes, bytes(r.Known.Quality)+goal-Log2(float64(r.Known.Bytes)))
	case r.Model != nil && r.Pixels > 0:
		return r.highest(bytes, goal-Log2(float64(r.Pixels)))
	}
	return r.middle()
}

// firstOfScore guesses the quality that gives a score.
func (r Range) firstOfScore(target float64) int {
	if r.Model == nil {
		return r.middle()
	}
	return r.highest(r.Model.Score, target)
}

// middle is where a search begins of which nothing is known.
func (r Range) middle() int { return r.Low + (r.High-r.Low)/2 }

// highest returns the highest quality with at most a coordinate, or else Low.
func (r Range) highest(coordinate func(int) float64, at float64) int {
	return r.Low + max(0, sort.Search(r.High-r.Low, func(i int) bool { return coordinate(r.Low+i+1) > at }))
}

// near returns the part of r around q in which a coordinate passes at: a model
// may have to work for what it says, and is asked for little that way.
func (r Range) near(q int, coordinate func(int) float64, at float64) Range {
	q = min(max(q, r.Low), r.High)
	below := coordinate(q) <= at
	for step := 1; ; step *= 2 {
		next := min(q+step, r.High)
		if !below {
			next = max(q-step, r.Low)
		}
		switch {
		case next == q:
			return Range{Low: q, High: q}
		case coordinate(next) <= at == below && next > r.Low && next < r.High:
			q = next
		default:
			return Range{Low: min(q, next), High: max(q, next)}
		}
	}
}
