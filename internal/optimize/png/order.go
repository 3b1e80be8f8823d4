package png

import (
	"cmp"
	"slices"
)

// Orders of a palette. A filter subtracts neighbouring pixels' indices from
// each other, so it gains where colours that often meet have close indices;
// without a filter only the code's description depends on the order.

// byLuma goes from dark to light, see-through colours first.
func (p *palettized) byLuma() []int {
	order := p.identity()
	slices.SortStableFunc(order, func(a, b int) int {
		ca, cb := p.colours[a], p.colours[b]
		if ca&255 != cb&255 && (ca&255 != 255 || cb&255 != 255) {
			return cmp.Compare(ca&255, cb&255)
		}
		return cmp.Compare(ca.luma(), cb.luma())
	})
	return order
}

// byCount goes from the most frequent to the rarest.
func (p *palettized) byCount() []int {
	var count [256]int
	for _, v := range p.index {
		count[v]++
	}
	order := p.identity()
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(count[b], count[a]) })
	p.seeThroughFirst(order)
	return order
}

// bySource is the order of the palette that the file has: whoever wrote it may
// have known why.
func (p *palettized) bySource(palette, alpha []byte) []int {
	place := make([]int, len(p.colours))
	for i, c := range p.colours {
		place[i] = len(palette)
		r, g, b, a := c.rgba()
		for k := range len(palette) / 3 {
			e, ea := palette[3*k:3*k+3], byte(255)
			if k < len(alpha) {
				ea = alpha[k]
			}
			// All that is see-through may have become one.
			if a == ea && (a == 0 || e[0] == r && e[1] == g && e[2] == b) {
				place[i] = k
				break
			}
		}
	}
	order := make([]int, len(p.colours))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(place[a], place[b]) })
	return order
}

// byMeeting puts colours that often meet side by side: it starts with the pair
// that meets most and adds, at the better end, the colour that meets those
// already there most, nearer ones counting more (after Zeng, Li and Lei, "An
// efficient color re-indexing scheme for palette-based compression").
func (p *palettized) byMeeting() []int {
	n := len(p.colours)
	if n < 3 {
		return p.identity()
	}
	meet := p.meetings()
	a, b := 0, 1
	for i := range n {
		for j := range i {
			if meet[i*n+j] > meet[a*n+b] {
				a, b = i, j
			}
		}
	}
	placed := make([]bool, n)
	placed[a], placed[b] = true, true
	order := append(make([]int, 0, n), a, b)
	for len(order) < n {
		best, bestSum, front := -1, int64(-1), false
		for c := range n {
			if placed[c] {
				continue
			}
			left, right := int64(0), int64(0)
			for k, o := range order {
				m := int64(meet[c*n+o])
				left += m * weight(k)
				right += m * weight(len(order)-1-k)
			}
			if s := max(left, right); s > bestSum {
				best, bestSum, front = c, s, left > right
			}
		}
		placed[best] = true
		if front {
			order = slices.Insert(order, 0, best)
		} else {
			order = append(order, best)
		}
	}
	return order
}

// weight falls with the distance of two places in the palette.
func weight(distance int) int64 { return 1 << 12 / int64(distance+1) }

// meetings counts for each pair of colours how often they are neighbours, from
// left to right or from top to bottom.
func (p *palettized) meetings() []uint32 {
	n := len(p.colours)
	meet := make([]uint32, n*n)
	for y := range p.height {
		row := p.index[y*p.width : (y+1)*p.width]
		for x := 1; x < len(row); x++ {
			if a, b := int(row[x-1]), int(row[x]); a != b {
				meet[a*n+b]++
				meet[b*n+a]++
			}
		}
		if y == 0 {
			continue
		}
		for x, above := range p.index[(y-1)*p.width : y*p.width] {
			if a, b := int(above), int(row[x]); a != b {
				meet[a*n+b]++
				meet[b*n+a]++
			}
		}
	}
	return meet
}
