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

// histogram holds colours in order of appearance.
type histogram struct {
	entries []entry
	exact   bool     // whether each entry is one colour
	colours []uint32 // of exact entries, packed
	weight  float64  // of all entries
	pixels  int      // how many were counted
}

// tally gathers an entry.
type tally struct {
	key           uint32
	weight        uint64
	n, r, g, b, a uint64 // number of pixels, and their sums while entries are not exact
}

func (t *tally) add(px uint32, n uint64) {
	t.r += n * uint64(px&0xFF)
	t.g += n * uint64(px>>8&0xFF)
	t.b += n * uint64(px>>16&0xFF)
	t.a += n * uint64(px>>24)
}

// join adds another tally.
func (t *tally) join(o *tally) {
	t.weight += o.weight
	t.n += o.n
	t.r += o.r
	t.g += o.g
	t.b += o.b
	t.a += o.a
}

// mean returns the mean of the pixels, packed.
func (t *tally) mean() uint32 {
	half := t.n / 2
	return uint32((t.r+half)/t.n | (t.g+half)/t.n<<8 | (t.b+half)/t.n<<16 | (t.a+half)/t.n<<24)
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

// counter gathers the colours of pictures.
type counter struct {
	bits    int      // of a sample, which tell colours apart
	table   []uint16 // finds a tally by its key: index + 1, 0 = none
	tallies []tally
}

func newCounter() *counter { return &counter{bits: 8, table: make([]uint16, slots)} }

// reset forgets all colours.
func (c *counter) reset() {
	c.bits, c.tallies = 8, c.tallies[:0]
	clear(c.table)
}

// count adds a picture. weights holds the importance of each pixel, and pixels gets the index of each one's tally.
func (c *counter) count(m *image.NRGBA, weights []uint8, pixels []uint16) {
	w := m.Rect.Dx()
	last, cleaned, at := uint32(0), uint32(0), -1
	for y := range m.Rect.Dy() {
		row, out := m.Pix[y*m.Stride:][:4*w], pixels[y*w:][:w]
		for x, weight := range weights[y*w:][:w] {
			px := binary.LittleEndian.Uint32(row[4*x:])
			if px != last || at < 0 {
				last, cleaned = px, clean(px)
				for at = c.find(cleaned); at < 0; at = c.find(cleaned) {
					c.coarsen(pixels[:y*w+x])
				}
			}
			t := &c.tallies[at]
			t.weight += uint64(weight)
			t.n++
			if c.bits < 8 {
				t.add(cleaned, 1)
			}
			out[x] = uint16(at)
		}
	}
}

// keyOf returns what tells a colour apart, which is also its own key.
func (c *counter) keyOf(px uint32) uint32 {
	key := px & ((0xFF << (8 - c.bits) & 0xFF) * 0x01010101)
	if a := px & alphaMask; a == alphaMask || a == 0 {
		return key&^alphaMask | a
	} else if key&alphaMask == 0 {
		return key | 1<<24 // not among the invisible
	}
	return key
}

// find returns the index of a colour's tally, a new one if need be; -1 if there are too many.
func (c *counter) find(px uint32) int {
	key := c.keyOf(px)
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

// coarsen goes on with a bit less per sample, and changes the indexes in pixels to those of the tallies that there are then.
func (c *counter) coarsen(pixels []uint16) {
	exact := c.bits == 8
	c.bits--
	clear(c.table)
	old := c.tallies
	c.tallies = old[:0]
	now := make([]uint16, len(old))
	for i := range old {
		t := old[i] // a copy: its place may be taken by an earlier one
		if exact {
			t.add(t.key, t.n)
		}
		at := c.find(t.key)
		c.tallies[at].join(&t)
		now[i] = uint16(at)
	}
	for i, p := range pixels {
		pixels[i] = now[p]
	}
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

// newHistogram makes the entries of what was counted.
func newHistogram(c *counter) *histogram {
	h := &histogram{entries: make([]entry, len(c.tallies)), exact: c.bits == 8}
	for i := range c.tallies {
		t := &c.tallies[i]
		px := t.key
		if h.exact {
			h.colours = append(h.colours, px)
		} else {
			px = t.mean()
		}
		h.entries[i] = entry{at: placeOf(px), weight: compress(t.weight)}
		h.weight += float64(h.entries[i].weight)
		h.pixels += int(t.n)
	}
	return h
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
