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

// Table says what each output column is made of. It is made by NewTable, which
// checks it once, so that the kernels can trust its positions.
type Table[W int16 | int32] struct {
	pos     []int32
	weights []W
	taps    int
	shift   uint
	width   int
}

// NewTable makes a table of len(pos) output columns, at least one. Column i is
// made of the taps source columns from pos[i], with weights[i*taps:][:taps] of
// shift fraction bits, 1 to 31. Positions and taps are even, taps at least 2.
// width is the number of source columns that a row holds, a multiple of 16 and
// at least pos[i]+taps for every i. NewTable panics if any of this is not so.
// The table keeps the slices: they must not change while it is in use.
func NewTable[W int16 | int32](pos []int32, weights []W, taps int, shift uint, width int) Table[W] {
	if len(pos) < 1 || taps < 2 || taps%2 != 0 || len(weights) != len(pos)*taps ||
		shift < 1 || shift > 31 || width%16 != 0 {
		panic("hpass: the table breaks the contract")
	}
	for _, p := range pos {
		if p < 0 || p%2 != 0 || int(p)+taps > width {
			panic("hpass: position out of range")
		}
	}
	return Table[W]{pos, weights, taps, shift, width}
}

// Width is the number of source columns that a row must hold, a multiple of 16.
func (t *Table[W]) Width() int { return t.width }

// Columns is the number of output columns; 0 tells a zero Table.
func (t *Table[W]) Columns() int { return len(t.pos) }

// Words resamples eight rows of 16-bit samples. dst holds 8*t.Columns() samples,
// src 7*stride+t.Width(), scratch 8*t.Width() (its content is lost); it panics
// if they are shorter. Nothing else is read or written, and none of them may
// overlap. Source columns to which no weight but 0 refers may hold anything.
// Reference: wordsGeneric.
func Words(dst, src []int16, stride int, t *Table[int16], scratch []int16) {
	check(len(dst), len(src), stride, len(scratch), t)
	sumWords(dst, src, stride, t, scratch)
}

// Wide is Words for 32-bit samples and weights.
// Reference: wideGeneric.
func Wide(dst, src []int32, stride int, t *Table[int32], scratch []int32) {
	check(len(dst), len(src), stride, len(scratch), t)
	sumWide(dst, src, stride, t, scratch)
}

// check panics unless the arguments keep the contract.
func check[W int16 | int32](dst, src, stride, scratch int, t *Table[W]) {
	n := t.Columns()
	if n < 1 || dst < Rows*n || stride < 0 || (Rows-1)*stride+t.width > src || scratch < Rows*t.width {
		panic("hpass: arguments break the contract")
	}
}
