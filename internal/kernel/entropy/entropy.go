// Package entropy decodes the Huffman codes of sequential JPEG scans (ITU-T
// T.81 annex F) into the coefficients that a reduced inverse DCT needs. The
// others are passed over, several symbols per table lookup, for only their
// lengths matter.
//
// # What decoding an MCU means
//
// For each of its blocks, in order: a DC difference is decoded with Block.DC
// and added to the predictor of the block's component; AC symbols are decoded
// with Block.AC until the position, which begins at 1, reaches 64 or an end of
// block. Coefficients up to position Block.Limit are stored at the slot that
// Block.Slots has for them; the first coefficient is the predictor, modulo
// 2^16. Coefficients that the file leaves out are not touched: the caller
// supplies zeros.
//
// The MCU fails if it has a code that is in no table, a DC symbol above 15, an
// AC symbol of size 0 and run 1 to 14, a run that leads beyond position 64, or
// if the reader stands behind the segment's end after it. Then all of its
// coefficients are set to zero, and the stream is not to be read any further.
//
// Every path gives the same coefficients, the same count of MCUs and the same
// position in the stream, whatever the data.
package entropy

// Block is one block of an MCU: its tables and where its coefficients go.
type Block struct {
	DC *DCTable
	AC *ACTable
	// Slots[k] is where coefficient k, in zigzag order, is stored in the block;
	// 0 for k = 0, for those that are not needed and for all k > 63. All are
	// below Size.
	Slots *[256]uint8
	Limit int // last position that is needed, 0..63
	Size  int // coefficients stored per block: 1, 4, 16 or 64
	Comp  int // which predictor, 0..3
	// Next is the offset in the coefficients of the next block; it is moved by
	// Step for each MCU.
	Next, Step int
}

// Stream reads the bits of one segment.
type Stream struct {
	// Data is what is read from: the segment, anything behind it, and at least
	// Padding bytes behind the segment's end, so that an MCU can be decoded
	// before anybody looks whether it was there.
	Data []byte
	End  int // where the segment ends in Data, in bits
	// Pred are the DC predictors; a segment begins with zeros.
	Pred [4]int32

	pos  int    // next byte to read
	bits uint   // number of valid bits in acc
	acc  uint64 // the next bits, from the most significant one down
}

// Padding is how many bytes must follow a segment in Stream.Data: more than the
// 10 blocks of 64 symbols of at most 31 bits that an MCU can take, and the 8
// bytes that are read at once.
const Padding = 2560

// Start puts the stream at the byte start of data, for a segment that ends
// before the byte end.
func (s *Stream) Start(data []byte, start, end int) {
	if start < 0 || end < start || len(data)-end < Padding {
		panic("entropy: internal error: segment without padding")
	}
	*s = Stream{Data: data, End: 8 * end, pos: start}
}

// Position returns how many bits were taken, counted from the begin of Data.
func (s *Stream) Position() int { return 8*s.pos - int(s.bits) }

// Decode decodes up to mcus MCUs into coef and returns how many were complete.
// An MCU has the given blocks, at most 10; their Next are moved by that many
// steps. Blocks must lie in coef.
func Decode(s *Stream, blocks []Block, coef []int16, mcus int) int {
	for i := range blocks {
		b := &blocks[i]
		last := b.Next + b.Step*(mcus-1)
		if mcus < 0 || b.Next < 0 || mcus > 0 && (last < 0 || max(b.Next, last)+b.Size > len(coef)) {
			panic("entropy: internal error: block outside of the coefficients")
		}
	}
	if len(blocks) > 10 || 8*len(s.Data)-s.End < 8*Padding {
		panic("entropy: internal error: MCU too large or segment without padding")
	}
	return decode(s, blocks, coef, mcus)
}
