package palette

import (
	"image"
	"testing"
)

// A picture of more colours than are told apart is counted in full, and no colour is far from the mean that stands for it.
func TestTooManyColours(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 400, 300))
	for i := range 400 * 300 {
		copy(m.Pix[4*i:], []byte{uint8(i), uint8(i >> 8), uint8(i >> 16 * 100), uint8(255 - i%2*100)})
	}
	c := newCounter()
	counted := count(c, m)
	if c.bits >= 8 || counted.exact || len(c.tallies) > maxEntries {
		t.Fatalf("%d tallies of %d bits", len(c.tallies), c.bits)
	}
	n := uint64(0)
	for i := range c.tallies {
		n += c.tallies[i].n
	}
	if n != 400*300 {
		t.Errorf("%d pixels were counted of %d", n, 400*300)
	}
	limit := 1<<(8-c.bits) - 1
	for i, p := range counted.pixels {
		mean := c.tallies[p].mean()
		for k := range 4 {
			if d := int(m.Pix[4*i+k]) - int(uint8(mean>>(8*k))); d > limit || -d > limit {
				t.Fatalf("pixel %d is %v, its entry %#x", i, m.Pix[4*i:4*i+4], mean)
			}
		}
	}
}
