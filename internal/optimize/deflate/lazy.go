package deflate

import (
	"encoding/binary"
	"math"
)

// lazyFinder parses with hash chains: the quick pass.
//
// Positions are kept with origin added, which is beyond all positions of the
// data before: so those need not be cleared away, which for a small picture
// would take longer than its parse.
type lazyFinder struct {
	origin int
	end    int                   // origin of the next data
	head3  [1 << hash3Bits]int32 // latest position by the hash of 3 bytes, plus 1
	head4  [1 << hash4Bits]int32 // latest position by the hash of 4 bytes, plus 1
	prev   [windowSize]int32     // by position: the one before with its hash, plus 1
}

const (
	hash3Bits = 14
	hash4Bits = 16
)

// Limits of the quick pass.
const (
	lazyDepth = 12 // positions looked at along a chain
	lazyLong  = 12 // a match this long promises longer ones:
	lazyMore  = 48 // so many positions more are looked at
	lazyGood  = 20 // with a match this long, the next position is not tried
	lazyEnter = 12 // positions at the begin of a match that are entered
	lazyEnds  = 8  // and at its end
)

func hash3(v uint32) uint32 { return (v << 8) * 0x9e3779b1 >> (32 - hash3Bits) }
func hash4(v uint32) uint32 { return v * 0x9e3779b1 >> (32 - hash4Bits) }

// reset forgets all positions, for size bytes of new data.
func (f *lazyFinder) reset(size int) {
	f.origin = f.end
	if f.end > math.MaxInt32-size-2 {
		f.origin = 0
		clear(f.head3[:])
		clear(f.head4[:])
	}
	f.end = f.origin + size + 1
}

// enter makes position i findable; 4 bytes must be left.
func (f *lazyFinder) enter(data []byte, i int) {
	v := binary.LittleEndian.Uint32(data[i:])
	h := hash4(v)
	f.prev[i&(windowSize-1)] = f.head4[h]
	f.head4[h] = int32(f.origin + i + 1)
	f.head3[hash3(v)] = int32(f.origin + i + 1)
}

// longest finds the longest match at i that is longer than least, and enters
// i; 4 bytes must be left. Length 0 is no match.
func (f *lazyFinder) longest(data []byte, i, least, depth int) (length, dist int) {
	v := binary.LittleEndian.Uint32(data[i:])
	h3, h4 := hash3(v), hash4(v)
	limit := max(0, i-windowSize) // positions plus 1 up to here are too far
	rest := data[i:min(len(data), i+maxMatch)]
	if least < minMatch {
		// A match of 3 is worth it only nearby.
		const near = 4096
		if p := int(f.head3[h3]) - f.origin; p > limit && i+1-p <= near {
			if c := data[p-1:]; (binary.LittleEndian.Uint32(c)^v)<<8 == 0 {
				length, dist = MatchLen(c[:len(rest)], rest, minMatch), i+1-p
				least = max(least, length)
			}
		}
	}
	p, more := int(f.head4[h4])-f.origin, lazyMore
	f.prev[i&(windowSize-1)] = f.head4[h4]
	f.head4[h4], f.head3[h3] = int32(f.origin+i+1), int32(f.origin+i+1)
	for ; p > limit && depth > 0 && least < len(rest); depth-- {
		c := data[p-1:]
		if c[least] == rest[least] && binary.LittleEndian.Uint32(c) == v {
			if l := MatchLen(c[:len(rest)], rest, 4); l > least {
				length, dist, least = l, i+1-p, l
				if l >= lazyLong {
					depth, more = depth+more, 0
				}
			}
		}
		p = int(f.prev[(p-1)&(windowSize-1)]) - f.origin
	}
	return length, dist
}

// parse appends to tokens what stands for data[from:to]; what is before from
// must have been parsed.
func (f *lazyFinder) parse(tokens []token, data []byte, from, to int) []token {
	end := min(to, len(data)-4)
	i := from
	for i < end {
		l, d := f.longest(data, i, minMatch-1, lazyDepth)
		if l == 0 {
			tokens = append(tokens, literal(data[i]))
			i++
			continue
		}
		entered := i + 1
		for l < lazyGood && i+1 < end {
			l2, d2 := f.longest(data, i+1, l, lazyDepth/2)
			entered = i + 2
			if l2 == 0 {
				break
			}
			tokens = append(tokens, literal(data[i]))
			i++
			l, d = l2, d2
		}
		if l = min(l, to-i); l < minMatch {
			break
		}
		tokens = append(tokens, match(l, uint32(d)))
		stop := min(i+l, end)
		for ; entered < min(stop, i+lazyEnter); entered++ {
			f.enter(data, entered)
		}
		for entered = max(entered, stop-lazyEnds); entered < stop; entered++ {
			f.enter(data, entered)
		}
		i += l
	}
	for ; i < to; i++ {
		tokens = append(tokens, literal(data[i]))
	}
	return tokens
}
