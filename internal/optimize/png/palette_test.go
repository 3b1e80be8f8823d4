package png

import "testing"

// TestFewColoursMayTakeAByteEach has a picture of 6 colours in which a pattern is found
// at odd and at even places.
func TestFewColoursMayTakeAByteEach(t *testing.T) {
	const pattern = "0123405123450142"
	n := 0
	p := raw{width: 53, height: 40, depth: 8, colour: indexed, palette: 6, fill: func(row []byte) {
		for i := range row {
			row[i] = pattern[(n+i)%len(pattern)] - '0'
		}
		n += 7
	}}
	data := p.build(1)
	for effort := 1; effort <= MaxEffort; effort++ {
		out := optimize(t, data, Options{Effort: effort})
		samePixels(t, data, out, true)
		f, err := parse(out)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 4, true: 8}[effort >= DefaultEffort]; f.header.depth != want || f.header.colour != indexed {
			t.Errorf("effort %d: colour type %d of %d bits, want a palette of %d", effort, f.header.colour, f.header.depth, want)
		}
	}
}
