package colour

import "fmt"

// grid is a table of colours at the points of a lattice; the first channel varies slowest. The numbers stay in the profile.
type grid struct {
	data  []byte
	size  int    // bytes of a number
	sides [4]int // points of each channel, at least 2
	steps [4]int // from a point to the next one of a channel, in numbers
	in    int    // channels, 1 to 4
	out   int
}

// newGrid takes a table off the front of data.
func newGrid(data []byte, sides []int, out, size int) (*grid, []byte, error) {
	g := &grid{size: size, in: len(sides), out: out}
	n := int64(out)
	for i := len(sides) - 1; i >= 0; i-- {
		if sides[i] < 2 {
			return nil, nil, fmt.Errorf("a table of %d points a side", sides[i])
		}
		g.sides[i], g.steps[i] = sides[i], int(n)
		n *= int64(sides[i])
		if n*int64(size) > int64(len(data)) {
			return nil, nil, errCut
		}
	}
	bytes := int(n) * size
	g.data = data[:bytes]
	return g, data[bytes:], nil
}

// at interpolates: over tetrahedra between the last three channels, and linearly along those before.
func (g *grid) at(v vec) vec {
	var cell [4]int
	var f [4]float64
	for i := range g.in {
		x := float64(clamp01(v[i]) * float64(g.sides[i]-1))
		k := min(int(x), g.sides[i]-2)
		cell[i], f[i] = k*g.steps[i], x-float64(k)
	}
	base := cell[0] + cell[1] + cell[2] + cell[3]
	if g.in < 4 {
		return g.simplex(base, 0, f)
	}
	low := g.simplex(base, 1, f)
	if f[0] == 0 {
		return low
	}
	high := g.simplex(base+g.steps[0], 1, f)
	for i := range g.out {
		low[i] += float64((high[i] - low[i]) * f[0])
	}
	return low
}

// simplex interpolates along the edges from the corner at base to the opposite one of its cell, in the order of the
// fractions, over the channels from first on.
func (g *grid) simplex(base, first int, f [4]float64) (out vec) {
	var order [4]int
	n := 0
	for i := first; i < g.in; i++ {
		k := n
		for k > 0 && f[order[k-1]] < f[i] {
			order[k] = order[k-1]
			k--
		}
		order[k] = i
		n++
	}
	here := g.point(base)
	out = here
	for _, c := range order[:n] {
		base += g.steps[c]
		next := g.point(base)
		for i := range g.out {
			out[i] += float64((next[i] - here[i]) * f[c])
		}
		here = next
	}
	return out
}

// point returns the colour at an index.
func (g *grid) point(i int) (v vec) {
	for k := range g.out {
		v[k] = sample(g.data, i+k, g.size)
	}
	return v
}
