package palette

// settler finds the nearest of some places for each entry and moves the places to the means of theirs (k-means).
type settler struct {
	places []point
	apart  []int32     // squared distance of each two places, row by row
	near   []neighbour // nearby for each place, the nearest first
}

// neighbour is the index of a place, in the lowest 8 bits, and its squared distance from another one.
type neighbour uint64

func (n neighbour) apart() int32 { return int32(n >> 8) }

// nearby is how many neighbours of a place are kept in order.
const nearby = 16

// beyond is farther away than any neighbour.
const beyond neighbour = 1 << (30 + 8)

// measure fills apart and near.
func (s *settler) measure() {
	n := len(s.places)
	if cap(s.apart) < n*n {
		s.apart = make([]int32, n*n)
		s.near = make([]neighbour, n*nearby)
	}
	s.apart, s.near = s.apart[:n*n], s.near[:n*nearby]
	for i := range s.near {
		s.near[i] = beyond
	}
	for i, p := range s.places {
		row, column := s.apart[i*n:][:i], s.apart[i:]
		mine := (*[nearby]neighbour)(s.near[i*nearby:])
		for j := range row {
			d := distance(p, s.places[j])
			row[j], column[j*n] = d, d
			insert(mine, neighbour(d)<<8|neighbour(j))
			insert((*[nearby]neighbour)(s.near[j*nearby:]), neighbour(d)<<8|neighbour(i))
		}
	}
}

// insert puts v where it belongs among the nearest so far.
func insert(list *[nearby]neighbour, v neighbour) {
	if v >= list[nearby-1] {
		return
	}
	at := nearby - 1
	for at > 0 && list[at-1] > v {
		list[at] = list[at-1]
		at--
	}
	list[at] = v
}

// nearest returns a place that is nearest to p and its squared distance; guess is where it looks first.
func (s *settler) nearest(p point, guess uint8) (uint8, int32) {
	best, d := guess, distance(p, s.places[guess])
	for from := -1; from != int(best); {
		from = int(best)
		// A place can be nearer only if it is within twice the distance of this one from this one.
		reach := 4 * d
		for _, n := range (*[nearby]neighbour)(s.near[from*nearby:]) {
			if n.apart() >= reach {
				return best, d
			}
			if e := distance(p, s.places[uint8(n)]); e < d {
				best, d = uint8(n), e
			}
		}
	}
	n, reach := len(s.places), 4*d
	for j, a := range s.apart[int(best)*n:][:n] {
		if a < reach {
			if e := distance(p, s.places[j]); e < d {
				best, d = uint8(j), e
			}
		}
	}
	return best, d
}

// assign gives each entry its nearest place and returns the weighted sum of the squared distances.
func (s *settler) assign(entries []entry) float64 {
	s.measure()
	sum := 0.0
	for i := range entries {
		e := &entries[i]
		var d int32
		e.choice, d = s.nearest(e.at, min(e.choice, uint8(len(s.places)-1)))
		sum += float64(int64(e.weight) * int64(d))
	}
	return sum
}

// move puts each place in the middle of the entries that chose it.
func (s *settler) move(entries []entry) {
	sums := make([]moments, len(s.places))
	for i := range entries {
		sums[entries[i].choice].add(&entries[i])
	}
	for i := range sums {
		if sums[i].weight > 0 {
			s.places[i] = sums[i].mean()
		}
	}
}
