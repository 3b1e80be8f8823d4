package entropy

import "encoding/binary"

// The reference, and the path of builds without assembly. It carries no build
// tag so that it is always compiled and tested.

// reader is a Stream's reading state, in local variables while it is used.
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
		if diff, ok = r.dc(k.dc); ok {
			if ok = r.ac(k, b.coef[k.dst:]); ok {
				s.pred[k.part] += diff
				b.coef[k.dst] = int16(s.pred[k.part])
			}
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

// slowAC decodes one symbol at position k, with its value, by its canonical
// code. It returns the position behind it, 64 or more at the block's end and
// 0 for an error, and the value. It leaves r refilled.
func (r *reader) slowAC(t *ACTable, k int) (next int, value int32) {
	r.refill()
	symbol, length := t.code.symbol(uint32(r.acc >> 48))
	if symbol == invalid {
		return 0, 0
	}
	advance, ok := advanceOf(symbol)
	if !ok {
		return 0, 0
	}
	if advance != endOfBlock && k+int(advance) > 64 {
		return 0, 0
	}
	r.take(uint(length))
	value = r.receive(uint(symbol & 15))
	r.refill()
	return k + int(advance), value
}

// outside reports whether a position behind a lookup cannot be trusted: it is
// beyond 64 without an end of block, or an end of block came after 64.
func outside(k int) bool { return k&64 != 0 && k != 64 }

// ac decodes the AC coefficients of a block into coef, the first of which is
// spoiled.
func (r *reader) ac(b *block, coef []int16) bool {
	t := b.ac
	k, limit := 1, int(b.limit>>8)
	for k <= limit {
		r.refill()
		e := t.value[r.acc>>(64-valueBits)]
		next := k + int(e>>advanceShift&advanceMask)
		switch {
		case outside(next):
			var value int32
			if next, value = r.slowAC(t, k); next == 0 {
				return false
			}
			coef[b.slots[uint8(next-1)]] = int16(value)
		case e&longValue != 0:
			r.take(uint(e >> value1Shift & lengthMask))
			coef[b.slots[uint8(next-1)]] = int16(r.receive(uint(e >> (value1Shift + 8) & lengthMask)))
		default:
			r.take(uint(e & lengthMask))
			first := k + int(e>>firstShift&advanceMask)
			coef[b.slots[uint8(first-1)]] = int16(e >> value1Shift)
			coef[b.slots[uint8(next-1)]] = int16(e >> value2Shift)
		}
		k = next
	}
	for k < 64 {
		r.refill()
		for range 2 {
			e := uint(t.skip[r.acc>>(64-skipBits)])
			next := k + int(e>>advanceShift)
			if outside(next) {
				if next, _ = r.slowAC(t, k); next == 0 {
					return false
				}
			} else {
				r.take(e & lengthMask)
			}
			if k = next; k >= 64 {
				break
			}
		}
	}
	return true
}
