//go:build !purego

package pngfilter

import "imgpool/internal/kernel/cpu"

// unit is the number of bytes that the AVX2 code does at once. The lengths of
// what it is given are equal, positive multiples of it.
const unit = 32

// subtractAVX2 sets out to x - y: Sub with the pixel before, Up with the row
// above.
//
//go:noescape
func subtractAVX2(out, x, y []byte)

// averageAVX2 sets out to x less the mean of a and b, rounded down.
//
//go:noescape
func averageAVX2(out, x, a, b []byte)

// paethAVX2 sets out to x less the predictor of a, b and c.
//
//go:noescape
func paethAVX2(out, x, a, b, c []byte)

// sumAbsAVX2 is [SumAbs].
//
//go:noescape
func sumAbsAVX2(row []byte) uint64

func apply(dst, cur, prev []byte, bpp int, kind Kind) {
	n := len(cur) - bpp
	if n < unit || !cpu.AVX2() {
		applyGeneric(dst, cur, prev, bpp, kind)
		return
	}
	whole := n &^ (unit - 1)
	applyAVX2(dst, cur, prev, span{bpp, whole, bpp}, kind)
	if whole < n { // the last unit overlaps the one before it
		applyAVX2(dst, cur, prev, span{len(cur) - unit, unit, bpp}, kind)
	}
}

// span is n bytes from position at on, in a row with bpp bytes per pixel.
type span struct{ at, n, bpp int }

func applyAVX2(dst, cur, prev []byte, s span, kind Kind) {
	here, before := s.at, s.at-s.bpp
	out, x := dst[here:here+s.n], cur[here:here+s.n]
	a, b, c := cur[before:before+s.n], prev[here:here+s.n], prev[before:before+s.n]
	switch kind {
	case Sub:
		subtractAVX2(out, x, a)
	case Up:
		subtractAVX2(out, x, b)
	case Average:
		averageAVX2(out, x, a, b)
	case Paeth:
		paethAVX2(out, x, a, b, c)
	}
}

func sumAbs(row []byte) uint64 {
	whole := len(row) &^ (unit - 1)
	if whole == 0 || !cpu.AVX2() {
		return sumAbsGeneric(row)
	}
	return sumAbsAVX2(row[:whole]) + sumAbsGeneric(row[whole:])
}
