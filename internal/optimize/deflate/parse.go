package deflate

// parser finds the cheapest tokens for a segment whose matches were gathered.
//
// It walks from the end to the start. The cost of the rest from position i on
// is the least, over a literal and the lengths of the matches at i, of the
// token's cost plus that of the rest behind it. Near the path found last all
// lengths count, elsewhere those of whole matches.
type parser struct {
	rest   rest
	choice []found // by position: the token to take; length 1 is a literal
}

// A zone is a part of a segment, up to position end in it, with its own costs.
type zone struct {
	end   int
	costs *costs
}

// rest is the cost from each of the positions ahead on, by position modulo its
// length, which is above maxMatch.
type rest [512]uint32

// beyond is the cost from a position on that is behind the segment, where a
// match may end, but no token.
const beyond = 1 << 31

func (r *rest) at(i int) uint32        { return r[uint(i)%uint(len(r))] }
func (r *rest) set(i int, cost uint32) { r[uint(i)%uint(len(r))] = cost }

// parse finds the cheapest tokens for data, a segment with matches g, by the
// costs of the zones, which cover it in order, and appends them to tokens. It
// looks closely where close has a bit, elsewhere only at whole matches.
func (p *parser) parse(tokens []token, data []byte, g *gatherer, zones []zone, close places) []token {
	n := len(data)
	if cap(p.choice) < n {
		p.choice = make([]found, n+n/8)
	}
	p.choice = p.choice[:n]
	p.rest.set(n, 0)
	for i := n + 1; i <= n+maxMatch; i++ {
		p.rest.set(i, beyond)
	}
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
	cost := p.rest.at(r.to)
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
			p.rest.set(i, cost+uint32(l)*c.lit[data[i]])
			continue
		}
		p.choice[i] = makeFound(l, dist)
		p.rest.set(i, cost+c.length[l]+distCost)
	}
}

// zone chooses for the positions from begin to end.
func (p *parser) zone(data []byte, begin, end int, g *gatherer, c *costs, close places) {
	m := &p.rest
	cost := m.at(end)
	for i := end - 1; i >= begin; i-- {
		best := cost + c.lit[data[i]]
		choice := found(1 << 20)
		if list := g.at(i); close.has(i) {
			best, choice = p.closely(list, i, c, best, choice)
		} else {
			for _, f := range list {
				l := f.length()
				if v := m.at(i+l) + c.length[l] + c.dist[f.distSym()]; v < best {
					best, choice = v, f
				}
			}
		}
		p.choice[i] = choice
		cost = best
		m.set(i, cost)
	}
}

// hope is what can be won by going on to shorter lengths: the cost of the rest
// hardly ever falls towards the begin.
const hope = 6 * costUnit

// closely chooses at i among all matches and lengths.
func (p *parser) closely(list []found, i int, c *costs, best uint32, choice found) (uint32, found) {
	low := ^uint32(0)
	for _, f := range list {
		low = min(low, c.dist[f.distSym()])
	}
	m := &p.rest
	least := ^uint32(0)
	var leastDist found
	for k := len(list) - 1; k >= 0; k-- {
		f := list[k]
		// From here on, lengths are short enough for this distance as well.
		if d := c.dist[f.distSym()]; d < least {
			least, leastDist = d, f&(1<<20-1)
		}
		shorter := minMatch - 1
		if k > 0 {
			shorter = list[k-1].length()
		}
		for l := f.length(); l > shorter; {
			a := max(int(lengthBase[lengthSym[l]]), shorter+1)
			v := c.length[l] + least
			if r := m.at(i + l); r < beyond && r+c.floor[l]+low >= best+hope {
				return best, choice
			}
			for j := l; j >= a; j-- {
				if w := m.at(i+j) + v; w < best {
					best, choice = w, leastDist|found(j)<<20
				}
			}
			l = a - 1
		}
	}
	return best, choice
}
