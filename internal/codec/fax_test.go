package codec

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/image/ccitt"
)

// faxWriter codes rows as the standards tell, by plain search in the tables.
type faxWriter struct {
	out  []byte
	free int // bits of the last byte
}

func (w *faxWriter) code(code string) {
	for _, bit := range code {
		if w.free == 0 {
			w.out, w.free = append(w.out, 0), 8
		}
		w.free--
		w.out[len(w.out)-1] |= byte(bit-'0') << w.free
	}
}

func (w *faxWriter) run(n, black int) {
	codes := strings.Fields([]string{faxWhite, faxBlack}[black] + " " + faxLong)
	for ; n >= 2560; n -= 2560 {
		w.code(codes[63+40])
	}
	if n >= 64 {
		w.code(codes[63+n/64])
	}
	w.code(codes[n%64])
}

// edgesOf returns where the colour changes in a row, beginning with white.
func edgesOf(row []bool) (edges []int) {
	black := false
	for x, b := range row {
		if b != black {
			edges, black = append(edges, x), b
		}
	}
	return edges
}

func (w *faxWriter) flat(row []bool) {
	at := 0
	for i, e := range append(edgesOf(row), len(row)) {
		w.run(e-at, i&1)
		at = e
	}
}

// nextEdge returns the first edge of a row right of x, towards the colour of the pixel behind it; x is -1 at first.
func nextEdge(row []bool, x int, towards bool) int {
	for x++; x < len(row); x++ {
		if row[x] == towards && (x == 0 && towards || x > 0 && row[x-1] != towards) {
			return x
		}
	}
	return len(row)
}

func (w *faxWriter) against(above, row []bool) {
	modes := strings.Fields(faxModes)
	next := func(row []bool, x int, c bool) int { // first pixel from x on that is not of colour c
		for x < len(row) && row[x] == c {
			x++
		}
		return x
	}
	a0, black := -1, false
	for a0 < len(row) {
		a1 := next(row, max(a0, 0), black)
		b1 := nextEdge(above, a0, !black)
		b2 := next(above, b1, !black)
		switch {
		case b2 < a1:
			w.code(modes[faxPass])
			a0 = b2
		case a1-b1 >= -3 && a1-b1 <= 3:
			w.code(modes[faxVertical0+a1-b1])
			a0, black = a1, !black
		default:
			a2 := next(row, a1, !black)
			w.code(modes[faxHorizontal])
			w.run(a1-max(a0, 0), map[bool]int{true: 1}[black])
			w.run(a2-a1, map[bool]int{false: 1}[black])
			a0 = a2
		}
	}
}

// faxPage draws rows of all kinds: empty, full, noise, and some that follow the row above.
func faxPage(columns, rows int) [][]bool {
	rng := rand.New(rand.NewPCG(uint64(columns), 7))
	page := make([][]bool, rows)
	for y := range page {
		row := make([]bool, columns)
		kind, black := rng.IntN(5), false
		for x := range row {
			switch {
			case kind == 1:
				black = true
			case kind == 2:
				black = rng.IntN(2) == 0
			case kind == 3 && rng.IntN(30) == 0:
				black = !black
			case kind == 4 && y > 0:
				black = page[y-1][max(0, x-rng.IntN(2))]
			}
			row[x] = black
		}
		page[y] = row
	}
	return page
}

func packedRows(page [][]bool) (p []byte) {
	for _, row := range page {
		w := faxWriter{}
		for _, black := range row {
			w.code(map[bool]string{false: "0", true: "1"}[black])
		}
		p = append(p, w.out...)
	}
	return p
}

const faxEOL = "000000000001"

// coded returns a page in one of the ways of coding.
func coded(page [][]bool, kind faxKind) []byte {
	w := &faxWriter{}
	above := make([]bool, len(page[0]))
	for y, row := range page {
		switch flat := y%4 == 0; {
		case kind == faxRLE:
			w.flat(row)
			w.free = 0
		case kind == faxGroup3:
			w.code(faxEOL)
			w.flat(row)
		case kind == faxGroup32D && flat:
			w.code("0000" + faxEOL + "1") // with fill
			w.flat(row)
		case kind == faxGroup32D:
			w.code(faxEOL + "0")
			w.against(above, row)
		default:
			w.against(above, row)
		}
		above = row
	}
	switch kind {
	case faxGroup4:
		w.code(faxEOL + faxEOL)
	case faxGroup3:
		w.code(strings.Repeat(faxEOL, 6))
	case faxGroup32D:
		w.code(strings.Repeat(faxEOL+"1", 6))
	}
	return w.out
}

// Rows of every kind come back as they were, through every way of coding and both orders of bits.
func TestFaxKinds(t *testing.T) {
	for _, columns := range []int{1, 7, 8, 64, 333, 2600, 6000} {
		page := faxPage(columns, 41)
		want := packedRows(page)
		for kind := faxRLE; kind <= faxGroup4; kind++ {
			data := coded(page, kind)
			for _, lsb := range []bool{false, true} {
				if lsb {
					reverseBits(data)
				}
				got := make([]byte, len(want))
				if _, err := io.ReadFull(newFaxReader(data, columns, kind, lsb), got); err != nil || !bytes.Equal(got, want) {
					t.Errorf("kind %d, %d columns: %v, equal: %v", kind, columns, err, bytes.Equal(got, want))
				}
			}
		}
	}
}

// Another decoder reads what the tables here have coded, so that they are those of the standard.
func TestFaxTables(t *testing.T) {
	for kind, format := range map[faxKind]ccitt.SubFormat{faxGroup3: ccitt.Group3, faxGroup4: ccitt.Group4} {
		page := faxPage(6000, 200)
		r := ccitt.NewReader(bytes.NewReader(coded(page, kind)), ccitt.MSB, format, 6000, 200, &ccitt.Options{Invert: true})
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, packedRows(page)) {
			t.Errorf("%v: %v", format, err)
		}
	}
	for _, codes := range []string{faxWhite + " " + faxLong, faxBlack + " " + faxLong, faxModes} {
		all := strings.Fields(codes)
		for i, c := range all {
			for k, d := range all {
				if i != k && strings.HasPrefix(d, c) {
					t.Errorf("code %s begins with %s", d, c)
				}
			}
		}
	}
}

// A picture that is ended before its last row goes on in white; one that breaks off does not.
func TestFaxEnds(t *testing.T) {
	page := faxPage(100, 8)
	for kind := faxGroup3; kind <= faxGroup4; kind++ {
		data := coded(page, kind)
		got := make([]byte, 13*10)
		if _, err := io.ReadFull(newFaxReader(data, 100, kind, false), got); err != nil || !bytes.Equal(got[13*8:], make([]byte, 13*2)) {
			t.Errorf("kind %d: %v, %x", kind, err, got[13*8:])
		}
		_, err := io.ReadFull(newFaxReader(data[:len(data)/3], 100, kind, false), got)
		if broken := FormatError(""); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &broken) {
			t.Errorf("kind %d, cut: %v", kind, err)
		}
	}
}

func FuzzFax(f *testing.F) {
	for kind := faxRLE; kind <= faxGroup4; kind++ {
		f.Add(coded(faxPage(60, 9), kind), 60, uint8(kind))
	}
	f.Fuzz(func(t *testing.T, data []byte, columns int, kind uint8) {
		if columns < 1 || columns > 1<<16 {
			return
		}
		r := newFaxReader(data, columns, faxKind(kind%4), kind&4 != 0)
		io.CopyN(io.Discard, r, 1<<18)
		if len(r.above) > columns+4 {
			t.Errorf("%d edges in %d columns", len(r.above), columns)
		}
	})
}
