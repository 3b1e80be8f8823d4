package idct

// The reference: what every other path must equal, and the path of builds
// without assembly. It carries no build tag so that it is always compiled and
// tested.
//
// All sums and products are int32 and wrap around. On what comes from 8-bit
// samples nothing wraps; the ranges beside the steps below are for such input,
// written [lo, hi].

// limit bounds dequantised coefficients.
const limit = 8192

// dequant is the dequantised coefficient, in [-8192, 8192].
func dequant(coef int16, quant uint16) int32 {
	// At most 32768*65535 = 2^31 - 32768: it fits.
	return max(-limit, min(limit, int32(coef)*int32(quant)))
}

// pixel clamps to 8 bits after the level shift.
func pixel(v int32) byte {
	return byte(max(0, min(255, v+128)))
}

// Constants of the 8-point transform: wK = 2048*sqrt(2)*cos(K*pi/16), and
// 181/256 = 1/sqrt(2). The transform is that of the ISO/IEC 13818-4 reference:
// per pass 11 products, with the odd part rotated once by 1/sqrt(2).
const (
	w1 = 2841
	w2 = 2676
	w3 = 2408
	w5 = 1609
	w6 = 1108
	w7 = 565
)

// saturate16 clamps to int16.
func saturate16(v int32) int32 { return max(-32768, min(32767, v)) }

// pass8 is one 8-point inverse DCT whose products have been formed: a = x0+x4
// and b = x0-x4, scaled; c2, c6 the even rotation; o1 = w1*x1+w7*x7,
// o7 = w7*x1-w1*x7, o5 = w5*x5+w3*x3, o3 = w3*x5-w5*x3 the odd one, all in one
// scale. It leaves the outputs 0 to 7, shifted down by sh, in y.
func pass8(y *[8]int32, a, b, c2, c6, o1, o7, o5, o3 int32, sh uint) {
	s1, d1 := o1+o5, o1-o5
	s7, d7 := o7+o3, o7-o3
	e0, e3 := a+c2, a-c2
	e1, e2 := b+c6, b-c6
	p := (181*(d1+d7) + 128) >> 8
	q := (181*(d1-d7) + 128) >> 8
	y[0], y[7] = (e0+s1)>>(sh&31), (e0-s1)>>(sh&31)
	y[1], y[6] = (e1+p)>>(sh&31), (e1-p)>>(sh&31)
	y[2], y[5] = (e2+q)>>(sh&31), (e2-q)>>(sh&31)
	y[3], y[4] = (e3+s7)>>(sh&31), (e3-s7)>>(sh&31)
}

func row8Generic(dst []byte, stride int, coef []int16, quant *[64]uint16) {
	for n := 0; n < len(coef)/64; n++ {
		c := (*[64]int16)(coef[n*64:])
		ac := int16(0)
		for _, v := range c[1:] {
			ac |= v
		}
		if ac == 0 {
			flat8(dst[n*8:], stride, pixel((dequant(c[0], quant[0])+4)>>3))
			continue
		}
		block8(dst[n*8:], stride, c, quant)
	}
}

// flat8 fills a block whose only coefficient is the first: what block8 would
// make of it.
func flat8(dst []byte, stride int, v byte) {
	for y := 0; y < 8; y++ {
		row := dst[y*stride : y*stride+8]
		for x := range row {
			row[x] = v
		}
	}
}

// block8 transforms one block.
//
// First pass, one row at a time: x in [-1100, 1100]; the products are scaled by
// 2^11, of which >> 8 leaves t, 8 times the one-dimensional transform without
// its factor 1/sqrt(8), in [-8192, 8192] plus what quantisation adds, saturated
// to int16 (it never binds on what encoders make). Second pass, one column at a
// time: the products are brought down by 3 bits, which leaves 2^8 times t, and
// >> 14 leaves the pixel.
func block8(dst []byte, stride int, coef *[64]int16, quant *[64]uint16) {
	var t, x [64]int32
	for i, c := range coef {
		x[i] = dequant(c, quant[i])
	}
	for i := 0; i < 64; i += 8 {
		x, y := (*[8]int32)(x[i:]), (*[8]int32)(t[i:])
		if x[1]|x[2]|x[3]|x[4]|x[5]|x[6]|x[7] == 0 {
			v := saturate16(x[0] << 3)
			*y = [8]int32{v, v, v, v, v, v, v, v}
			continue
		}
		pass8(y,
			(x[0]+x[4])<<11+128, (x[0]-x[4])<<11+128,
			w2*x[2]+w6*x[6], w6*x[2]-w2*x[6],
			w1*x[1]+w7*x[7], w7*x[1]-w1*x[7],
			w5*x[5]+w3*x[3], w3*x[5]-w5*x[3], 8)
		for j, v := range y {
			y[j] = saturate16(v)
		}
	}
	for j := 0; j < 8; j++ {
		x0, x1, x2, x3, x4, x5, x6, x7 := t[j], t[8+j], t[16+j], t[24+j], t[32+j], t[40+j], t[48+j], t[56+j]
		var y [8]int32
		pass8(&y,
			(x0+x4)<<8+8192, (x0-x4)<<8+8192,
			(w2*x2+w6*x6+4)>>3, (w6*x2-w2*x6+4)>>3,
			(w1*x1+w7*x7+4)>>3, (w7*x1-w1*x7+4)>>3,
			(w5*x5+w3*x3+4)>>3, (w3*x5-w5*x3+4)>>3, 14)
		for i, v := range y {
			dst[i*stride+j] = pixel(v)
		}
	}
}

// Constants of the 4-point transform, 2^13*cos(K*pi/8)/cos(pi/4) for K = 1, 3.
// The common factor cos(pi/4) of a 4-point pass is left out: over two passes
// that is a factor of 2, which the last shift takes back together with the
// factor 4 between 8x8 and 4x4 coefficients.
const (
	k1 = 10703
	k3 = 4433
)

// pass4 is one 4-point inverse DCT, scaled by 2^13, outputs 0 to 3.
func pass4(x0, x1, x2, x3 int32) (y0, y1, y2, y3 int32) {
	a, b := (x0+x2)<<13, (x0-x2)<<13
	p := x1*k1 + x3*k3
	q := x1*k3 - x3*k1
	return a + p, b + q, b - q, a - p
}

// row4Generic: the first pass leaves 2^5 times the one-dimensional transform,
// t in [-43000, 43000]; the second one 2^21 times the pixel.
func row4Generic(dst []byte, stride int, coef []int16, quant *[16]uint16) {
	const round1, round2 = 1 << 7, 1 << 20
	for n := 0; n < len(coef)/16; n++ {
		c := (*[16]int16)(coef[n*16:])
		var t [16]int32
		for i := 0; i < 16; i += 4 {
			y0, y1, y2, y3 := pass4(dequant(c[i], quant[i]), dequant(c[i+1], quant[i+1]),
				dequant(c[i+2], quant[i+2]), dequant(c[i+3], quant[i+3]))
			t[i], t[i+1], t[i+2], t[i+3] = (y0+round1)>>8, (y1+round1)>>8, (y2+round1)>>8, (y3+round1)>>8
		}
		for j := 0; j < 4; j++ {
			y0, y1, y2, y3 := pass4(t[j], t[4+j], t[8+j], t[12+j])
			d := dst[n*4+j:]
			d[0] = pixel((y0 + round2) >> 21)
			d[stride] = pixel((y1 + round2) >> 21)
			d[2*stride] = pixel((y2 + round2) >> 21)
			d[3*stride] = pixel((y3 + round2) >> 21)
		}
	}
}

// row2Generic: a 2-point inverse DCT is a sum and a difference; the factors
// 1/2 of the two passes and 1/4 of the size make >> 3.
func row2Generic(dst []byte, stride int, coef []int16, quant *[4]uint16) {
	for n := 0; n < len(coef)/4; n++ {
		c := (*[4]int16)(coef[n*4:])
		c00, c01 := dequant(c[0], quant[0]), dequant(c[1], quant[1])
		c10, c11 := dequant(c[2], quant[2]), dequant(c[3], quant[3])
		r0, r1, r2, r3 := c00+c01, c00-c01, c10+c11, c10-c11
		d := dst[n*2:]
		d[0] = pixel((r0 + r2 + 4) >> 3)
		d[1] = pixel((r1 + r3 + 4) >> 3)
		d[stride] = pixel((r0 - r2 + 4) >> 3)
		d[stride+1] = pixel((r1 - r3 + 4) >> 3)
	}
}

// row1Generic: the first coefficient is 8 times the mean of the block.
func row1Generic(dst []byte, coef []int16, quant uint16) {
	for i, c := range coef {
		dst[i] = pixel((dequant(c, quant) + 4) >> 3)
	}
}
