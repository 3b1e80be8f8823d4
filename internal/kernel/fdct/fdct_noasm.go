//go:build (!amd64 && !arm64) || purego

package fdct

func row(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser) {
	rowGeneric(coef, mask, src, stride, q)
}
