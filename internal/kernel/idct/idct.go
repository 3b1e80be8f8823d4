// Package idct turns rows of quantised JPEG coefficients into pixels: the
// dequantisation of ITU-T T.81 A.3.4, the inverse DCT of A.3.3 at full, half,
// quarter and eighth size, the level shift of A.3.1 and the clamp to 8 bits.
//
// # Definition
//
// A dequantised coefficient is clamp(coef*quant, -8192, 8192): eight times what
// 8-bit samples can reach, so that it binds in broken or hostile data only.
// Then, for an output of NxN pixels per block (N = 8, 4, 2, 1), the low NxN
// coefficients go through an N-point inverse DCT, horizontally first, in
// integers. That is an ideal low-pass followed by decimation. The arithmetic,
// given with the reference in idct_generic.go, is exact: every path, on every
// machine, gives the same bytes for every input, hostile input included.
//
// For N = 4, 2 and 1 the pixels equal those of github.com/gen2brain/jpegn
// v0.6.1 at ScaleDenom 2, 4 and 8 for every input. For N = 8 they do wherever
// the values between the two passes fit in 16 bits, which they do by a factor
// of four in whatever an encoder makes of 8-bit samples.
//
// # Use
//
// A call takes the n blocks of a row side by side, so that several blocks are
// transformed at once; a few hundred blocks per call are best, and one is
// allowed. Blocks whose coefficients are all zero but the first are cheap at
// N = 8, above all in adjacent pairs: the kernel sees it by itself. Zeros are
// all that a caller has to supply for coefficients that were not coded.
//
// Nothing is read or written outside of the lengths given below, dst and coef
// may have any alignment, and coef is not changed. Slices that are too short
// and lengths that are no whole number of blocks are a programming error and
// panic.
package idct

// Row8 writes 8 rows of n*8 pixels, n = len(coef)/64. Row y begins at
// dst[y*stride]. coef holds n blocks of 64 coefficients in natural (row-major)
// order, quant the quantisation table in the same order.
func Row8(dst []byte, stride int, coef []int16, quant *[64]uint16) {
	n := blocks(len(coef), 64)
	if n == 0 {
		return
	}
	row8(fit(dst, stride, 8, n), stride, coef, quant)
}

// Row4 writes 4 rows of n*4 pixels, n = len(coef)/16: half size. coef holds the
// low 4x4 coefficients of n blocks, row-major; quant those of the table.
func Row4(dst []byte, stride int, coef []int16, quant *[16]uint16) {
	n := blocks(len(coef), 16)
	if n == 0 {
		return
	}
	row4(fit(dst, stride, 4, n), stride, coef, quant)
}

// Row2 writes 2 rows of n*2 pixels, n = len(coef)/4: quarter size. coef holds
// the low 2x2 coefficients of n blocks, row-major; quant those of the table.
func Row2(dst []byte, stride int, coef []int16, quant *[4]uint16) {
	n := blocks(len(coef), 4)
	if n == 0 {
		return
	}
	row2(fit(dst, stride, 2, n), stride, coef, quant)
}

// Row1 writes len(coef) pixels: eighth size. coef holds the first coefficient
// of each block, quant the first entry of the table.
func Row1(dst []byte, coef []int16, quant uint16) {
	if len(coef) == 0 {
		return
	}
	row1(dst[:len(coef)], coef, quant)
}

// blocks returns how many blocks of size coefficients there are.
func blocks(coefs, size int) int {
	if coefs%size != 0 {
		panic("idct: internal error: not a whole number of blocks")
	}
	return coefs / size
}

// fit cuts dst to the last pixel that n blocks of edge pixels write.
func fit(dst []byte, stride, edge, n int) []byte {
	if stride < edge*n {
		panic("idct: internal error: stride shorter than a row")
	}
	return dst[:(edge-1)*stride+edge*n]
}
