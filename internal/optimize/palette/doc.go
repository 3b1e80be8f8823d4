// Package palette turns pictures into ones of at most 256 colours, which
// compress to a fraction of the bytes and look the same.
//
// Quantise takes these steps, each in a file of its own:
//
//	importance.go  a weight for each pixel: little in noise, where errors hide
//	histogram.go   the colours that there are, and how much each counts
//	space.go       where a colour lies: distances are the errors that are seen
//	cut.go         the colours cut into boxes, the worst box first
//	settle.go      a palette colour per box, settled by k-means
//	quality.go     how much a palette may err
//	search.go      the fewest colours that do not err more
//	paint.go       the colour of each pixel, errors spread to its neighbours
//
// Shared (shared.go) does the same for the frames of an animation, and Exact
// (exact.go) only for pictures that have so few colours already.
//
// All of it is integer arithmetic, or float64 that no processor rounds
// differently, so that the same picture gives the same bytes everywhere.
package palette
