// Package fdct turns rows of pixels into quantised JPEG coefficients: the level
// shift of ITU-T T.81 A.3.1, the forward DCT of A.3.3 and the quantisation of
// A.3.4.
//
// # Definition
//
// A block's 64 samples go through an 8-point DCT vertically, then horizontally.
// Each output is a sum of exact products, rounded once per pass: fixed-point
// constants have 14 bits, values between the passes 2 fractional bits, and the
// result x is 8 times the coefficient, rounded to an integer. Its error against
// real arithmetic is below 1/6 of a coefficient's unit (the tests say by how
// much). The quantised coefficient is
//
//	sign(x) * floor((|x| + bias) / (8*quant))
//
// computed exactly. Every path, on every machine, gives the same result; the
// reference is in fdct_generic.go.
//
// # Order
//
// Coefficients lie in a block column by column: the one with horizontal
// frequency u and vertical frequency v at u*8+v. It is the order in which they
// leave the second pass, so nothing has to be transposed twice.
package fdct

import "math/bits"

// Quantiser holds one component's quantisation for [Row]. The zero value is
// not ready for use: see [Quantiser.Set].
type Quantiser struct {
	// Known to the assembly: 64 each, in storage order (u*8+v).
	bias  [64]uint16
	recip [64]uint16
	scale [64]uint16
}

// MaxQuant is the largest quantisation step that [Quantiser.Set] takes.
const MaxQuant = 2047

// Set makes the quantiser divide by quant, 64 steps of 1 to [MaxQuant] in
// natural (row-major) order, as they are meant for the file. A coefficient
// whose magnitude has a fraction of at least (128-rounding[i])/128 steps is
// rounded up: 64 is the nearest level, less makes a dead zone. Rounding is in
// natural order too; its values are at most 64.
func (q *Quantiser) Set(quant *[64]uint16, rounding *[64]uint8) {
	for i, step := range quant {
		if step < 1 || step > MaxQuant || rounding[i] > 64 {
			panic("fdct: internal error: quantisation out of range")
		}
		at := i&7<<3 | i>>3
		d := uint32(step) * 8
		q.bias[at] = uint16(d * uint32(rounding[i]) >> 7)
		// With 2^s <= d < 2^(s+1) and recip = ceil(2^(16+s)/d), the product
		// n*recip >> (16+s) is floor(n/d) for all n < 2^15: recip*d exceeds
		// 2^(16+s) by less than d, so the error is below n/2^(16+s) < 1/d. A
		// power of two takes s one less, to keep recip within 16 bits; it has
		// no error at all. The shift by s is a second multiplication.
		s := uint(bits.Len32(d-1) - 1)
		q.recip[at] = uint16((1<<(16+s) + d - 1) / d)
		q.scale[at] = 1 << (16 - s)
	}
}

// SetHalves makes levels of the coefficients themselves, in units of 1/2 and
// rounded to the nearest, for a choice of levels that is made later.
func (q *Quantiser) SetHalves() {
	for i := range q.bias {
		// As in Set, with d = 4.
		q.bias[i], q.recip[i], q.scale[i] = 2, 1<<15, 1<<15
	}
}

// Row transforms and quantises n = len(mask) blocks that lie side by side.
//
// Row y of the samples is src[y*stride : y*stride+8*n], y from 0 to 7; block b
// is written to coef[b*64 : b*64+64] in storage order, and bit i of mask[b] says
// whether its coefficient i is not zero. stride is at least 8*n. Nothing is read
// or written outside of that. Slices that are too short are a programming error
// and panic.
func Row(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser) {
	n := len(mask)
	if n == 0 {
		return
	}
	if stride < 8*n {
		panic("fdct: internal error: stride shorter than a row")
	}
	row(coef[:64*n], mask, src[:7*stride+8*n], stride, q)
}
