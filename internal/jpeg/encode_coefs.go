package jpeg

import (
	"bytes"
	"fmt"

	"imgpool/internal/kernel/fdct"
	"imgpool/internal/kernel/tokens"
)

// Coefficients is a picture as quantised DCT coefficients: what the entropy
// coder takes, and what can be written again without loss.
type Coefficients struct {
	Width, Height int // in pixels, 1 to 65535
	// Planes is one plane for grey, three for YCbCr.
	Planes []CoefficientPlane
}

// CoefficientPlane is one component's coefficients.
type CoefficientPlane struct {
	H, V  int        // sampling factors, 1 to 4 (of grey: 1)
	Quant [64]uint16 // quantisation table, in natural order, 1 to 255
	// BlocksX and BlocksY are the component's own size in blocks (T.81 A.1.1,
	// A.2.2), without what only fills up an MCU: see [Coefficients.Layout].
	BlocksX, BlocksY int
	// Blocks holds 64 coefficients per block, block after block in rows. Inside
	// a block they lie column by column: coefficient k in zigzag order is at
	// [StoragePosition](k).
	Blocks []int16
}

// StoragePosition returns where in a block of [CoefficientPlane] coefficient k
// (0 to 63) of the zigzag order lies: column by column, as package fdct makes
// them.
func StoragePosition(k int) int { return int(tokens.Get().Position[k]) }

// Layout sets BlocksX and BlocksY of every plane from the picture's size and
// the sampling factors, and makes Blocks long enough; new blocks are zero.
func (c *Coefficients) Layout() {
	hMax, vMax := 1, 1
	for _, p := range c.Planes {
		hMax, vMax = max(hMax, p.H), max(vMax, p.V)
	}
	for i := range c.Planes {
		p := &c.Planes[i]
		p.BlocksX = ceilDiv(ceilDiv(c.Width*p.H, hMax), 8)
		p.BlocksY = ceilDiv(ceilDiv(c.Height*p.V, vMax), 8)
		if need := p.BlocksX * p.BlocksY * 64; len(p.Blocks) < need {
			p.Blocks = append(p.Blocks, make([]int16, need-len(p.Blocks))...)
		}
	}
}

// WriteCoefficients appends c as a JPEG file to dst, with Huffman tables made
// for it. Coefficients beyond what a sequential file can code (T.81 tables F.1
// and F.2: DC differences of 11 bits, AC of 10) are an error; c is not changed.
// On error dst is as before.
func WriteCoefficients(dst *bytes.Buffer, c *Coefficients, o WriteOptions) error {
	if err := c.check(); err != nil {
		return err
	}
	e := encoders.Get().(*encoder)
	defer e.release()
	e.begin(c.Width, c.Height, len(c.Planes))
	for i := range c.Planes {
		p, ec := &c.Planes[i], &e.comps[i]
		ec.H, ec.V, ec.Quant = p.H, p.V, p.Quant
		ec.given = p.Blocks
	}
	return e.write(dst, o)
}

// check refuses what cannot be written.
func (c *Coefficients) check() error {
	if c.Width < 1 || c.Height < 1 || c.Width > maxSide || c.Height > maxSide {
		return UnsupportedError(fmt.Sprintf("a picture of %dx%d pixels", c.Width, c.Height))
	}
	if n := len(c.Planes); n != 1 && n != 3 {
		return UnsupportedError(fmt.Sprintf("a picture of %d components", n))
	}
	want := Coefficients{Width: c.Width, Height: c.Height, Planes: make([]CoefficientPlane, len(c.Planes))}
	units := 0
	for i, p := range c.Planes {
		if p.H < 1 || p.H > 4 || p.V < 1 || p.V > 4 || len(c.Planes) == 1 && p.H*p.V > 1 {
			return UnsupportedError(fmt.Sprintf("sampling factors %dx%d", p.H, p.V))
		}
		units += p.H * p.V
		want.Planes[i].H, want.Planes[i].V = p.H, p.V
		want.Planes[i].Blocks = p.Blocks
		for _, q := range p.Quant {
			if q < 1 || q > 255 {
				return UnsupportedError(fmt.Sprintf("a quantisation step of %d", q))
			}
		}
	}
	if units > maxMCUBlocks {
		return UnsupportedError("more than 10 blocks in a unit")
	}
	for i, p := range c.Planes {
		have := len(p.Blocks)
		want.Layout()
		if w := &want.Planes[i]; p.BlocksX != w.BlocksX || p.BlocksY != w.BlocksY || have < p.BlocksX*p.BlocksY*64 {
			return fmt.Errorf("component %d has %dx%d blocks in %d coefficients, want %dx%d blocks", i, p.BlocksX, p.BlocksY, have, w.BlocksX, w.BlocksY)
		}
	}
	return nil
}

// encComponent is a component of the picture that is being encoded.
type encComponent struct {
	H, V             int
	Quant            [64]uint16
	blocksX, blocksY int // the component's own size in blocks
	table            int // which Huffman (and, by content, quantisation) table: 0 luma, 1 chroma

	samples   samplePlane // Encode: what to transform
	quantiser fdct.Quantiser
	given     []int16 // WriteCoefficients: the caller's blocks, only read

	// coefs and masks hold rows of blocks, heldRows of them: all of a
	// progressive picture, one row of MCUs of a sequential one.
	coefs    []int16
	masks    []uint64 // bit i: coefficient i in storage order is not zero
	heldRows int
	levels   []levels // progressive: of every block
}

// hold makes room for rows rows of blocks.
func (c *encComponent) hold(rows int) {
	c.heldRows = rows
	c.masks = grown(c.masks, rows*c.blocksX)
	if c.given == nil {
		c.coefs = grown(c.coefs, rows*c.blocksX*64)
	}
}

// grown returns s with length n and undefined content.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// row returns the blocks of row by and their masks.
func (c *encComponent) row(by int) ([]int16, []uint64) {
	held := by % c.heldRows
	masks := c.masks[held*c.blocksX:][:c.blocksX]
	if c.given != nil {
		return c.given[by*c.blocksX*64:][:c.blocksX*64], masks
	}
	return c.coefs[held*c.blocksX*64:][:c.blocksX*64], masks
}

// fill makes the coefficients and masks of row by ready.
func (c *encComponent) fill(by int, strip *[]byte) error {
	coefs, masks := c.row(by)
	if c.given == nil {
		c.transform(coefs, masks, by, strip)
		return nil
	}
	for b := range masks {
		mask := uint64(0)
		for i, v := range coefs[b*64 : b*64+64] {
			if v != 0 {
				mask |= 1 << i
			}
			if uint16(v+maxAC) > 2*maxAC && (i != 0 || uint16(v+maxDC+1) > 2*maxDC+1) {
				return UnsupportedError(fmt.Sprintf("a coefficient of %d", v))
			}
		}
		masks[b] = mask
	}
	return nil
}

// Largest magnitudes of an 8-bit picture's coefficients. A DC coefficient of
// -1024 is possible, so differences stay within 11 bits.
const (
	maxAC = 1023
	maxDC = 1023
)

// transform computes row by from the samples. Blocks that the plane does not
// fill see its last column and row repeated, which costs few bits.
func (c *encComponent) transform(coefs []int16, masks []uint64, by int, strip *[]byte) {
	p := &c.samples
	top := p.pix[by*8*p.stride:]
	whole, rows := p.w/8, min(8, p.rows-by*8)
	if rows < 8 {
		whole = 0
	}
	if whole > 0 {
		fdct.Row(coefs[:whole*64], masks[:whole], top, p.stride, &c.quantiser)
	}
	if whole == c.blocksX {
		return
	}
	width := (c.blocksX - whole) * 8
	s := grown(*strip, 8*width)
	*strip = s
	for y := range 8 {
		src := top[min(y, rows-1)*p.stride:][whole*8 : p.w]
		dst := s[y*width:][:width]
		n := copy(dst, src)
		for i := n; i < width; i++ {
			dst[i] = src[n-1]
		}
	}
	fdct.Row(coefs[whole*64:], masks[whole:], s, width, &c.quantiser)
}
