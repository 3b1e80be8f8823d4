package pngfilter

// applyGeneric is the reference of apply: it does the bytes from bpp on.
func applyGeneric(dst, cur, prev []byte, bpp int, kind Kind) {
	n := len(cur) - bpp
	x, a := cur[bpp:], cur[:n]
	b, c := prev[bpp:], prev[:n]
	out := dst[bpp:]
	x, b, c, out = x[:len(a)], b[:len(a)], c[:len(a)], out[:len(a)]
	switch kind {
	case Sub:
		for i := range a {
			out[i] = x[i] - a[i]
		}
	case Up:
		for i := range a {
			out[i] = x[i] - b[i]
		}
	case Average:
		for i := range a {
			out[i] = x[i] - byte((int(a[i])+int(b[i]))>>1)
		}
	case Paeth:
		for i := range a {
			out[i] = x[i] - paeth(a[i], b[i], c[i])
		}
	}
}

// undoGeneric is Undo.
func undoGeneric(cur, prev []byte, bpp int, kind Kind) {
	head := min(bpp, len(cur))
	for i := range head {
		cur[i] += Predict(kind, 0, prev[i], 0)
	}
	n := len(cur) - head
	x, a := cur[head:], cur[:n]
	b, c := prev[head:], prev[:n]
	x, b, c = x[:len(a)], b[:len(a)], c[:len(a)]
	switch kind {
	case Sub:
		for i := range a {
			x[i] += a[i]
		}
	case Up:
		for i := range a {
			x[i] += b[i]
		}
	case Average:
		for i := range a {
			x[i] += byte((int(a[i]) + int(b[i])) >> 1)
		}
	case Paeth:
		for i := range a {
			x[i] += paeth(a[i], b[i], c[i])
		}
	}
}

// sumAbsGeneric is the reference of sumAbs.
func sumAbsGeneric(row []byte) uint64 {
	sum := uint64(0)
	for _, v := range row {
		if v > 127 {
			v = -v
		}
		sum += uint64(v)
	}
	return sum
}
