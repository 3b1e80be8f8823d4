//go:build !purego

package strips

import "imgpool/internal/kernel/cpu"

// The AVX2 code does a fixed number of samples or columns at once: the unit.
// The last unit overlaps the one before it, which writes the same values twice;
// less than a unit is left to the generic code.
const (
	unitWiden   = 16
	unitNarrow  = 32
	unitRows    = 16
	unitColumns = 4
)

// widenAVX2 is [Widen] for len(dst) a positive multiple of unitWiden.
//
//go:noescape
func widenAVX2(dst []int16, src []byte)

// narrowAVX2 is [Narrow] for len(dst) a positive multiple of unitNarrow.
//
//go:noescape
func narrowAVX2(dst []byte, src []int16)

// rowBytesAVX2 is [RowBytes] for a positive multiple of unitRows columns.
//
//go:noescape
func rowBytesAVX2(dst []byte, stride int, cols []int16)

// columnBytesAVX2 is [ColumnBytes] for a positive multiple of unitColumns columns.
//
//go:noescape
func columnBytesAVX2(dst []byte, stride int, cols []int16)

// rowWordsAVX2 is [RowWords] for a positive multiple of unitRows columns.
//
//go:noescape
func rowWordsAVX2(dst []int16, stride int, cols []int16)

func widen(dst []int16, src []byte) {
	n := len(dst)
	if n < unitWiden || !cpu.AVX2() {
		widenGeneric(dst, src)
		return
	}
	widenAVX2(dst[:n&^(unitWiden-1)], src)
	if n%unitWiden != 0 {
		widenAVX2(dst[n-unitWiden:], src[n-unitWiden:])
	}
}

func narrowRow(dst []byte, src []int16) {
	n := len(dst)
	if n < unitNarrow || !cpu.AVX2() {
		narrowGeneric(dst, src)
		return
	}
	narrowAVX2(dst[:n&^(unitNarrow-1)], src)
	if n%unitNarrow != 0 {
		narrowAVX2(dst[n-unitNarrow:], src[n-unitNarrow:])
	}
}

func rowBytes(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	if n < unitRows || !cpu.AVX2() {
		rowBytesGeneric(dst, stride, cols)
		return
	}
	rowBytesAVX2(dst, stride, cols[:n&^(unitRows-1)*Rows])
	if n%unitRows != 0 {
		rowBytesAVX2(dst[n-unitRows:], stride, cols[(n-unitRows)*Rows:])
	}
}

func columnBytes(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	if n < unitColumns || !cpu.AVX2() {
		columnBytesGeneric(dst, stride, cols)
		return
	}
	columnBytesAVX2(dst, stride, cols[:n&^(unitColumns-1)*Rows])
	if n%unitColumns != 0 {
		columnBytesAVX2(dst[(n-unitColumns)*stride:], stride, cols[(n-unitColumns)*Rows:])
	}
}

func rowWords(dst []int16, stride int, cols []int16) {
	n := len(cols) / Rows
	if n < unitRows || !cpu.AVX2() {
		rowWordsGeneric(dst, stride, cols)
		return
	}
	rowWordsAVX2(dst, stride, cols[:n&^(unitRows-1)*Rows])
	if n%unitRows != 0 {
		rowWordsAVX2(dst[n-unitRows:], stride, cols[(n-unitRows)*Rows:])
	}
}
