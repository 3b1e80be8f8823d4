package progressive

import (
	"encoding/binary"
	"math/bits"
)

// load returns the bits from pos on, the first at bit 63. At least 57 are
// valid, the others are zero.
func load(data []byte, pos int) uint64 {
	return binary.BigEndian.Uint64(data[pos>>3:]) << (pos & 7)
}

// firstGeneric is DecodeFirst behind its checks. It returns the first block
// that is not complete.
func (s *Scan) firstGeneric(t *FirstTable, b, to int) int {
	ln := lanesFor(s.Lanes)
	for b < to {
		if s.eobRun > 0 {
			n := min(s.eobRun, to-b)
			b += n
			s.eobRun -= n
			continue
		}
		if s.Again {
			if !s.firstBlockAgain(t, ln, b) {
				break
			}
		} else if !s.firstBlock(t, ln, b) {
			break
		}
		b++
	}
	return b
}

// firstBlockAgain is firstBlock for a block that may have coefficients.
func (s *Scan) firstBlockAgain(t *FirstTable, ln *lanes, b int) bool {
	var saved [64]int16
	value := s.Value[b*s.Lanes:][:s.Lanes]
	copy(saved[:], value)
	ok := s.firstBlock(t, ln, b)
	if !ok {
		copy(value, saved[:])
	}
	return ok
}

// firstBlock decodes the block b of a first scan. It returns false, with the
// mask and s.Pos unchanged and without the coefficients that it has met, if the
// block is not complete.
func (s *Scan) firstBlock(t *FirstTable, ln *lanes, b int) bool {
	value := s.Value[b*s.Lanes:][:s.Lanes]
	data, pos, last, run := s.Data, s.Pos, s.Last, 0
	var mask uint64
	ok := true
	for k := s.First; k <= last; {
		w := load(data, pos)
		if k > ln.last {
			e := t.skip[w>>(64-skipBits)]
			cover := int(e >> skipCover & 127)
			// An end of band inside of an entry belongs to another block if the
			// band is already complete before it.
			if k+cover-1 <= last {
				mask |= e & skipMask >> k
				pos += int(e & 63)
				k += cover
				if e&skipEOB != 0 {
					break
				}
				continue
			}
		}
		e := t.one[w>>(64-firstBits)]
		if e == 0 {
			if e = t.long(w); e == 0 {
				ok = false
				break
			}
		}
		pos += int(e & 255)
		action := int(e >> 24)
		if action == oneEOB {
			run = 1 << (-(e >> 16) & 63)
			run += int(w << (e >> 8 & 63) >> 1 >> (63 - -(e>>16)&63))
			break
		}
		if action == oneZRL {
			k += 16
			ok = k <= last+1
			continue
		}
		if k += action; k > last+1 {
			ok = false
			break
		}
		mask |= top >> (k - 1)
		value[ln.of[(k-1)&63]] = signMagnitude(w<<(e>>8&63), e>>16&63, s.Al)
	}
	if !ok || pos > s.End {
		for mask &= ln.need; mask != 0; {
			k := bits.LeadingZeros64(mask)
			mask &^= top >> k
			value[ln.of[k]] = 0
		}
		return false
	}
	s.Mask[b] |= mask
	s.Pos = pos
	s.eobRun = max(run-1, 0)
	return true
}

// signMagnitude returns the value (T.81 F.2.2.1 EXTEND) of the bits at the top
// of w, 64-shift of them, times 1<<al.
func signMagnitude(w uint64, shift uint32, al int) int16 {
	m := ^uint64(int64(w) >> 63) // all ones if negative: the bits are those of the magnitude inverted
	return int16((w^m)>>shift<<al | m&0x8000)
}

// refineGeneric is DecodeRefine behind its checks. It returns the first block
// that is not complete.
func (s *Scan) refineGeneric(t *RefineTable, b, to int) int {
	ln, band := lanesFor(s.Lanes), s.band()
	for b < to {
		if s.eobRun == 0 {
			if !s.refineBlock(t, ln, b, band) {
				break
			}
			b++
			continue
		}
		nonzero := s.Mask[b] & band
		end := s.Pos + bits.OnesCount64(nonzero)
		if end > s.End {
			break
		}
		if nonzero&ln.need != 0 {
			s.correct(ln, b, s.corrections(s.Pos, nonzero, ln), 0)
		}
		s.Pos = end
		s.eobRun--
		b++
	}
	return b
}

// refineBlock decodes the block b of a refinement scan that no end-of-band run
// covers. It returns false, with the block and s.Pos unchanged, if the block
// is not complete.
func (s *Scan) refineBlock(t *RefineTable, ln *lanes, b int, band uint64) bool {
	data, pos := s.Data, s.Pos
	nonzero := s.Mask[b] & band
	var placed, negative, corrected uint64
	run := 0
	for k := s.First; k <= s.Last; {
		w := load(data, pos)
		p := t.plain[w>>(64-plainBits)]
		cover := int(p >> plainCover & 127)
		if cover <= bits.LeadingZeros64(nonzero<<k) && k+cover-1 <= s.Last {
			placed |= p & plainMask >> k
			negative |= p << plainNegative & plainMask >> k
			pos += int(p & 63)
			k += cover
			if p&plainEOB != 0 {
				break
			}
			continue
		}
		e := t.one[w>>(64-refineBits)]
		if e == 0 {
			if e = t.long(w); e == 0 {
				return false
			}
		}
		length, count := int(e&63)+1, int(e>>refineCount)
		pos += length
		if e&refineEOB != 0 {
			run = 1<<count + int(w<<(length-count)>>1>>(63-count))
			break
		}
		// The place is count-1 zeros behind k, plus one for each non-zero on the way.
		at, rest := k+count-1, nonzero
		for rest != 0 {
			next := bits.LeadingZeros64(rest)
			if next > at {
				break
			}
			rest &^= top >> next
			at++
		}
		if at > s.Last {
			return false
		}
		if passed := nonzero &^ rest; passed != 0 {
			if passed&ln.need != 0 {
				corrected |= s.corrections(pos, passed, ln)
			}
			pos += bits.OnesCount64(passed)
		}
		nonzero = rest
		if e&refineZRL == 0 {
			placed |= top >> at
			negative |= top >> at &^ uint64(int64(w<<(length-1))>>63)
		}
		k = at + 1
	}
	if nonzero&ln.need != 0 {
		corrected |= s.corrections(pos, nonzero, ln)
	}
	pos += bits.OnesCount64(nonzero)
	if pos > s.End {
		return false
	}
	s.correct(ln, b, corrected|placed, negative)
	s.Mask[b] |= placed
	s.Pos = pos
	s.eobRun = max(run-1, 0)
	return true
}

// corrections reads the correction bits from pos on, one for each coefficient
// of mask, as far as coefficients are needed, and returns those that are set.
func (s *Scan) corrections(pos int, mask uint64, ln *lanes) (set uint64) {
	for n := 0; mask&ln.need != 0; n++ {
		k := bits.LeadingZeros64(mask)
		bit := uint64(top) >> k
		mask &^= bit
		if s.Data[(pos+n)>>3]<<((pos+n)&7)&0x80 != 0 {
			set |= bit
		}
	}
	return set
}

// correct adds the scan's bit to the coefficients set of the block b, and the
// sign to those that are negative.
func (s *Scan) correct(ln *lanes, b int, set, negative uint64) {
	value := s.Value[b*s.Lanes:][:s.Lanes]
	for set &= ln.need; set != 0; {
		k := bits.LeadingZeros64(set)
		bit := uint64(top) >> k
		set &^= bit
		v := int16(1) << s.Al
		if negative&bit != 0 {
			v |= -0x8000
		}
		value[ln.of[k]] |= v
	}
}

// finishGeneric is Finish behind its checks.
func finishGeneric(value []int16, n int, dc []int16) {
	for i, v := range value {
		sign := v >> 15
		value[i] = (v&0x7fff ^ sign) - sign
	}
	for i, v := range dc {
		value[i*n] = v
	}
}
