package png

import "slices"

// raster is a picture with whole samples: 1 (grey), 2 (grey, alpha), 3 (RGB) or
// 4 (RGBA) of them per pixel, in 8 bits or in 16, the high byte first.
type raster struct {
	width, height int
	samples       int
	wide          bool // 16 bits
	pix           []byte
}

// sampleBytes is 1 or 2.
func (r *raster) sampleBytes() int {
	if r.wide {
		return 2
	}
	return 1
}

// pixelBytes is the bytes of a pixel.
func (r *raster) pixelBytes() int { return r.samples * r.sampleBytes() }

// hasAlpha tells whether the last sample of a pixel is alpha.
func (r *raster) hasAlpha() bool { return r.samples&1 == 0 }

// row is the pixels of row y.
func (r *raster) row(y int) []byte {
	n := r.width * r.pixelBytes()
	return r.pix[y*n : (y+1)*n : (y+1)*n]
}

// packed is a picture as a file has it: rows of packed samples.
type packed struct {
	header  header
	palette []byte // PLTE, nil if there is none
	alpha   []byte // tRNS, nil if there is none
	stride  int    // from one row to the next in pix
	pix     []byte
}

// row is the packed samples of row y.
func (m *packed) row(y int) []byte {
	n := m.header.rowBytes(m.header.width)
	return m.pix[y*m.stride : y*m.stride+n : y*m.stride+n]
}

// expand makes whole samples of m: a palette or a transparent colour becomes
// pixels of their own. The pixels are in buf, grown as needed. An index beyond
// the palette is an error.
func (m *packed) expand(buf *[]byte) (*raster, error) {
	h := &m.header
	r := &raster{width: h.width, height: h.height, samples: h.colour.samples(), wide: h.depth == 16}
	if h.colour == indexed {
		r.samples = 3
	}
	if m.alpha != nil {
		r.samples++
	}
	r.pix = resize(buf, h.width*h.height*r.pixelBytes())
	samples := make([]byte, h.width)
	table := m.colourTable()
	for y := range h.height {
		src, dst := m.row(y), r.row(y)
		switch {
		case table != nil:
			unpack(samples, src, h.depth)
			if !look(dst, samples, table, r.samples) {
				return nil, FormatError("index beyond the palette")
			}
		case m.alpha == nil:
			copy(dst, src)
		default:
			addKey(dst, src, m.alpha, h.colour.samples(), r.wide)
		}
	}
	return r, nil
}

// resize makes *buf n bytes long; what is in them is not defined.
func resize(buf *[]byte, n int) []byte {
	*buf = slices.Grow((*buf)[:0], n)[:n]
	return *buf
}

// colourTable gives the pixel for each value of a single small sample, all of
// one length; nil if m has other pixels.
func (m *packed) colourTable() [][]byte {
	switch {
	case m.header.colour == indexed:
		table := make([][]byte, len(m.palette)/3)
		for i := range table {
			table[i] = slices.Clone(m.palette[3*i : 3*i+3])
			if m.alpha == nil {
				continue
			}
			alpha := byte(255)
			if i < len(m.alpha) {
				alpha = m.alpha[i]
			}
			table[i] = append(table[i], alpha)
		}
		return table
	case m.header.colour == grey && m.header.depth <= 8 && (m.header.depth < 8 || m.alpha != nil):
		table := make([][]byte, 1<<m.header.depth)
		for i := range table {
			table[i] = []byte{byte(i * 255 / (len(table) - 1))}
			if m.alpha == nil {
				continue
			}
			alpha := byte(255)
			// Only the low bits of the transparent colour count.
			if int(m.alpha[1])&(len(table)-1) == i {
				alpha = 0
			}
			table[i] = append(table[i], alpha)
		}
		return table
	}
	return nil
}

// unpack spreads samples of 1 to 8 bits over bytes.
func unpack(dst, src []byte, depth int) {
	if depth == 8 {
		copy(dst, src)
		return
	}
	perByte := 8 / depth
	mask := byte(1<<depth - 1)
	for i := range dst {
		dst[i] = src[i/perByte] >> (8 - depth - i%perByte*depth) & mask
	}
}

// pack is the reverse of unpack. The bits that no sample has are 0.
func pack(dst, src []byte, depth int) {
	if depth == 8 {
		copy(dst, src)
		return
	}
	perByte := 8 / depth
	clear(dst)
	for i, v := range src {
		dst[i/perByte] |= v << (8 - depth - i%perByte*depth)
	}
}

// look writes the pixels of the table, n bytes each, and reports whether all
// the values are in it.
func look(dst, values []byte, table [][]byte, n int) bool {
	for i, v := range values {
		if int(v) >= len(table) {
			return false
		}
		copy(dst[i*n:i*n+n], table[v])
	}
	return true
}

// addKey adds alpha to pixels of n samples: 0 where they are the transparent
// colour of a tRNS chunk, else the greatest.
func addKey(dst, src, key []byte, n int, wide bool) {
	size := 2 * n
	if !wide {
		narrow := make([]byte, n)
		for i := range narrow {
			narrow[i] = key[2*i+1]
		}
		key, size = narrow, n
	}
	alpha := size / n
	for len(src) >= size {
		copy(dst, src[:size])
		v := byte(255)
		if string(src[:size]) == string(key) {
			v = 0
		}
		for i := range alpha {
			dst[size+i] = v
		}
		src, dst = src[size:], dst[size+alpha:]
	}
}
