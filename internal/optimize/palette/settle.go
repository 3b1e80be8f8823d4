package palette

// settler finds the nearest of some places for each entry and moves the places to the means of theirs (k-means).
type settler struct {
	places []point
	apart  []int32 // squared distance of each two places, row by row
}

// measure fills apart.
func (s *settler) measure() {
	n := len(s.places)
	if cap(s.apart) < n*n {
		s.apart = make([]int32, n*n)
	}
	s.apart = s.apart[:n*n]
	for i, p := range s.places {
		for j := range i {
			d := distance(p, s.places[j])
			s.apart[i*n+j], s.apart[j*n+i] = d, d
		}
	}
}

// nearest returns a place that is nearest to p and its squared distance; guess is where it looks first.
func (s *settler) nearest(p point, guess uint8) (uint8, int32) {
	best, d := guess, distance(p, s.places[guess])
	// A place can be nearer only if it is within twice the distance of the guess from the guess.
	reach := 4 * d
	n := len(s.places)
	for j, a := range s.apart[int(guess)*n:][:n] {
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
