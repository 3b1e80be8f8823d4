package jpeg

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"imgpool/internal/kernel/tokens"
)

// fileHead is what a file has before its tables.
type fileHead struct {
	jfif, adobe []byte // payloads of the segments, nil where there is none
	WriteOptions
	segments []byte // complete
}

// write appends the file to dst, or leaves dst as it was.
func (s *sparse) write(dst *bytes.Buffer, head *fileHead, effort int) error {
	if err := s.inRange(); err != nil {
		return err
	}
	for i := range s.planes {
		s.planes[i].survey()
	}
	defer s.forgetSurvey()
	e := encoders.Get().(*encoder)
	defer e.release()
	e.begin(s.width, s.height, 0)
	start := dst.Len()
	dst.Write([]byte{0xFF, mSOI})
	if err := head.write(dst); err != nil {
		dst.Truncate(start)
		return err
	}
	plan := s.plan(effort, &e.huff)
	s.writeFrame(dst, plan.sequential)
	for i := range plan.scans {
		e.writePlanned(dst, s, plan, i)
	}
	dst.Write([]byte{0xFF, mEOI})
	return nil
}

// write appends the segments.
func (f *fileHead) write(dst *bytes.Buffer) error {
	if f.jfif != nil {
		writeSegment(dst, mAPP0, f.jfif)
	}
	if f.adobe != nil {
		writeSegment(dst, mAPPE, f.adobe)
	}
	if err := writeMetadata(dst, f.WriteOptions); err != nil {
		return err
	}
	dst.Write(f.segments)
	return nil
}

// writeFrame appends the quantisation tables and the frame header.
func (s *sparse) writeFrame(dst *bytes.Buffer, sequential bool) {
	var tables []*[64]uint16
	for i := range s.planes {
		tables = append(tables, s.planes[i].quant)
	}
	number, wide := writeQuant(dst, tables)
	frame := binary.BigEndian.AppendUint16([]byte{8}, uint16(s.height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(s.width))
	frame = append(frame, byte(len(s.planes)))
	for i := range s.planes {
		p := &s.planes[i]
		frame = append(frame, p.id, byte(p.h<<4|p.v), number[i])
	}
	marker := byte(mSOF2)
	switch {
	case sequential && wide:
		marker = mSOF1
	case sequential:
		marker = mSOF0
	}
	writeSegment(dst, marker, frame)
}

// writePlanned appends a scan: the tables that it is the first to use, its
// header, its data.
func (e *encoder) writePlanned(dst *bytes.Buffer, s *sparse, plan *scanPlan, number int) {
	scan := &plan.scans[number]
	e.beginScans()
	e.tokens = slices.Grow(e.tokens, min(scan.mostTokens(), tokenBatch+tokens.PerBlock+1))
	var body []byte
	var slots [2 * maxPlanes]byte
	for i := range scan.uses {
		use := &scan.uses[i]
		t := &plan.tables[use.table]
		spec, codes := e.huff.build(&t.tally.freq)
		e.code.set(scan.symbolBase(plan, i), &spec, !plan.sequential)
		slots[i] = byte(t.slot)
		again := slices.ContainsFunc(scan.uses[:i], func(u tableUse) bool { return u.table == use.table })
		if t.first != number || again {
			continue
		}
		class := byte(0)
		if t.class != dcSymbols {
			class = 1
		}
		body = append(body, class<<4|byte(t.slot))
		body = append(body, spec.counts[:]...)
		body = append(body, spec.values[:codes]...)
	}
	if body != nil {
		writeSegment(dst, mDHT, body)
	}
	head := []byte{byte(len(scan.planes))}
	for i, plane := range scan.planes {
		sel := slots[i] << 4
		switch {
		case plan.sequential:
			sel |= slots[len(scan.planes)+i]
		case scan.ss > 0:
			sel = slots[i]
		}
		head = append(head, s.planes[plane].id, sel)
	}
	writeSegment(dst, mSOS, append(head, byte(scan.ss), byte(scan.se), byte(scan.ah<<4|scan.al)))
	switch {
	case plan.sequential:
		e.sequentialTokens(dst, s, scan, plan)
	case scan.ss == 0:
		e.dcTokens(dst, s, scan)
	default:
		e.bandTokens(dst, &s.planes[scan.planes[0]], scan)
	}
	size := e.code.packedBits(e.tokens)
	e.packed = grown(e.packed, size/8+packRoom)
	stuff(dst, e.packed[:tokens.Pack(e.packed, (*tokens.Codes)(&e.code), e.tokens)])
}

// tokenBatch is how many tokens there are before they become bits, so that a
// scan's tokens do not have to be held at once.
const tokenBatch = 1 << 14

// packRoom is what [tokens.Pack] wants beyond the bits, and the last byte.
const packRoom = 9

// drain makes bits of the first n tokens. A byte that they begin is left as a
// token before the others. It returns by how much those move.
func (e *encoder) drain(dst *bytes.Buffer, n int) (moved int) {
	size := e.code.packedBits(e.tokens[:n])
	e.packed = grown(e.packed, size/8+packRoom+size/16) // the next may take a little more
	tokens.Pack(e.packed, (*tokens.Codes)(&e.code), e.tokens[:n])
	whole, left := size/8, size%8
	stuff(dst, e.packed[:whole])
	at := 0
	if left > 0 {
		e.tokens[0] = token(symRaw+left)<<16 | token(e.packed[whole]>>(8-left))
		at = 1
	}
	e.tokens = e.tokens[:at+copy(e.tokens[at:], e.tokens[n:])]
	return n - at
}

// drainFull drains all tokens if there are many.
func (e *encoder) drainFull(dst *bytes.Buffer) {
	if len(e.tokens) >= tokenBatch {
		e.drain(dst, len(e.tokens))
	}
}

// mostTokens returns how many tokens the scan has at most: one for each symbol
// and, in refinement scans, one for the bits behind each or for 16 of them.
func (scan *plannedScan) mostTokens() int {
	symbols, raw := 0, 0
	for i := range scan.uses {
		t := &scan.uses[i].tally
		for _, n := range t.freq {
			symbols += int(n)
		}
		raw += int(t.raw)
	}
	if raw > 0 {
		symbols += min(symbols, raw) + raw/16
	}
	return symbols + 1 // a token that waits for a symbol
}

// symbolBase returns the symbols that the scan's tokens have under its use i.
// A scan of a progressive file numbers its tables by component, a sequential
// one by slot: it has four at most.
func (scan *plannedScan) symbolBase(plan *scanPlan, i int) int {
	slot := plan.tables[scan.uses[i].table].slot
	switch {
	case plan.sequential && i < len(scan.planes):
		return slot << 9
	case plan.sequential:
		return slot<<9 | tokens.AC
	case scan.ss > 0:
		return tokens.AC
	}
	return i << 8
}

// dcTokens makes the tokens of a DC scan (T.81 G.1.2.1).
func (e *encoder) dcTokens(dst *bytes.Buffer, s *sparse, scan *plannedScan) {
	var pred [maxPlanes]int32
	var base [maxPlanes]token
	for i, plane := range scan.planes {
		base[plane] = token(i) << 24
	}
	s.eachDC(scan.planes, func(plane, at int) {
		e.drainFull(dst)
		t := base[plane]
		if at >= 0 {
			v := int32(s.planes[plane].dc[at])
			t += tokens.SizedValue(v - pred[plane])
			pred[plane] = v
		}
		e.tokens = append(e.tokens, t)
		e.freq[t>>16]++
	})
}

// inZigzag is where [progressiveScan] finds coefficients in blocks of zigzag
// order.
var inZigzag = func() (position [64]uint8) {
	for k := range position {
		position[k] = uint8(k)
	}
	return position
}()

// bandTokens makes the tokens of an AC scan.
func (e *encoder) bandTokens(dst *bytes.Buffer, plane *sparsePlane, scan *plannedScan) {
	p := progressiveScan{freq: &e.freq, table: tokens.AC << 16, position: &inZigzag, al: scan.al, first: scan.ss, last: scan.se}
	p.tokens = e.tokens
	band := uint64(2)<<scan.se - uint64(1)<<scan.ss
	now := plane.masks(scan.al)
	before := now
	if scan.ah > 0 {
		before = plane.masks(scan.ah)
	}
	var block [64]int16
	for b, m := range now {
		m &= band
		if n := p.settled(); n >= tokenBatch {
			e.tokens = p.tokens
			p.slot -= e.drain(dst, n)
			p.tokens = e.tokens
		}
		full, values := plane.ac[b], plane.values.from(plane.start[b])
		for rest := m; rest != 0; rest &= rest - 1 {
			k := bits.TrailingZeros64(rest)
			block[k&63] = values[bits.OnesCount64(full&(1<<k-1))]
		}
		if scan.ah == 0 {
			p.firstAC(&block, m)
		} else {
			p.refineAC(&block, m, before[b]&band)
		}
	}
	p.end()
	e.tokens = p.tokens
}

// sequentialTokens makes the tokens of a sequential scan (F.1.2).
func (e *encoder) sequentialTokens(dst *bytes.Buffer, s *sparse, scan *plannedScan, plan *scanPlan) {
	var pred [maxPlanes]int32
	var dc, ac [maxPlanes]token
	for i, plane := range scan.planes {
		dc[plane] = token(scan.symbolBase(plan, i)) << 16
		ac[plane] = token(scan.symbolBase(plan, len(scan.planes)+i)) << 16
	}
	put := func(t token) {
		e.tokens = append(e.tokens, t)
		e.freq[t>>16]++
	}
	s.eachDC(scan.planes, func(plane, at int) {
		e.drainFull(dst)
		if at < 0 {
			put(dc[plane])
			put(ac[plane] + tokens.EOB<<16)
			return
		}
		p := &s.planes[plane]
		v := int32(p.dc[at])
		put(dc[plane] + tokens.SizedValue(v-pred[plane]))
		pred[plane] = v
		next, values := 1, p.values.from(p.start[at])
		for m := p.ac[at]; m != 0; m &= m - 1 {
			k := bits.TrailingZeros64(m)
			run := k - next
			for next = k + 1; run > 15; run -= 16 {
				put(ac[plane] + tokens.ZRL<<16)
			}
			put(ac[plane] + token(run)<<20 + tokens.SizedValue(int32(values[0])))
			values = values[1:]
		}
		if next < 64 {
			put(ac[plane] + tokens.EOB<<16)
		}
	})
}
