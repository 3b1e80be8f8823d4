package colour

import "image"

// inkGrid is the conversion of CMYK, sampled on a grid: by a profile or by [offset]. Between the grid's points it is linear
// along cyan and interpolates over tetrahedra between the other inks.
type inkGrid struct {
	grid [][3]uint16 // at 16 bits; cyan varies slowest
}

const (
	inkSide = 17
	inkBits = 16 // of the fraction of a position inside of a cell
)

// newInkGrid samples light, which takes inks to XYZ under D50 with the paper as white.
func newInkGrid(light func(vec) [3]float64, to Space) *inkGrid {
	t := &inkGrid{grid: make([][3]uint16, 0, inkSide*inkSide*inkSide*inkSide)}
	var v vec
	var fill func(ink int)
	fill = func(ink int) {
		if ink == len(v) {
			p := to.encode(light(v))
			t.grid = append(t.grid, [3]uint16{uint16(p.r), uint16(p.g), uint16(p.b)})
			return
		}
		for i := range inkSide {
			v[ink] = float64(i) / (inkSide - 1)
			fill(ink + 1)
		}
	}
	fill(0)
	return t
}

// at returns the colour of inks of 0 to 65535, 65535 being all.
func (t *inkGrid) at(inks [4]uint16) pixel {
	const (
		cells   = inkSide - 1
		one     = 1 << inkBits
		dm, dy  = inkSide * inkSide, inkSide
		dc, top = inkSide * dm, dm + dy + 1
	)
	var cell, f [4]int64
	for i, v := range inks {
		x := (int64(v)*cells<<inkBits + 32767) / 65535
		cell[i] = min(x>>inkBits, cells-1)
		f[i] = x - cell[i]<<inkBits
	}
	base := int(cell[0])*dc + int(cell[1])*dm + int(cell[2])*dy + int(cell[3])
	// The corners on the way from the lightest to the darkest one, in the order of the fractions.
	s1, s2, f1, f2, f3 := dm, dm+dy, f[1], f[2], f[3]
	switch {
	case f[1] >= f[2] && f[2] >= f[3]:
	case f[1] >= f[3] && f[3] >= f[2]:
		s2, f2, f3 = dm+1, f[3], f[2]
	case f[3] >= f[1] && f[1] >= f[2]:
		s1, s2, f1, f2, f3 = 1, 1+dm, f[3], f[1], f[2]
	case f[2] >= f[1] && f[1] >= f[3]:
		s1, f1, f2 = dy, f[2], f[1]
	case f[2] >= f[3] && f[3] >= f[1]:
		s1, s2, f1, f2, f3 = dy, dy+1, f[2], f[3], f[1]
	default:
		s1, s2, f1, f2, f3 = 1, 1+dy, f[3], f[2], f[1]
	}
	var out [3]int64
	for k, w := range [2]int64{one - f[0], f[0]} {
		if w == 0 {
			continue
		}
		at := base + k*dc
		c0, c1, c2, c3 := &t.grid[at], &t.grid[at+s1], &t.grid[at+s2], &t.grid[at+top]
		for i := range out {
			sum := int64(c0[i])*(one-f1) + int64(c1[i])*(f1-f2) + int64(c2[i])*(f2-f3) + int64(c3[i])*f3
			out[i] += (sum >> 8) * w
		}
	}
	const half = 1 << (2*inkBits - 9)
	return pixel{int32((out[0] + half) >> (2*inkBits - 8)), int32((out[1] + half) >> (2*inkBits - 8)), int32((out[2] + half) >> (2*inkBits - 8))}
}

// convertCMYK returns the converted picture, with its corner at (0, 0).
func (t *inkGrid) convertCMYK(m *image.CMYK) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: m.Rect.Size()})
	var last [4]byte
	colour := t.at([4]uint16{})
	for y := range out.Rect.Dy() {
		src := m.Pix[m.PixOffset(m.Rect.Min.X, m.Rect.Min.Y+y):][:4*out.Rect.Dx()]
		dst := out.Pix[y*out.Stride:]
		for i := 0; i < len(src); i += 4 {
			if inks := [4]byte(src[i:]); inks != last {
				last = inks
				colour = t.at([4]uint16{uint16(inks[0]) * 257, uint16(inks[1]) * 257, uint16(inks[2]) * 257, uint16(inks[3]) * 257})
			}
			d := dst[i : i+4 : i+4]
			d[0], d[1], d[2], d[3] = to8(colour.r), to8(colour.g), to8(colour.b), 0xFF
		}
	}
	return out
}

// Inks converts single colours of CMYK. It may be used by several goroutines at the same time.
type Inks struct{ grid *inkGrid }

// NewInks returns the conversion by a profile, or that for pictures without one if it is empty. After an error, which says
// why the profile cannot be used, it is the latter.
func NewInks(profile []byte, to Space) (*Inks, error) {
	e, err := inksOf(profile, to)
	return &Inks{e.inks}, err
}

// RGB returns the colour of inks; all numbers are 0 to 65535, and 65535 is all of an ink.
func (t *Inks) RGB(inks [4]uint16) [3]uint16 {
	p := t.grid.at(inks)
	return [3]uint16{uint16(p.r), uint16(p.g), uint16(p.b)}
}

// inksOf returns the conversion of inks by a profile, and by none after an error.
func inksOf(profile []byte, to Space) (*entry, error) {
	e := lookUp(source{profile: profile, inks: true}, to)
	if e.err == nil && e.inks == nil {
		e = &entry{err: errNoInks}
	}
	if e.err != nil {
		return lookUp(source{inks: true}, to), e.err
	}
	return e, nil
}
