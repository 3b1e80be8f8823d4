// Package pngfilter applies and undoes PNG's filters (ISO/IEC 15948 clause 9)
// on one row at a time, and sums a filtered row.
//
// In a row cur with the row prev above it and bpp bytes per pixel, let a be the
// byte bpp before x in cur, b the byte above x, c the byte above a; 0 where
// there is none. The filtered byte is, modulo 256,
//
//	None     x
//	Sub      x - a
//	Up       x - b
//	Average  x - floor((a+b)/2)
//	Paeth    x - the one of a, b, c that is nearest to a+b-c, the first of equals
//
// Every path, on every machine, gives the same bytes; the reference is in
// pngfilter_generic.go. All functions panic when the slices do not fit, and read
// and write nothing beyond them.
package pngfilter

// Kind is a filter type as it stands before a row.
type Kind uint8

// The filter types of clause 9.2.
const (
	None Kind = iota
	Sub
	Up
	Average
	Paeth
	Kinds // the number of them
)

// MaxBPP is the most bytes that a pixel has: four samples of 16 bits.
const MaxBPP = 8

// Apply writes to dst what the filter makes of cur. prev is the row above, zeros
// for the first; all three have the same length. bpp is 1 to [MaxBPP]. dst may
// not overlap the others.
func Apply(dst, cur, prev []byte, bpp int, kind Kind) {
	check(len(cur), prev, bpp)
	if len(dst) != len(cur) {
		panic("pngfilter: internal error: lengths differ")
	}
	if kind == None {
		copy(dst, cur)
		return
	}
	// The first pixel has none before it.
	head := min(bpp, len(cur))
	for i := range head {
		dst[i] = cur[i] - Predict(kind, 0, prev[i], 0)
	}
	if len(cur) > head {
		apply(dst, cur, prev, bpp, kind)
	}
}

// Undo turns the filtered row cur into the row itself, in place. Each byte needs
// the one before it, so there is one path only.
func Undo(cur, prev []byte, bpp int, kind Kind) {
	check(len(cur), prev, bpp)
	undoGeneric(cur, prev, bpp, kind)
}

// SumAbs is the sum of the bytes of a row, each taken as a signed number,
// without its sign: the measure of clause 12.7's heuristic. A row has at most
// 1<<56 bytes.
func SumAbs(row []byte) uint64 { return sumAbs(row) }

func check(n int, prev []byte, bpp int) {
	if len(prev) != n || bpp < 1 || bpp > MaxBPP {
		panic("pngfilter: internal error: lengths differ")
	}
}

// Predict is what a filter subtracts from a byte, of the three before it: a the
// pixel before, b above, c above a.
func Predict(kind Kind, a, b, c byte) byte {
	switch kind {
	case Sub:
		return a
	case Up:
		return b
	case Average:
		return byte((int(a) + int(b)) >> 1)
	case Paeth:
		return paeth(a, b, c)
	}
	return 0
}

// paeth is the one of a, b, c that is nearest to a+b-c.
func paeth(a, b, c byte) byte {
	pa, pb := int(b)-int(c), int(a)-int(c)
	pc := pa + pb
	pa, pb, pc = abs(pa), abs(pb), abs(pc)
	if pa <= pb && pa <= pc {
		return a
	}
	if pb <= pc {
		return b
	}
	return c
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
