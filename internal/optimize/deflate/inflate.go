package deflate

import (
	"encoding/binary"
	"errors"
	"hash/adler32"
	"math/bits"
)

// Errors of [Inflate].
var (
	ErrCorrupt = errors.New("deflate: corrupt data")    // not a zlib stream, or the checksum differs
	ErrShort   = errors.New("deflate: data ends early") // the stream is cut off, or stands for fewer bytes than asked for
	ErrLong    = errors.New("deflate: too much data")   // the stream stands for more bytes than asked for
)

// MaxRatio is the most bytes that a byte of a stream can stand for: a caller
// who knows both sizes can refuse before it allocates.
const MaxRatio = 1032

// Inflate decompresses the zlib stream at the beginning of src into dst, which
// it must fill exactly; what follows the stream is ignored. It allocates
// nothing that depends on src.
func Inflate(dst, src []byte) error {
	if len(src) < 2 || src[0]&15 != 8 || src[0]>>4 > 7 || src[1]&0x20 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return ErrCorrupt
	}
	in := inflater{src: src, pos: 2, dst: dst}
	for last := false; !last; {
		var err error
		if last, err = in.block(); err != nil {
			return err
		}
	}
	if in.out != len(dst) {
		return ErrShort
	}
	in.pos -= int(in.n >> 3) // whole bytes that were read ahead
	if in.pos+4 > len(src) {
		return ErrShort
	}
	if binary.BigEndian.Uint32(src[in.pos:]) != adler32.Checksum(dst) {
		return ErrCorrupt
	}
	return nil
}

// inflater is the state of one call.
type inflater struct {
	src []byte
	pos int    // next byte to read
	acc uint64 // the n next bits
	n   uint
	dst []byte
	out int // bytes written

	lit  [litSize]uint32
	dist [distSize]uint32
}

// The first litBits or distBits bits of a code are looked up at once; for
// longer codes a second table, behind the first, says more. Two codes at least
// share a second table, so with 288 symbols there are up to 144 of 1<<5
// entries, and with 32 distances 16 of 1<<6. The sizes are rounded up to powers
// of two.
const (
	litBits  = 10
	distBits = 9
	litSize  = 1 << 13
	distSize = 1 << 11
)

// An entry of a table: value<<16 | flags | extra bits<<4 | bits of the code.
// 0 is no code.
const (
	entryLiteral = 1 << 8  // value is a byte
	entryEnd     = 1 << 9  // end of block
	entryMore    = 1 << 10 // value is a second table's place, extra bits those of its index
	entryBad     = 1 << 11 // a symbol that may not be used
)

// need makes at least n bits available, n at most 32; at the end of the data it
// appends zeros and says so.
func (in *inflater) need(n uint) bool {
	for in.n < n {
		if in.pos >= len(in.src) {
			return false
		}
		in.acc |= uint64(in.src[in.pos]) << in.n
		in.pos++
		in.n += 8
	}
	return true
}

func (in *inflater) take(n uint) uint32 {
	v := uint32(in.acc & (1<<n - 1))
	in.acc >>= n
	in.n -= n
	return v
}

// block decompresses one block.
func (in *inflater) block() (last bool, err error) {
	if !in.need(3) {
		return false, ErrShort
	}
	last = in.take(1) == 1
	switch in.take(2) {
	case 0:
		err = in.stored()
	case 1:
		var lens [fixedLitLen + 32]uint8
		copy(lens[:], fixedCode.lit[:])
		for i := range 32 {
			lens[fixedLitLen+i] = 5
		}
		if err = in.tables(lens[:fixedLitLen], lens[fixedLitLen:]); err == nil {
			err = in.symbols()
		}
	case 2:
		if err = in.header(); err == nil {
			err = in.symbols()
		}
	default:
		err = ErrCorrupt
	}
	return last, err
}

func (in *inflater) stored() error {
	in.take(in.n & 7)
	if !in.need(32) {
		return ErrShort
	}
	size := int(in.take(16))
	if int(in.take(16)) != size^0xffff {
		return ErrCorrupt
	}
	in.pos -= int(in.n >> 3)
	in.acc, in.n = 0, 0
	if size > len(in.src)-in.pos {
		return ErrShort
	}
	if size > len(in.dst)-in.out {
		return ErrLong
	}
	copy(in.dst[in.out:], in.src[in.pos:in.pos+size])
	in.pos += size
	in.out += size
	return nil
}

// header reads the codes of a dynamic block.
func (in *inflater) header() error {
	if !in.need(14) {
		return ErrShort
	}
	nlit, ndist, ncl := int(in.take(5))+firstLength, int(in.take(5))+1, int(in.take(4))+4
	if nlit > numLitLen {
		return ErrCorrupt
	}
	var cl [numCL]uint8
	for _, s := range clOrder[:ncl] {
		if !in.need(3) {
			return ErrShort
		}
		cl[s] = uint8(in.take(3))
	}
	if !makeTable(in.lit[:], cl[:], 7, clEntry) {
		return ErrCorrupt
	}
	var lens [numLitLen + 32]uint8
	for i := 0; i < nlit+ndist; {
		in.need(7 + 7) // less may do at the end of the data
		e := in.lit[in.acc&(1<<7-1)]
		sym, used := e>>16, uint(e&15)
		if e == 0 {
			return ErrCorrupt
		}
		extra := uint(clExtraBits[sym])
		if used+extra > in.n {
			return ErrShort
		}
		in.take(used)
		count, value := 1, uint8(sym)
		if sym >= 16 {
			count = int(clLeast[sym]) + int(in.take(extra))
			value = 0
			if sym == 16 {
				if i == 0 {
					return ErrCorrupt
				}
				value = lens[i-1]
			}
		}
		if i+count > nlit+ndist {
			return ErrCorrupt
		}
		for ; count > 0; count-- {
			lens[i] = value
			i++
		}
	}
	if lens[endOfBlock] == 0 {
		return ErrCorrupt
	}
	return in.tables(lens[:nlit], lens[nlit:nlit+ndist])
}

func (in *inflater) tables(lit, dist []uint8) error {
	if !makeTable(in.lit[:], lit, litBits, litEntry) || !makeTable(in.dist[:], dist, distBits, distEntry) {
		return ErrCorrupt
	}
	return nil
}

func clEntry(s int) uint32 { return uint32(s) << 16 }

func litEntry(s int) uint32 {
	switch {
	case s < endOfBlock:
		return entryLiteral | uint32(s)<<16
	case s == endOfBlock:
		return entryEnd
	case s >= numLitLen:
		return entryBad
	}
	s -= firstLength
	return uint32(lengthBase[s])<<16 | uint32(lengthExtra[s])<<4
}

func distEntry(s int) uint32 {
	if s >= numDist {
		return entryBad
	}
	return uint32(distBase[s])<<16 | uint32(distExtra[s])<<4
}

// makeTable fills the lookup table of a code whose first look takes index bits
// and reports whether the lengths are those of a complete code; one symbol of
// length 1, or none, will do too.
func makeTable(table []uint32, lens []uint8, index uint, entry func(int) uint32) bool {
	var count [maxCodeLen + 1]int
	longest := uint(0)
	for _, l := range lens {
		count[l]++
		longest = max(longest, uint(l))
	}
	clear(table[:1<<index])
	if longest == 0 {
		return true
	}
	left, code := 1, 0
	var next [maxCodeLen + 1]int
	for l := 1; l <= int(longest); l++ {
		left = left<<1 - count[l]
		if left < 0 {
			return false
		}
		next[l] = code
		code = (code + count[l]) << 1
	}
	if left > 0 && (longest != 1 || count[1] != 1) {
		return false
	}
	// Second tables are all as wide as the longest code needs.
	second := min(longest, maxCodeLen) - min(longest, index)
	end := 1 << index
	for s, l := range lens {
		if l == 0 {
			continue
		}
		c := int(bits.Reverse16(uint16(next[l])) >> (16 - l))
		next[l]++
		e := entry(s) | uint32(l)
		if uint(l) <= index {
			for ; c < 1<<index; c += 1 << l {
				table[c] = e
			}
			continue
		}
		first := &table[c&(1<<index-1)]
		if *first == 0 {
			clear(table[end : end+1<<second])
			*first = entryMore | uint32(end)<<16 | uint32(second)<<4
			end += 1 << second
		}
		base := int(*first >> 16)
		for c >>= index; c < 1<<second; c += 1 << (uint(l) - index) {
			table[base+c] = e
		}
	}
	return true
}

// symbols decompresses the symbols of a block with the tables at hand.
func (in *inflater) symbols() error {
	src, dst, pos, out, acc, n := in.src, in.dst, in.pos, in.out, in.acc, in.n
	for {
		// A length, its extra bits, a distance and its extra bits are 48 bits.
		if n < 48 {
			if pos+8 <= len(src) {
				acc |= binary.LittleEndian.Uint64(src[pos:]) << n
				pos += int((63 - n) >> 3)
				n |= 56
			} else {
				for ; n <= 56 && pos < len(src); n += 8 {
					acc |= uint64(src[pos]) << n
					pos++
				}
			}
		}
		e := in.lit[acc&(1<<litBits-1)]
		if e&entryMore != 0 {
			e = in.lit[(e>>16+uint32(acc>>litBits)&(1<<(e>>4&15)-1))&(litSize-1)]
		}
		used := uint(e & 15)
		if used > n {
			return ErrShort
		}
		acc >>= used
		n -= used
		if e&entryLiteral != 0 {
			if out >= len(dst) {
				return ErrLong
			}
			dst[out] = byte(e >> 16)
			out++
			continue
		}
		if e&entryEnd != 0 {
			in.pos, in.out, in.acc, in.n = pos, out, acc, n
			return nil
		}
		extra := uint(e >> 4 & 15)
		length := int(e>>16) + int(acc&(1<<extra-1))
		d := in.dist[acc>>extra&(1<<distBits-1)]
		if d&entryMore != 0 {
			d = in.dist[(d>>16+uint32(acc>>(extra+distBits))&(1<<(d>>4&15)-1))&(distSize-1)]
		}
		if e == 0 || d == 0 || (e|d)&entryBad != 0 {
			return ErrCorrupt
		}
		acc >>= extra + uint(d&15)
		distExtra := uint(d >> 4 & 15)
		dist := int(d>>16) + int(acc&(1<<distExtra-1))
		acc >>= distExtra
		if used = extra + uint(d&15) + distExtra; used > n {
			return ErrShort
		}
		n -= used
		if dist > out {
			return ErrCorrupt
		}
		if length > len(dst)-out {
			return ErrLong
		}
		out = copyMatch(dst, out, length, dist)
	}
}

// copyMatch appends length bytes from dist before out and returns the new end.
func copyMatch(dst []byte, out, length, dist int) int {
	end := out + length
	for out < end {
		// What was copied may be copied again: the source doubles.
		n := copy(dst[out:end], dst[out-dist:out])
		out += n
		dist += n
	}
	return end
}
