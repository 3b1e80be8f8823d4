// Package entropy decodes the Huffman codes of sequential JPEG scans (ITU-T
// T.81 annex F) into the coefficients that a reduced inverse DCT needs. The
// others are passed over, several symbols per table lookup, for only their
// lengths matter.
//
// # What decoding an MCU means
//
// For each of its blocks, in order: a DC difference is decoded with the
// component's DC table and added to its predictor; AC symbols are decoded with
// its AC table until the position, which begins at 1, reaches 64 or an end of
// block. Of the coefficients those in the low Edge x Edge corner are kept, in
// natural order; the first one is the predictor, modulo 2^16.
//
// The MCU fails if it has a code that is in no table, a DC symbol above 15, an
// AC symbol of size 0 and run 1 to 14, a run that leads beyond position 64, or
// if the reader stands behind the segment's end after it. Then all of its
// coefficients are zero, and the stream is not to be read any further.
//
// Every path gives the same coefficients, the same count of MCUs and the same
// position in the stream, whatever the data.
package entropy

// Part is a component's part in an MCU.
type Part struct {
	DC   *DCTable
	AC   *ACTable
	H, V int // blocks of the component in an MCU, side by side and one above the other
	Edge int // the low Edge x Edge coefficients of a block are kept: 1, 2, 4 or 8
}

// MaxParts is the largest number of components in a scan, MaxBlocks that of
// blocks in an MCU (T.81 B.2.3).
const (
	MaxParts  = 4
	MaxBlocks = 10
)

// Batch holds the coefficients of a number of MCUs side by side. The zero value
// is empty; memory is kept from Reset to Reset.
type Batch struct {
	parts  []Part
	mcus   int
	coef   []int16
	rows   []int // first coefficient of each row of blocks, part by part
	blocks []block
}

// block is one block of the batch, in the order of decoding. Assembly knows the
// fields.
type block struct {
	ac    *ACTable
	dc    *DCTable
	slots *[256]uint8
	dst   uint32 // offset of the block's coefficients
	limit uint16 // last position that is needed, times 256, plus 255
	part  uint16
}

// slots[edge] says where the coefficient at each position (zigzag order) of a
// block goes; limits[edge] is the last position that is needed. Those that are
// not needed go to the first place, which the DC coefficient takes in the end:
// decoding wants no branch for them.
var slots, limits = makeSlots()

// zigzag[k] is the natural (row-major) index of coefficient k (figure 5).
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

func makeSlots() (slots [9]*[256]uint8, limits [9]int) {
	for _, edge := range []int{1, 2, 4, 8} {
		slots[edge] = new([256]uint8)
		for k := range slots[edge] {
			if k > 63 {
				break
			}
			if x, y := int(zigzag[k])%8, int(zigzag[k])/8; x < edge && y < edge {
				slots[edge][k] = uint8(y*edge + x)
				limits[edge] = k
			}
		}
	}
	return slots, limits
}

// Reset makes room for MCUs of the given parts, and clears the batch.
func (b *Batch) Reset(parts []Part, mcus int) {
	perMCU := 0
	for _, p := range parts {
		perMCU += p.H * p.V
		if p.Edge < 0 || p.Edge > 8 || slots[p.Edge] == nil || p.H < 1 || p.V < 1 || p.DC == nil || p.AC == nil {
			panic("entropy: internal error: part out of range")
		}
	}
	if len(parts) == 0 || len(parts) > MaxParts || perMCU > MaxBlocks || mcus < 1 {
		panic("entropy: internal error: MCU out of range")
	}
	b.parts = append(b.parts[:0], parts...)
	b.mcus = mcus
	b.rows = b.rows[:0]
	coefs := 0
	for _, p := range parts {
		for range p.V {
			b.rows = append(b.rows, coefs)
			coefs += mcus * p.H * p.Edge * p.Edge
		}
	}
	if cap(b.coef) < coefs {
		b.coef = make([]int16, coefs)
	}
	b.coef = b.coef[:coefs]
	b.Clear()
	b.list()
}

// list fills b.blocks.
func (b *Batch) list() {
	b.blocks = b.blocks[:0]
	for m := range b.mcus {
		row := 0
		for part, p := range b.parts {
			for v := range p.V {
				for h := range p.H {
					b.blocks = append(b.blocks, block{
						ac: p.AC, dc: p.DC, slots: slots[p.Edge],
						dst:   uint32(b.rows[row+v] + (m*p.H+h)*p.Edge*p.Edge),
						limit: uint16(limits[p.Edge])<<8 | 0xff,
						part:  uint16(part),
					})
				}
			}
			row += p.V
		}
	}
}

// Clear sets all coefficients to zero, for the next MCUs.
func (b *Batch) Clear() { clear(b.coef) }

// Row returns the coefficients of row v of blocks of a part, Edge*Edge for each
// of the H blocks of each MCU. They are valid until Clear or Reset.
func (b *Batch) Row(part, v int) []int16 {
	row := v
	for _, p := range b.parts[:part] {
		row += p.V
	}
	p := b.parts[part]
	return b.coef[b.rows[row]:][:b.mcus*p.H*p.Edge*p.Edge]
}

// Decode decodes the n MCUs from number first of the batch on, which must not
// have been decoded since the batch was cleared. It returns how many were
// complete; fewer than n if one has failed.
func (b *Batch) Decode(s *Stream, first, n int) int {
	if first < 0 || n < 0 || first+n > b.mcus {
		panic("entropy: internal error: MCUs outside of the batch")
	}
	if 8*len(s.data)-s.end < 8*Padding {
		panic("entropy: internal error: segment without padding")
	}
	if n == 0 {
		return 0
	}
	return b.decode(s, first, n)
}

// Stream reads the bits of one segment.
type Stream struct {
	data []byte
	end  int // where the segment ends in data, in bits

	pos  int    // next byte to read
	acc  uint64 // the next bits, from the most significant one down
	bits uint   // number of valid bits in acc

	pred [MaxParts]int32 // DC predictors of the parts
}

// Padding is how many bytes must follow a segment in its data: more than the
// MaxBlocks blocks of 64 symbols of at most 31 bits that can be read before
// anybody looks whether they were there, and the 8 bytes that are read at once.
const Padding = 2560

// Start puts the stream at the byte start of data, for a segment that ends
// before the byte end. What follows the segment, at least Padding bytes, may be
// read, but no MCU counts that needs it.
func (s *Stream) Start(data []byte, start, end int) {
	if start < 0 || end < start || len(data)-end < Padding {
		panic("entropy: internal error: segment without padding")
	}
	*s = Stream{data: data, end: 8 * end, pos: start}
}

// Position returns how many bits were taken, counted from the begin of the
// data. It means nothing after a failure.
func (s *Stream) Position() int { return 8*s.pos - int(s.bits) }
