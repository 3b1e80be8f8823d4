// Package unstuff takes the byte stuffing out of the entropy-coded data of JPEG
// files (ITU-T T.81 B.1.1.5), a zero byte behind each 0xFF, and finds where such
// data end.
package unstuff

// Copy copies src to dst without the zero behind each 0xFF. It stops at the
// first 0xFF that is followed by anything but a zero, or by nothing: a marker, a
// fill byte, or the end of the file. It returns how many bytes it wrote, and how
// many bytes of src they stand for: src[read] is that 0xFF, or read is len(src).
//
// dst must be as long as src; the bytes behind the written ones are spoiled. dst
// and src must not overlap.
func Copy(dst, src []byte) (written, read int) {
	if len(dst) < len(src) {
		panic("unstuff: internal error: dst shorter than src")
	}
	return copyBytes(dst[:len(src)], src)
}

// Skip returns how many bytes of src Copy would read.
func Skip(src []byte) int { return skip(src) }
