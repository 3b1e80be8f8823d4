// Package resample changes the size of a picture by separable filtering, plane
// by plane, and turns it upright on the way. It is single-threaded: pictures
// are what runs in parallel, not the parts of one.
//
// # Geometry
//
// The wanted rectangle of the source ([Rect]) is laid over the output, and the
// centre of output pixel i of n is the source position
//
//	X0 + (i + 0.5) * (X1 - X0) / n
//
// where the centre of source pixel j is j + 0.5. Every plane does this in its
// own coordinates: a chroma plane with half the width has the rectangle
// X0/2..X1/2, exactly, whatever its own number of samples, and its output
// samples lie at the centres of the output pixels they stand for (the siting of
// JFIF, not that of MPEG-2). So luma and chroma stay in register for odd sizes,
// fractional rectangles and turned pictures, whose axes are mirrored in the
// mapping, not in the samples.
//
// # Filter
//
// The weight of a source sample is the filter's kernel at its distance from
// that centre, in output pixels when reducing and in source pixels when
// enlarging, over the sum of all weights. Samples outside of the rectangle have
// none: a crop is resized as if the rest of the picture did not exist. An axis
// that keeps its scale and lies on whole pixels is copied, not filtered.
//
// # Arithmetic
//
// 8-bit samples are filtered in whole numbers with 16-bit weights whose sum is
// exactly one, so that flat areas stay flat, and with six fraction bits between
// the two passes; 16-bit samples with 29-bit weights. Alpha is multiplied into
// colour before and divided out afterwards. No result depends on the machine.
//
// # Light
//
// With [Options.Light], samples become light of 24 bits by a table before the
// passes and the nearest sample again behind them, with the weights of 16-bit
// samples; luma and chroma become RGB on the way, row by row.
package resample
