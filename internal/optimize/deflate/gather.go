package deflate

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A segment is worked on as a whole: its matches are gathered once and kept
// for all passes of the parser.
const (
	maxSegment = 1 << 19 // bytes, and an eighth more for the last
	maxFound   = 1 << 21 // matches kept
	fewFound   = 2       // matches that every position may keep in any case
)

// segmentEnd is the end of the segment that begins at at, of n bytes.
func segmentEnd(at, n int) int {
	if n-at <= maxSegment+maxSegment/8 {
		return n
	}
	return at + maxSegment
}

// gathered is what was found in a segment; positions count from its begin.
type gathered struct {
	found   []found  // of all positions, those of one by rising length
	ends    []uint32 // by position: where its matches end in found
	repeats []stretch
}

// A stretch from position from to to repeats what is before it, at each of the
// likely distances whose bit is set. Its length is a multiple of maxMatch.
type stretch struct {
	from, to int
	likely   uint32
}

// at lists the matches at i, by rising length.
func (g *gathered) at(i int) []found {
	if i == 0 {
		return g.found[:g.ends[0]]
	}
	return g.found[g.ends[i-1]:g.ends[i]]
}

// gatherer fills gathered.
type gatherer struct {
	gathered
	finder finder
	likely []repeat // distances tried at every position, the likeliest first
	runs   [2]repeat
	calm   int // before here, no stretch begins
}

// gatherParams are the limits of the search for matches.
type gatherParams struct {
	depth  int   // tree nodes looked at
	likely []int // distances to try at every position, the likeliest first
	period int   // of runs, besides 1: the bytes of a pixel
	// thorough has every position searched, also inside of long matches.
	thorough bool
}

// Of the positions in a stretch, one in sparse is entered, and the last few;
// of those inside of a long match, one in insideSparse.
const (
	sparse       = 16
	insideSparse = 16
	stretchEnds  = 8
	lookAhead    = 1 << 12 // bytes in which a long match is followed at once
)

// reset forgets all positions, for size bytes of new data.
func (g *gatherer) reset(size int) {
	g.finder.reset(size)
	g.runs = [2]repeat{}
}

// gather finds the matches of data[from:to], a segment; what is before it was
// gathered before.
func (g *gatherer) gather(data []byte, from, to int, q gatherParams) {
	g.found, g.ends, g.repeats, g.likely = g.found[:0], g.ends[:0], g.repeats[:0], g.likely[:0]
	const perPosition = maxFound / maxSegment
	g.found = slices.Grow(g.found, min(maxFound, perPosition*(to-from)))
	g.ends = slices.Grow(g.ends, to-from)
	g.calm = from
	for _, d := range q.likely {
		g.likely = append(g.likely, repeat{dist: d})
	}
	for i := from; i < to; {
		if n, likely := g.stretch(data, i, to); n > 0 && !q.thorough {
			g.repeats = append(g.repeats, stretch{i - from, i + n - from, likely})
			for stop := i + n; i < stop; i++ {
				if i%sparse == 0 || i >= stop-stretchEnds {
					g.enter(data, i, &q, false)
				}
				g.ends = append(g.ends, uint32(len(g.found)))
			}
			continue
		}
		start := len(g.found)
		g.enter(data, i, &q, true)
		i++
		if n := len(g.found); n > start+fewFound && n+fewFound*(to-i) > maxFound {
			g.found = append(g.found[:start], g.found[n-fewFound:]...)
		}
		g.ends = append(g.ends, uint32(len(g.found)))
		if n := len(g.found); n > start {
			if m := g.found[n-1]; m.length() == maxMatch && !q.thorough {
				i = g.inside(data, i, to, m, &q)
			}
		}
	}
}

// inside goes over the positions from i on that are covered by the match m, of
// the position before, followed beyond maxMatch. Its distance and the likely
// ones are all that they have: a search would hardly find better. It returns
// the first position that it did not do, a little before the match's end.
func (g *gatherer) inside(data []byte, i, to int, m found, q *gatherParams) int {
	dist := int(m.distLess1()) + 1
	ahead := min(len(data), i+lookAhead)
	end := i + MatchLen(data[i-dist:ahead-dist], data[i:ahead], maxMatch-1)
	stop := end - stretchEnds
	if end == ahead && ahead < len(data) {
		stop = end - maxMatch // it may go on
	}
	rank := 0 // of the likely distances, those that are likelier
	for rank < len(g.likely) && g.likely[rank].dist != dist {
		rank++
	}
	for ; i < min(stop, to); i++ {
		if i%insideSparse == 0 {
			g.enter(data, i, q, false)
		}
		if len(g.found)+fewFound*(to-i) < maxFound {
			start := len(g.found)
			g.found = append(g.found, makeFound(min(end-i, maxMatch), dist))
			g.addLikely(start, data, i, min(maxMatch, len(data)-i), g.likely[:rank])
		}
		g.ends = append(g.ends, uint32(len(g.found)))
	}
	return i
}

// stretch sees whether at i begins a stretch, and returns its length and the
// likely distances that it repeats at. It leaves maxMatch bytes or more of the
// repetition behind it, and ends where one at a smaller distance begins.
func (g *gatherer) stretch(data []byte, i, to int) (n int, likely uint32) {
	if i < g.calm {
		return 0, 0
	}
	dist, stop := windowSize+1, 0
	g.calm = to
	for k := range g.likely {
		r := &g.likely[k]
		next := r.next(data, i)
		g.calm = min(g.calm, next)
		if next == i && r.dist < dist {
			dist, stop = r.dist, min(to, r.end)-maxMatch
		}
	}
	for k := range g.likely {
		if r := &g.likely[k]; r.dist < dist && stop > 0 {
			stop = min(stop, r.next(data, i))
		}
	}
	if n = (stop - i) / maxMatch * maxMatch; n <= 0 {
		return 0, 0
	}
	for k := range g.likely {
		if g.likely[k].left(data, i) >= n {
			likely |= 1 << k
		}
	}
	return n, likely
}

// enter puts i into the finder and, if asked to, keeps its matches.
func (g *gatherer) enter(data []byte, i int, q *gatherParams, keep bool) {
	longest := min(maxMatch, len(data)-i)
	if longest < 5 {
		return
	}
	start := len(g.found)
	pl := place{i, longest, g.run(data, i, q.period)}
	if pl.run <= maxMatch {
		g.found = g.finder.enter(g.found, keep, data, pl, q.depth)
	}
	if keep {
		g.addLikely(start, data, i, longest, g.likely)
	}
}

// minRun is the least length of a run that changes the finder's key.
const minRun = 8

// run is the length of the run at i, 0 if it is not one.
func (g *gatherer) run(data []byte, i, period int) int {
	n := 0
	for k, d := range [2]int{1, period} {
		if d == 0 {
			break
		}
		r := &g.runs[k]
		r.dist = d
		if at := i + d; r.end > at {
			n = max(n, r.left(data, at))
		} else if at+minRun <= len(data) &&
			binary.LittleEndian.Uint64(data[i:]) == binary.LittleEndian.Uint64(data[at:]) {
			n = max(n, r.left(data, at))
		}
	}
	if n < minRun {
		return 0
	}
	return n
}

// addLikely adds the matches at the likely distances to those at i, found from
// start on. A farther match that is no longer may still be cheaper, where its
// distance is a common one. At least 4 bytes are left at i.
func (g *gatherer) addLikely(start int, data []byte, i, longest int, likely []repeat) {
	v := binary.LittleEndian.Uint32(data[i:])
	best := minMatch - 1
	for k := range likely {
		r := &likely[k]
		l := r.end - i
		if l < minMatch {
			// The comparison of 3 bytes is all that most positions need.
			if i < r.dist || (binary.LittleEndian.Uint32(data[i-r.dist:])^v)<<8 != 0 {
				continue
			}
			l = r.left(data, i)
		} else if l < longest && r.end < len(data) && data[r.end] == data[r.end-r.dist] {
			l = r.left(data, i) // the end was only as far as it was looked at
		}
		if l = min(l, longest); l <= best {
			continue // a likelier distance does as well
		}
		best = l
		g.insert(start, makeFound(l, r.dist))
	}
}

// insert adds m to the matches found from start on, unless it is one of them.
func (g *gatherer) insert(start int, m found) {
	at := len(g.found)
	for at > start && g.found[at-1] > m {
		at--
	}
	if at > start && g.found[at-1] == m {
		return
	}
	g.found = append(g.found, m)
	for k := len(g.found) - 1; k > at; k-- {
		g.found[k], g.found[k-1] = g.found[k-1], m
	}
}

// repeat follows the equality of the data with itself at a distance.
type repeat struct {
	dist int
	end  int // first position from the present one on that differs from the one dist before it
	long int // before here, no 2*maxMatch bytes from one position on are equal
}

// next is the first position from i on that has 2*maxMatch bytes left, or one
// before it that is far ahead.
func (r *repeat) next(data []byte, i int) int {
	if r.long > i {
		return r.long
	}
	const want = 2 * maxMatch
	if r.left(data, i) >= want {
		r.long = i
		return i
	}
	// Look from the end of a window of that many bytes: where it differs, a
	// window must begin behind that.
	j := max(r.end+1, r.dist)
	for stop := min(i+1<<14, len(data)-want); j < stop; {
		k := j + want - 1
		for k >= j && data[k] == data[k-r.dist] {
			k--
		}
		if k < j {
			break
		}
		j = k + 1
	}
	if j >= len(data)-want {
		j = len(data)
	}
	r.long = j
	return j
}

// left is the number of bytes from i on that equal those dist before; of more
// than 2*maxMatch not all may be counted.
func (r *repeat) left(data []byte, i int) int {
	r.end = max(r.end, i)
	if at := r.end; at-i < 2*maxMatch && i >= r.dist && at < len(data) && data[at] == data[at-r.dist] {
		limit := min(len(data), at+1<<14)
		r.end = at + MatchLen(data[at-r.dist:limit-r.dist], data[at:limit], 1)
	}
	return r.end - i
}

// cheapest is that of the likely distances whose bit is set that costs least,
// and its cost.
func (g *gatherer) cheapest(likely uint32, c *costs) (dist int, cost uint32) {
	cost = ^uint32(0)
	for ; likely != 0; likely &= likely - 1 {
		d := g.likely[bits.TrailingZeros32(likely)].dist
		if v := c.dist[distSymOf(uint32(d-1))]; v < cost {
			dist, cost = d, v
		}
	}
	return dist, cost
}
