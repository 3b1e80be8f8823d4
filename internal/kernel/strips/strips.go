// Package strips converts between the sample formats and layouts of the
// resampler: 8-bit samples and 16-bit levels, rows and columns.
//
// A level is an 8-bit sample times 64: a signed 16-bit number with six fraction
// bits, which leaves room for the overshoot of a filter on either side
// (-512 to 511.98). Columns are what package hpass gives: cols[i*8+r] is column
// i of row r, for eight rows.
//
// All functions panic when a slice is too short for what is asked, read and
// write nothing beyond it, and do not allow overlap.
package strips

// Rows is the number of rows in a set of columns.
const Rows = 8

// Frac is the number of fraction bits of a level.
const Frac = 6

// Widen turns samples into levels: dst[i] = src[i]<<6. dst is as long as src.
// Reference: widenGeneric.
func Widen(dst []int16, src []byte) {
	if len(dst) != len(src) {
		panic("strips: lengths differ")
	}
	widen(dst, src)
}

// Narrow rounds levels half up to samples and clamps them to 0..255.
// dst is as long as src.
// Reference: narrowGeneric.
func Narrow(dst []byte, src []int16) {
	if len(dst) != len(src) {
		panic("strips: lengths differ")
	}
	narrowRow(dst, src)
}

// RowBytes turns columns of levels into eight rows of samples, rounded and
// clamped as Narrow does; row r begins at dst[r*stride].
// Reference: rowBytesGeneric.
func RowBytes(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	if len(cols)%Rows != 0 || stride < n || len(dst) < (Rows-1)*stride+n {
		panic("strips: rows do not fit")
	}
	rowBytes(dst, stride, cols)
}

// ColumnBytes is RowBytes with a transposition: column i of the eight rows
// becomes the eight samples at dst[i*stride].
// Reference: columnBytesGeneric.
func ColumnBytes(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	if len(cols)%Rows != 0 || stride < Rows || n > 0 && len(dst) < (n-1)*stride+Rows {
		panic("strips: columns do not fit")
	}
	columnBytes(dst, stride, cols)
}

// RowWords turns columns into eight rows; row r begins at dst[r*stride].
// Reference: rowWordsGeneric.
func RowWords(dst []int16, stride int, cols []int16) {
	n := len(cols) / Rows
	if len(cols)%Rows != 0 || stride < n || len(dst) < (Rows-1)*stride+n {
		panic("strips: rows do not fit")
	}
	rowWords(dst, stride, cols)
}

// RowWide is RowWords for 32-bit samples. It is plain Go everywhere: the
// multiplications around it cost far more.
func RowWide(dst []int32, stride int, cols []int32) {
	n := len(cols) / Rows
	for r := range Rows {
		row := dst[r*stride:][:n]
		for i := range row {
			row[i] = cols[i*Rows+r]
		}
	}
}
