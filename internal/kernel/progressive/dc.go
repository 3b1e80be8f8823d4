package progressive

// dcBits is the index width of DCTable.
const dcBits = 9

// DCTable decodes the symbols of first DC scans (T.81 F.1.2.1).
type DCTable struct {
	codes
	built bool
	// one has for each index 0 (a longer code, or none) or
	//
	//	bits 0-7    bits to consume: code and difference
	//	bits 8-15   length of the code
	//	bits 16-23  63 minus the number of bits of the difference
	one [1 << dcBits]uint32
}

// Build makes the table from the code counts by length (1 to 16) and the
// symbols of a DHT segment. Differences of more than 15 bits are taken for
// codes that do not exist.
func (t *DCTable) Build(counts *[16]uint8, values *[256]uint8) {
	t.build(counts, values)
	t.built = true
	clear(t.one[:])
	t.each(counts, dcBits, func(symbol uint8, length, from, to int) {
		e := dcEntry(symbol, length)
		for i := from; i < to; i++ {
			t.one[i] = e
		}
	})
}

// dcEntry returns the entry of a symbol with a code of length bits.
func dcEntry(symbol uint8, length int) uint32 {
	if symbol > 15 {
		return 0
	}
	size, n := uint32(symbol), uint32(length)
	return n + size | n<<8 | (63-size)<<16
}

// long returns the entry for a code that t.one does not have, from the word
// w that begins with it; 0 if there is none.
func (t *DCTable) long(w uint64) uint32 {
	symbol, length := t.find(w)
	if length == 0 {
		return 0
	}
	return dcEntry(symbol, length)
}

// MaxUnits is the largest number of blocks in an MCU (T.81 B.2.3).
const MaxUnits = 10

// DCUnit is one block of an MCU.
type DCUnit struct {
	Table     *DCTable // of its component; not used in refinement scans
	Predictor int      // number of its component's predictor, 0 to 3
	Row       []int16  // the DC coefficient of MCU i is Row[i*Step]
	Step      int
}

// DCScan is a part of a DC scan, interleaved or not, that lies in one row of
// MCUs and between two restart markers.
type DCScan struct {
	Data []byte // as in Scan
	Pos  int
	End  int

	Al    int // point transform, 0 to 13
	Units []DCUnit
	Pred  [4]int16 // predictors, modulo 2^16; to be cleared after a restart marker
}

// DecodeFirst decodes MCUs from to to-1 of a first scan (T.81 G.1.2.1) and
// returns how many of them are complete: the next one and those behind are as
// they were.
func (s *DCScan) DecodeFirst(from, to int) int {
	s.check(from, to)
	for i := range s.Units {
		if t := s.Units[i].Table; t == nil || !t.built {
			panic("progressive: internal error: DC scan without a table")
		}
	}
	return s.first(from, to) - from
}

// check panics where the contract is broken: assembly relies on it.
func (s *DCScan) check(from, to int) {
	ok := 0 <= from && from <= to && 0 <= s.Al && s.Al <= 13
	ok = ok && 1 <= len(s.Units) && len(s.Units) <= MaxUnits
	ok = ok && 0 <= s.Pos && s.Pos <= s.End && s.End <= 8*(len(s.Data)-Padding)
	for i := range s.Units {
		u := &s.Units[i]
		ok = ok && 0 <= u.Predictor && u.Predictor < len(s.Pred) && u.Step > 0
		ok = ok && (to == from || (to-1)*u.Step < len(u.Row))
	}
	if !ok {
		panic("progressive: internal error: DC scan out of range")
	}
}

// firstGeneric is DecodeFirst behind its checks. It returns the first MCU that
// is not complete.
func (s *DCScan) firstGeneric(from, to int) int {
	data, pos, end, units, pred := s.Data, s.Pos, s.End, s.Units, &s.Pred
	var value [MaxUnits]int16
	i := from
mcus:
	for ; i < to; i++ {
		for j := range units {
			u := &units[j]
			w := load(data, pos)
			e := u.Table.one[w>>(64-dcBits)]
			if e == 0 {
				if e = u.Table.long(w); e == 0 {
					break mcus
				}
			}
			pos += int(e & 255)
			w <<= e >> 8 & 63
			m := ^uint64(int64(w) >> 63) // all ones if the difference is negative
			diff := (w ^ m) >> 1 >> (e >> 16 & 63)
			pred[u.Predictor&3] += int16((diff ^ m) - m)
			value[j] = pred[u.Predictor&3] << s.Al
		}
		if pos > end {
			break
		}
		for j := range units {
			units[j].Row[i*units[j].Step] = value[j]
		}
		s.Pos = pos
	}
	return i
}

// DecodeRefine decodes MCUs from to to-1 of a refinement scan and returns how
// many of them are complete.
func (s *DCScan) DecodeRefine(from, to int) int {
	s.check(from, to)
	n := min(to-from, (s.End-s.Pos)/len(s.Units))
	pos := s.Pos
	for i := from; i < from+n; i++ {
		w := load(s.Data, pos)
		for j := range s.Units {
			u := &s.Units[j]
			u.Row[i*u.Step] |= int16(w >> 63 << s.Al)
			w <<= 1
		}
		pos += len(s.Units)
	}
	s.Pos = pos
	return n
}
