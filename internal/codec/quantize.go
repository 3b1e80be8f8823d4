package codec

import (
	"image"
	"image/color"
)

// maxColours is how many a palette holds.
const maxColours = 256

// rgb is an opaque colour.
type rgb [3]uint8

// quantize turns a picture into one with a palette. Up to 256 colours are kept as they are. More are replaced by a
// palette that is made for the picture, with error diffusion. Pixels of less than half alpha become transparent, palette
// entry 0; the others become opaque.
func quantize(m *image.NRGBA) *image.Paletted {
	transparent := hasTransparent(m)
	limit := maxColours
	if transparent {
		limit--
	}
	colours, exact := distinctColours(m, limit)
	if !exact {
		colours = buildCube(m).palette(limit)
	}
	p := &image.Paletted{
		Pix: make([]uint8, m.Rect.Dx()*m.Rect.Dy()), Stride: m.Rect.Dx(), Rect: m.Rect,
	}
	base := 0
	if transparent {
		p.Palette = append(p.Palette, color.RGBA{})
		base = 1
	}
	for _, c := range colours {
		p.Palette = append(p.Palette, color.RGBA{c[0], c[1], c[2], 0xFF})
	}
	if len(p.Palette) == 0 {
		p.Palette = color.Palette{color.RGBA{A: 0xFF}}
	}
	if exact {
		index := make(map[rgb]uint8, len(colours))
		for i, c := range colours {
			index[c] = uint8(base + i)
		}
		eachOpaque(m, func(at int, c rgb) { p.Pix[at] = index[c] })
		return p
	}
	dither(p.Pix, m, colours, base)
	return p
}

// visible says whether a pixel of this alpha counts as opaque.
func visible(alpha uint8) bool { return alpha >= 128 }

func hasTransparent(m *image.NRGBA) bool {
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:][:4*m.Rect.Dx()]
		for i := 3; i < len(row); i += 4 {
			if !visible(row[i]) {
				return true
			}
		}
	}
	return false
}

// eachOpaque calls f with the position and colour of each pixel that counts as opaque.
func eachOpaque(m *image.NRGBA, f func(at int, c rgb)) {
	w := m.Rect.Dx()
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:][:4*w]
		for x := range w {
			if px := row[4*x : 4*x+4 : 4*x+4]; visible(px[3]) {
				f(y*w+x, rgb{px[0], px[1], px[2]})
			}
		}
	}
}

// distinctColours returns the picture's colours in order of appearance; false if there are more than limit.
func distinctColours(m *image.NRGBA, limit int) ([]rgb, bool) {
	seen := make(map[rgb]bool, limit)
	var colours []rgb
	w := m.Rect.Dx()
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:][:4*w]
		var last rgb
		for x := range w {
			px := row[4*x : 4*x+4 : 4*x+4]
			c := rgb{px[0], px[1], px[2]}
			if !visible(px[3]) || c == last && x > 0 && len(colours) > 0 || seen[c] {
				continue
			}
			if len(colours) == limit {
				return nil, false
			}
			seen[c] = true
			colours = append(colours, c)
			last = c
		}
	}
	return colours, true
}

// The colour cube of Xiaolin Wu's quantizer ("Efficient Statistical Computations for Optimal Color Quantization",
// Graphics Gems II): 32 cells a side, with a plane of zeros in front of each axis for the cumulative sums.
const (
	cubeBits = 5
	cubeSide = 1<<cubeBits + 1
	cubeSize = cubeSide * cubeSide * cubeSide
)

// cell holds sums over the pixels of a part of the cube: their number, their channels, and the squares of those.
type cell struct {
	n       int64
	sum     [3]int64
	squares int64
}

func (c *cell) add(d *cell, sign int64) {
	c.n += sign * d.n
	c.squares += sign * d.squares
	for i := range c.sum {
		c.sum[i] += sign * d.sum[i]
	}
}

// spread is the sum of the squared distances of the pixels to their mean. The conversions keep the compiler from fusing
// operations, which would make the palette depend on the processor.
func (c *cell) spread() float64 {
	return float64(c.squares) - c.energy()
}

// energy is |sum|²/n: splitting a box so that the energies of its parts add up to the most leaves the least spread.
func (c *cell) energy() float64 {
	if c.n == 0 {
		return 0
	}
	r, g, b := float64(c.sum[0]), float64(c.sum[1]), float64(c.sum[2])
	return (float64(float64(r*r)+float64(g*g)) + float64(b*b)) / float64(c.n)
}

func (c *cell) mean() (m rgb) {
	for i, s := range c.sum {
		m[i] = uint8((s + c.n/2) / max(c.n, 1))
	}
	return m
}

// cube holds a cell for each part of the colour space.
type cube struct {
	cells []cell // as counted
	sums  []cell // of all cells up to and including this one in each direction
}

func at(r, g, b int) int { return (r*cubeSide+g)*cubeSide + b }

// buildCube counts the opaque pixels of a picture.
func buildCube(m *image.NRGBA) *cube {
	c := newCube()
	c.count(m)
	c.sumUp()
	return c
}

func newCube() *cube {
	return &cube{cells: make([]cell, cubeSize), sums: make([]cell, cubeSize)}
}

// count adds the opaque pixels of a picture.
func (c *cube) count(m *image.NRGBA) {
	const shift = 8 - cubeBits
	eachOpaque(m, func(_ int, p rgb) {
		e := &c.cells[at(int(p[0]>>shift)+1, int(p[1]>>shift)+1, int(p[2]>>shift)+1)]
		e.n++
		for i, v := range p {
			e.sum[i] += int64(v)
			e.squares += int64(v) * int64(v)
		}
	})
}

// sumUp makes the cumulative sums, once everything is counted.
func (c *cube) sumUp() {
	for r := 1; r < cubeSide; r++ {
		for g := 1; g < cubeSide; g++ {
			var line cell
			for b := 1; b < cubeSide; b++ {
				line.add(&c.cells[at(r, g, b)], 1)
				s := &c.sums[at(r, g, b)]
				*s = line
				s.add(&c.sums[at(r-1, g, b)], 1)
				s.add(&c.sums[at(r, g-1, b)], 1)
				s.add(&c.sums[at(r-1, g-1, b)], -1)
			}
		}
	}
}

// box is a part of the cube: cells lo+1 to hi on each axis.
type box struct {
	lo, hi [3]int
}

// total sums a box up from its eight corners.
func (c *cube) total(b box) (t cell) {
	for corner := range 8 {
		var p [3]int
		sign := int64(1)
		for axis := range 3 {
			p[axis] = b.hi[axis]
			if corner>>axis&1 == 1 {
				p[axis] = b.lo[axis]
				sign = -sign
			}
		}
		t.add(&c.sums[at(p[0], p[1], p[2])], sign)
	}
	return t
}

// palette cuts the box of the largest spread in two until there are n boxes, and then lets the means settle.
func (c *cube) palette(n int) []rgb {
	boxes := []box{{hi: [3]int{cubeSide - 1, cubeSide - 1, cubeSide - 1}}}
	spreads := []float64{1}
	for len(boxes) < n {
		widest := 0
		for i, s := range spreads {
			if s > spreads[widest] {
				widest = i
			}
		}
		if spreads[widest] <= 0 {
			break
		}
		one, two, ok := c.split(boxes[widest])
		if !ok {
			spreads[widest] = 0
			continue
		}
		boxes[widest] = one
		boxes = append(boxes, two)
		spreads[widest] = c.spread(one)
		spreads = append(spreads, c.spread(two))
	}
	colours := make([]rgb, len(boxes))
	for i, b := range boxes {
		t := c.total(b)
		colours[i] = t.mean()
	}
	for range settleRounds {
		c.settle(colours)
	}
	return colours
}

func (c *cube) spread(b box) float64 {
	t := c.total(b)
	return t.spread()
}

// split cuts a box where its parts together have the most energy; false if it has pixels in one cell only.
func (c *cube) split(b box) (one, two box, ok bool) {
	whole := c.total(b)
	best := 0.0
	for axis := range 3 {
		for cut := b.lo[axis] + 1; cut < b.hi[axis]; cut++ {
			left, right := b, b
			left.hi[axis], right.lo[axis] = cut, cut
			l := c.total(left)
			if l.n == 0 || l.n == whole.n {
				continue
			}
			r := whole
			r.add(&l, -1)
			if e := l.energy() + r.energy(); e > best {
				best, one, two, ok = e, left, right, true
			}
		}
	}
	return one, two, ok
}

// settleRounds is how often settle runs: the gain of further rounds is below 0.1 dB.
const settleRounds = 4

// settle moves each colour to the mean of the cells that are nearest to it (a round of k-means).
func (c *cube) settle(colours []rgb) {
	sums := make([]cell, len(colours))
	for i := range c.cells {
		if e := &c.cells[i]; e.n > 0 {
			sums[nearest(colours, e.mean())].add(e, 1)
		}
	}
	for i := range sums {
		if sums[i].n > 0 {
			colours[i] = sums[i].mean()
		}
	}
}

// nearest returns the index of the colour that is nearest to p.
func nearest(colours []rgb, p rgb) int {
	best, distance := 0, int32(1<<30)
	r, g, b := int32(p[0]), int32(p[1]), int32(p[2])
	for i := range colours {
		c := &colours[i]
		dr, dg, db := int32(c[0])-r, int32(c[1])-g, int32(c[2])-b
		if d := dr*dr + dg*dg + db*db; d < distance {
			best, distance = i, d
		}
	}
	return best
}

// lookupBits is the precision per channel at which dither looks colours up.
const lookupBits = 6

// dither sets pix to the palette indexes of m's opaque pixels, base being that of the first colour, by Floyd-Steinberg
// error diffusion in rows of alternating direction. Transparent pixels take and pass on no error.
func dither(pix []uint8, m *image.NRGBA, colours []rgb, base int) {
	w := m.Rect.Dx()
	cache := make([]uint16, 1<<(3*lookupBits)) // index + 1, 0 = not looked up yet
	// Errors in sixteenths for the row at hand and the next, with a pixel of margin on both sides.
	cur, next := make([][3]int32, w+2), make([][3]int32, w+2)
	for y := range m.Rect.Dy() {
		clear(next)
		row := m.Pix[y*m.Stride:][:4*w]
		step := 1 - 2*(y&1)
		x := 0
		if step < 0 {
			x = w - 1
		}
		for ; x >= 0 && x < w; x += step {
			px := row[4*x : 4*x+4 : 4*x+4]
			if !visible(px[3]) {
				continue
			}
			want := rgb{}
			for i := range want {
				want[i] = uint8(min(max(int32(px[i])+(cur[x+1][i]+8)>>4, 0), 255))
			}
			i := lookup(cache, colours, want)
			pix[y*w+x] = uint8(base + i)
			got := &colours[i]
			for i := range want {
				e := int32(want[i]) - int32(got[i])
				cur[x+1+step][i] += 7 * e
				next[x+1-step][i] += 3 * e
				next[x+1][i] += 5 * e
				next[x+1+step][i] += e
			}
		}
		cur, next = next, cur
	}
}

// lookup returns the index of the colour nearest to the middle of p's part of the colour space.
func lookup(cache []uint16, colours []rgb, p rgb) int {
	const shift, half = 8 - lookupBits, 1 << (8 - lookupBits) / 2
	key := int(p[0]>>shift)<<(2*lookupBits) | int(p[1]>>shift)<<lookupBits | int(p[2]>>shift)
	if v := cache[key]; v != 0 {
		return int(v) - 1
	}
	i := nearest(colours, rgb{p[0]>>shift<<shift | half, p[1]>>shift<<shift | half, p[2]>>shift<<shift | half})
	cache[key] = uint16(i + 1)
	return i
}

// quantizeCost counts the two halves of the cube, the lookup table and the rows of errors.
func quantizeCost(w int64) int64 {
	const cellSize = 40
	return 2*cubeSize*cellSize + 2<<(3*lookupBits) + 24*w + 256<<10
}
