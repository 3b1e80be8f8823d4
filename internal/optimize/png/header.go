package png

import "encoding/binary"

// colourType is the colour type of clause 11.2.2: bits that say what a pixel has.
type colourType uint8

const (
	paletteUsed colourType = 1
	colourUsed  colourType = 2
	alphaUsed   colourType = 4

	grey      colourType = 0
	rgb                  = colourUsed
	indexed              = paletteUsed | colourUsed
	greyAlpha            = alphaUsed
	rgba                 = colourUsed | alphaUsed
)

// samples is the number of samples in a pixel.
func (c colourType) samples() int {
	return [7]int{grey: 1, rgb: 3, indexed: 1, greyAlpha: 2, rgba: 4}[c]
}

// header is IHDR.
type header struct {
	width, height int // 1 or more
	depth         int // bits of a sample: 1, 2, 4, 8, 16
	colour        colourType
	interlaced    bool
}

func (h *header) parse(d []byte) error {
	if len(d) != 13 {
		return FormatError("bad header")
	}
	w, ht := binary.BigEndian.Uint32(d), binary.BigEndian.Uint32(d[4:])
	if w == 0 || ht == 0 || w > maxDimension || ht > maxDimension {
		return FormatError("bad dimensions")
	}
	*h = header{int(w), int(ht), int(d[8]), colourType(d[9]), d[12] == 1}
	var depths string
	switch h.colour {
	case grey:
		depths = "\x01\x02\x04\x08\x10"
	case indexed:
		depths = "\x01\x02\x04\x08"
	case rgb, greyAlpha, rgba:
		depths = "\x08\x10"
	}
	for _, allowed := range []byte(depths) {
		if d[8] == allowed && d[10] == 0 && d[11] == 0 && d[12] <= 1 {
			return nil
		}
	}
	return FormatError("bad header")
}

func (h *header) bytes() []byte {
	d := make([]byte, 13)
	binary.BigEndian.PutUint32(d, uint32(h.width))
	binary.BigEndian.PutUint32(d[4:], uint32(h.height))
	d[8], d[9] = byte(h.depth), byte(h.colour)
	if h.interlaced {
		d[12] = 1
	}
	return d
}

// bitsPerPixel is 1 to 64.
func (h *header) bitsPerPixel() int { return h.depth * h.colour.samples() }

// pixelBytes is the distance of the filters: the bytes of a pixel, at least 1.
func (h *header) pixelBytes() int { return max(1, h.bitsPerPixel()/8) }

// rowBytes is the bytes of a row of so many pixels, without the filter type.
func (h *header) rowBytes(width int) int { return (width*h.bitsPerPixel() + 7) / 8 }

// transparencyFits tells whether tRNS data have the form that the colour type
// asks for.
func (h *header) transparencyFits(d, palette []byte) bool {
	switch h.colour {
	case grey:
		return len(d) == 2
	case rgb:
		return len(d) == 6
	case indexed:
		return palette != nil && len(d) <= len(palette)/3
	}
	return false
}

// pass is one of the reduced images of interlacing, clause 8.2, or the whole.
type pass struct{ x0, y0, dx, dy int }

var (
	onePass = []pass{{0, 0, 1, 1}}
	adam7   = []pass{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
)

func (h *header) passes() []pass {
	if h.interlaced {
		return adam7
	}
	return onePass
}

// size is the pixels of the pass in an image of w times h.
func (p pass) size(w, h int) (pw, ph int) {
	return (w - p.x0 + p.dx - 1) / p.dx, (h - p.y0 + p.dy - 1) / p.dy
}

// filteredSize is the bytes of the image data once inflated.
func (h *header) filteredSize() int64 {
	n := int64(0)
	for _, p := range h.passes() {
		if w, ht := p.size(h.width, h.height); w > 0 && ht > 0 {
			n += int64(ht) * (1 + (int64(w)*int64(h.bitsPerPixel())+7)/8)
		}
	}
	return n
}
