// Package tokens turns quantised JPEG blocks into tokens: one 32-bit word per
// Huffman symbol of a sequential scan (ITU-T T.81 F.1.2), with the bits that
// follow the symbol's code. Tables are made from the counts that this leaves,
// and the tokens are coded with them, without looking at a coefficient again.
//
// A token is symbol<<16 | value. The symbol is a table number<<8 | what the
// Huffman code stands for: a DC size category, or run<<4 | size for AC. AC
// tables are the DC ones plus 1.
//
// Coefficients lie in a block as package fdct leaves them, column by column,
// and a mask says for each of the 64 positions whether its coefficient is not
// zero. Every path gives the same tokens and counts.
package tokens

import (
	"math/bits"
	"sync"
)

const (
	// AC is what an AC symbol has beside the number of its DC table.
	AC = 1 << 8
	// EOB and ZRL are the AC codes for the end of a block and for 16 zeros.
	EOB, ZRL = 0x00, 0xF0
	// Symbols is the number of symbols that Row counts: four tables.
	Symbols = 4 << 8
	// PerBlock is how many tokens a block has at most, and how much room Row
	// wants for each.
	PerBlock = 66
)

// Cursor is one of the blocks of an MCU, followed through a row of MCUs.
type Cursor struct {
	Coef []int16  // the block in the first MCU of the row, and those after it
	Mask []uint64 // their masks
	Step int      // blocks from one MCU to the next
	DC   uint32   // DC table number<<24: a token's symbol without size
	Pred int      // which predictor is the component's, 0 to 3
}

// Row writes the tokens of n MCUs, each of the blocks that cur names, to dst,
// and returns how many there are. It adds to freq how often each symbol occurs,
// and leaves in pred each component's last DC coefficient.
//
// dst needs PerBlock tokens for each block; what lies beyond the tokens is
// undefined afterwards. Sizes are defined for coefficients of at most 11 bits,
// as 8-bit pictures have them; others give tokens without meaning.
func Row(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int) int {
	if n <= 0 {
		return 0
	}
	for i := range cur {
		c := &cur[i]
		last := (n - 1) * c.Step
		if c.Step < 0 || c.Pred&^3 != 0 || len(c.Mask) <= last || len(c.Coef) < last*64+64 || c.DC&^(2<<24) != 0 {
			panic("tokens: internal error: cursor beyond its blocks")
		}
	}
	return row(dst[:n*len(cur)*PerBlock], freq, cur, pred, n)
}

// zigzag[k] is the natural (row-major) index of coefficient k in zigzag order
// (T.81 figure 5).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10,
	17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34,
	27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36,
	29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
}

// Tables has what tokens are looked up in. The layout is known to the assembly.
type Tables struct {
	// masks[i][b] is the mask b of the positions i*8 to i*8+7, in zigzag order.
	masks [8][256]uint64
	// sized[v+128] is SizedValue(v).
	sized [256]uint32
	// Position[k] is where coefficient k of the zigzag order lies in a block.
	Position [64]uint8
}

// Get returns the tables, made at the first call.
var Get = sync.OnceValue(func() *Tables {
	t := new(Tables)
	for k, natural := range zigzag {
		at := natural&7<<3 | natural>>3
		t.Position[k] = at
		for b := range 256 {
			t.masks[at>>3][b] |= uint64(b>>(at&7)&1) << k
		}
	}
	for i := range t.sized {
		t.sized[i] = SizedValue(int32(i) - 128)
	}
	return t
})

// Zigzag turns a mask of positions into one in zigzag order: bit k is
// coefficient k.
func (t *Tables) Zigzag(m uint64) uint64 {
	return t.masks[0][byte(m)] | t.masks[1][byte(m>>8)] | t.masks[2][byte(m>>16)] | t.masks[3][byte(m>>24)] |
		t.masks[4][byte(m>>32)] | t.masks[5][byte(m>>40)] | t.masks[6][byte(m>>48)] | t.masks[7][byte(m>>56)]
}

// SizedValue is the token of a coefficient or difference, without table and
// run: its size category (F.1.2.1.1), the bit length of its magnitude, and that
// many bits of the value, less one if it is negative.
func SizedValue(v int32) uint32 {
	sign := v >> 31
	n := bits.Len32(uint32((v ^ sign) - sign))
	return uint32(n)<<16 | uint32(v+sign)&(1<<n-1)
}
