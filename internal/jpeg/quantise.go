package jpeg

import (
	"image"
	"math/bits"

	"imgpool/internal/kernel/tokens"
)

// unquantised is a plane whose coefficients are to be given steps. Those too
// small to matter may be missing.
type unquantised struct {
	*sparsePlane           // values in steps of from
	from         [64]int32 // in zigzag order, in units of 1/unit
	unit         int32
	energy       []uint32 // sum of the squares of each block's AC coefficients; nil: that of the values
}

// trellisRounds is how often levels are chosen, each time with the rates of what
// the round before has left.
const trellisRounds = 2

// quantised returns the plane with the given steps, errors measured in the steps
// of weigh. All are in natural order.
func (u *unquantised) quantised(steps, weigh *[64]uint16) sparsePlane {
	q := *u.sparsePlane
	q.quant = steps
	q.dc = make([]int16, len(u.dc))
	for b, v := range u.dc {
		q.dc[b] = int16(rounded(int32(v)*u.from[0], int32(steps[0])*u.unit))
	}
	q.ac = make([]uint64, len(u.ac))
	q.start = make([]uint32, len(u.ac))
	q.values = newCoefStore(len(u.ac))
	var t trellis
	var h huffBuilder
	t.setSteps(steps, weigh, u.unit)
	for round := range trellisRounds + 1 {
		q.values.clear()
		for b, m := range u.ac {
			q.start[b] = q.values.next()
			out := q.values.piece()
			values := u.values.from(u.start[b])[:bits.OnesCount64(m)]
			if round == 0 {
				q.ac[b], *out = t.round(m, values, &u.from, *out)
				continue
			}
			t.begin(u.blockEnergy(b, values))
			for _, v := range values {
				k := bits.TrailingZeros64(m) & 63
				m &= m - 1
				t.add(k, int32(v)*u.from[k])
			}
			q.ac[b], *out = t.finish(*out)
		}
		if round < trellisRounds {
			var counts tally
			q.countAC(&counts)
			t.setRates(&counts, &h)
		}
	}
	return q
}

// blockEnergy returns the sum of the squares of block b's AC coefficients.
func (u *unquantised) blockEnergy(b int, values []int16) int64 {
	if u.energy != nil {
		return int64(u.energy[b])
	}
	energy, m := int64(0), u.ac[b]
	for _, v := range values {
		c := int64(v) * int64(u.from[bits.TrailingZeros64(m)&63])
		energy += c * c
		m &= m - 1
	}
	return energy
}

// sparseOf returns the coefficients of a picture's planes, with the levels that
// suit a quality.
func sparseOf(size image.Point, planes []samplePlane, quality int) *sparse {
	h := &Header{Width: size.X, Height: size.Y}
	for i, p := range planes {
		h.Components = append(h.Components, Component{ID: uint8(i + 1), H: p.h, V: p.v})
	}
	s := newSparse(newFrame(h))
	for i := range planes {
		steps := effortQuant(s.planes, i, true, quality)
		u := unquantised{sparsePlane: &s.planes[i], unit: 2}
		for k := range u.from {
			u.from[k] = 1
		}
		u.transform(&planes[i], &steps)
		s.planes[i] = u.quantised(&steps, &steps)
	}
	return s
}

// transform fills in the coefficients of a plane's samples, in halves. AC
// coefficients that would become zero with the given steps are left out.
func (u *unquantised) transform(samples *samplePlane, steps *[64]uint16) {
	c := encComponent{blocksX: u.blocksX, blocksY: u.blocksY, samples: *samples}
	c.quantiser.SetHalves()
	c.hold(1)
	u.energy = make([]uint32, len(u.ac))
	position := &tokens.Get().Position
	var strip []byte
	for by := range u.blocksY {
		coefs, masks := c.row(by)
		c.transform(coefs, masks, by, &strip)
		for bx := range u.blocksX {
			block := (*[64]int16)(coefs[bx*64:])
			b := by*u.blocksX + bx
			u.dc[b], u.start[b] = block[0], u.values.next()
			values := u.values.piece()
			energy := uint32(0)
			for k := 1; k < 64; k++ {
				v := int32(block[position[k]&63])
				energy += uint32(v * v)
				if half := int32(steps[zigzag[k]]); v >= half || v <= -half {
					u.ac[b] |= 1 << k
					*values = append(*values, int16(v))
				}
			}
			u.energy[b] = energy
		}
	}
}
