package strips

// half rounds a level half up when it is added before the shift.
const half = 1 << (Frac - 1)

// narrow rounds and clamps one level. The sum is taken in 32 bits: no wrap.
func narrow(v int16) byte {
	return byte(min(max((int32(v)+half)>>Frac, 0), 255))
}

func widenGeneric(dst []int16, src []byte) {
	dst = dst[:len(src)]
	for i, s := range src {
		dst[i] = int16(s) << Frac
	}
}

func narrowGeneric(dst []byte, src []int16) {
	dst = dst[:len(src)]
	for i, s := range src {
		dst[i] = narrow(s)
	}
}

func rowBytesGeneric(dst []byte, stride int, cols []int16) {
	n := len(cols) / Rows
	for r := range Rows {
		row := dst[r*stride:][:n]
		for i := range row {
			row[i] = narrow(cols[i*Rows+r])
		}
	}
}

func columnBytesGeneric(dst []byte, stride int, cols []int16) {
	for i := range len(cols) / Rows {
		narrowGeneric(dst[i*stride:][:Rows], cols[i*Rows:][:Rows])
	}
}

func rowWordsGeneric(dst []int16, stride int, cols []int16) {
	n := len(cols) / Rows
	for r := range Rows {
		row := dst[r*stride:][:n]
		for i := range row {
			row[i] = cols[i*Rows+r]
		}
	}
}
