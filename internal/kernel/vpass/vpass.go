// Package vpass is the vertical pass of the resampler: each output sample is a
// weighted sum of the samples above one another in a run of rows.
//
// # Arithmetic
//
// Weights are integers with p fraction bits whose sum is exactly 1<<p. With n
// rows, the sample at column x is
//
//	sat((w[0]*s[0][x] + ... + w[n-1]*s[n-1][x] + 1<<(shift-1)) >> shift)
//
// computed in 32 bits (64 for Wide) with wrap-around, shifted arithmetically,
// that is rounded half up, and saturated to the type of dst. Sums of integers
// do not depend on their order, so every implementation gives the same result;
// the caller chooses weights for which nothing wraps, see internal/resample.
//
// # Contract of all functions
//
// Row k of the source begins at src[k*stride]. stride is at least 0 and
// src holds (len(weights)-1)*stride+len(dst) samples; the functions panic
// otherwise. There is at least one weight. dst must not overlap src. Nothing
// outside of src[:(n-1)*stride+len(dst)] is read and nothing outside of dst is
// written.
package vpass

// Bytes sums rows of 8-bit samples into 16 bits. shift is 1 to 31.
// Reference: bytesGeneric.
func Bytes(dst []int16, src []byte, stride int, weights []int16, shift uint) {
	check(len(dst), len(src), stride, len(weights), shift)
	sumBytes(dst, src, stride, weights, shift)
}

// Words sums rows of 16-bit samples into 16 bits. shift is 1 to 31.
// Reference: wordsGeneric.
func Words(dst, src []int16, stride int, weights []int16, shift uint) {
	check(len(dst), len(src), stride, len(weights), shift)
	sumWords(dst, src, stride, weights, shift)
}

// Wide sums rows of 32-bit samples in 64 bits. shift is 1 to 31.
// Reference: wideGeneric.
func Wide(dst, src []int32, stride int, weights []int32, shift uint) {
	check(len(dst), len(src), stride, len(weights), shift)
	sumWide(dst, src, stride, weights, shift)
}

// check panics unless the arguments keep the contract: what follows trusts them.
func check(dst, src, stride, rows int, shift uint) {
	if rows < 1 || stride < 0 || shift < 1 || shift > 31 || (rows-1)*stride+dst > src {
		panic("vpass: arguments break the contract")
	}
}
