package deflate

import "math/bits"

// parser finds the cheapest tokens for a segment whose matches were gathered.
//
// It walks from the end to the start. The cost of the rest from position i on
// is the least, over a literal and all lengths of all matches at i, of the
// token's cost plus that of the rest behind it. The lengths of one symbol cost
// the same, so what counts is the cheapest rest in a range of positions, which
// minima answers at once.
type parser struct {
	minima minima
	choice []found // by position: the token to take; length 1 is a literal
}

// A zone is a part of a segment, up to position end in it, with its own costs.
type zone struct {
	end   int
	costs *costs
}

// ring is the number of positions that minima remembers: above maxMatch.
const (
	ring   = 512
	levels = 8 // 1<<(levels-1) is the widest range kept
	never  = 1 << 31
)

// minima[k][i%ring] is the least cost from positions i to i+1<<k-1.
type minima [levels][ring]uint32

// push sets the cost at i, with those behind it pushed before.
func (m *minima) push(i int, cost uint32) {
	m[0][i&(ring-1)] = cost
	for k := range levels - 1 {
		cost = min(cost, m[k][(i+1<<k)&(ring-1)])
		m[k+1][i&(ring-1)] = cost
	}
}

// least is the least cost from a to b, less than ring apart.
func (m *minima) least(a, b int) uint32 {
	k := bits.Len32(uint32(b-a+1)) - 1
	return min(m[k&(levels-1)][a&(ring-1)], m[k&(levels-1)][(b+1-1<<k)&(ring-1)])
}

// at is the cost at i.
func (m *minima) at(i int) uint32 { return m[0][i&(ring-1)] }

// parse finds the cheapest tokens for data, a segment with matches g, by the
// costs of the zones, which cover it in order, and appends them to tokens. It
// looks closely where close has a bit, elsewhere only at whole matches.
func (p *parser) parse(tokens []token, data []byte, g *gatherer, zones []zone, close places) []token {
	n := len(data)
	if cap(p.choice) < n {
		p.choice = make([]found, n+n/8)
	}
	p.choice = p.choice[:n]
	for i := n + maxMatch; i > n; i-- {
		p.minima.push(i, never)
	}
	p.minima.push(n, 0)
	z, r := len(zones)-1, len(g.repeats)-1
	for end := n; end > 0; {
		for z > 0 && zones[z-1].end >= end {
			z--
		}
		begin := 0
		if z > 0 {
			begin = zones[z-1].end
		}
		if r >= 0 && g.repeats[r].to == end {
			p.stretch(data, g.repeats[r], g, zones[:z+1])
			end = g.repeats[r].from
			r--
			continue
		}
		if r >= 0 {
			begin = max(begin, g.repeats[r].to)
		}
		p.zone(data, begin, end, g, zones[z].costs, close)
		end = begin
	}
	return p.follow(tokens, data)
}

// follow appends the tokens of the path that was found.
func (p *parser) follow(tokens []token, data []byte) []token {
	for i := 0; i < len(data); {
		m := p.choice[i]
		if l := m.length(); l > 1 {
			tokens = append(tokens, match(l, m.distLess1()+1))
			i += l
		} else {
			tokens = append(tokens, literal(data[i]))
			i++
		}
	}
	return tokens
}

// stretch chooses for a stretch: matches of 258 at the cheapest distance. Who
// comes into the first of them by a match from before goes on to its end; the
// others are entered at their begin only.
func (p *parser) stretch(data []byte, r stretch, g *gatherer, zones []zone) {
	z := len(zones) - 1
	cost := p.minima.at(r.to)
	for i := r.to - maxMatch; ; i -= maxMatch {
		for z > 0 && zones[z-1].end > i {
			z--
		}
		if i == r.from {
			break
		}
		dist, c := g.cheapest(r.likely, zones[z].costs)
		p.choice[i] = makeFound(maxMatch, dist)
		cost += zones[z].costs.length[maxMatch] + c
	}
	c := zones[z].costs
	dist, distCost := g.cheapest(r.likely, c)
	for l := 1; l <= maxMatch; l++ {
		i := r.from + maxMatch - l
		if l < minMatch {
			p.choice[i] = makeFound(1, 1)
			p.minima.push(i, cost+uint32(l)*c.lit[data[i]])
			continue
		}
		p.choice[i] = makeFound(l, dist)
		p.minima.push(i, cost+c.length[l]+distCost)
	}
}

// zone chooses for the positions from begin to end.
func (p *parser) zone(data []byte, begin, end int, g *gatherer, c *costs, close places) {
	var floor [maxMatch + 1]uint32 // of the lengths' costs, where there is a check
	cheapest := uint32(never)
	for l := minMatch; l <= maxMatch; l++ {
		cheapest = min(cheapest, c.length[l])
		floor[l] = cheapest
	}
	m := &p.minima
	cost := m.at(end)
	for i := end - 1; i >= begin; i-- {
		best := cost + c.lit[data[i]]
		list := g.at(i)
		if !close.has(i) {
			choice := found(1 << 20)
			for _, f := range list {
				l := f.length()
				if v := m.at(i+l) + c.length[l] + c.dist[f.distSym()]; v < best {
					best, choice = v, f
				}
			}
			p.choice[i] = choice
			cost = best
			m.push(i, cost)
			continue
		}
		dist, from, to := found(0), 0, 0
		least := ^uint32(0)
		var leastDist found
	search:
		for k := len(list) - 1; k >= 0; k-- {
			f := list[k]
			// From here on, lengths are short enough for this distance as well.
			if d := c.dist[f.distSym()]; d < least {
				least, leastDist = d, f
			}
			shorter := minMatch - 1
			if k > 0 {
				shorter = list[k-1].length()
			}
			for l := f.length(); l > shorter; {
				s := lengthSym[l]
				a := max(int(lengthBase[s]), shorter+1)
				// All lengths of a symbol are a range that minima has as such.
				v := m[lengthExtra[s]&(levels-1)][(i+a)&(ring-1)]
				if l-a != 1<<lengthExtra[s]-1 {
					v = m.least(i+a, i+l)
				}
				if v += c.length[a] + least; v < best {
					best, dist, from, to = v, leastDist, a, l
				}
				l = a - 1
				if checked[l] && p.hopeless(i, l, best-min(best, floor[l]+least)) {
					low := least
					for _, f := range list[:k] {
						low = min(low, c.dist[f.distSym()])
					}
					if low == least || p.hopeless(i, l, best-min(best, floor[l]+low)) {
						break search
					}
				}
			}
		}
		p.choice[i] = 1 << 20
		if to > 0 {
			// Of the lengths that cost the same, the longest.
			for want := m.least(i+from, i+to); to > from && m.at(i+to) != want; {
				to--
			}
			p.choice[i] = dist&(1<<20-1) | found(to)<<20
		}
		cost = best
		m.push(i, cost)
	}
}

// hopeless tells that no rest behind a length from 3 to l at i costs less than
// limit.
func (p *parser) hopeless(i, l int, limit uint32) bool {
	return p.minima.least(i+minMatch, i+l) >= limit
}

// checked are the lengths, each the greatest of a symbol, at which it pays to
// see if any length up to there can win.
var checked = [maxMatch + 1]bool{10: true, 18: true, 34: true, 66: true, 130: true, 162: true, 194: true, 226: true, 257: true}
