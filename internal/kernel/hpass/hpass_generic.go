package hpass

import "math"

// wordsGeneric is the reference of Words.
func wordsGeneric(dst, src []int16, stride int, t *Table[int16]) {
	for r := range Rows {
		row := src[r*stride:][:t.width]
		out := dst[r:]
		for i, p := range t.pos {
			w := t.weights[i*t.taps:][:t.taps]
			s := row[p:][:len(w)]
			acc := int32(1) << (t.shift - 1)
			for k, x := range w {
				acc += int32(x) * int32(s[k])
			}
			out[i*Rows] = int16(min(max(acc>>t.shift, math.MinInt16), math.MaxInt16))
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
