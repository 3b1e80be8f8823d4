package png

import "slices"

// colour is red<<24 | green<<16 | blue<<8 | alpha.
type colour uint32

func (c colour) rgba() (r, g, b, a byte) { return byte(c >> 24), byte(c >> 16), byte(c >> 8), byte(c) }

// luma is about 1000 times the brightness.
func (c colour) luma() int {
	r, g, b, _ := c.rgba()
	return 299*int(r) + 587*int(g) + 114*int(b)
}

// palettized is a picture of at most 256 colours, in the order in which they
// first appear.
type palettized struct {
	width, height int
	colours       []colour
	index         []byte // a byte per pixel
}

// palettize makes a palette of r's colours if they are 256 or fewer and of 8
// bits, else nil. Colours under alpha 0 count unless they were cleared.
func (r *raster) palettize() *palettized {
	if r.wide {
		return nil
	}
	p := &palettized{width: r.width, height: r.height, index: make([]byte, r.width*r.height)}
	// A hash table with open addressing, at most a quarter full.
	const size = 1024
	var keys [size]colour
	var values [size]int16 // place in the palette, plus 1
	last, lastIndex := r.colourAt(0)+1, byte(0)
	for i := range p.index {
		c := r.colourAt(i)
		if c == last {
			p.index[i] = lastIndex
			continue
		}
		at := uint32(c) * 0x9e3779b1 >> 22
		for values[at] != 0 && keys[at] != c {
			at = (at + 1) % size
		}
		if values[at] == 0 {
			if len(p.colours) == 256 {
				return nil
			}
			p.colours = append(p.colours, c)
			keys[at], values[at] = c, int16(len(p.colours))
		}
		last, lastIndex = c, byte(values[at]-1)
		p.index[i] = lastIndex
	}
	return p
}

// colourAt is the colour of pixel i of a raster of 8 bits.
func (r *raster) colourAt(i int) colour {
	switch r.samples {
	case 1:
		return colour(r.pix[i])*0x01010100 | 255
	case 2:
		p := r.pix[2*i : 2*i+2]
		return colour(p[0])*0x01010100 | colour(p[1])
	case 3:
		p := r.pix[3*i : 3*i+3]
		return colour(p[0])<<24 | colour(p[1])<<16 | colour(p[2])<<8 | 255
	}
	p := r.pix[4*i : 4*i+4]
	return colour(p[0])<<24 | colour(p[1])<<16 | colour(p[2])<<8 | colour(p[3])
}

// recipes lists forms with the palette in several orders, the likeliest first.
func (p *palettized) recipes(l limits) []recipe {
	orders := []func() []int{p.identity, p.byCount, p.byLuma, p.byMeeting}
	if l.palette != nil {
		orders = slices.Insert(orders, 0, func() []int { return p.bySource(l.palette, l.alpha) })
	}
	var list []recipe
	depth := p.depth()
	for i, order := range orders[:min(len(orders), l.orders)] {
		// A byte for each pixel can take less than two pixels in a byte: the
		// same colours are the same bytes wherever they begin.
		if depth == 4 && i < l.whole {
			list = append(list, func(buf *[]byte) form { return p.form(order(), 8, buf) })
		}
		list = append(list, func(buf *[]byte) form { return p.form(order(), depth, buf) })
	}
	return list
}

// form is the picture with its palette in the given order, a permutation of
// the colours' places, and with depth bits per pixel. Its pixels are in buf.
func (p *palettized) form(order []int, depth int, buf *[]byte) form {
	f := form{header: header{width: p.width, height: p.height, depth: depth, colour: indexed}}
	var place [256]byte
	seeThrough := 0
	for i, from := range order {
		place[from] = byte(i)
		r, g, b, a := p.colours[from].rgba()
		f.palette = append(f.palette, r, g, b)
		f.alpha = append(f.alpha, a)
		if a != 255 {
			seeThrough = i + 1
		}
	}
	if f.alpha = f.alpha[:seeThrough]; seeThrough == 0 {
		f.alpha = nil
	}
	f.pix = resize(buf, f.header.rowBytes(p.width)*p.height)
	row := make([]byte, p.width)
	for y := range p.height {
		for x, v := range p.index[y*p.width : (y+1)*p.width] {
			row[x] = place[v]
		}
		pack(f.row(y), row, depth)
	}
	return f
}

// depth is the least number of bits that the palette needs.
func (p *palettized) depth() int {
	switch n := len(p.colours); {
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	case n <= 16:
		return 4
	}
	return 8
}

// identity is the order of first appearance, but for see-through colours: those
// come first, so that tRNS is short.
func (p *palettized) identity() []int {
	order := make([]int, len(p.colours))
	for i := range order {
		order[i] = i
	}
	p.seeThroughFirst(order)
	return order
}

func (p *palettized) seeThroughFirst(order []int) {
	slices.SortStableFunc(order, func(a, b int) int {
		return btoi(byte(p.colours[a]) == 255) - btoi(byte(p.colours[b]) == 255)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
