package palette

import (
	"encoding/binary"
	"image"
	"math"
)

// maxEntries is how many different colours are told apart; a picture of more is counted with fewer bits per sample.
const maxEntries = 1<<16 - 1

// entry is a colour of the picture, or the mean of some that are alike.
type entry struct {
	at     point
	weight uint32 // how much it counts, at least 1
	choice uint8  // index of the nearest colour of the palette, once there is one
	still  bool   // for the painter: the choice is near enough
}

// histogram holds the colours of a picture in order of appearance.
type histogram struct {
	entries []entry
	pixels  []uint16 // the entry of each pixel, row by row
	exact   bool     // whether each entry is one colour
	colours []uint32 // of exact entries, packed
	weight  float64  // of all entries
}

// tally gathers an entry.
type tally struct {
	key           uint32
	weight        uint64
	n, r, g, b, a uint64 // sums over pixels, of entries that are not exact
}

func (t *tally) add(px uint32) {
	t.n++
	t.r += uint64(px & 0xFF)
	t.g += uint64(px >> 8 & 0xFF)
	t.b += uint64(px >> 16 & 0xFF)
	t.a += uint64(px >> 24)
}

// mean returns the mean of the pixels, packed.
func (t *tally) mean() uint32 {
	half := t.n / 2
	return uint32((t.r+half)/t.n | (t.g+half)/t.n<<8 | (t.b+half)/t.n<<16 | (t.a+half)/t.n<<24)
}

// newHistogram counts the picture's colours. weights holds the importance of each pixel.
func newHistogram(m *image.NRGBA, weights []uint8) *histogram {
	h := &histogram{pixels: make([]uint16, len(weights))}
	for bits := 8; ; bits-- {
		if tallies, ok := h.count(m, weights, bits); ok {
			h.exact = bits == 8
			h.finish(tallies)
			return h
		}
	}
}

// slots is the size of the table that finds a tally by its key.
const (
	slotBits = 18
	slots    = 1 << slotBits
)

// hashFactor spreads keys over the high bits.
const hashFactor = 0x9E3779B1

// alphaMask has the bits of alpha in a packed pixel: R, G, B, A from the lowest byte.
const alphaMask = 0xFF000000

// counter gathers the colours of a picture.
type counter struct {
	mask    uint32   // the bits that tell colours apart
	table   []uint16 // finds a tally by its key: index + 1, 0 = none
	tallies []tally
}

// count tallies the colours at so many bits per sample; false if they are too many.
func (h *histogram) count(m *image.NRGBA, weights []uint8, bits int) ([]tally, bool) {
	c := counter{mask: (0xFF << (8 - bits) & 0xFF) * 0x01010101, table: make([]uint16, slots)}
	w := m.Rect.Dx()
	last, cleaned, at := uint32(0), uint32(0), -1
	for y := range m.Rect.Dy() {
		row, counts, out := m.Pix[y*m.Stride:][:4*w], weights[y*w:][:w], h.pixels[y*w:][:w]
		for x, weight := range counts {
			px := binary.LittleEndian.Uint32(row[4*x:])
			if px != last || at < 0 {
				last, cleaned = px, clean(px)
				if at = c.find(cleaned); at < 0 {
					return nil, false
				}
			}
			t := &c.tallies[at]
			t.weight += uint64(weight)
			if bits < 8 {
				t.add(cleaned)
			}
			out[x] = uint16(at)
		}
	}
	return c.tallies, true
}

// find returns the index of a colour's tally, a new one if need be; -1 if there are too many.
func (c *counter) find(px uint32) int {
	key := px & c.mask
	if a := px & alphaMask; a == alphaMask || a == 0 {
		key = key&^alphaMask | a
	} else if key&alphaMask == 0 {
		key |= 1 << 24 // not among the invisible
	}
	slot := key * hashFactor >> (32 - slotBits)
	for c.table[slot] != 0 && c.tallies[c.table[slot]-1].key != key {
		slot = (slot + 1) % slots
	}
	if c.table[slot] == 0 {
		if len(c.tallies) == maxEntries {
			return -1
		}
		c.tallies = append(c.tallies, tally{key: key})
		c.table[slot] = uint16(len(c.tallies))
	}
	return int(c.table[slot]) - 1
}

// clean makes pixels that are nearly opaque or nearly invisible so entirely.
func clean(px uint32) uint32 {
	switch a := px >> 24; {
	case a >= opaqueFrom:
		return px | alphaMask
	case a <= clearTo:
		return 0
	}
	return px
}

// finish makes the entries of the tallies.
func (h *histogram) finish(tallies []tally) {
	h.entries = make([]entry, len(tallies))
	for i := range tallies {
		px := tallies[i].key
		if h.exact {
			h.colours = append(h.colours, px)
		} else {
			px = tallies[i].mean()
		}
		h.entries[i] = entry{at: placeOf(px), weight: compress(tallies[i].weight)}
		h.weight += float64(h.entries[i].weight)
	}
}

// placeOf is pointOf for a packed pixel.
func placeOf(px uint32) point {
	return pointOf(uint8(px), uint8(px>>8), uint8(px>>16), uint8(px>>24))
}

// compress lessens the weight of colours that cover large areas, so that small parts of the picture keep theirs.
func compress(weight uint64) uint32 {
	root := math.Sqrt(float64(weight))
	return uint32(min(math.Sqrt(root)*root*16, 1<<26)) + 1
}
