package png

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"imgpool/internal/optimize/deflate"
)

// rowParser tells what a row would take behind others: it parses it in the
// cheapest way that it finds. The rows before it, the path, can be taken back.
type rowParser struct {
	n      int     // bytes of a row, its filter type included
	data   []byte  // the path, then the row being rated
	done   int     // bytes of the path
	head   []int32 // latest position by the hash of 4 bytes, -1 for none
	prev   []int32 // by position, modulo its length: the one before with its hash
	likely []repeated
	found  []rowMatch // in the row being rated, those of one position by rising length
	ends   []int32    // by position in the row: where its matches end in found
	cost   []int32    // by position in the row: of the rest from there
	choice []rowMatch // by position in the row: length 1 is a literal
	start  int        // position in the row where its first own token begins
}

type rowMatch struct{ length, dist int32 }

// repeated follows the equality of the data with itself at a distance that is
// tried at every position.
type repeated struct{ dist, end int }

const (
	rowHashBits = 15
	rowLong     = 48 // a match this long is followed, not searched behind
	rowDepth    = 16 // positions looked at
)

// reset begins a path with no rows: of n bytes each, at most rows of them, of
// which back can be taken back at once, with so many bytes in a pixel.
func (p *rowParser) reset(n, rows, back, pixel int) {
	p.n, p.done = n, 0
	p.data = slices.Grow(p.data[:0], n*rows)
	// What is taken back must not have overwritten what is in the window then.
	ring := 1 << bits.Len(uint(deflate.WindowSize+back*n))
	p.prev = slices.Grow(p.prev[:0], ring)[:ring]
	if p.head == nil {
		p.head = make([]int32, 1<<rowHashBits)
	}
	for i := range p.head {
		p.head[i] = -1
	}
	p.likely = p.likely[:0]
	for _, d := range [...]int{n, pixel, 2 * n} {
		if d <= deflate.WindowSize {
			p.likely = append(p.likely, repeated{dist: d})
		}
	}
	p.cost = slices.Grow(p.cost[:0], n+1)[:n+1]
	p.choice = slices.Grow(p.choice[:0], n)[:n]
	p.ends = slices.Grow(p.ends[:0], n)[:n]
}

func rowHash(b []byte) uint32 {
	return binary.LittleEndian.Uint32(b) * 0x9e3779b1 >> (32 - rowHashBits)
}

// enter makes the positions of data[from:to] findable, as far as there are 4
// bytes.
func (p *rowParser) enter(from, to int) {
	mask := len(p.prev) - 1
	for i := max(0, from); i < min(to, len(p.data)-3); i++ {
		h := rowHash(p.data[i:])
		p.prev[i&mask] = p.head[h]
		p.head[h] = int32(i)
	}
}

// leave takes back the positions from on that were entered.
func (p *rowParser) leave(from int) {
	mask := len(p.prev) - 1
	for i := len(p.data) - 4; i >= max(0, from); i-- {
		p.head[rowHash(p.data[i:])] = p.prev[i&mask]
	}
}

// push appends row to the path.
func (p *rowParser) push(row []byte) {
	p.data = append(p.data[:p.done], row...)
	p.enter(p.done-3, len(p.data))
	p.done = len(p.data)
}

// pop takes back the path's last row.
func (p *rowParser) pop() {
	p.data = p.data[:p.done]
	p.done -= p.n
	p.leave(p.done - 3)
	p.data = p.data[:p.done]
}

// rate is what row costs behind the path, whose last token is tail: a match, if
// its length is not 0, that may go on in the row. It also returns the row's own
// tail.
func (p *rowParser) rate(row []byte, tail rowMatch, c *symbolCosts) (cost int, next rowMatch) {
	p.data = append(p.data[:p.done], row...)
	p.search()
	p.leave(p.done - 3)
	p.parse(row, c)
	p.start = 0
	if tail.length != 0 && tail.length < deflate.MaxMatch {
		rest := row[:min(len(row), int(deflate.MaxMatch-tail.length))]
		l := deflate.MatchLen(p.data[p.done-int(tail.dist):], rest, 0)
		if p.cost[l] < p.cost[0] {
			p.start = l
		}
	}
	return int(p.cost[p.start]), p.tail(tail)
}

// tail is the last token of the row rated last, behind a path that ends in
// before.
func (p *rowParser) tail(before rowMatch) rowMatch {
	if p.start == p.n {
		return rowMatch{before.length + int32(p.n), before.dist}
	}
	i := p.start
	for i+int(p.choice[i].length) < p.n {
		i += int(p.choice[i].length)
	}
	if m := p.choice[i]; m.length > 1 {
		return m
	}
	return rowMatch{}
}

// search finds the matches in the row behind the path, and enters it.
func (p *rowParser) search() {
	p.found = p.found[:0]
	p.enter(p.done-3, p.done)
	for k := range p.likely {
		p.likely[k].end = p.done
	}
	mask := len(p.prev) - 1
	var carry rowMatch // of the position before
	for i := p.done; i < len(p.data); i++ {
		rest := p.data[i:min(len(p.data), i+deflate.MaxMatch)]
		best := p.repeats(i, len(rest))
		if len(rest) >= 4 {
			h := rowHash(rest)
			if carry.length > rowLong {
				carry.length--
				if int(carry.length) > best {
					p.found = append(p.found, carry)
				}
			} else if best < rowLong {
				best = p.chain(i, int(p.head[h]), best, rest)
				if best > rowLong {
					carry = p.found[len(p.found)-1]
				}
			}
			p.prev[i&mask] = p.head[h]
			p.head[h] = int32(i)
		}
		p.ends[i-p.done] = int32(len(p.found))
	}
}

// repeats keeps the matches at the likely distances and returns the length of
// the longest, at least 2.
func (p *rowParser) repeats(i, most int) int {
	best := 2
	for k := range p.likely {
		r := &p.likely[k]
		if r.end <= i {
			r.end = i
			if i < r.dist || p.data[i] != p.data[i-r.dist] {
				continue
			}
			r.end = i + deflate.MatchLen(p.data[i-r.dist:], p.data[i:], 1)
		}
		if l := min(r.end-i, most); l > best {
			best = l
			p.found = append(p.found, rowMatch{int32(l), int32(r.dist)})
		}
	}
	return best
}

// chain keeps the matches, longer than best, from position at back, and returns
// the length of the longest.
func (p *rowParser) chain(i, at, best int, rest []byte) int {
	mask := len(p.prev) - 1
	best = max(best, 3)
	for depth := rowDepth; at >= 0 && depth > 0 && i-at <= deflate.WindowSize && best < len(rest); depth-- {
		if there := p.data[at:]; there[best] == rest[best] {
			if l := deflate.MatchLen(there, rest, 0); l > best {
				best = l
				p.found = append(p.found, rowMatch{int32(l), int32(i - at)})
			}
		}
		at = int(p.prev[at&mask])
	}
	return best
}

// parse finds the cheapest way through the row's matches, from its end.
func (p *rowParser) parse(row []byte, c *symbolCosts) {
	const (
		short = 10 // of a match, the lengths up to this one are tried
		close = 3  // and those less than its own by no more than this
	)
	n := len(row)
	p.cost[n] = 0
	end := p.ends[n-1]
	for i := n - 1; i >= 0; i-- {
		best, pick := p.cost[i+1]+c.literal[row[i]], rowMatch{length: 1}
		from := int32(0)
		if i > 0 {
			from = p.ends[i-1]
		}
		shorter := int32(2)
		for _, m := range p.found[from:end] {
			d := c.distance[deflate.DistanceSymbol(int(m.dist))]
			for l := m.length; l > shorter; l-- {
				if l < m.length-close && l > short {
					l = max(short, shorter+1)
				}
				if v := p.cost[i+int(l)] + c.length[l] + d; v < best {
					best, pick = v, rowMatch{l, m.dist}
				}
			}
			shorter = m.length
		}
		p.cost[i], p.choice[i], end = best, pick, from
	}
}

// count adds the symbols of the row rated last to c.
func (p *rowParser) count(row []byte, c *symbolCounts) {
	for i := p.start; i < len(row); {
		m := p.choice[i]
		if m.length == 1 {
			c.literal[row[i]]++
		} else {
			c.literal[deflate.FirstLength+deflate.LengthSymbol(int(m.length))]++
			c.distance[deflate.DistanceSymbol(int(m.dist))]++
		}
		c.tokens++
		i += int(m.length)
	}
}
