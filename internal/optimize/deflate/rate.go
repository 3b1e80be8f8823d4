package deflate

import (
	"encoding/binary"
	"math"
	"slices"
)

// Rater tells what a row would take if it came next, to choose among variants
// of each row. It keeps the rows that were chosen as the history that matches
// refer to, and the statistics of the symbols that they took. Its memory is
// kept between uses; the zero value is ready.
type Rater struct {
	data   []byte // the chosen rows, then the row being rated
	done   int    // bytes of chosen rows
	origin int    // see lazyFinder
	head   [1 << rateHashBits]int32
	trial  [1 << rateHashBits]trialEntry // the same within the row being rated
	epoch  int32
	likely []int // distances that are always looked at
	stats  counts
	costs  costs
	sum    []uint32 // of the literals' costs in the row, up to each byte
	tokens []token
}

// trialEntry is a position in the row that was rated in an epoch.
type trialEntry struct{ epoch, at int32 }

const rateHashBits = 15

// statsWindow is how many symbols, about, are remembered.
const statsWindow = 1 << 20

// forget halves the counts until they are no more than statsWindow.
func (c *counts) forget() {
	n := uint32(0)
	for _, f := range c.lit {
		n += f
	}
	for ; n > statsWindow; n /= 2 {
		for i := range c.lit {
			c.lit[i] -= c.lit[i] / 2
		}
		for i := range c.dist {
			c.dist[i] -= c.dist[i] / 2
		}
	}
}

// Reset begins a new sequence of rows, of size bytes together: of row bytes
// each, where pixels have so many bytes, with statistics like those of a draft.
func (r *Rater) Reset(size, pixel, row int, d *Draft) {
	r.origin += len(r.data) + 1
	if r.origin > math.MaxInt32-size-2 || r.epoch > math.MaxInt32/2 {
		r.origin, r.epoch = 0, 0
		clear(r.head[:])
		clear(r.trial[:])
	}
	r.data, r.done = slices.Grow(r.data[:0], size), 0
	r.likely = r.likely[:0]
	for _, d := range [...]int{pixel, row, 1, 2 * row} {
		if d <= windowSize && !slices.Contains(r.likely, d) {
			r.likely = append(r.likely, d)
		}
	}
	r.stats = counts{}
	for _, s := range d.segments {
		for i := range s.blocks {
			r.stats.sum(&r.stats, &s.blocks[i].counts)
		}
	}
	r.stats.forget()
	r.costs.fromCounts(&r.stats)
}

// Rate is about what row costs, in units that are the same until the next call
// of Commit. It gives up when that is limit or more.
func (r *Rater) Rate(row []byte, limit int) int {
	r.epoch++
	r.data = append(r.data[:r.done], row...)
	r.sum = append(r.sum[:0], 0)
	s := uint32(0)
	for _, b := range row {
		s += r.costs.lit[b]
		r.sum = append(r.sum, s)
	}
	return r.parse(limit)
}

// Commit appends row to those that were chosen.
func (r *Rater) Commit(row []byte) {
	r.Rate(row, math.MaxInt)
	r.stats.add(r.tokens)
	r.stats.forget()
	r.costs.fromCounts(&r.stats)
	for i := r.done; i+4 <= len(r.data); i++ {
		r.head[rateHash(r.data[i:])] = int32(r.origin + i + 1)
	}
	r.done = len(r.data)
}

func rateHash(b []byte) uint32 {
	return hash4(binary.LittleEndian.Uint32(b)) >> (hash4Bits - rateHashBits)
}

// parse sets tokens to a lazy parse of the row and returns its cost.
func (r *Rater) parse(limit int) int {
	const good = 32
	r.tokens = r.tokens[:0]
	cost := 0
	for i := r.done; i < len(r.data) && cost < limit; {
		m := r.best(i)
		for m.length != 0 && m.length < good {
			next := r.best(i + 1)
			if next.saves <= m.saves {
				break
			}
			cost += int(r.costs.lit[r.data[i]])
			r.tokens = append(r.tokens, literal(r.data[i]))
			i++
			m = next
		}
		if m.length == 0 {
			cost += int(r.costs.lit[r.data[i]])
			r.tokens = append(r.tokens, literal(r.data[i]))
			i++
			continue
		}
		cost += m.cost
		r.tokens = append(r.tokens, match(m.length, uint32(m.dist)))
		i += m.length
	}
	return cost
}

// saving is a match, its cost, and what it saves against literals.
type saving struct{ saves, cost, length, dist int }

// best finds the match at i that saves most: none with length 0.
func (r *Rater) best(i int) (m saving) {
	rest := r.data[i:min(len(r.data), i+maxMatch)]
	if len(rest) < 4 {
		return m
	}
	v := binary.LittleEndian.Uint32(rest) << 8
	for _, d := range r.likely {
		if p := i - d; p >= 0 && binary.LittleEndian.Uint32(r.data[p:])<<8 == v {
			r.try(&m, i, p, rest)
		}
	}
	h := rateHash(rest)
	if e := r.trial[h]; e.epoch == r.epoch && i-int(e.at) <= windowSize && binary.LittleEndian.Uint32(r.data[e.at:])<<8 == v {
		r.try(&m, i, int(e.at), rest)
	}
	r.trial[h] = trialEntry{r.epoch, int32(i)}
	if p := int(r.head[h]) - r.origin - 1; p >= 0 && i-p <= windowSize && binary.LittleEndian.Uint32(r.data[p:])<<8 == v {
		r.try(&m, i, p, rest)
	}
	return m
}

// try sees whether the match of rest, at i, with position p, of which 3 bytes
// are known to be equal, is better than m.
func (r *Rater) try(m *saving, i, p int, rest []byte) {
	there := r.data[p : p+len(rest)]
	if m.length < len(rest) && there[m.length] != rest[m.length] {
		return
	}
	k := i - r.done
	l := MatchLen(there, rest, minMatch)
	cost := int(r.costs.length[l] + r.costs.dist[distSymOf(uint32(i-p-1))])
	if s := int(r.sum[k+l]-r.sum[k]) - cost; s > m.saves {
		*m = saving{s, cost, l, i - p}
	}
}
