package jpeg

import (
	"bytes"
	"math/bits"
	"slices"
	"sync"
)

// zigzagMasks[i][b] is the mask b of the coefficients i*8 to i*8+7 in storage
// order, moved to zigzag order.
var zigzagMasks = sync.OnceValue(func() *[8][256]uint64 {
	t := new([8][256]uint64)
	for i := range t {
		for b := range t[i] {
			for j := range 8 {
				t[i][b] |= uint64(b>>j&1) << zigzagOf[i*8+j]
			}
		}
	}
	return t
})

// zigzagMask turns a mask in storage order into one in zigzag order.
func zigzagMask(t *[8][256]uint64, m uint64) uint64 {
	return t[0][byte(m)] | t[1][byte(m>>8)] | t[2][byte(m>>16)] | t[3][byte(m>>24)] |
		t[4][byte(m>>32)] | t[5][byte(m>>40)] | t[6][byte(m>>48)] | t[7][byte(m>>56)]
}

// sizedValues[v+128] is what a coefficient v of -128 to 127 adds to a token:
// its size category (T.81 F.1.2.1.1) in the symbol and its low bits.
var sizedValues = func() (t [256]uint32) {
	for i := range t {
		t[i] = sizedValue(int32(i) - 128)
	}
	return t
}()

// sizedValue is the token of a coefficient or difference, without table and
// run: its magnitude's bit length, and the value itself in so many bits, less
// one if it is negative.
func sizedValue(v int32) token {
	sign := v >> 31
	n := bits.Len32(uint32((v ^ sign) - sign))
	return uint32(n)<<16 | uint32(v+sign)&(1<<n-1)
}

// writeSequential appends one scan with all components (T.81 F.1): the rows
// are transformed and turned into tokens MCU row by MCU row.
func (e *encoder) writeSequential(dst *bytes.Buffer) error {
	for i := range e.comps {
		e.comps[i].hold(e.comps[i].V)
	}
	e.beginScans()
	var pred [3]int32
	for my := range e.mcusY {
		for i := range e.comps {
			c := &e.comps[i]
			for by := my * c.V; by < min((my+1)*c.V, c.blocksY); by++ {
				if err := c.fill(by, &e.strip); err != nil {
					return err
				}
			}
		}
		e.tokens = slices.Grow(e.tokens, e.blocksPerMCU()*e.mcusX*tokensPerBlock+tokenSlack)
		e.tokeniseRow(my, &pred)
	}
	e.writeTables(dst, false)
	all := [3]int{0, 1, 2}
	e.writeScan(dst, &scanScript{se: 63}, all[:len(e.comps)], e.tokens)
	return nil
}

// tokeniseRow appends the tokens of one row of MCUs. Blocks that only fill up
// an MCU repeat the DC before them and have nothing else.
func (e *encoder) tokeniseRow(my int, pred *[3]int32) {
	masks := zigzagMasks()
	for mx := range e.mcusX {
		for i := range e.comps {
			c := &e.comps[i]
			dc := token(c.table<<9|symDC) << 16
			for by := my * c.V; by < (my+1)*c.V; by++ {
				var coefs []int16
				var nonzero []uint64
				if by < c.blocksY {
					coefs, nonzero = c.row(by)
				}
				for bx := mx * c.H; bx < (mx+1)*c.H; bx++ {
					if bx >= len(nonzero) {
						eob := dc | symAC<<16
						e.tokens = append(e.tokens, dc, eob)
						e.freq[dc>>16]++
						e.freq[eob>>16]++
						continue
					}
					e.tokens = appendBlock(e.tokens, &e.freq, (*[64]int16)(coefs[bx*64:]), zigzagMask(masks, nonzero[bx]), dc, pred[i])
					pred[i] = int32(coefs[bx*64])
				}
			}
		}
	}
}

// appendBlock appends the tokens of one block: dc is its table as a token, zm
// says in zigzag order which coefficients are not zero. tokens has tokenSlack
// of capacity left.
func appendBlock(tokens []token, freq *[symbols]uint32, block *[64]int16, zm uint64, dc token, pred int32) []token {
	n := len(tokens)
	out := (*[tokenSlack]token)(tokens[n : n+tokenSlack])
	t := dc + sizedValue(int32(block[0])-pred)
	out[0] = t
	freq[t>>16&1023]++
	i, ac := 1, dc|symAC<<16
	next := 1 // the first coefficient after the last one coded
	for zm &^= 1; zm != 0; zm &= zm - 1 {
		k := bits.TrailingZeros64(zm)
		v := int32(block[storage[k&63]&63])
		run := k - next
		next = k + 1
		for ; run > 15; run -= 16 {
			out[i&(tokenSlack-1)] = ac + symZRL<<16
			freq[(ac>>16+symZRL)&1023]++
			i++
		}
		t := ac + uint32(run)<<20
		if uint32(v+128) < 256 {
			t += sizedValues[v+128]
		} else {
			t += sizedValue(v)
		}
		out[i&(tokenSlack-1)] = t
		freq[t>>16&1023]++
		i++
	}
	if next < 64 {
		out[i&(tokenSlack-1)] = ac
		freq[ac>>16&1023]++
		i++
	}
	return tokens[:n+i]
}
