package hpass

import "math"

// wordsGeneric is the reference of Words. Two rows at a time share the loads of
// the weights.
func wordsGeneric(dst, src []int16, stride int, t *Table[int16]) {
	for r := 0; r < Rows; r += 2 {
		upper, lower := src[r*stride:][:t.width], src[(r+1)*stride:][:t.width]
		out, weights := dst[r:], t.weights
		for i, p := range t.pos {
			w := weights[:t.taps]
			weights = weights[t.taps:]
			u, l := upper[p:][:len(w)], lower[p:][:len(w)]
			a, b := int32(1)<<(t.shift-1), int32(1)<<(t.shift-1)
			for k := 0; k+1 < len(w); k += 2 {
				w0, w1 := int32(w[k]), int32(w[k+1])
				a += w0*int32(u[k]) + w1*int32(u[k+1])
				b += w0*int32(l[k]) + w1*int32(l[k+1])
			}
			out := out[i*Rows:][:2]
			out[0] = int16(min(max(a>>t.shift, math.MinInt16), math.MaxInt16))
			out[1] = int16(min(max(b>>t.shift, math.MinInt16), math.MaxInt16))
		}
	}
}

// wideGeneric is the reference of Wide.
func wideGeneric(dst, src []int32, stride int, t *Table[int32]) {
	for r := range Rows {
		row := src[r*stride:][:t.width]
		out := dst[r:]
		for i, p := range t.pos {
			w := t.weights[i*t.taps:][:t.taps]
			s := row[p:][:len(w)]
			acc := int64(1) << (t.shift - 1)
			for k, x := range w {
				acc += int64(x) * int64(s[k])
			}
			out[i*Rows] = int32(min(max(acc>>t.shift, math.MinInt32), math.MaxInt32))
		}
	}
}
