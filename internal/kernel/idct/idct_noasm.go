//go:build (!amd64 && !arm64) || purego

package idct

func row8(dst []byte, stride int, coef []int16, quant *[64]uint16) {
	row8Generic(dst, stride, coef, quant)
}

func row4(dst []byte, stride int, coef []int16, quant *[16]uint16) {
	row4Generic(dst, stride, coef, quant)
}

func row2(dst []byte, stride int, coef []int16, quant *[4]uint16) {
	row2Generic(dst, stride, coef, quant)
}

func row1(dst []byte, coef []int16, quant uint16) { row1Generic(dst, coef, quant) }
