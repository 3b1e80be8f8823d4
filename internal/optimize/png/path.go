package png

import (
	"cmp"
	"slices"

	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// pathFinder chooses filters in view of the rows before and behind: a row's
// filter decides what the next ones can repeat. It goes over the picture in
// spans of rows. In a span, the cheapest path to each filter of a row is kept,
// and the next row is tried behind each of those. The best path through the span
// replaces the filters that there were if it is cheaper together with the rows
// that follow.
type pathFinder struct {
	filterer *filterer
	form     *form
	parser   rowParser
	costs    []symbolCosts  // by band
	counts   []symbolCounts // of the path measured last, by band
	bandRows int            // rows of a band
	span     int            // rows of a span, and those looked at behind it
	at       []*pathNode    // the rows in the parser
	filtered []byte         // a row behind its filter type
}

// pathNode is a row with a filter, behind certain rows before it.
type pathNode struct {
	parent *pathNode
	row    []byte // with the free colours that the filters chose
	tail   rowMatch
	cost   int // of the path up to here
	y      int
	kind   pngfilter.Kind
}

const (
	bandBytes   = 4096           // a band has at least so many, but for the last
	minSpan     = 40             // rows, unless they are long
	maxSpan     = 64             // rows
	leastSpan   = 4              // rows, however long they are
	spanBytes   = 1 << 18        // of a span of long rows
	hopelessly  = 300 * costUnit // a path that costs so much more than the best is dropped
	settlePass  = 2              // how often the statistics of the filters are taken
	maxPathData = 1 << 26        // larger pictures would take minutes
	minPathRow  = 64             // bytes; the notes of shorter rows would take more than their pixels
)

// find returns filters for f that promise to take less than kinds.
func (p *pathFinder) find(f *form, kinds []pngfilter.Kind) []pngfilter.Kind {
	n, h := f.header.rowBytes(f.header.width), f.header.height
	if n*h > maxPathData || n < minPathRow && h > 1<<14 {
		return kinds
	}
	p.form = f
	p.filterer.size(n)
	p.filtered = resize(&p.filtered, n+1)
	p.span = min(max(deflate.WindowSize/(n+1), minSpan), maxSpan, max(spanBytes/(n+1), leastSpan))
	p.bandRows = (bandBytes + n) / (n + 1)
	bands := (h + p.bandRows - 1) / p.bandRows
	p.counts = slices.Grow(p.counts[:0], bands)[:bands]
	p.costs = slices.Grow(p.costs[:0], bands)[:bands]
	for i := range p.counts {
		p.counts[i].even()
	}
	for range settlePass {
		p.measure(kinds)
	}
	kinds = p.improve(kinds)
	p.form, p.at = nil, nil
	return kinds
}

// begin goes to the begin of the picture, with the costs by the counts.
func (p *pathFinder) begin() {
	h := &p.form.header
	p.parser.reset(h.rowBytes(h.width)+1, h.height, min(2*p.span+1, h.height), h.pixelBytes())
	p.at = p.at[:0]
	smooth(p.costs, p.counts)
}

// measure takes the statistics of the rows with these filters.
func (p *pathFinder) measure(kinds []pngfilter.Kind) {
	p.begin()
	clear(p.counts)
	var n *pathNode
	for y, k := range kinds {
		p.goTo(n)
		before := n
		n = p.follow(n, k)
		p.parser.count(p.filtered, &p.counts[y/p.bandRows])
		if before != nil {
			before.parent = nil // it was the last to need that
		}
	}
}

// improve returns better filters, where it finds some.
func (p *pathFinder) improve(kinds []pngfilter.Kind) []pngfilter.Kind {
	p.begin()
	kinds = slices.Clone(kinds)
	var base *pathNode
	for from := 0; from < len(kinds); from += p.span {
		to := min(from+p.span, len(kinds))
		behind := kinds[to:min(to+p.span, len(kinds))]
		now := p.along(base, kinds[from:to])
		best := p.cheapest(base, to)
		if p.along(best, behind).cost >= p.along(now, behind).cost {
			best = now
		}
		for n := best; n != base; n = n.parent {
			kinds[n.y] = n.kind
		}
		p.goTo(best)
		// What is behind it is settled.
		for n := best.parent; n != nil && n.row != nil; n = n.parent {
			n.row = nil
		}
		base = best
	}
	return kinds
}

// along goes on from n with the filters given and returns the end.
func (p *pathFinder) along(n *pathNode, kinds []pngfilter.Kind) *pathNode {
	for _, k := range kinds {
		p.goTo(n)
		n = p.follow(n, k)
	}
	return n
}

// cheapest finds the cheapest way on from base to row end.
func (p *pathFinder) cheapest(base *pathNode, end int) *pathNode {
	paths := []*pathNode{base}
	for y := base.next(); y < end; y++ {
		var next [pngfilter.Kinds]*pathNode
		for _, n := range paths {
			p.goTo(n)
			for k := range next {
				if m := p.rate(n, pngfilter.Kind(k)); next[k] == nil || m.cost < next[k].cost {
					next[k] = m
				}
			}
		}
		paths = append(paths[:0], next[:]...)
		slices.SortStableFunc(paths, func(a, b *pathNode) int { return cmp.Compare(a.cost, b.cost) })
		for i, n := range paths {
			if n.cost-paths[0].cost > hopelessly {
				paths = paths[:i]
				break
			}
			p.settle(n)
		}
	}
	return paths[0]
}

// next is the row behind n.
func (n *pathNode) next() int {
	if n == nil {
		return 0
	}
	return n.y + 1
}

// rate is the row behind n, which the parser is at, with a filter. Its own row is
// not filled in; it is left in filtered.
func (p *pathFinder) rate(n *pathNode, k pngfilter.Kind) *pathNode {
	m := &pathNode{parent: n, y: n.next(), kind: k}
	p.filter(m)
	c := &p.costs[m.y/p.bandRows]
	if n == nil {
		m.cost, m.tail = p.parser.rate(p.filtered, rowMatch{}, c)
		return m
	}
	m.cost, m.tail = p.parser.rate(p.filtered, n.tail, c)
	m.cost += n.cost
	return m
}

// follow is rate, with the row filled in.
func (p *pathFinder) follow(n *pathNode, k pngfilter.Kind) *pathNode {
	m := p.rate(n, k)
	p.settle(m)
	return m
}

// settle fills in the row of n.
func (p *pathFinder) settle(n *pathNode) {
	n.row = p.form.row(n.y)
	if p.form.hidden {
		n.row = slices.Clone(p.filterer.clean(p.form, n.y, p.above(n), n.kind, 0))
	}
}

// above is the row above n's.
func (p *pathFinder) above(n *pathNode) []byte {
	if n.parent == nil {
		return p.filterer.zeros[:len(p.filtered)-1]
	}
	return n.parent.row
}

// filter sets filtered to n's row.
func (p *pathFinder) filter(n *pathNode) {
	prev := p.above(n)
	cur := p.filterer.clean(p.form, n.y, prev, n.kind, 0)
	p.filtered[0] = byte(n.kind)
	pngfilter.Apply(p.filtered[1:], cur, prev, p.form.header.pixelBytes(), n.kind)
}

// goTo makes the rows up to n those in the parser.
func (p *pathFinder) goTo(n *pathNode) {
	var missing []*pathNode
	for ; n != nil && (n.y >= len(p.at) || p.at[n.y] != n); n = n.parent {
		missing = append(missing, n)
	}
	for len(p.at) > n.next() {
		p.parser.pop()
		p.at = p.at[:len(p.at)-1]
	}
	for _, m := range slices.Backward(missing) {
		p.filter(m)
		p.parser.push(p.filtered)
		p.at = append(p.at, m)
	}
}
