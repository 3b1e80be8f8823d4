//go:build !purego

package tokens

import "imgpool/internal/kernel/cpu"

// rowBMI2 is [Row] for n > 0 and at least one cursor, all lengths checked.
//
//go:noescape
func rowBMI2(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int, t *Tables) int

func row(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int) int {
	if !cpu.BMI2() || len(cur) == 0 {
		return rowGeneric(dst, freq, cur, pred, n)
	}
	return rowBMI2(dst, freq, cur, pred, n, Get())
}
