package resample

// pickBytes copies pixels of size bytes each: column xs[i] of row ys[k] of the
// source becomes column i of row k of the output, or with transpose row i of
// column k. It serves nearest sample, crops and turns, for every type.
func pickBytes(dst []byte, dstStride int, src []byte, srcStride int, xs, ys []int32, size int, transpose bool) {
	stepX, stepY := size, dstStride
	if transpose {
		stepX, stepY = dstStride, size
	}
	whole := !transpose && contiguous(xs)
	for k, y := range ys {
		row := src[int(y)*srcStride:]
		out := dst[k*stepY:]
		switch {
		case whole:
			copy(out[:len(xs)*size], row[int(xs[0])*size:])
		case size == 1:
			for i, x := range xs {
				out[i*stepX] = row[x]
			}
		default:
			for i, x := range xs {
				copy(out[i*stepX:][:size], row[int(x)*size:][:size])
			}
		}
	}
}

// contiguous tells whether the positions are a run of neighbours.
func contiguous(xs []int32) bool {
	for i, x := range xs {
		if x != xs[0]+int32(i) {
			return false
		}
	}
	return true
}
