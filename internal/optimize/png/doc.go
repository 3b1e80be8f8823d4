// Package png writes PNG files (ISO/IEC 15948) in as few bytes as the effort
// allows: [Optimize] rewrites a file, [Encode] writes a fresh picture.
//
// # What stays the same
//
// Every pixel whose alpha is not 0, sample for sample: converting a picture to
// fewer bits, grey or a palette is done only where the way back is exact. The
// colour under alpha 0 is free, unless [Options.KeepHidden]. Chunks that change
// how those samples are shown are always kept; others by [Options.Keep].
// [Optimize] never returns more bytes than it was given: it returns the input
// itself when it cannot shrink it.
//
// # How the bytes are found
//
//  1. Read (chunk.go, read.go): chunks, inflated within the size that the
//     header says, filters and interlacing undone.
//  2. Forms (raster.go, reduce.go, palette.go, order.go): the ways in which the
//     same picture can be stored: grey or RGB, with alpha or a transparent
//     colour or without, indexed in several orders, in few bits.
//  3. Filters (filter.go, score.go): for each form, several strategies choose a
//     filter for every row.
//  4. Trials (search.go): a quick deflate estimates what each form and strategy
//     would take; the best are compressed in earnest (package deflate). A trial
//     ends as soon as it is larger than the best.
//  5. Paths (path.go, rows.go, rowcost.go), at the highest effort: the filters of
//     the best are chosen anew, each in view of the rows before and behind.
//  6. Write (write.go).
//
// Animations (animate.go) keep their colour type, which all frames share; each
// frame's data are filtered and compressed anew.
package png
