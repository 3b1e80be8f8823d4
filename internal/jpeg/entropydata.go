package jpeg

import "imgpool/internal/kernel/unstuff"

// scanPadding is the number of zero bytes that follow a scan's unstuffed
// bytes. Decoders look whether they ran past the end of a segment once per MCU
// only, and read 8 bytes at a time: an MCU has at most 10 blocks of 64 symbols
// of at most 16+16 bits (2560 bytes).
const scanPadding = 4096

// entropyData is the entropy-coded data of one scan without byte stuffing and
// markers, cut into the segments between restart markers.
//
// Bit convention: the first bit of a byte is its most significant one. Reading
// a segment may run into the next one, or into the padding behind the last:
// what was decoded counts only if the reader then stands at or before the
// segment's end.
type entropyData struct {
	bytes    []byte // all segments, scanPadding zero bytes behind them
	segments []segment
	// consumed is the length of the data in the file, with stuffing and markers.
	consumed int
}

// segment is a restart interval's data, entropyData.bytes[start:end].
type segment struct {
	start, end int
	// index is the number of the restart interval that the segment holds, found
	// by its marker's number: 0 for the first, then increasing; intervals that
	// have no segment were lost.
	index int
}

// scanData unstuffs the data of the scan s, at whose data the parser stands,
// and moves the parser to the marker that ends them. The result is valid until
// the next call.
func (d *Decoder) scanData(s *scan) *entropyData {
	e := &d.entropy
	e.unstuff(d.parser.data[s.start:], s.interval > 0)
	d.parser.pos = s.start + e.consumed
	return e
}

// skipScan moves the parser behind the data of the scan s without reading them.
func (d *Decoder) skipScan(s *scan) {
	src := d.parser.data[s.start:]
	pos := 0
	for {
		pos += unstuff.Skip(src[pos:])
		if pos == len(src) {
			break
		}
		code, at := afterFill(src, pos)
		if at == len(src) {
			pos = at
			break
		}
		if code != 0 && (s.interval == 0 || code < mRST0 || code > mRST7) {
			break
		}
		pos = at + 1
	}
	d.parser.pos = s.start + pos
}

// unstuff fills e with the entropy-coded data at the begin of src; restart says
// whether the scan has a restart interval.
func (e *entropyData) unstuff(src []byte, restart bool) {
	if cap(e.bytes) < len(src)+scanPadding {
		e.bytes = make([]byte, len(src)+scanPadding)
	}
	e.bytes = e.bytes[:0]
	e.segments = append(e.segments[:0], segment{})
	drop := false // the present segment is to be forgotten
	pos := 0
	for {
		n := len(e.bytes)
		written, read := unstuff.Copy(e.bytes[n:n+len(src)-pos], src[pos:])
		e.bytes = e.bytes[:n+written]
		pos += read
		if pos == len(src) {
			break
		}
		code, at := afterFill(src, pos)
		if at == len(src) {
			pos = at
			break
		}
		if code == 0 {
			e.bytes = append(e.bytes, 0xFF)
			pos = at + 1
			continue
		}
		if !restart || code < mRST0 || code > mRST7 {
			break
		}
		pos = at + 1
		drop = e.cut(drop, int(code-mRST0))
	}
	e.close(drop)
	e.bytes = append(e.bytes, zeros[:]...)
	e.consumed = pos
}

// zeros is the padding behind a scan's data.
var zeros [scanPadding]byte

// afterFill returns the first byte other than 0xFF behind the 0xFF at pos, and
// its offset (len(src) if there is none).
func afterFill(src []byte, pos int) (byte, int) {
	for pos++; pos < len(src); pos++ {
		if src[pos] != 0xFF {
			return src[pos], pos
		}
	}
	return 0, pos
}

// close ends the present segment where the bytes end now, or takes it back.
func (e *entropyData) close(drop bool) {
	last := &e.segments[len(e.segments)-1]
	if drop {
		e.bytes = e.bytes[:last.start]
		e.segments = e.segments[:len(e.segments)-1]
		return
	}
	last.end = len(e.bytes)
}

// cut ends the present segment at the restart marker number and opens the
// next. It returns whether that one is to be dropped in its turn.
func (e *entropyData) cut(drop bool, number int) bool {
	e.close(drop)
	index := 0
	if n := len(e.segments); n > 0 {
		index = e.segments[n-1].index + 1
	}
	next := segment{start: len(e.bytes), index: index}
	ahead := (number - (index - 1)) & 7 // RSTn with n = k mod 8 precedes interval k+1
	if ahead == 1 || ahead == 2 {
		next.index += ahead
	}
	e.segments = append(e.segments, next)
	return ahead == 6 || ahead == 7
}
