package alpha

// scale is 64/255 in 16 fraction bits, a little too large: that makes up for
// rounding down. Then 255*c*scale>>16 is 64*c for each sample c, and any other
// product is less than one level off.
const scale = 16449

// premultiplyGeneric is the reference of Premultiply.
func premultiplyGeneric(r, g, b, a []int16, pix []byte) {
	n := len(a)
	r, g, b, pix = r[:n], g[:n], b[:n], pix[:4*n]
	for i := range a {
		p := pix[4*i : 4*i+4 : 4*i+4]
		al := uint32(p[3]) // 255*255*scale is below 1<<31
		a[i] = int16(al * 64)
		r[i] = int16(uint32(p[0]) * al * scale >> 16)
		g[i] = int16(uint32(p[1]) * al * scale >> 16)
		b[i] = int16(uint32(p[2]) * al * scale >> 16)
	}
}

// reciprocal[A] is 255 * 2^21 / (128*A), rounded: a colour is
// (2*r + 64*A - a) * reciprocal[A] / 2^21, see Unpremultiply.
var reciprocal = func() (t [256]uint32) {
	for i := 1; i < len(t); i++ {
		t[i] = uint32((255<<21 + 64*i) / (128 * i))
	}
	return t
}()

// unpremultiplyGeneric is the reference of Unpremultiply.
func unpremultiplyGeneric(pix []byte, r, g, b, a []int16) {
	n := len(a)
	r, g, b, pix = r[:n], g[:n], b[:n], pix[:4*n]
	for i, l := range a {
		p := pix[4*i : 4*i+4 : 4*i+4]
		level := min(max(int32(l), 0), 255*64)
		al := (level + 32) >> 6
		recip := int64(reciprocal[al])
		shift := int64(al*64 - level)
		p[0] = divide(int64(r[i]), shift, recip)
		p[1] = divide(int64(g[i]), shift, recip)
		p[2] = divide(int64(b[i]), shift, recip)
		p[3] = byte(al)
	}
}

// divide gives one colour sample; 64 bits hold every product.
func divide(level, shift, recip int64) byte {
	return byte(min(max(((2*level+shift)*recip+1<<20)>>21, 0), 255))
}
