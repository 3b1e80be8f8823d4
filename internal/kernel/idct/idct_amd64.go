//go:build !purego

package idct

import "imgpool/internal/kernel/cpu"

// The AVX2 code transforms a fixed number of blocks at once: the unit. The last
// unit of a row overlaps the one before it, which writes the same pixels twice;
// a row shorter than a unit is padded in a buffer.
const (
	unit8 = 2
	unit4 = 4
	unit2 = 8
	unit1 = 32
)

// row8AVX2 does n blocks, n a positive multiple of unit8; see [Row8].
//
//go:noescape
func row8AVX2(dst []byte, stride int, coef []int16, t *dequantTable8, n int)

// row4AVX2 does n blocks, n a positive multiple of unit4; see [Row4].
//
//go:noescape
func row4AVX2(dst []byte, stride int, coef []int16, t *dequantTable4, n int)

// row2AVX2 does n blocks, n a positive multiple of unit2; see [Row2].
//
//go:noescape
func row2AVX2(dst []byte, stride int, coef []int16, t *dequantTable2, n int)

// row1AVX2 does n pixels, n a positive multiple of unit1; see [Row1].
//
//go:noescape
func row1AVX2(dst []byte, coef []int16, hi, q int16, n int)

func row8(dst []byte, stride int, coef []int16, quant *[64]uint16) {
	if !cpu.AVX2() {
		row8Generic(dst, stride, coef, quant)
		return
	}
	var t dequantTable8
	fillDequant(t[0][:], t[1][:], t[2][:], quant[:])
	n := len(coef) / 64
	if n < unit8 {
		var c [unit8 * 64]int16
		var d [8 * unit8 * 8]byte
		copy(c[:], coef)
		row8AVX2(d[:], unit8*8, c[:], &t, unit8)
		copyRows(dst, stride, d[:], unit8*8, 8, n*8)
		return
	}
	row8AVX2(dst, stride, coef, &t, n&^(unit8-1))
	if n%unit8 != 0 {
		row8AVX2(dst[(n-unit8)*8:], stride, coef[(n-unit8)*64:], &t, unit8)
	}
}

func row4(dst []byte, stride int, coef []int16, quant *[16]uint16) {
	if !cpu.AVX2() {
		row4Generic(dst, stride, coef, quant)
		return
	}
	var t dequantTable4
	fillDequant(t[0][:], t[1][:], t[2][:], quant[:])
	n := len(coef) / 16
	if n < unit4 {
		var c [unit4 * 16]int16
		var d [4 * unit4 * 4]byte
		copy(c[:], coef)
		row4AVX2(d[:], unit4*4, c[:], &t, unit4)
		copyRows(dst, stride, d[:], unit4*4, 4, n*4)
		return
	}
	row4AVX2(dst, stride, coef, &t, n&^(unit4-1))
	if n%unit4 != 0 {
		row4AVX2(dst[(n-unit4)*4:], stride, coef[(n-unit4)*16:], &t, unit4)
	}
}

func row2(dst []byte, stride int, coef []int16, quant *[4]uint16) {
	if !cpu.AVX2() {
		row2Generic(dst, stride, coef, quant)
		return
	}
	var t dequantTable2
	fillDequant(t[0][:], t[1][:], t[2][:], quant[:])
	n := len(coef) / 4
	if n < unit2 {
		var c [unit2 * 4]int16
		var d [2 * unit2 * 2]byte
		copy(c[:], coef)
		row2AVX2(d[:], unit2*2, c[:], &t, unit2)
		copyRows(dst, stride, d[:], unit2*2, 2, n*2)
		return
	}
	row2AVX2(dst, stride, coef, &t, n&^(unit2-1))
	if n%unit2 != 0 {
		row2AVX2(dst[(n-unit2)*2:], stride, coef[(n-unit2)*4:], &t, unit2)
	}
}

func row1(dst []byte, coef []int16, quant uint16) {
	n := len(coef)
	if !cpu.AVX2() || n < unit1 {
		row1Generic(dst, coef, quant)
		return
	}
	var hi, lo, q [1]int16
	fillDequant(hi[:], lo[:], q[:], []uint16{quant})
	row1AVX2(dst, coef, hi[0], q[0], n&^(unit1-1))
	if n%unit1 != 0 {
		row1AVX2(dst[n-unit1:], coef[n-unit1:], hi[0], q[0], unit1)
	}
}

// copyRows copies rows of width bytes out of a padded buffer.
func copyRows(dst []byte, stride int, src []byte, srcStride, rows, width int) {
	for y := 0; y < rows; y++ {
		copy(dst[y*stride:y*stride+width], src[y*srcStride:])
	}
}
