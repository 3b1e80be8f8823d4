package deflate

// Limits of the format, RFC 1951 section 3.2.
const (
	minMatch   = 3
	maxMatch   = 258
	windowSize = 1 << 15 // bytes that a distance may reach back

	numLitLen   = 286 // literals 0..255, end of block 256, lengths 257..285
	numDist     = 30
	endOfBlock  = 256
	firstLength = 257

	maxCodeLen  = 15 // bits of a literal/length or distance code
	maxCLLen    = 7  // bits of a code length code
	numCL       = 19 // symbols of the code length code
	maxStored   = 1<<16 - 1
	fixedLitLen = 288 // symbols in the fixed code, two of them never used
)

// lengthBase and lengthExtra describe the length symbols from 257 on; distBase
// and distExtra the distance symbols: the tables of section 3.2.5.
var (
	lengthBase = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
		35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2,
		3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase = [numDist]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193,
		257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distExtra = [numDist]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
		7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	// clOrder is the order in which code length codes are stored, section 3.2.7.
	clOrder = [numCL]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

var (
	lengthSym = makeLengthSym() // of a length 3..258, less 257
	distSym   = makeDistSym()   // see distSymOf
)

func makeLengthSym() (t [maxMatch + 1]uint8) {
	for s, base := range lengthBase {
		for l := int(base); l < int(base)+1<<lengthExtra[s] && l <= maxMatch; l++ {
			t[l] = uint8(s)
		}
	}
	t[maxMatch] = 28
	return t
}

// makeDistSym: entry i is the symbol of distance i+1 for i < 256, entry 256+i
// that of the distances above i*128.
func makeDistSym() (t [512]uint8) {
	for s, base := range distBase {
		for d := int(base); d < int(base)+1<<distExtra[s]; d++ {
			if d <= 256 {
				t[d-1] = uint8(s)
			}
			if (d-1)&127 == 0 {
				t[256+(d-1)>>7] = uint8(s)
			}
		}
	}
	return t
}

// distSymOf gives the symbol of distance d+1, d in 0..32767.
func distSymOf(d uint32) uint8 {
	if d < 256 {
		return distSym[d]
	}
	return distSym[256+(d>>7)&255]
}

// What a caller that estimates costs needs of the format.
const (
	MaxMatch    = maxMatch    // bytes of the longest match; the shortest has 3
	WindowSize  = windowSize  // bytes that a distance may reach back
	FirstLength = firstLength // the symbol of length 3, behind those of literals and the end
	NumLiteral  = numLitLen   // symbols of literals and lengths
	NumDistance = numDist     // symbols of distances
)

// LengthSymbol is the symbol of a length from 3 to [MaxMatch], less
// [FirstLength], and LengthExtra are the extra bits behind that symbol.
func LengthSymbol(length int) int { return int(lengthSym[length]) }
func LengthExtra(symbol int) int  { return int(lengthExtra[symbol]) }

// DistanceSymbol is the symbol of a distance from 1 to [WindowSize], and
// DistanceExtra are the extra bits behind that symbol.
func DistanceSymbol(dist int) int  { return int(distSymOf(uint32(dist - 1))) }
func DistanceExtra(symbol int) int { return int(distExtra[symbol]) }

// A token is a literal byte, or a match: matchFlag | length<<16 | (distance-1).
type token uint32

const matchFlag = 1 << 31

func literal(b byte) token                { return token(b) }
func match(length int, dist uint32) token { return matchFlag | token(length)<<16 | token(dist-1) }
func (t token) isMatch() bool             { return t&matchFlag != 0 }
func (t token) length() int               { return int(t >> 16 & 0x1ff) }
func (t token) distLess1() uint32         { return uint32(t & 0x7fff) }

// size is the number of bytes that t stands for.
func (t token) size() int {
	if t.isMatch() {
		return t.length()
	}
	return 1
}

// counts is how often each symbol occurs in a run of tokens.
type counts struct {
	lit  [numLitLen]uint32
	dist [numDist]uint32
}

// add counts tokens; the end of a block is not among them.
func (c *counts) add(tokens []token) {
	for _, t := range tokens {
		if t.isMatch() {
			c.lit[firstLength+int(lengthSym[t.length()])]++
			c.dist[distSymOf(t.distLess1())]++
		} else {
			c.lit[byte(t)]++
		}
	}
}

// sum sets c to a + b.
func (c *counts) sum(a, b *counts) {
	for i := range c.lit {
		c.lit[i] = a.lit[i] + b.lit[i]
	}
	for i := range c.dist {
		c.dist[i] = a.dist[i] + b.dist[i]
	}
}

// extraBits is the number of extra bits that follow the counted symbols.
func (c *counts) extraBits() int {
	n := 0
	for s, e := range lengthExtra {
		n += int(c.lit[firstLength+s]) * int(e)
	}
	for s, e := range distExtra {
		n += int(c.dist[s]) * int(e)
	}
	return n
}
