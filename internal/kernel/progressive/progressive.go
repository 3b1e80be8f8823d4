// Package progressive decodes the scans of progressive JPEG files (ITU-T T.81
// G.1.2, decoding in G.2) for pictures that are scaled down while they are
// decoded. This page is about AC scans; DC scans, of which there is less to
// say, are in [DCScan].
//
// # What is kept of a block
//
// A reduced inverse DCT to 2x2 or 4x4 pixels needs only the low 2x2 or 4x4
// coefficients. But refinement scans depend on which of all the coefficients
// are already non-zero, so a block is
//
//   - one 64-bit mask of the coefficients that are not zero. Bit 63-k stands
//     for the coefficient k in zigzag order: the order of the bits, from the
//     top, is the order of the data;
//   - the values of the needed coefficients, 4, 16 or 64 of them ("lanes"), in
//     natural (row-major) order of the low square, as sign and magnitude: bit
//     15 is the sign. A correction bit is or-ed in then, whatever the sign.
//
// That is 16 bytes a block at 1/4 and 40 at 1/2 instead of 128. Lane 0, the
// place of the DC coefficient, is scratch memory of this package.
//
// Of the coefficients that are not needed only lengths matter. In a first scan
// a table swallows several symbols at once, in a refinement scan the number of
// correction bits is the population count of the mask's part that a run
// passes.
//
// # Contract
//
// Every path gives the same masks, needed lanes and return values for every
// input, hostile input included. A [Scan] decodes whole blocks: a block with a
// code that no table has, a run that leaves the band, a value of more than 15
// bits, or data that go beyond Scan.End fails, it is left as it was, and
// nothing more is decoded.
package progressive

// Padding is how many readable bytes have to follow the last bit of the
// data. A block takes at most 63 symbols of 16+15 bits, and its end is where
// the end of the data is looked for; words of 8 bytes are read.
const Padding = 512

// Scan is the part of an AC scan that lies between two restart markers, and
// the component that it adds to. The slices are the caller's; Mask and Value
// are written.
type Scan struct {
	Mask  []uint64 // one per block, 0 before the first scan
	Value []int16  // Lanes per block, 0 before the first scan
	Lanes int      // 4, 16 or 64: needed coefficients per block

	Data []byte // data without byte stuffing, the first bit being the top one of a byte
	Pos  int    // offset of the next bit in Data
	End  int    // offset of the first bit that is not data; Padding bytes follow it

	First, Last int  // the band, in zigzag order: 1 <= First <= Last <= 63
	Al          int  // point transform: the scan's bits are worth 1<<Al, at most 1<<13
	Again       bool // the band overlaps with an earlier first scan's

	eobRun int // blocks that remain of an end-of-band run, the present one included
}

// DecodeFirst decodes blocks from to to-1 of a first scan (successive
// approximation high is 0) and returns how many of them are complete. An
// end-of-band run beyond the last block is cut.
func (s *Scan) DecodeFirst(t *FirstTable, from, to int) int {
	s.check(from, to, t.fits(s))
	s.eobRun = 0
	return s.first(t, from, to) - from
}

// DecodeRefine decodes blocks from to to-1 of a refinement scan and returns
// how many of them are complete. An end-of-band run beyond the last block is
// cut.
func (s *Scan) DecodeRefine(t *RefineTable, from, to int) int {
	s.check(from, to, t.built)
	s.eobRun = 0
	return s.refine(t, from, to) - from
}

// check panics where the contract is broken: assembly relies on it. table says
// whether the table is for such a scan.
func (s *Scan) check(from, to int, table bool) {
	ok := table && (s.Lanes == 4 || s.Lanes == 16 || s.Lanes == 64)
	ok = ok && 0 <= from && from <= to && to <= len(s.Mask) && to <= len(s.Value)/s.Lanes
	ok = ok && 0 <= s.Pos && s.Pos <= s.End && s.End <= 8*(len(s.Data)-Padding)
	ok = ok && 1 <= s.First && s.First <= s.Last && s.Last <= 63 && 0 <= s.Al && s.Al <= 13
	if !ok {
		panic("progressive: internal error: scan out of range")
	}
}

// band returns the mask of the scan's band.
func (s *Scan) band() uint64 {
	return ^uint64(0) >> s.First & (^uint64(0) << (63 - s.Last))
}

// lanes describes which coefficients a number of lanes stands for.
type lanes struct {
	of   [64]uint8 // lane of the coefficient k; 0 for one that is not needed
	need uint64    // the needed coefficients but the first
	head uint64    // the coefficients up to the last needed one
	last int       // the last needed one

	// For assembly: spread turns three mask bits of 4 lanes into the lanes' lowest
	// bits. expand, for each 16 lanes, brings the byte that has a lane's mask bit
	// into its low half, where bit tells the bit.
	spread [8]uint64
	expand [4]struct {
		shuffle [32]uint8
		bit     [16]uint16
	}
}

// zigzag[k] is the natural index of the coefficient k (T.81 figure 5).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10,
	17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34,
	27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36,
	29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
}

var (
	lanes4  = newLanes(2)
	lanes16 = newLanes(4)
	lanes64 = newLanes(8)
)

// newLanes returns the lanes of the low edge x edge coefficients.
func newLanes(edge uint8) *lanes {
	l := new(lanes)
	for k, z := range zigzag {
		x, y := z%8, z/8
		if k == 0 || x >= edge || y >= edge {
			continue
		}
		l.of[k] = y*edge + x
		l.need |= top >> k
		l.last = k
	}
	l.head = ^(^uint64(0) >> 1 >> l.last)
	for i := range l.spread {
		i := uint64(i)
		l.spread[i] = i>>2&1<<(16*l.of[1]) | i>>1&1<<(16*l.of[2]) | i&1<<(16*l.of[4])
	}
	for i := range l.expand {
		e := &l.expand[i]
		for j := range e.bit {
			e.shuffle[2*j], e.shuffle[2*j+1] = 0x80, 0x80 // zero, which is not equal to
			e.bit[j] = 1
		}
	}
	for k, lane := range l.of {
		if lane > 0 {
			e := &l.expand[lane/16]
			e.shuffle[lane%16*2] = uint8((63 - k) / 8)
			e.bit[lane%16] = 1 << ((63 - k) % 8)
		}
	}
	return l
}

// top is the mask bit of coefficient 0: top>>k is that of the coefficient k.
const top = 1 << 63

// lanesFor returns the description of n lanes.
func lanesFor(n int) *lanes {
	switch n {
	case 4:
		return lanes4
	case 16:
		return lanes16
	}
	return lanes64
}

// Finish turns the lanes of a row of blocks into what an inverse DCT takes:
// sign and magnitude become two's complement, and lane 0 becomes the block's
// DC coefficient. value has len(dc) blocks of n lanes.
func Finish(value []int16, n int, dc []int16) {
	if len(value) != n*len(dc) {
		panic("progressive: internal error: a row of another length")
	}
	finish(value, n, dc)
}
