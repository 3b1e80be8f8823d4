package progressive

// Index widths of the lookup tables. Longer codes take a slower way: with 9
// bits 0.1 to 1 % of the symbols of a photo. Larger tables cost more in cache
// misses than they save.
const (
	firstBits  = 9
	skipBits   = 10
	refineBits = 9
	plainBits  = 10
)

// codes decodes canonical Huffman codes of up to 16 bits (T.81 C.2, F.2.2.3).
type codes struct {
	// limit[l] is the first 16-bit word, seen as a left-aligned code, that
	// belongs to a code longer than l bits.
	limit  [17]uint32
	offset [17]int32 // values index of a code of l bits, minus the code
	values [256]uint8
}

// build takes a table as a DHT segment has it. Codes that overlap are the
// caller's fault: they decode to something, within bounds.
func (c *codes) build(counts *[16]uint8, values *[256]uint8) {
	c.values = *values
	code, index := uint32(0), int32(0)
	for l := 1; l <= 16; l++ {
		c.offset[l] = index - int32(code)
		n := uint32(counts[l-1])
		code += n
		index += int32(n)
		c.limit[l] = min(code<<(16-l), 1<<16)
		code <<= 1
	}
}

// find returns the symbol at the top of w and its code's length, or 0 if no
// code begins like that.
func (c *codes) find(w uint64) (symbol uint8, length int) {
	look := uint32(w >> 48)
	for l := 1; l <= 16; l++ {
		if look < c.limit[l] {
			return c.values[uint8(int32(look>>(16-l))+c.offset[l])], l
		}
	}
	return 0, 0
}

// each calls f for every code of at most width bits, with the range of
// width-bit words that begin with it.
func (c *codes) each(counts *[16]uint8, width int, f func(symbol uint8, length, from, to int)) {
	code, index := 0, 0
	for l := 1; l <= width; l++ {
		for range counts[l-1] {
			from, to := code<<(width-l), (code+1)<<(width-l)
			if to > 1<<width {
				return
			}
			f(c.values[uint8(index)], l, from, to)
			code++
			index++
		}
		code <<= 1
	}
}

// Entries of FirstTable.one. 0 is a code that is longer than the index, or
// none.
//
//	bits 0-7    bits to consume: code, and value or run length behind it
//	bits 8-15   length of the code
//	bits 16-23  64 minus the number of bits behind the code, modulo 64
//	bits 24-31  coefficients that the run and the value cover (1 to 16), or
//	            oneEOB, or oneZRL
const (
	oneEOB = 0x80 // end of band, for as many blocks as the bits behind the code say
	oneZRL = 0xC0 // 16 zeros
)

// Entries of FirstTable.skip: as many symbols as fit, where the code of the
// last must lie within the index but not its value bits.
//
//	bits 16-63  the mask bits of the coefficients, the first coefficient at bit 63
//	bit  13     the last symbol is an end of band of this block only
//	bits 6-12   coefficients covered, 1 to 49, where an end of band counts as
//	            one; skipNone where not even one symbol fits
//	bits 0-5    bits to consume, 1 to 40
const (
	skipEOB      = 1 << 13
	skipCover    = 6
	skipNone     = 127 << skipCover
	skipMaxCover = 48
	skipMaxBits  = 40
	skipMask     = 1<<64 - 1<<16
)

// FirstTable decodes the symbols of first AC scans (T.81 G.1.2.2).
type FirstTable struct {
	codes
	al    int  // point transform
	built bool // at all
	skips bool // skip is filled
	one   [1 << firstBits]uint32
	skip  [1 << skipBits]uint64
}

// Build makes the table from the code counts by length (1 to 16) and the
// symbols of a DHT segment, for the scan s: it depends on the band's end, the
// point transform and the lanes. A symbol whose value would not fit into 15
// bits is taken for a code that does not exist.
func (t *FirstTable) Build(counts *[16]uint8, values *[256]uint8, s *Scan) {
	t.build(counts, values)
	t.al, t.built = s.Al, true
	clear(t.one[:])
	t.each(counts, firstBits, func(symbol uint8, length, from, to int) {
		e := oneEntry(symbol, length, t.al)
		for i := from; i < to; i++ {
			t.one[i] = e
		}
	})
	if t.skips = s.Last > lanesFor(s.Lanes).last; t.skips {
		t.buildSkip(counts)
	}
}

// fits reports whether t was built for a scan like s.
func (t *FirstTable) fits(s *Scan) bool {
	return t.built && t.al == s.Al && (t.skips || s.Last <= lanesFor(s.Lanes).last)
}

// long returns the entry for a code that t.one does not have, from the word
// w that begins with it; 0 if there is none.
func (t *FirstTable) long(w uint64) uint32 {
	symbol, length := t.find(w)
	if length == 0 {
		return 0
	}
	return oneEntry(symbol, length, t.al)
}

// oneEntry returns the entry of a symbol with a code of length bits.
func oneEntry(symbol uint8, length, al int) uint32 {
	run, size := uint32(symbol>>4), uint32(symbol&15)
	behind, action := size, run+1
	switch {
	case size == 0 && run == 15:
		action = oneZRL
	case size == 0:
		behind, action = run, oneEOB
	case int(size)+al > 15:
		return 0
	}
	n := uint32(length)
	return n + behind | n<<8 | (64-behind)&63<<16 | action<<24
}

// buildSkip fills the table of several symbols from that of one.
func (t *FirstTable) buildSkip(counts *[16]uint8) {
	var single [1 << skipBits]uint32
	t.each(counts, skipBits, func(symbol uint8, length, from, to int) {
		e := oneEntry(symbol, length, t.al)
		for i := from; i < to; i++ {
			single[i] = e
		}
	})
	for i := range t.skip {
		t.skip[i] = skipEntry(&single, i)
	}
}

// skipEntry takes symbols from the index as long as their codes are in it.
func skipEntry(single *[1 << skipBits]uint32, index int) uint64 {
	var mask uint64
	used, cover := 0, 0
	for used < skipBits {
		e := single[index<<used&(1<<skipBits-1)]
		code, behind, action := int(e>>8&255), int(e&255)-int(e>>8&255), int(e>>24)
		if e == 0 || used+code > skipBits {
			break
		}
		if action == oneEOB {
			if behind == 0 {
				return mask | skipEOB | uint64(cover+1)<<skipCover | uint64(used+code)
			}
			break
		}
		value := action != oneZRL
		if !value {
			action = 16
		}
		if cover+action > skipMaxCover || used+code+behind > skipMaxBits {
			break
		}
		cover += action
		used += code + behind
		if value {
			mask |= top >> (cover - 1)
		}
	}
	if cover == 0 {
		return skipNone
	}
	return mask | uint64(cover)<<skipCover | uint64(used)
}

// Entries of RefineTable.one. 0 is a code that is longer than the index, or
// none.
//
//	bits 0-5    bits to consume minus 1: the code, and the sign or the run
//	            length behind it
//	bit  16     refinePlain: coefficients are passed
//	bit  17     refineZRL: nothing is placed
//	bit  18     refineEOB: end of band
//	bits 24-31  plain: zeros to go forward, 1 to 16, the last being the place;
//	            end of band: number of bits behind the code
const (
	refinePlain = 1 << 16
	refineZRL   = 1 << 17
	refineEOB   = 1 << 18
	refineCount = 24
)

// Entries of RefineTable.plain: as many symbols as fit into the index with
// their signs. They may be used where all coefficients that they cover are
// zero, so that no correction bits lie between them.
//
//	bits 41-63  mask bits of the new coefficients, the first coefficient at bit 63
//	bits 18-40  those of them that are negative, the first at bit 40
//	bit  13     the last symbol is an end of band of this block only
//	bits 6-12   coefficients covered, 1 to 24, where an end of band counts as
//	            one; plainNone where not even one symbol fits
//	bits 0-5    bits to consume, 1 to plainBits
const (
	plainEOB      = 1 << 13
	plainCover    = 6
	plainNone     = 127 << plainCover
	plainMaxCover = 23
	plainMask     = 1<<64 - 1<<41
	plainNegative = 23 // shift of the negative ones to the top
)

// RefineTable decodes the symbols of AC refinement scans (T.81 G.1.2.3).
type RefineTable struct {
	codes
	built bool
	one   [1 << refineBits]uint32
	plain [1 << plainBits]uint64
}

// Build makes the table from the code counts by length (1 to 16) and the
// symbols of a DHT segment. A symbol with a size above 1, which refinement
// scans do not have, is taken for a code that does not exist.
func (t *RefineTable) Build(counts *[16]uint8, values *[256]uint8) {
	t.build(counts, values)
	t.built = true
	clear(t.one[:])
	t.each(counts, refineBits, func(symbol uint8, length, from, to int) {
		e := refineEntry(symbol, length)
		for i := from; i < to; i++ {
			t.one[i] = e
		}
	})
	var single [1 << plainBits]uint32
	t.each(counts, plainBits, func(symbol uint8, length, from, to int) {
		e := refineEntry(symbol, length)
		for i := from; i < to; i++ {
			single[i] = e
		}
	})
	for i := range t.plain {
		t.plain[i] = plainEntry(&single, i)
	}
}

// plainEntry takes symbols from the index as long as they are in it.
func plainEntry(single *[1 << plainBits]uint32, index int) uint64 {
	var placed, negative uint64
	used, cover := 0, 0
	for {
		e := single[index<<used&(1<<plainBits-1)]
		length, count := int(e&63)+1, int(e>>refineCount)
		if e == 0 || used+length > plainBits {
			break
		}
		if e&refineEOB != 0 {
			if count == 0 {
				return placed | negative | plainEOB | uint64(cover+1)<<plainCover | uint64(used+length)
			}
			break
		}
		if cover+count > plainMaxCover {
			break
		}
		cover += count
		used += length
		if e&refineZRL == 0 {
			bit := uint64(top) >> (cover - 1)
			placed |= bit
			if index>>(plainBits-used)&1 == 0 {
				negative |= bit >> plainNegative
			}
		}
	}
	if cover == 0 {
		return plainNone
	}
	return placed | negative | uint64(cover)<<plainCover | uint64(used)
}

// long returns the entry for a code that t.one does not have, from the word
// w that begins with it; 0 if there is none.
func (t *RefineTable) long(w uint64) uint32 {
	symbol, length := t.find(w)
	if length == 0 {
		return 0
	}
	return refineEntry(symbol, length)
}

// refineEntry returns the entry of a symbol with a code of length bits.
func refineEntry(symbol uint8, length int) uint32 {
	run, n := uint32(symbol>>4), uint32(length)
	switch {
	case symbol&15 == 1:
		return n | (run+1)<<refineCount | refinePlain
	case symbol&15 != 0:
		return 0
	case run == 15:
		return n - 1 | 16<<refineCount | refinePlain | refineZRL
	}
	return n + run - 1 | run<<refineCount | refineEOB
}
