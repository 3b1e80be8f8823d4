package codec

import (
	"io"
	"math/bits"
)

// faxKind is a way of coding bilevel pictures that ITU-T T.4 and T.6 describe.
type faxKind uint8

const (
	faxRLE      faxKind = iota // modified Huffman, each row begins at a whole byte (TIFF 6.0, section 10)
	faxGroup3                  // T.4, one-dimensional
	faxGroup32D                // T.4, two-dimensional
	faxGroup4                  // T.6
)

// faxReader decodes rows of one bit per pixel, 1 for black, each filled up to a whole byte. After the code that ends a
// picture come white rows; blank counts the bytes of these.
type faxReader struct {
	kind    faxKind
	columns int
	lsb     bool // the first bit of a byte is its lowest
	src     []byte
	at      int // in bits
	ended   bool
	blank   int
	// The edges of the row above and of this one: where black begins, where white begins, and so on, each right of the one
	// before, with columns three times behind the last.
	above, edges []int
	row          []byte
	rest         []byte // of row, not read yet
}

func newFaxReader(src []byte, columns int, kind faxKind, lsb bool) *faxReader {
	r := &faxReader{kind: kind, columns: columns, lsb: lsb, src: src, row: make([]byte, (columns+7)/8)}
	r.above = []int{columns, columns, columns}
	return r
}

// Read implements io.Reader.
func (r *faxReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.rest) == 0 {
			if err := r.next(); err != nil {
				return n, err
			}
		}
		k := copy(p[n:], r.rest)
		if r.rest = r.rest[k:]; r.ended {
			r.blank += k
		}
		n += k
	}
	return n, nil
}

// next decodes a row.
func (r *faxReader) next() error {
	clear(r.row)
	r.rest = r.row
	if r.ended {
		return nil
	}
	flat, err := r.begin()
	if r.ended || err != nil {
		return err
	}
	r.edges = r.edges[:0]
	if flat {
		err = r.readFlat()
	} else {
		err = r.readAgainstAbove()
	}
	if err != nil {
		return err
	}
	r.edges = append(r.edges, r.columns, r.columns, r.columns)
	for i := 0; i+1 < len(r.edges) && r.edges[i] < r.columns; i += 2 {
		blacken(r.row, r.edges[i], r.edges[i+1])
	}
	r.above, r.edges = r.edges, r.above
	return nil
}

// begin reads what stands before a row. flat says that the row is coded by itself.
func (r *faxReader) begin() (flat bool, err error) {
	if r.at >= 8*len(r.src) {
		return false, io.ErrUnexpectedEOF
	}
	switch r.kind {
	case faxRLE:
		r.at = (r.at + 7) &^ 7
		return true, nil
	case faxGroup4:
		// Two codes for the end of a line end the picture (T.6, 2.4.1.1).
		r.ended = r.peek(12) == 1
		return false, nil
	}
	flat = true
	for lines := 0; r.peek(11) == 0; lines++ {
		for r.peek(1) == 0 {
			if r.at++; r.at >= 8*len(r.src) {
				return false, io.ErrUnexpectedEOF
			}
		}
		r.at++
		if r.kind == faxGroup32D {
			flat = r.take(1) == 1
		}
		if lines > 0 { // several in a row return to control (T.4, 4.1.4)
			r.ended = true
			return flat, nil
		}
	}
	return flat, nil
}

// peek returns the next n bits, at most 16, zeros behind the end.
func (r *faxReader) peek(n int) int {
	v := uint32(0)
	for i := range 3 {
		v <<= 8
		if at := r.at>>3 + i; at < len(r.src) {
			b := r.src[at]
			if r.lsb {
				b = bits.Reverse8(b)
			}
			v |= uint32(b)
		}
	}
	return int(v >> (24 - r.at&7 - n) & (1<<n - 1))
}

func (r *faxReader) take(n int) int {
	v := r.peek(n)
	r.at += n
	return v
}

// code reads a code of a table.
func (r *faxReader) code(t *faxTable) (int, error) {
	c := t[r.peek(faxBits)]
	if c.bits == 0 || r.at+int(c.bits) > 8*len(r.src) {
		if r.at+faxBits >= 8*len(r.src) {
			return 0, io.ErrUnexpectedEOF
		}
		return 0, FormatError("TIFF: fax data have a code that does not exist")
	}
	r.at += int(c.bits)
	return int(c.value), nil
}

// run reads the length of a run: codes of 64 and more, then one below.
func (r *faxReader) run(black int) (int, error) {
	for sum := 0; ; {
		n, err := r.code(faxRuns[black])
		if sum += n; err != nil || n < 64 || sum > r.columns {
			return sum, err
		}
	}
}

var errFaxRow = FormatError("TIFF: fax data have a row that is too long")

// addEdge adds an edge. Where a run has no length, there is none.
func (r *faxReader) addEdge(at int) {
	if n := len(r.edges); n > 0 && r.edges[n-1] == at {
		r.edges = r.edges[:n-1]
		return
	}
	r.edges = append(r.edges, at)
}

// readFlat reads the runs of a row, which alternate from white on (T.4, 4.1).
func (r *faxReader) readFlat() error {
	for at, black := 0, 0; at < r.columns; black ^= 1 {
		n, err := r.run(black)
		if err != nil {
			return err
		}
		if at += n; at > r.columns {
			return errFaxRow
		}
		r.addEdge(at)
	}
	return nil
}

// readAgainstAbove reads a row that is coded by how its edges lie to those above (T.4, 4.2). at is a0 of the standard, b
// the index of b1.
func (r *faxReader) readAgainstAbove() error {
	at, black, b := 0, 0, 0
	for at < r.columns {
		// b1 is the first edge right of a0, which is before the first pixel at first, towards the other colour.
		for b > 0 && r.above[b-1] > at {
			b--
		}
		for r.above[b] < r.columns && (r.above[b] < at || r.above[b] == at && at > 0 || b&1 != black) {
			b++
		}
		mode, err := r.code(faxModeTree)
		if err != nil {
			return err
		}
		switch mode {
		case faxPass:
			at = r.above[b+1]
		case faxHorizontal:
			for range 2 {
				n, err := r.run(black)
				if err != nil {
					return err
				}
				if at += n; at > r.columns {
					return errFaxRow
				}
				r.addEdge(at)
				black ^= 1
			}
		default:
			edge := r.above[b] + mode - faxVertical0
			if edge < at || edge > r.columns {
				return errFaxRow
			}
			at = edge
			r.addEdge(at)
			black ^= 1
		}
	}
	return nil
}

// blacken sets the bits of a row from one pixel to before another.
func blacken(row []byte, from, to int) {
	for ; from < to && from&7 != 0; from++ {
		row[from>>3] |= 0x80 >> (from & 7)
	}
	for ; from+8 <= to; from += 8 {
		row[from>>3] = 0xFF
	}
	for ; from < to; from++ {
		row[from>>3] |= 0x80 >> (from & 7)
	}
}
