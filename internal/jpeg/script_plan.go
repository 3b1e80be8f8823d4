package jpeg

import (
	"math/bits"
	"slices"

	"imgpool/internal/kernel/tokens"
)

// sequentialBelow is how many bits a progressive file takes at least for a
// sequential one not to be worth counting: its one scan saves headers only.
const sequentialBelow = 8 * 24 << 10

// plan chooses the scans and the Huffman tables that write s in the fewest bits
// among those that the effort, 1 to 9, looks at.
func (s *sparse) plan(effort int, h *huffBuilder) *scanPlan {
	p := s.progressivePlan(effort, h)
	n := p.bits(h)
	if n > sequentialBelow && effort < 7 {
		return p
	}
	for _, together := range []bool{true, false} {
		if q := s.sequentialPlan(together, h); q != nil {
			if m := q.bits(h); m < n {
				p, n = q, m
			}
		}
	}
	return p
}

// groups returns which planes share a script: the two chroma planes.
func (s *sparse) groups() [][]int {
	switch len(s.planes) {
	case 1:
		return [][]int{{0}}
	case 2:
		return [][]int{{0}, {1}}
	case 3:
		return [][]int{{0}, {1, 2}}
	}
	return [][]int{{0}, {1, 2}, {3}}
}

// progressivePlan plans a progressive file: DC, then the first scans of low
// frequencies, so that something shows early, then the others.
func (s *sparse) progressivePlan(effort int, h *huffBuilder) *scanPlan {
	p := &scanPlan{scans: s.dcScans(h)}
	var early, late, refine []plannedScan
	bounds, points := searchBounds(effort)
	search := &bandSearch{bounds: bounds, points: points, huff: h}
	for _, group := range s.groups() {
		search.numbers, search.planes = group, search.planes[:0]
		for _, i := range group {
			search.planes = append(search.planes, &s.planes[i])
		}
		search.count()
		script, _ := search.best()
		f, r := search.scans(script)
		early = append(early, f[:len(group)]...)
		late = append(late, f[len(group):]...)
		refine = append(refine, r...)
	}
	slices.SortStableFunc(refine, func(a, b plannedScan) int { return b.al - a.al })
	p.scans = slices.Concat(p.scans, early, late, refine)
	for i := range p.scans {
		if scan := &p.scans[i]; scan.ss > 0 {
			scan.uses = []tableUse{{class: bandSymbols}}
			plane, t := &s.planes[scan.planes[0]], &scan.uses[0].tally
			if scan.ah > 0 {
				plane.countRefine(scan.al, scan.ss, t)
			} else {
				var one [1]tally
				plane.countFirst(scan.al, []int{scan.ss, scan.se + 1}, one[:])
				*t = one[0]
			}
		}
	}
	p.shareTables(h, 4)
	return p
}

// dcScans returns the cheapest way to write the DC coefficients: all in one
// scan; luma alone, whose blocks then come in rows, each beside the one before;
// or every plane alone.
func (s *sparse) dcScans(h *huffBuilder) []plannedScan {
	var all []int
	for i := range s.planes {
		all = append(all, i)
	}
	var alone [][]int
	for _, i := range all {
		alone = append(alone, []int{i})
	}
	var best []plannedScan
	least := int64(maxPlannedBits)
	for _, division := range [][][]int{{all}, s.groups(), alone} {
		p := scanPlan{}
		for _, planes := range division {
			if len(planes) > 1 && !s.interleaves(planes) {
				p.scans = nil
				break
			}
			p.scans = append(p.scans, s.dcScan(planes))
		}
		if p.scans == nil {
			continue
		}
		p.shareTables(h, 4)
		if n := p.bits(h); n < least {
			best, least = p.scans, n
		}
	}
	return best
}

// dcScan returns a scan of the DC coefficients of some planes, counted.
func (s *sparse) dcScan(planes []int) plannedScan {
	tallies := make([]tally, len(planes))
	s.countDC(planes, tallies)
	scan := plannedScan{planes: planes}
	for i := range tallies {
		scan.uses = append(scan.uses, tableUse{class: dcSymbols, tally: tallies[i]})
	}
	return scan
}

// sequentialPlan plans a sequential file of one scan with all planes together
// (nil if there is no such scan), or of one scan for each.
func (s *sparse) sequentialPlan(together bool, h *huffBuilder) *scanPlan {
	p := &scanPlan{sequential: true}
	var all []int
	for i := range s.planes {
		all = append(all, i)
	}
	division := [][]int{all}
	if !together {
		division = division[:0]
		for _, i := range all {
			division = append(division, []int{i})
		}
	} else if len(all) > 1 && !s.interleaves(all) {
		return nil
	}
	for _, planes := range division {
		scan := s.dcScan(planes)
		scan.se = 63
		for _, i := range planes {
			use := tableUse{class: acSymbols}
			s.planes[i].countAC(&use.tally)
			if len(planes) > 1 {
				fill := s.mcusX*s.mcusY*s.planes[i].h*s.planes[i].v - len(s.planes[i].dc)
				use.tally.freq[tokens.EOB] += uint32(fill)
			}
			scan.uses = append(scan.uses, use)
		}
		p.scans = append(p.scans, scan)
	}
	p.shareTables(h, 2)
	return p
}

// countAC counts the AC symbols of a sequential scan (T.81 F.1.2.2).
func (p *sparsePlane) countAC(t *tally) {
	for b, m := range p.ac {
		values := p.values.from(p.start[b])
		next := 1
		for i := 0; m != 0; m &= m - 1 {
			k := bits.TrailingZeros64(m)
			run := k - next
			for next = k + 1; run > 15; run -= 16 {
				t.freq[tokens.ZRL]++
			}
			v := values[i]
			i++
			t.freq[(run<<4|bits.Len16(uint16((v^v>>15)-v>>15)))&255]++
		}
		if next < 64 {
			t.freq[tokens.EOB]++
		}
	}
}
