package idct

// dequantTable8 and its smaller kin hold what the SIMD paths need to form
// clamp(coef*quant, -8192, 8192) in 16-bit lanes, for N coefficients: with
// q = min(quant, 16384) and hi = 32767/q, the product of a coefficient clamped
// to [-hi, hi] cannot overflow, and it is beyond 8192 whenever the true
// one is, because hi*q > 32767-q >= 16383. A last clamp to 8192 does the rest.
//
// The layout is known to the assembly: hi, lo = -hi, q.
type (
	dequantTable8 [3][64]int16
	dequantTable4 [3][16]int16
	dequantTable2 [3][4]int16
)

// fillDequant computes one table; the four slices have the same length.
func fillDequant(hi, lo, q []int16, quant []uint16) {
	hi, lo, q = hi[:len(quant)], lo[:len(quant)], q[:len(quant)]
	for i, v := range quant {
		// A quantiser of 0, which no valid file has, may divide by 1: the
		// product is 0 all the same.
		v = min(v, 16384)
		h := int16(32767 / uint32(max(v, 1)))
		hi[i], lo[i], q[i] = h, -h, int16(v)
	}
}
