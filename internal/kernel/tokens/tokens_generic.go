package tokens

import "math/bits"

// The reference: what the other path must equal, and the path of machines and
// builds without it. It carries no build tag so that it is always compiled and
// tested.

func rowGeneric(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int) int {
	t, at := Get(), 0
	for m := range n {
		for i := range cur {
			c := &cur[i]
			b := m * c.Step
			coef := (*[64]int16)(c.Coef[b*64:])
			at += t.block((*[PerBlock]uint32)(dst[at:]), freq, coef, c.Mask[b], c.DC, pred[c.Pred&3])
			pred[c.Pred&3] = int32(coef[0])
		}
	}
	return at
}

// block writes the tokens of one block and returns how many there are.
func (t *Tables) block(dst *[PerBlock]uint32, freq *[Symbols]uint32, coef *[64]int16, mask uint64, dc uint32, pred int32) int {
	token := dc + SizedValue(int32(coef[0])-pred)
	dst[0] = token
	freq[token>>16%Symbols]++
	n, ac := 1, dc+AC<<16
	next := 1 // the first coefficient after the last one coded
	zm := t.Zigzag(mask)
	for rest := zm &^ 1; rest != 0; rest &= rest - 1 {
		k := bits.TrailingZeros64(rest)
		v := int32(coef[t.Position[k&63]&63])
		run := k - next
		next = k + 1
		for ; run > 15; run -= 16 {
			dst[n] = ac + ZRL<<16
			freq[(ac>>16+ZRL)%Symbols]++
			n++
		}
		token := ac + uint32(run)<<20
		if uint32(v+128) < 256 {
			token += t.sized[v+128]
		} else {
			token += SizedValue(v)
		}
		dst[n] = token
		freq[token>>16%Symbols]++
		n++
	}
	if zm>>63 == 0 {
		dst[n] = ac + EOB<<16
		freq[(ac>>16+EOB)%Symbols]++
		n++
	}
	return n
}
