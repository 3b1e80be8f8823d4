package vpass

import "math"

// block is the number of columns summed at a time: its sums stay in the
// first-level cache while the rows pass by.
const block = 256

// bytesGeneric is the reference of Bytes.
func bytesGeneric(dst []int16, src []byte, stride int, weights []int16, shift uint) {
	var sums [block]int32
	for x := 0; x < len(dst); x += block {
		out := dst[x:min(x+block, len(dst))]
		acc := sums[:len(out)]
		fill(acc, 1<<(shift-1))
		k := 0
		for ; k+1 < len(weights); k += 2 { // two rows share the loads of the sums
			w0, w1 := int32(weights[k]), int32(weights[k+1])
			upper, lower := src[k*stride+x:][:len(acc)], src[(k+1)*stride+x:][:len(acc)]
			for i := range acc {
				acc[i] += w0*int32(upper[i]) + w1*int32(lower[i])
			}
		}
		if k < len(weights) {
			w := int32(weights[k])
			for i, s := range src[k*stride+x:][:len(acc)] {
				acc[i] += w * int32(s)
			}
		}
		saturate(out, acc, shift)
	}
}

// wordsGeneric is the reference of Words.
func wordsGeneric(dst, src []int16, stride int, weights []int16, shift uint) {
	var sums [block]int32
	for x := 0; x < len(dst); x += block {
		out := dst[x:min(x+block, len(dst))]
		acc := sums[:len(out)]
		fill(acc, 1<<(shift-1))
		k := 0
		for ; k+1 < len(weights); k += 2 { // two rows share the loads of the sums
			w0, w1 := int32(weights[k]), int32(weights[k+1])
			upper, lower := src[k*stride+x:][:len(acc)], src[(k+1)*stride+x:][:len(acc)]
			for i := range acc {
				acc[i] += w0*int32(upper[i]) + w1*int32(lower[i])
			}
		}
		if k < len(weights) {
			w := int32(weights[k])
			for i, s := range src[k*stride+x:][:len(acc)] {
				acc[i] += w * int32(s)
			}
		}
		saturate(out, acc, shift)
	}
}

// wideGeneric is the reference of Wide.
func wideGeneric(dst, src []int32, stride int, weights []int32, shift uint) {
	var sums [block]int64
	for x := 0; x < len(dst); x += block {
		out := dst[x:min(x+block, len(dst))]
		acc := sums[:len(out)]
		for i := range acc {
			acc[i] = 1 << (shift - 1)
		}
		for k, w := range weights {
			row := src[k*stride+x:][:len(acc)]
			for i, s := range row {
				acc[i] += int64(w) * int64(s)
			}
		}
		for i, a := range acc {
			out[i] = int32(min(max(a>>shift, math.MinInt32), math.MaxInt32))
		}
	}
}

// fill sets all sums to the rounding term.
func fill(acc []int32, round int32) {
	for i := range acc {
		acc[i] = round
	}
}

// saturate shifts the sums down into out, which is as long.
func saturate(out []int16, acc []int32, shift uint) {
	out = out[:len(acc)]
	for i, a := range acc {
		out[i] = int16(min(max(a>>shift, math.MinInt16), math.MaxInt16))
	}
}
