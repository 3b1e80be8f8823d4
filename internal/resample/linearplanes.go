package resample

import "image"

// litPlanes resizes a picture of luma and chroma in light: its rows become RGB
// as they are read, and the output is RGB. alpha is nil or the alpha plane, of
// which only memory and stride are set.
func (j *job) litPlanes(m *image.YCbCr, alpha *plane, s *scratch) (image.Image, error) {
	x, y := j.spans(full, full)
	c, err := newChromaRows(m)
	if err != nil {
		return nil, err
	}
	luma := plane{m.Y, m.YStride, x.n, y.n}
	if alpha != nil {
		alpha.width, alpha.height = x.n, y.n
	}
	if !luma.valid() || !c.cb.valid() || !c.cr.valid() || alpha != nil && !alpha.valid() {
		return nil, errShort
	}
	if err := s.axes16bit(x, y, j.curve); err != nil {
		return nil, err
	}
	h, v := &s.axes32[0], &s.axes32[1]
	dst := newPacked(j.width, j.height, 4)
	planes := 3
	if alpha != nil {
		planes = 4
	}
	join := joinLit(j.light.narrow)
	opaque := make([]int32, len(h.pos))
	for i := range opaque {
		opaque[i] = deepOne
	}
	s.bytes = grow(s.bytes, len(h.pos)*dst.size)
	all := make([][]int32, 4)
	filterRows(&s.row32, h, v, planes, wideWords, func(y int, rows [][]int32) {
		c.row(y)
		c.light(rows, luma.pix[y*luma.stride+h.lo:], h.lo, j.light)
		if alpha != nil {
			cover(rows, alpha.pix[y*alpha.stride+h.lo:])
		}
	}, func(y int, rows [][]int32) {
		copy(all, rows)
		if alpha == nil {
			all[3] = opaque
		}
		if j.turn.transpose {
			join(s.bytes, all)
			dst.setColumn(y, s.bytes)
		} else {
			join(dst.row(0, y, len(h.pos)), all)
		}
	})
	return &image.NRGBA{Pix: dst.pix, Stride: dst.stride, Rect: image.Rect(0, 0, j.width, j.height)}, nil
}

// cover makes light what shows through alpha, and alpha levels.
func cover(rows [][]int32, alpha []byte) {
	for i := range rows[3] {
		a := int64(alpha[i])
		rows[3][i] = int32(a * 257 << deepFrac)
		for k := range 3 {
			rows[k][i] = covered(rows[k][i], a, 255)
		}
	}
}

// chromaRows interpolates chroma to the pixels of one row after the other.
// Samples lie in the middle of the pixels they stand for (JFIF 1.02, "Spatial
// relationship of components"), and beyond the edges they continue.
type chromaRows struct {
	cb, cr plane
	xs, ys []mix // of each column and row of pixels
	shift  uint  // what the weights of both directions leave below 6 bits
	// The samples of one row, interpolated between two rows of the planes.
	rowB, rowR []int32
}

// mix is a place between the samples a and b: (a*wa + b*wb) / (wa+wb).
type mix struct{ a, b, wa, wb int32 }

// chromaBits are the fraction bits of interpolated chroma.
const chromaBits = 6

func newChromaRows(m *image.YCbCr) (*chromaRows, error) {
	f, err := factorsOf(m.SubsampleRatio)
	if err != nil {
		return nil, err
	}
	w, xs := mixes(m.Rect.Min.X, m.Rect.Max.X, f.x)
	h, ys := mixes(m.Rect.Min.Y, m.Rect.Max.Y, f.y)
	c := &chromaRows{
		cb: plane{m.Cb, m.CStride, w, h}, cr: plane{m.Cr, m.CStride, w, h},
		xs: xs, ys: ys, shift: chromaBits, rowB: make([]int32, w), rowR: make([]int32, w),
	}
	for sum := 4 * f.x * f.y; sum > 1; sum /= 2 { // of the weights of both directions
		c.shift--
	}
	return c, nil
}

// mixes places the pixels lo..hi of one axis among chroma samples of factor
// pixels each, of which there are count.
func mixes(lo, hi, factor int) (count int, places []mix) {
	first := floorDiv(lo, factor)
	count = floorDiv(hi-1, factor) + 1 - first
	places = make([]mix, hi-lo)
	unit := 2 * factor
	for i := range places {
		// The middle of pixel p is at (p+1/2)/factor - 1/2 samples.
		at := 2*(lo+i) + 1 - factor - unit*first
		k := floorDiv(at, unit)
		after := at - k*unit
		places[i] = mix{
			int32(min(max(k, 0), count-1)), int32(min(max(k+1, 0), count-1)), int32(unit - after), int32(after),
		}
	}
	return count, places
}

// row interpolates between the rows of the planes, for pixel row y.
func (c *chromaRows) row(y int) {
	at := c.ys[y]
	b0, r0 := c.cb.pix[int(at.a)*c.cb.stride:], c.cr.pix[int(at.a)*c.cr.stride:]
	b1, r1 := c.cb.pix[int(at.b)*c.cb.stride:], c.cr.pix[int(at.b)*c.cr.stride:]
	for i := range c.rowB {
		c.rowB[i] = (int32(b0[i])-128)*at.wa + (int32(b1[i])-128)*at.wb
		c.rowR[i] = (int32(r0[i])-128)*at.wa + (int32(r1[i])-128)*at.wb
	}
}

// The matrix of JFIF (BT.601, full range), in units of 1/65536.
const (
	crToR, cbToB = 91881, 116130  // 1.402, 1.772
	cbToG, crToG = -22553, -46802 // -0.344136, -0.714136
)

// light computes the light of pixels whose luma is given, from column lo of the
// picture on: RGB in units of 1/16 level, rounded and cut off, and then its light.
func (c *chromaRows) light(rows [][]int32, luma []byte, lo int, l *Light) {
	const down = 16 + chromaBits - 4 // from units of 1/65536 of interpolated chroma to 1/16
	red, green, blue := l.narrow[0].levels, l.narrow[1].levels, l.narrow[2].levels
	cut := func(v int32) int32 { return min(max(v>>down, 0), 255*narrowFraction) }
	for i := range rows[0] {
		at := c.xs[lo+i]
		cb := (c.rowB[at.a]*at.wa + c.rowB[at.b]*at.wb) << c.shift
		cr := (c.rowR[at.a]*at.wa + c.rowR[at.b]*at.wb) << c.shift
		y := int32(luma[i])<<(down+4) + 1<<(down-1) // at most 1.07e9; chroma adds less than 0.96e9
		rows[0][i] = red[cut(y+cr*crToR)]
		rows[1][i] = green[cut(y+cb*cbToG+cr*crToG)]
		rows[2][i] = blue[cut(y+cb*cbToB)]
	}
}
