//go:build !purego

package strips

import "imgpool/internal/kernel/cpu"

// The NEON code does a fixed number of samples or columns at once: the unit.
// The last unit overlaps the one before it, which writes the same values twice;
// less than a unit is left to the generic code.
const (
	unit     = 16 // samples of Widen and Narrow
	unitRows = 8  // columns of RowBytes and RowWords
)

// widenNEON is [Widen] for len(dst) a positive multiple of unit.
//
//go:noescape
func widenNEON(dst []int16, src []byte)

// narrowNEON is [Narrow] for len(dst) a positive multiple of unit.
//
//go:noescape
func narrowNEON(dst []byte, src []int16)

// rowBytesNEON is [RowBytes] for a positive multiple of unitRows columns.
//
//go:noescape
func rowBytesNEON(dst []byte, stride int, cols []int16)

// columnBytesNEON is [ColumnBytes] for at least one column.
//
//go:noescape
func columnBytesNEON(dst []byte, stride int, cols []int16)

// rowWordsNEON is [RowWords] for a positive multiple of unitRows columns.
//
//go:noescape
func rowWordsNEON(dst []int16, stride int, cols []int16)

func widen(dst []int16, src []byte) {
	n := len(dst)
	if n < unit || !cpu.NEON() {
		widenGeneric(dst, src)
		return
	}
	widenNEON(dst[:n&^(unit-1)], src)
	if n%unit != 0 {
		widenNEON(dst[n-unit:], src[n-unit:])
	}
}

func narrowRow(dst []byte, src []int16) {
	n := len(dst)
	if n < unit || !cpu.NEON() {
		narrowGeneric(dst, src)
		return
	}
	narrowNEON(dst[:n&^(unit-1)], src)
	if n%unit != 0 {
		narrowNEON(dst[n-unit:], src[n-unit:])
	}
}

func rowBytes(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	if n < unitRows || !cpu.NEON() {
		rowBytesGeneric(dst, stride, cols)
		return
	}
	rowBytesNEON(dst, stride, cols[:n&^(unitRows-1)*Rows])
	if n%unitRows != 0 {
		rowBytesNEON(dst[n-unitRows:], stride, cols[(n-unitRows)*Rows:])
	}
}

func columnBytes(dst []byte, stride int, cols []int16) {
	if len(cols) == 0 || !cpu.NEON() {
		columnBytesGeneric(dst, stride, cols)
		return
	}
	columnBytesNEON(dst, stride, cols)
}

func rowWords(dst []int16, stride int, cols []int16) {
	n := len(cols) / Rows
	if n < unitRows || !cpu.NEON() {
		rowWordsGeneric(dst, stride, cols)
		return
	}
	rowWordsNEON(dst, stride, cols[:n&^(unitRows-1)*Rows])
	if n%unitRows != 0 {
		rowWordsNEON(dst[n-unitRows:], stride, cols[(n-unitRows)*Rows:])
	}
}
