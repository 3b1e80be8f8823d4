//go:build !amd64 || purego

package tokens

func row(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int) int {
	return rowGeneric(dst, freq, cur, pred, n)
}

func packPairs(buf []byte, codes *Codes, scan []uint32) (p int, acc uint64, n uint) {
	return packPairsGeneric(buf, codes, scan)
}
