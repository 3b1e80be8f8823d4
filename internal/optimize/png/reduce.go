package png

import "bytes"

// recipe makes a form. Its pixels are in buf, grown as needed, or in memory
// that the recipe has; they are valid until the next use of buf.
type recipe func(buf *[]byte) form

// form is one of the ways to store a picture: what goes into IHDR, PLTE and
// tRNS, and the rows, tight.
type form struct {
	header  header
	palette []byte
	alpha   []byte
	pix     []byte
	// hidden tells that there are pixels with alpha 0 in an alpha channel,
	// whose colour samples the filters may choose.
	hidden bool
}

// row is the packed samples of row y.
func (f *form) row(y int) []byte {
	n := f.header.rowBytes(f.header.width)
	return f.pix[y*n : (y+1)*n : (y+1)*n]
}

// overhead is the bytes of the chunks that the form needs besides those of
// every picture.
func (f *form) overhead() int {
	n := 0
	if f.palette != nil {
		n += chunkFrame + len(f.palette)
	}
	if f.alpha != nil {
		n += chunkFrame + len(f.alpha)
	}
	return n
}

// limits says which forms may be made, and how many.
type limits struct {
	noGrey, noColour bool
	keepHidden       bool
	orders           int    // of a palette
	whole            int    // of those, the first so many also with a byte for each of few colours
	palette, alpha   []byte // whose order is one of them, nil if there is none
}

// recipes lists the forms in which r can be stored. It changes r.
func (r *raster) recipes(l limits) []recipe {
	r.narrow()
	t := r.traits(l.keepHidden)
	var p *palettized
	if !l.noColour {
		p = r.palettize()
	}
	r.shrink(t.opaque && r.hasAlpha(), t.grey && !l.noGrey && r.samples >= 3)
	if p == nil {
		return r.direct(t, l.keepHidden)
	}
	// The palette is likely to win, so it comes first and sets a limit.
	list := p.recipes(l)
	if grey := r.samples < 3; grey || r.width*r.height < paletteWins {
		list = append(list, r.direct(t, l.keepHidden)...)
	}
	return list
}

// paletteWins is the number of pixels from which on a palette takes less than
// the colours themselves wherever it is possible: in small pictures it may cost
// more than it saves.
const paletteWins = 1 << 15

// narrow makes samples of 16 bits to 8, in place, where each has the same byte
// twice: only those are the same shade in 8 bits.
func (r *raster) narrow() {
	if !r.wide {
		return
	}
	for i := 0; i+1 < len(r.pix); i += 2 {
		if r.pix[i] != r.pix[i+1] {
			return
		}
	}
	for i := range len(r.pix) / 2 {
		r.pix[i] = r.pix[2*i]
	}
	r.pix = r.pix[:len(r.pix)/2]
	r.wide = false
}

// traits is what a picture's pixels have in common.
type traits struct {
	opaque bool   // alpha is nowhere less than the greatest
	binary bool   // alpha is 0 or the greatest everywhere
	hidden bool   // alpha is 0 somewhere
	grey   bool   // red, green and blue are the same everywhere
	shades shades // of the pixels that are grey and whose alpha is not 0; of wide samples, the high bytes
}

// traits looks at all pixels. Unless the colours under alpha 0 are to be kept,
// it sets them to 0, so that they stand in nobody's way.
func (r *raster) traits(keepHidden bool) traits {
	t := traits{opaque: true, binary: true, grey: true}
	n, size := r.sampleBytes(), r.pixelBytes()
	colours := size
	if r.hasAlpha() {
		colours -= n
	}
	for p := r.pix; len(p) >= size; p = p[size:] {
		colour, seen := p[:colours], true
		if alpha := p[colours:size]; len(alpha) > 0 && !(alpha[0] == 255 && alpha[n-1] == 255) {
			t.opaque = false
			if alpha[0] == 0 && alpha[n-1] == 0 {
				t.hidden = true
				seen = keepHidden
				if !keepHidden {
					clear(colour)
				}
			} else {
				t.binary = false
			}
		}
		if colours == 3*n && !(colour[0] == colour[n] && colour[0] == colour[2*n] &&
			(n == 1 || colour[1] == colour[3] && colour[1] == colour[5])) {
			t.grey = false
		} else if seen {
			t.shades[colour[0]] = true
		}
	}
	return t
}

// shrink drops samples that say nothing, in place: alpha where it is opaque, and
// two of three where all is grey.
func (r *raster) shrink(dropAlpha, toGrey bool) {
	n, from := r.sampleBytes(), r.pixelBytes()
	var take []int // bytes of a pixel
	for s := range r.samples {
		alpha := r.hasAlpha() && s == r.samples-1
		if alpha && dropAlpha || !alpha && toGrey && s > 0 {
			continue
		}
		for b := range n {
			take = append(take, s*n+b)
		}
	}
	if len(take) == from {
		return
	}
	at := 0
	for p := r.pix; len(p) >= from; p = p[from:] {
		for _, b := range take {
			r.pix[at] = p[b]
			at++
		}
	}
	r.pix = r.pix[:at]
	r.samples = len(take) / n
}

// direct lists the forms without a palette: the samples as they are, a colour
// that stands for transparency in place of an alpha channel, and grey in fewer
// bits.
func (r *raster) direct(t traits, keepHidden bool) []recipe {
	types := [...]colourType{1: grey, 2: greyAlpha, 3: rgb, 4: rgba}
	f := form{header: header{width: r.width, height: r.height, depth: 8 * r.sampleBytes(), colour: types[r.samples]}, pix: r.pix}
	f.hidden = r.hasAlpha() && t.hidden && !keepHidden
	list := []recipe{func(*[]byte) form { return f }}
	if !r.hasAlpha() {
		return append(list, fewerBits(f, &t)...)
	}
	if !f.hidden || !t.binary {
		return list
	}
	key, ok := r.unusedColour(&t)
	if !ok {
		return list
	}
	k := f.keyed(key)
	list = append(list, func(buf *[]byte) form { return r.key(k, key, buf) })
	if k.header.colour == grey && k.header.depth == 8 {
		t.shades[key[0]] = true
		if depth := t.shades.depth(); depth < 8 {
			list = append(list, func(buf *[]byte) form {
				var whole []byte
				return fewer(r.key(k, key, &whole), depth, buf)
			})
		}
	}
	return list
}

// keyed is what f, which has an alpha channel, becomes with a transparent
// colour in its place; without the pixels.
func (f form) keyed(key []byte) form {
	f.header.colour &^= alphaUsed
	f.pix, f.hidden, f.alpha = nil, false, key
	if f.header.depth == 8 {
		f.alpha = make([]byte, 2*len(key))
		for i, v := range key {
			f.alpha[2*i+1] = v
		}
	}
	return f
}

// key fills in the pixels of f, as keyed gave it.
func (r *raster) key(f form, key []byte, buf *[]byte) form {
	size, colours := r.pixelBytes(), len(key)
	f.pix = resize(buf, r.width*r.height*colours)
	to := f.pix
	for p := r.pix; len(p) >= size; p = p[size:] {
		if p[colours] == 0 && p[size-1] == 0 {
			copy(to, key)
		} else {
			copy(to, p[:colours])
		}
		to = to[colours:]
	}
	return f
}

// unusedColour finds a colour that no pixel has whose alpha is not 0: a shade
// of grey, the same in both bytes of a wide sample.
func (r *raster) unusedColour(t *traits) ([]byte, bool) {
	// Shades of few bits first: they may let the picture have few bits too.
	for _, step := range [...]int{255, 85, 17, 1} {
		for v := 0; v < 256; v += step {
			if !t.shades[v] {
				return bytes.Repeat([]byte{byte(v)}, r.pixelBytes()-r.sampleBytes()), true
			}
		}
	}
	return nil, false
}

// shades tells which shades of grey are used.
type shades [256]bool

// depth is the least number of bits that can say them all.
func (s *shades) depth() int {
search:
	for _, depth := range [...]int{1, 2, 4} {
		step := 255 / (1<<depth - 1)
		for v, used := range s {
			if used && v%step != 0 {
				continue search
			}
		}
		return depth
	}
	return 8
}

// fewerBits lists f in as few bits as it can have, if that is fewer than it has.
func fewerBits(f form, t *traits) []recipe {
	if f.header.colour != grey || f.header.depth != 8 {
		return nil
	}
	depth := t.shades.depth()
	if depth == 8 {
		return nil
	}
	return []recipe{func(buf *[]byte) form { return fewer(f, depth, buf) }}
}

// fewer is f, grey of 8 bits whose shades allow it, in fewer bits.
func fewer(f form, depth int, buf *[]byte) form {
	step := byte(255 / (1<<depth - 1))
	few := f
	few.header.depth = depth
	w := f.header.width
	few.pix = resize(buf, few.header.rowBytes(w)*f.header.height)
	row := make([]byte, w)
	for y := range f.header.height {
		for i, v := range f.row(y) {
			row[i] = v / step
		}
		pack(few.row(y), row, depth)
	}
	if f.alpha != nil {
		few.alpha = []byte{0, f.alpha[1] / step}
	}
	return few
}
