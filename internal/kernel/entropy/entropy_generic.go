package entropy

import "encoding/binary"

// The reference, and the path of builds without assembly. It carries no build
// tag so that it is always compiled and tested.

// reader is a Stream's reading state. The loops over AC symbols keep it in
// local variables.
//
// refill leaves 56 to 63 valid bits in acc, without a branch: bits that are
// there already are or-ed in once more. That suffices for two lookups.
type reader struct {
	data []byte
	pos  int
	acc  uint64
	bits uint
}

func (r *reader) refill() {
	r.acc |= binary.BigEndian.Uint64(r.data[r.pos:]) >> (r.bits & 63)
	r.pos += int(63-r.bits) >> 3
	r.bits |= 56
}

func (r *reader) take(n uint) {
	r.acc <<= n & 63
	r.bits -= n
}

// decodeGeneric is Decode; the caller has checked the bounds.
func (b *Batch) decodeGeneric(s *Stream, first, n int) int {
	r := reader{s.data, s.pos, s.acc, s.bits}
	perMCU := len(b.blocks) / b.mcus
	for done := range n {
		blocks := b.blocks[(first+done)*perMCU:][:perMCU]
		if !b.decodeMCU(&r, s, blocks) {
			return done
		}
	}
	s.pos, s.acc, s.bits = r.pos, r.acc, r.bits
	return n
}

// decodeMCU decodes one MCU, or fails.
func (b *Batch) decodeMCU(r *reader, s *Stream, blocks []block) bool {
	ok := true
	for i := 0; ok && i < len(blocks); i++ {
		k := &blocks[i]
		var diff int32
		if diff, ok = r.dc(k.dc); !ok {
			break
		}
		position := 1
		if k.limit > 0xff {
			position = r.values(k, b.coef[k.dst:])
		}
		if ok = r.skip(k.ac, position); ok {
			s.pred[k.part] += diff
			b.coef[k.dst] = int16(s.pred[k.part])
		}
	}
	if !ok || 8*r.pos-int(r.bits) > s.end {
		b.clearBlocks(blocks)
		return false
	}
	return true
}

// clearBlocks sets the coefficients of blocks to zero.
func (b *Batch) clearBlocks(blocks []block) {
	for i := range blocks {
		edge := b.parts[blocks[i].part].Edge
		clear(b.coef[blocks[i].dst:][:edge*edge])
	}
}

// dc decodes a DC difference.
func (r *reader) dc(t *DCTable) (diff int32, ok bool) {
	r.refill()
	e := t.fast[r.acc>>(64-dcBits)]
	if e&longValue != 0 {
		return r.slowDC(t)
	}
	r.take(uint(e & lengthMask))
	return int32(e) >> valueShift, true
}

// slowDC decodes a difference whose code or value is not in the table.
func (r *reader) slowDC(t *DCTable) (diff int32, ok bool) {
	size, length := t.code.symbol(uint32(r.acc >> 48))
	if size < 0 || size > 15 {
		return 0, false
	}
	r.take(uint(length))
	return r.receive(uint(size)), true
}

// receive takes a value of n bits, 0 to 15, and extends its sign.
func (r *reader) receive(n uint) int32 {
	if n == 0 {
		return 0
	}
	v := extend(uint32(r.acc>>(64-n)), n)
	r.take(n)
	return v
}

// failed is a position that stands for an error.
const failed = 0

// slowAC decodes one symbol at position k, with its value, by its canonical
// code. It returns the position behind it, 64 or more at the block's end, or
// failed, and the value.
func (r *reader) slowAC(t *ACTable, k int) (next int, value int32) {
	r.refill()
	symbol, length := t.code.symbol(uint32(r.acc >> 48))
	if symbol == invalid {
		return failed, 0
	}
	advance, ok := advanceOf(symbol)
	if !ok || advance != endOfBlock && k+int(advance) > 64 {
		return failed, 0
	}
	r.take(uint(length))
	return k + int(advance), r.receive(uint(symbol & 15))
}

// outside reports whether a position behind a lookup cannot be trusted: it is
// beyond 64 without an end of block, or an end of block came after 64.
func outside(k int) bool { return k&64 != 0 && k != 64 }

// values decodes AC coefficients into coef, the first of which is spoiled, up
// to the position that the block needs. It returns the position behind them, or
// failed.
func (r *reader) values(b *block, coef []int16) int {
	t, slots, limit := b.ac, b.slots, int(b.limit>>8)
	data, pos, acc, bits := r.data, r.pos, r.acc, r.bits
	k := 1
	for k <= limit {
		acc |= binary.BigEndian.Uint64(data[pos:]) >> (bits & 63)
		pos += int(63-bits) >> 3
		bits |= 56
		e := t.value[acc>>(64-valueBits)]
		next := k + int(e>>advanceShift&advanceMask)
		if e&longValue != 0 || outside(next) {
			r.pos, r.acc, r.bits = pos, acc, bits
			var value int32
			if next, value = r.slowAC(t, k); next == failed {
				return failed
			}
			coef[slots[uint8(next-1)]] = int16(value)
			pos, acc, bits = r.pos, r.acc, r.bits
			k = next
			continue
		}
		acc <<= e & lengthMask
		bits -= uint(e & lengthMask)
		coef[slots[uint8(k+int(e>>firstShift&advanceMask)-1)]] = int16(e >> value1Shift)
		coef[slots[uint8(next-1)]] = int16(e >> value2Shift)
		k = next
	}
	r.pos, r.acc, r.bits = pos, acc, bits
	return k
}

// skip passes over the AC symbols from position k on. It reports whether the
// block ends as it should.
func (r *reader) skip(t *ACTable, k int) bool {
	if k == failed {
		return false
	}
	data, pos, acc, bits := r.data, r.pos, r.acc, r.bits
	for k < 64 {
		acc |= binary.BigEndian.Uint64(data[pos:]) >> (bits & 63)
		pos += int(63-bits) >> 3
		bits |= 56
		e := uint(t.skip[acc>>(64-skipBits)])
		acc <<= e & lengthMask
		bits -= e & lengthMask
		k += int(e >> advanceShift)
		if k < 64 {
			e = uint(t.skip[acc>>(64-skipBits)])
			acc <<= e & lengthMask
			bits -= e & lengthMask
			k += int(e >> advanceShift)
		}
		if outside(k) {
			// The bits that e took are gone from acc: load them again.
			k -= int(e >> advanceShift)
			r.seek(8*pos - int(bits+e&lengthMask))
			if k, _ = r.slowAC(t, k); k == failed {
				return false
			}
			pos, acc, bits = r.pos, r.acc, r.bits
		}
	}
	r.pos, r.acc, r.bits = pos, acc, bits
	return true
}

// seek puts the reader at a position in bits.
func (r *reader) seek(position int) {
	r.pos, r.acc, r.bits = position>>3, 0, 0
	r.refill()
	r.take(uint(position & 7))
}
