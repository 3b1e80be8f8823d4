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

// packPairsBMI2 is packPairsGeneric for an even number of tokens that is not
// zero. p is -1 if buf is too short.
//
//go:noescape
func packPairsBMI2(buf []byte, codes *Codes, scan []uint32) (p int, acc uint64, n uint)

func packPairs(buf []byte, codes *Codes, scan []uint32) (p int, acc uint64, n uint) {
	if !cpu.BMI2() || len(scan) == 0 || len(buf) < 8 {
		return packPairsGeneric(buf, codes, scan)
	}
	if p, acc, n = packPairsBMI2(buf, codes, scan); p < 0 {
		panic("tokens: internal error: buffer too short for the scan")
	}
	return p, acc, n
}
