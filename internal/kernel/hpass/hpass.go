// Package hpass is the horizontal pass of the resampler: each output sample is
// a weighted sum of neighbours in its row. It works on eight rows at once, so
// that a vector register holds one column of them and no sum has to be taken
// across a register.
//
// # Arithmetic
//
// As in package vpass: with the weights w of output column i,
//
//	sat((w[0]*s[pos] + ... + w[taps-1]*s[pos+taps-1] + 1<<(shift-1)) >> shift)
//
// in 32 bits (64 for Wide) with wrap-around.
//
// # Layout
//
// The source is eight rows; row r begins at src[r*stride]. The result lies in
// columns: dst[i*8+r] is column i of row r. Package strips turns columns into
// rows.
package hpass

// Rows is the number of rows done at once.
const Rows = 8

// Table says what each output column is made of. There is at least one.
type Table[W int16 | int32] struct {
	Pos     []int32 // first source column of each output column; even, at least 0
	Weights []W     // Taps weights for each output column, one after the other
	Taps    int     // even, at least 2
	Shift   uint    // fraction bits of the weights, 1 to 31
	Width   int     // source columns a row must hold: at least max(Pos)+Taps, a multiple of 16
}

// Words resamples eight rows of 16-bit samples. dst holds 8*len(t.Pos) samples,
// src 7*stride+t.Width, scratch 8*t.Width (its content is lost); nothing else
// is read or written, and none of them may overlap. Columns beyond those that
// a table refers to with a weight other than 0 may hold anything.
// Reference: wordsGeneric.
func Words(dst, src []int16, stride int, t *Table[int16], scratch []int16) {
	check(len(dst), len(src), stride, t)
	if len(scratch) < Rows*t.Width {
		panic("hpass: scratch is too short")
	}
	sumWords(dst, src, stride, t, scratch)
}

// Wide is Words for 32-bit samples and weights.
// Reference: wideGeneric.
func Wide(dst, src []int32, stride int, t *Table[int32], scratch []int32) {
	check(len(dst), len(src), stride, t)
	if len(scratch) < Rows*t.Width {
		panic("hpass: scratch is too short")
	}
	sumWide(dst, src, stride, t, scratch)
}

// check panics unless the arguments keep the contract. The positions are
// checked too: they index memory, and looking at them is cheap beside the sums.
func check[W int16 | int32](dst, src, stride int, t *Table[W]) {
	n := len(t.Pos)
	if n < 1 || dst < Rows*n || stride < 0 || (Rows-1)*stride+t.Width > src || len(t.Weights) < n*t.Taps ||
		t.Taps < 2 || t.Taps%2 != 0 || t.Width%16 != 0 || t.Shift < 1 || t.Shift > 31 {
		panic("hpass: arguments break the contract")
	}
	var odd int32
	top := uint32(0) // as unsigned, a negative position is far beyond the end
	for _, p := range t.Pos {
		odd |= p & 1
		top = max(top, uint32(p))
	}
	if odd != 0 || int64(top)+int64(t.Taps) > int64(t.Width) {
		panic("hpass: position out of range")
	}
}
