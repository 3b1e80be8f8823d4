package colour

// cube is the conversion by a profile that holds a lookup table, sampled on a grid. Between the grid's points it
// interpolates over tetrahedra: along the edges from the darkest corner of a cell to the brightest, in the order of the
// channels' fractions.
type cube struct {
	grid []pixel // at 16 bits; red varies slowest
}

const (
	cubeSide = 33
	cubeBits = 16 // of the fraction of a position inside of a cell
)

// newCube samples the profile's own table.
func newCube(p *profile, to Space) (*cube, error) {
	d, err := newDevice(p, 3)
	if err != nil {
		return nil, err
	}
	c := &cube{grid: make([]pixel, 0, cubeSide*cubeSide*cubeSide)}
	for r := range cubeSide {
		for g := range cubeSide {
			for b := range cubeSide {
				v := vec{float64(r) / (cubeSide - 1), float64(g) / (cubeSide - 1), float64(b) / (cubeSide - 1)}
				c.grid = append(c.grid, to.encode(d.light(v)))
			}
		}
	}
	return c, nil
}

// convert implements transform.
func (c *cube) convert(px []pixel) {
	const (
		dr, dg, db = cubeSide * cubeSide, cubeSide, 1
		cells      = cubeSide - 1
		one        = 1 << cubeBits
	)
	for i := range px {
		p := &px[i]
		// Positions in units of 1/65536 of a cell. White lies on the far side of the last cell.
		r := (int64(p.r)*cells<<cubeBits + 32767) / 65535
		g := (int64(p.g)*cells<<cubeBits + 32767) / 65535
		b := (int64(p.b)*cells<<cubeBits + 32767) / 65535
		ri, gi, bi := min(r>>cubeBits, cells-1), min(g>>cubeBits, cells-1), min(b>>cubeBits, cells-1)
		fr, fg, fb := r-ri<<cubeBits, g-gi<<cubeBits, b-bi<<cubeBits
		at := int(ri*dr + gi*dg + bi)
		// The weights are the differences of the sorted fractions; s1 and s2 are the corners on the way.
		var s1, s2 int
		f1, f2, f3 := fr, fg, fb
		switch {
		case fr >= fg && fg >= fb:
			s1, s2 = dr, dr+dg
		case fr >= fb && fb >= fg:
			s1, s2, f1, f2, f3 = dr, dr+db, fr, fb, fg
		case fb >= fr && fr >= fg:
			s1, s2, f1, f2, f3 = db, db+dr, fb, fr, fg
		case fg >= fr && fr >= fb:
			s1, s2, f1, f2, f3 = dg, dg+dr, fg, fr, fb
		case fg >= fb && fb >= fr:
			s1, s2, f1, f2, f3 = dg, dg+db, fg, fb, fr
		default:
			s1, s2, f1, f2, f3 = db, db+dg, fb, fg, fr
		}
		w0, w1, w2 := one-f1, f1-f2, f2-f3
		c0, c1, c2, c3 := &c.grid[at], &c.grid[at+s1], &c.grid[at+s2], &c.grid[at+dr+dg+db]
		p.r = int32((int64(c0.r)*w0 + int64(c1.r)*w1 + int64(c2.r)*w2 + int64(c3.r)*f3 + one/2) >> cubeBits)
		p.g = int32((int64(c0.g)*w0 + int64(c1.g)*w1 + int64(c2.g)*w2 + int64(c3.g)*f3 + one/2) >> cubeBits)
		p.b = int32((int64(c0.b)*w0 + int64(c1.b)*w1 + int64(c2.b)*w2 + int64(c3.b)*f3 + one/2) >> cubeBits)
	}
}
