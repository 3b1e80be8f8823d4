package jpeg

import (
	"fmt"
	"math/bits"
)

// sparse is a picture as quantised DCT coefficients without their zeros: what
// [Recode] reads and what the search for a scan script goes through again and
// again. A photo takes 30 to 50 bytes a block then, not 128.
type sparse struct {
	width, height int
	mcusX, mcusY  int // size in MCUs of a scan with all components
	model         Model
	planes        []sparsePlane
}

// sparsePlane is one component. The slices ac, dc and start have a value for
// each of the component's own blocks (T.81 A.1.1, A.2.2), in rows.
type sparsePlane struct {
	id               byte
	h, v             int         // sampling factors
	quant            *[64]uint16 // in natural order
	blocksX, blocksY int

	dc []int16
	// ac says which AC coefficients are not zero: bit k is coefficient k in
	// zigzag order. Bit 0 is never set.
	ac []uint64
	// start is the place of a block's first value. The values of a block follow
	// each other in zigzag order; blocks may lie in any order.
	start  []uint32
	values coefStore

	// What survey adds: the bit length of each value's magnitude, and above[i],
	// which is ac for magnitudes of 2<<i and more: what a scan with a point
	// transform of i+1 sees.
	sizes [][]uint8 // in pieces as the values
	above [maxPoint][]uint64
}

// maxPoint is the largest point transform that the search for a script tries.
const maxPoint = 3

// maxSparseFile is the largest file that is read: a value takes two bits at
// least, so that start cannot overflow.
const maxSparseFile = 1 << 30

// newSparse returns a picture of the frame's geometry without coefficients.
func newSparse(f *frame) *sparse {
	s := &sparse{width: f.Width, height: f.Height, mcusX: f.mcusX, mcusY: f.mcusY, model: f.Model}
	s.planes = make([]sparsePlane, len(f.comps))
	for i := range s.planes {
		c := &f.comps[i]
		n := c.blocksX * c.blocksY
		s.planes[i] = sparsePlane{
			id: c.ID, h: c.H, v: c.V, blocksX: c.blocksX, blocksY: c.blocksY,
			dc: make([]int16, n), ac: make([]uint64, n), start: make([]uint32, n), values: newCoefStore(n),
		}
	}
	return s
}

// put takes over the coefficients of a block, in natural order.
func (p *sparsePlane) put(block int, coef *[64]int16) {
	piece := p.values.piece()
	p.start[block] = p.values.next()
	n := len(*piece)
	free := (*[64]int16)((*piece)[n : n+64])
	at, mask := 0, uint64(0)
	for k := 1; k < 64; k++ {
		v := coef[zigzag[k]]
		free[at&63] = v
		there := uint64(uint16(v|-v) >> 15)
		mask |= there << k
		at += int(there)
	}
	p.dc[block], p.ac[block] = coef[0], mask
	*piece = (*piece)[:n+at]
}

// sizesFrom returns the sizes of the values from a place on.
func (p *sparsePlane) sizesFrom(place uint32) []uint8 {
	if len(p.sizes) == 0 {
		return nil
	}
	return p.sizes[place>>pieceBits][place&(pieceSize-1):]
}

// masks returns which coefficients are not zero with a point transform of al.
func (p *sparsePlane) masks(al int) []uint64 {
	if al == 0 {
		return p.ac
	}
	return p.above[al-1]
}

// inRange refuses coefficients that 8-bit pictures do not have (T.81 tables F.1
// and F.2): those cannot be written.
func (s *sparse) inRange() error {
	for i := range s.planes {
		p := &s.planes[i]
		for _, v := range p.dc {
			if v < -maxDC-1 || v > maxDC {
				return UnsupportedError(fmt.Sprintf("a coefficient of %d", v))
			}
		}
		for _, values := range p.values.pieces {
			for _, v := range values {
				if v < -maxAC || v > maxAC {
					return UnsupportedError(fmt.Sprintf("a coefficient of %d", v))
				}
			}
		}
	}
	return nil
}

// survey fills in sizes and above.
func (p *sparsePlane) survey() {
	p.sizes = make([][]uint8, len(p.values.pieces))
	for i, values := range p.values.pieces {
		p.sizes[i] = make([]uint8, len(values))
		for j, v := range values {
			p.sizes[i][j] = uint8(bits.Len16(uint16((v ^ v>>15) - v>>15)))
		}
	}
	for i := range p.above {
		p.above[i] = make([]uint64, len(p.ac))
	}
	for b, m := range p.ac {
		sizes := p.sizesFrom(p.start[b])
		var a [maxPoint]uint64
		for i := 0; m != 0; i++ {
			bit := m & -m
			m &^= bit
			switch s := sizes[i]; {
			case s > 3:
				a[2] |= bit
				fallthrough
			case s > 2:
				a[1] |= bit
				fallthrough
			case s > 1:
				a[0] |= bit
			}
		}
		for i := range a {
			p.above[i][b] = a[i]
		}
	}
}

// forgetSurvey gives back what survey took.
func (s *sparse) forgetSurvey() {
	for i := range s.planes {
		s.planes[i].sizes, s.planes[i].above = nil, [maxPoint][]uint64{}
	}
}
