package jpeg

// plannedScan is one scan of the file to be written.
type plannedScan struct {
	planes         []int // all of a DC scan or of a sequential one, one of an AC scan
	ss, se, ah, al int
	uses           []tableUse
}

// tableUse is the symbols of one component in one scan, and the Huffman table
// that codes them.
type tableUse struct {
	class symbolClass
	tally tally
	table int // into scanPlan.tables
}

// scanPlan is a script with its Huffman tables.
type scanPlan struct {
	sequential bool
	scans      []plannedScan
	tables     []plannedTable
}

// maxBounds is how many bounds of bands the search takes at most.
const maxBounds = 16

// searchBounds are where bands may begin and end, by effort: few that serve most
// pictures first.
func searchBounds(effort int) (bounds []int, points int) {
	switch {
	case effort <= 2:
		return []int{1, 3, 64}, 2
	case effort <= 4:
		return []int{1, 3, 6, 10, 64}, 2
	case effort <= 6:
		return []int{1, 2, 3, 6, 10, 15, 64}, 3
	}
	return []int{1, 2, 3, 4, 6, 8, 10, 13, 15, 21, 28, 36, 45, 64}, 3
}

// bandSearch finds the AC scans of a group of planes that share a script. What a
// script costs is the sum of what its scans cost, and first scans depend on
// their band and point transform only, refinements on where they begin; so all
// scans that may be part of a script are counted once.
type bandSearch struct {
	planes  []*sparsePlane
	numbers []int // of the planes
	bounds  []int
	points  int // largest point transform
	huff    *huffBuilder

	// first[al][i][j]: the bits of the best division of the band from bounds[i]
	// to bounds[j] into first scans. refine[al][i]: the bits of the refinement to
	// al from bounds[i] on.
	first  [maxPoint + 1][maxBounds][maxBounds]int64
	cut    [maxPoint + 1][maxBounds][maxBounds]uint8 // where the first of those scans ends
	refine [maxPoint][maxBounds]int64
	counts [maxPlanes][maxBounds]tally
}

// groupBits returns what one scan of each plane takes, with one table for all or
// one for each.
func (g *bandSearch) groupBits(j int) int64 {
	var each int64
	var all tally
	for i := range g.planes {
		each += g.counts[i][j].bits(g.huff, bandSymbols)
		all.add(&g.counts[i][j])
	}
	if len(g.planes) > 1 {
		each = min(each, all.bits(g.huff, bandSymbols))
	}
	return each + int64(len(g.planes))*(scanBits+componentBits)
}

// count fills in first and refine.
func (g *bandSearch) count() {
	n := len(g.bounds) - 1
	for al := range g.points + 1 {
		for i := range n {
			for p := range g.planes {
				g.planes[p].countFirst(al, g.bounds[i:], g.counts[p][i:])
			}
			for j := i; j < n; j++ {
				g.first[al][i][j+1] = g.groupBits(j)
				g.cut[al][i][j+1] = uint8(j + 1)
			}
			if al == g.points {
				continue
			}
			for p := range g.planes {
				g.planes[p].countRefine(al, g.bounds[i], &g.counts[p][i])
			}
			g.refine[al][i] = g.groupBits(i)
		}
		for i := n - 1; i >= 0; i-- {
			for j := i + 2; j <= n; j++ {
				for c := i + 1; c < j; c++ {
					// The part up to c is one scan: divisions of it are other c.
					if sum := g.first[al][i][c] + g.first[al][c][j]; sum < g.first[al][i][j] {
						g.first[al][i][j] = sum
						g.cut[al][i][j] = g.cut[al][i][c]
					}
				}
			}
		}
	}
}

// steps are the bounds from which on coefficients have a point transform of at
// least 1, 2, 3 in their first scan; len(bounds)-1 is none.
type steps [maxPoint]int

// best returns the steps of the script that takes the fewest bits, and those.
func (g *bandSearch) best() (best steps, least int64) {
	n := len(g.bounds) - 1
	least = maxPlannedBits
	var try func(s steps, al, from int, sum int64)
	try = func(s steps, al, from int, sum int64) {
		if al == g.points {
			if from < n {
				sum += g.first[al][from][n]
			}
			for ; al < maxPoint; al++ {
				s[al] = n
			}
			if sum < least {
				best, least = s, sum
			}
			return
		}
		for to := from; to <= n; to++ {
			s[al] = to
			next := sum
			if to > from {
				next += g.first[al][from][to]
			}
			if to < n {
				next += g.refine[al][to]
			}
			try(s, al+1, to, next)
		}
	}
	try(steps{}, 0, 0, 0)
	return best, least
}

// scans returns the scans of a script, first scans by frequency, then
// refinements from the top bit down.
func (g *bandSearch) scans(s steps) (first, refine []plannedScan) {
	n := len(g.bounds) - 1
	from := 0
	for al := range maxPoint + 1 {
		to := n
		if al < maxPoint {
			to = s[al]
		}
		for from < to {
			end := int(g.cut[al][from][to])
			for _, number := range g.numbers {
				first = append(first, plannedScan{planes: []int{number}, ss: g.bounds[from], se: g.bounds[end] - 1, al: al})
			}
			from = end
		}
	}
	for al := maxPoint - 1; al >= 0; al-- {
		for _, number := range g.numbers {
			if s[al] < n {
				refine = append(refine, plannedScan{planes: []int{number}, ss: g.bounds[s[al]], se: 63, ah: al + 1, al: al})
			}
		}
	}
	return first, refine
}
