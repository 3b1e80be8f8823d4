//go:build !purego

package ssim

import (
	"math"

	"imgpool/internal/kernel/cpu"
)

// table is what the assembly reads its constants from.
type table [27][Lanes]float32

// constants holds what the AVX2 code multiplies with and adds, each in all
// lanes. The offsets in the assembly follow this order.
var constants = table{
	all(longR), all(longG), all(longB),
	all(mediumR), all(mediumG), all(mediumB),
	all(shortR), all(shortG), all(shortB),
	all(bias), all(rootOfBias),
	all(math.Float32frombits(rootMagic)), all(third), all(twoNinths),
	all(1), all(0.5), all(scaleX), all(offsetY), // 14 to 17
	all(weights[0]), all(weights[1]), all(weights[2]), all(weights[3]), all(weights[4]), // 18 to 22
	all(stability), all(math.Float32frombits(1<<31 - 1)), // 23, 24: the bits of a magnitude
	// 25, 26: eight lanes from the (8-k)th of these on let through k columns.
	all(math.Float32frombits(1<<32 - 1)), {},
}

func all(v float32) (lanes [Lanes]float32) {
	for i := range lanes {
		lanes[i] = v
	}
	return lanes
}

// xybAVX2 is [XYB] for n a positive multiple of Lanes, and all n columns are
// computed.
//
//go:noescape
func xybAVX2(dst, src *Planes, n int, k *table)

// columnsAVX2 is [Columns] for n a positive multiple of Lanes.
//
//go:noescape
func columnsAVX2(dst *Sums, ref, dist *Rows, n int, k *table)

// errorsAVX2 is [Errors].
//
//go:noescape
func errorsAVX2(t *Totals, blurred *Sums, ref, dist []float32, n int, k *table)

func xyb(dst, src *Planes, n int) {
	if !cpu.AVX2() {
		xybGeneric(dst, src, n)
		return
	}
	xybAVX2(dst, src, Padded(n), &constants)
}

func columns(dst *Sums, ref, dist *Rows, n int) {
	if !cpu.AVX2() {
		columnsGeneric(dst, ref, dist, n)
		return
	}
	columnsAVX2(dst, ref, dist, Padded(n), &constants)
}

func errors(t *Totals, blurred *Sums, ref, dist []float32, n int) {
	if !cpu.AVX2() {
		errorsGeneric(t, blurred, ref, dist, n)
		return
	}
	errorsAVX2(t, blurred, ref, dist, n, &constants)
}
