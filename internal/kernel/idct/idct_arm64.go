//go:build !purego

package idct

import "imgpool/internal/kernel/cpu"

// The NEON code transforms a fixed number of blocks at once: the unit. The last
// unit of a row overlaps the one before it, which writes the same pixels twice;
// a row shorter than a unit goes the generic way.
const (
	unit4 = 2
	unit2 = 8
	unit1 = 16
)

// row8NEON does n blocks, n positive; q is the table with no entry above 16384;
// see [Row8].
//
//go:noescape
func row8NEON(dst []byte, stride int, coef []int16, q *[64]int16, n int)

// row4NEON does n blocks, n a positive multiple of unit4; q is the table with
// no entry above 16384; see [Row4].
//
//go:noescape
func row4NEON(dst []byte, stride int, coef []int16, q *[16]int16, n int)

// row2NEON does n blocks, n a positive multiple of unit2; see [Row2].
//
//go:noescape
func row2NEON(dst []byte, stride int, coef []int16, q *[4]int16, n int)

// row1NEON does n pixels, n a positive multiple of unit1; see [Row1].
//
//go:noescape
func row1NEON(dst []byte, coef []int16, q int16, n int)

// fillQuant limits quantisation steps to what 16 bits hold: a coefficient that
// is not zero times 16384 is beyond 8192 anyhow.
func fillQuant(q []int16, quant []uint16) {
	for i, v := range quant {
		q[i] = int16(min(v, 16384))
	}
}

func row8(dst []byte, stride int, coef []int16, quant *[64]uint16) {
	if !cpu.NEON() {
		row8Generic(dst, stride, coef, quant)
		return
	}
	var q [64]int16
	fillQuant(q[:], quant[:])
	row8NEON(dst, stride, coef, &q, len(coef)/64)
}

func row4(dst []byte, stride int, coef []int16, quant *[16]uint16) {
	n := len(coef) / 16
	if !cpu.NEON() || n < unit4 {
		row4Generic(dst, stride, coef, quant)
		return
	}
	var q [16]int16
	fillQuant(q[:], quant[:])
	row4NEON(dst, stride, coef, &q, n&^(unit4-1))
	if n%unit4 != 0 {
		row4NEON(dst[(n-unit4)*4:], stride, coef[(n-unit4)*16:], &q, unit4)
	}
}

func row2(dst []byte, stride int, coef []int16, quant *[4]uint16) {
	n := len(coef) / 4
	if !cpu.NEON() || n < unit2 {
		row2Generic(dst, stride, coef, quant)
		return
	}
	var q [4]int16
	fillQuant(q[:], quant[:])
	row2NEON(dst, stride, coef, &q, n&^(unit2-1))
	if n%unit2 != 0 {
		row2NEON(dst[(n-unit2)*2:], stride, coef[(n-unit2)*4:], &q, unit2)
	}
}

func row1(dst []byte, coef []int16, quant uint16) {
	n := len(coef)
	if !cpu.NEON() || n < unit1 {
		row1Generic(dst, coef, quant)
		return
	}
	var q [1]int16
	fillQuant(q[:], []uint16{quant})
	row1NEON(dst, coef, q[0], n&^(unit1-1))
	if n%unit1 != 0 {
		row1NEON(dst[n-unit1:], coef[n-unit1:], q[0], unit1)
	}
}
