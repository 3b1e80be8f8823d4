package entropy

// Index widths of the lookup tables, in bits. Together the tables of a colour
// file have to stay in the first-level cache: codes are close to random bits, so
// that all of an index is in use.
const (
	dcBits    = 10
	valueBits = 10
	skipBits  = 12
)

// An entry of any table begins with
//
//	bits 0..5   bits taken, codes and values together; at most maxTaken
//	bit 7       longValue
//	bits 8..15  advance of the position; 0 in a DCTable
//
// A symbol advances by run+1, 16 zeros by 16; endOfBlock is added for an end of
// block. Where there is no symbol, or one that takes more than maxTaken bits, the
// entry sends the decoder to the canonical code: dcEscape, acEscape, valueEscape.
//
// DCTable.fast: one symbol. Bits 16..31 are its value, sign-extended. If code and
// value are longer than the index, bit 7 is set instead, and bits 16..21 are
// the length of the code, bits 24..29 the size of the value.
//
// ACTable.value: one symbol or two, of which the second one lies in the index
// together with its value. Bits 16..23 are the advance of the first one alone,
// bits 32..47 its value, bits 48..63 the value of the last one (the same if
// there is one only). Bit 7 as above, for one symbol.
//
// ACTable.skip: all symbols that fit in the index, the code of the last one at
// least, without values.
const (
	lengthMask   = 0x3f
	longValue    = 0x80
	advanceShift = 8
	advanceMask  = 0xff
	valueShift   = 16 // in a DCTable
	firstShift   = 16 // advance of the first symbol in an ACTable
	value1Shift  = 32
	value2Shift  = 48
	endOfBlock   = 128

	dcEscape    = longValue
	acEscape    = (endOfBlock + 64) << advanceShift // outside, from any position below 64
	valueEscape = acEscape | (endOfBlock+64)<<firstShift

	// Two lookups after each other, that take 42 bits of the 56 that are there
	// after a refill, leave enough for the index of a third.
	maxTaken = 21
)

// DCTable decodes DC differences with one Huffman table.
type DCTable struct {
	fast [1 << dcBits]uint32
	code canonical
}

// ACTable decodes AC coefficients with one Huffman table.
type ACTable struct {
	value [1 << valueBits]uint64
	skip  [1 << skipBits]uint16
	code  canonical
}

// canonical is a Huffman table in the form of T.81 F.2.2.3, for codes that are
// too long for the lookup tables.
type canonical struct {
	// limit[n] is the first 16-bit string behind the codes of up to n bits.
	limit  [17]uint32
	offset [17]int32 // index of a code's symbol = code + offset[length]
	values [256]uint8
}

// invalid is the symbol that no table has.
const invalid = -1

// symbol returns the symbol whose code begins the 16-bit string bits, and the
// code's length; invalid and 0 if there is none.
func (c *canonical) symbol(bits uint32) (symbol, length int) {
	for n := 1; n <= 16; n++ {
		if bits < c.limit[n] {
			return int(c.values[uint8(int32(bits>>(16-n))+c.offset[n])]), n
		}
	}
	return invalid, 0
}

// build takes over counts and values of a DHT segment. The caller has made
// sure that the codes do not overlap.
func (c *canonical) build(counts *[16]uint8, values *[256]uint8) {
	c.values = *values
	code, index := uint32(0), int32(0)
	for n := 1; n <= 16; n++ {
		c.offset[n] = index - int32(code)
		code += uint32(counts[n-1])
		index += int32(counts[n-1])
		c.limit[n] = min(code<<(16-n), 1<<16)
		code <<= 1
	}
}

// codes calls f with each code of a table, in increasing order: its symbol, its
// length and the code itself. Codes past the room that the lengths leave are
// left out.
func codes(counts *[16]uint8, values *[256]uint8, f func(symbol int, length, code uint)) {
	code, index := uint(0), 0
	for n := uint(1); n <= 16; n++ {
		for range counts[n-1] {
			if code >= 1<<n || index > 255 {
				return
			}
			f(int(values[index]), n, code)
			code++
			index++
		}
		code <<= 1
	}
}

// Build fills the table for the codes of a DHT segment: counts[n-1] codes of n
// bits, values the symbols by increasing code. The codes must not overlap.
// Symbols above 15 are decoded as errors.
func (t *DCTable) Build(counts *[16]uint8, values *[256]uint8) {
	for i := range t.fast {
		t.fast[i] = dcEscape
	}
	t.code.build(counts, values)
	codes(counts, values, func(symbol int, length, code uint) {
		if length <= dcBits && symbol < 16 {
			t.fill(code, length, uint(symbol))
		}
	})
}

// Build fills the table for the codes of a DHT segment, as that of a DCTable.
// Symbols of size 0 other than end of block (run 0) and 16 zeros (run 15) are
// decoded as errors.
func (t *ACTable) Build(counts *[16]uint8, values *[256]uint8) {
	t.code.build(counts, values)
	t.buildValue(counts, values)
	t.buildSkip(counts, values)
}

// advanceOf returns how far an AC symbol moves the position.
func advanceOf(symbol int) (advance uint32, ok bool) {
	if symbol == 0 {
		return endOfBlock, true
	}
	if symbol&15 == 0 && symbol != 0xF0 {
		return 0, false
	}
	return uint32(symbol>>4) + 1, true
}

// fill sets the entries of one code, length bits long, of a difference of size
// bits.
func (t *DCTable) fill(code, length, size uint) {
	rest := dcBits - length // index bits behind the code
	if length+size > maxTaken {
		return
	}
	entries := t.fast[code<<rest : (code+1)<<rest]
	e := uint32(length + size)
	for i := range entries {
		switch {
		case size > rest:
			entries[i] = e | longValue | uint32(length)<<valueShift | uint32(size)<<(valueShift+8)
		case size > 0:
			entries[i] = e | uint32(extend(uint32(i)>>(rest-size), size))<<valueShift
		default:
			entries[i] = e
		}
	}
}

// extend is EXTEND of T.81 F.2.2.1 for n > 0 bits.
func extend(v uint32, n uint) int32 {
	if v < 1<<(n-1) {
		return int32(v) - (1<<n - 1)
	}
	return int32(v)
}

// buildValue fills the value table: first with single symbols, then second ones
// are joined, which are those of the index shifted by what the first one takes.
func (t *ACTable) buildValue(counts *[16]uint8, values *[256]uint8) {
	var single [1 << valueBits]uint64
	for i := range single {
		single[i] = valueEscape
	}
	codes(counts, values, func(symbol int, length, code uint) {
		advance, ok := advanceOf(symbol)
		size := uint(symbol & 15)
		if !ok || length > valueBits || length+size > maxTaken {
			return
		}
		rest := valueBits - length // index bits behind the code
		entries := single[code<<rest : (code+1)<<rest]
		e := uint64(length+size) | uint64(advance)<<advanceShift | uint64(advance)<<firstShift
		for i := range entries {
			switch {
			case size > rest:
				entries[i] = e | longValue | uint64(length)<<value1Shift | uint64(size)<<(value1Shift+8)
			case size > 0:
				v := uint64(uint16(extend(uint32(i)>>(rest-size), size)))
				entries[i] = e | v<<value1Shift | v<<value2Shift
			default:
				entries[i] = e
			}
		}
	})
	t.value = single
	for i, e := range single {
		taken := uint(e & lengthMask)
		if taken >= valueBits || e&longValue != 0 || e>>advanceShift&advanceMask >= endOfBlock {
			continue
		}
		next := single[uint(i)<<taken&(1<<valueBits-1)]
		if next&longValue == 0 && next != valueEscape && uint(next&lengthMask)+taken <= valueBits {
			t.value[i] = e&^(0xffff<<value2Shift) + next&(1<<firstShift-1) + next&(0xffff<<value2Shift)
		}
	}
}

// buildSkip fills the skip table. The entry for b known bits is that of the
// first symbol joined with the entry for the bits behind it, so tables are
// built for 1, 2, ... bits, all in one array: that for b bits at 1<<b.
func (t *ACTable) buildSkip(counts *[16]uint8, values *[256]uint8) {
	var all [2 << skipBits]uint16
	for i := range all {
		all[i] = acEscape
	}
	for b := uint(1); b <= skipBits; b++ {
		level := all[1<<b : 2<<b]
		codes(counts, values, func(symbol int, length, code uint) {
			advance, ok := advanceOf(symbol)
			taken := length + uint(symbol&15)
			if !ok || length > b || taken > maxTaken {
				return
			}
			entries := level[code<<(b-length) : (code+1)<<(b-length)]
			e := uint16(taken) | uint16(advance)<<advanceShift
			if taken >= b || advance == endOfBlock {
				for i := range entries {
					entries[i] = e
				}
				return
			}
			tail := all[1<<(b-taken) : 2<<(b-taken)]
			join(entries[:len(tail)], tail, e)
			for n := len(tail); n < len(entries); n *= 2 {
				copy(entries[n:], entries[:n])
			}
		})
	}
	copy(t.skip[:], all[1<<skipBits:])
}

// join sets each entry to the symbol e followed by the symbols of tail. A sum
// that takes too many bits, or leaves the block wherever it starts, is not
// joined.
func join(entries, tail []uint16, e uint16) {
	for i, next := range tail {
		entries[i] = e
		sum := e + next
		if next != acEscape && sum&lengthMask <= maxTaken && (sum>>advanceShift)&(endOfBlock-1) < 64 {
			entries[i] = sum
		}
	}
}
