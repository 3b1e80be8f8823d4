package entropy

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestTables compares each entry with the symbols that its index begins with.
func TestTables(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 2))
		ac := photoSpec(rng)
		dc := randomSpec(rng, 12, 12)
		if seed%2 == 1 {
			ac, dc = randomSpec(rng, 1+rng.IntN(255), 256), randomSpec(rng, 1+rng.IntN(20), 256)
		}
		at, dt := new(ACTable), new(DCTable)
		at.Build(&ac.counts, &ac.values)
		dt.Build(&dc.counts, &dc.values)
		for i, e := range dt.fast {
			if want := dcEntry(dc, i); e != want {
				t.Fatalf("fast[%0*b] = %#x, want %#x", dcBits, i, e, want)
			}
		}
		for i, e := range at.value {
			if want := valueEntry(ac, i); e != want {
				t.Fatalf("value[%0*b] = %#x, want %#x", valueBits, i, e, want)
			}
		}
		for i, e := range at.skip {
			if want := skipEntry(ac, i); e != want {
				t.Fatalf("skip[%0*b] = %#x, want %#x", skipBits, i, e, want)
			}
		}
	}
}

// index returns a reader of the bits of a table's index; more bits follow it
// than any symbol takes, and they are zero.
func index(i, bits int) *slow {
	return &slow{data: binary.BigEndian.AppendUint64(nil, uint64(i)<<(64-bits))}
}

// dcEntry is the entry for the index i by the definition of its fields.
func dcEntry(s *spec, i int) uint32 {
	r := index(i, dcBits)
	size := r.symbol(s)
	length := r.pos
	switch {
	case size < 0 || size > 15 || length > dcBits || length+size > maxTaken:
		return dcEscape
	case length+size > dcBits:
		return uint32(length+size) | longValue | uint32(length)<<valueShift | uint32(size)<<(valueShift+8)
	}
	return uint32(length+size) | uint32(r.value(size))<<valueShift
}

// known returns the AC symbol at r, if its code and value take up to most bits:
// its advance, the length of its code, and its size.
func (r *slow) known(s *spec, codeMost, most int) (advance, length, size int, ok bool) {
	before := r.pos
	symbol := r.symbol(s)
	length, size = r.pos-before, symbol&15
	switch {
	case symbol < 0 || length > codeMost || length+size > most:
		return 0, 0, 0, false
	case symbol == 0:
		return endOfBlock, length, 0, true
	case size == 0 && symbol != 0xF0:
		return 0, 0, 0, false
	}
	return symbol>>4 + 1, length, size, true
}

// valueEntry is the entry for the index i by the definition of its fields.
func valueEntry(s *spec, i int) uint64 {
	r := index(i, valueBits)
	advance, length, size, ok := r.known(s, valueBits, maxTaken)
	if !ok {
		return valueEscape
	}
	e := uint64(advance) << firstShift
	if length+size > valueBits {
		return e | uint64(length+size) | longValue | uint64(advance)<<advanceShift |
			uint64(length)<<value1Shift | uint64(size)<<(value1Shift+8)
	}
	v := uint64(uint16(r.value(size)))
	e |= v << value1Shift
	if advance != endOfBlock {
		first := r.pos
		if a, l, size2, ok := r.known(s, valueBits-first, valueBits-first); ok {
			advance += a
			length += l + size2
			v = uint64(uint16(r.value(size2)))
		}
	}
	return e | uint64(length+size) | uint64(advance)<<advanceShift | v<<value2Shift
}

// skipEntry joins the symbols of which the code lies within the index, as long
// as the sums stay within the bounds of an entry.
func skipEntry(s *spec, i int) uint16 {
	r := index(i, skipBits)
	var symbols []int
	var ends []int
	for r.pos < skipBits {
		symbol := r.symbol(s)
		if symbol < 0 || r.pos > skipBits || symbol&15 == 0 && symbol != 0 && symbol != 0xF0 {
			break
		}
		r.pos += symbol & 15
		symbols, ends = append(symbols, symbol), append(ends, r.pos)
		if symbol == 0 {
			break
		}
	}
	// From the last symbol on, as the table is built: a tail that does not fit
	// behind a symbol is left out as a whole.
	e := uint16(acEscape)
	for j := len(symbols) - 1; j >= 0; j-- {
		begin := 0
		if j > 0 {
			begin = ends[j-1]
		}
		taken := ends[j] - begin
		if taken > maxTaken {
			e = acEscape
			continue
		}
		advance := endOfBlock
		if symbols[j] != 0 {
			advance = symbols[j]>>4 + 1
		}
		own := uint16(taken | advance<<advanceShift)
		sum := own + e
		if e != acEscape && sum&lengthMask <= maxTaken && sum>>advanceShift&(endOfBlock-1) < 64 {
			e = sum
		} else {
			e = own
		}
	}
	return e
}
