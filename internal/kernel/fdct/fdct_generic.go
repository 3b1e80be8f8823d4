package fdct

// The reference: what every other path must equal, and the path of builds
// without assembly. It carries no build tag so that it is always compiled and
// tested.

// 2^14*sqrt(2)*cos(K*pi/16). With them an 8-point pass computes sqrt(8) times
// the orthonormal DCT, so two passes give 8 times the coefficients.
const (
	c1 = 22725
	c2 = 21407
	c3 = 19266
	c5 = 12873
	c6 = 8867
	c7 = 4520
)

// pass is one 8-point DCT without the factors of outputs 0 and 4: y0 and y4 are
// plain sums, the others scaled by 2^14. Inputs are at most 4096 in magnitude,
// so that y0 and y4 fit in 16 bits and the products in 32.
func pass(x0, x1, x2, x3, x4, x5, x6, x7 int32) (y0, y1, y2, y3, y4, y5, y6, y7 int32) {
	s0, d0 := x0+x7, x0-x7
	s1, d1 := x1+x6, x1-x6
	s2, d2 := x2+x5, x2-x5
	s3, d3 := x3+x4, x3-x4
	a, b := s0+s3, s1+s2
	c, d := s0-s3, s1-s2
	y0, y4 = a+b, a-b
	y2, y6 = c2*c+c6*d, c6*c-c2*d
	y1 = c1*d0 + c3*d1 + c5*d2 + c7*d3
	y3 = c3*d0 - c7*d1 - c1*d2 - c5*d3
	y5 = c5*d0 - c1*d1 + c7*d2 + c3*d3
	y7 = c7*d0 - c5*d1 + c3*d2 - c1*d3
	return
}

// transform leaves 8 times the DCT of a block in x, in storage order.
//
// First pass: samples in [0, 255]; the level shift touches output 0 only, by
// 8*128. Results t have 2 fractional bits: t in [-4096, 4080] for output 0,
// [-3700, 3700] for the others. Second pass: sums of t in [-32768, 32640]; the
// result has 3 fractional bits, in [-8192, 8160] for the first coefficient and
// within 10600 for all.
func transform(x *[64]int32, src []byte, stride int) {
	const (
		up             = 2
		round1, shift1 = 1 << 11, 14 - up
		round2, shift2 = 1 << 15, 14 + up
	)
	var t [64]int32 // t[v*8+column]
	for i := 0; i < 8; i++ {
		y0, y1, y2, y3, y4, y5, y6, y7 := pass(int32(src[i]), int32(src[stride+i]), int32(src[2*stride+i]), int32(src[3*stride+i]),
			int32(src[4*stride+i]), int32(src[5*stride+i]), int32(src[6*stride+i]), int32(src[7*stride+i]))
		t[i], t[32+i] = y0<<up-8*128<<up, y4<<up
		t[8+i], t[16+i] = (y1+round1)>>shift1, (y2+round1)>>shift1
		t[24+i], t[40+i] = (y3+round1)>>shift1, (y5+round1)>>shift1
		t[48+i], t[56+i] = (y6+round1)>>shift1, (y7+round1)>>shift1
	}
	for v := 0; v < 8; v++ {
		r := (*[8]int32)(t[v*8:])
		y0, y1, y2, y3, y4, y5, y6, y7 := pass(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7])
		x[v], x[32+v] = (y0+2)>>up, (y4+2)>>up
		x[8+v], x[16+v] = (y1+round2)>>shift2, (y2+round2)>>shift2
		x[24+v], x[40+v] = (y3+round2)>>shift2, (y5+round2)>>shift2
		x[48+v], x[56+v] = (y6+round2)>>shift2, (y7+round2)>>shift2
	}
}

// level quantises one transformed coefficient.
func (q *Quantiser) level(x int32, i int) int32 {
	sign := x >> 31
	n := uint32((x^sign)-sign) + uint32(q.bias[i])
	l := int32(n * uint32(q.recip[i]) >> 16 * uint32(q.scale[i]) >> 16)
	return (l ^ sign) - sign
}

func rowGeneric(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser) {
	var x [64]int32
	for b := range mask {
		transform(&x, src[b*8:], stride)
		c, nz := (*[64]int16)(coef[b*64:]), uint64(0)
		for i, v := range &x {
			l := q.level(v, i)
			c[i] = int16(l)
			nz |= uint64(uint32(l|-l)>>31) << i
		}
		mask[b] = nz
	}
}
