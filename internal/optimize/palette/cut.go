package palette

import "slices"

// box is a run of entries that one colour of the palette stands for.
type box struct {
	from, to int // in the order of the cutter
	sum      moments
	error    float64 // Σ weight·distance² to the mean
}

// moments are weighted sums over entries.
type moments struct {
	weight     int64
	r, g, b, t int64
	squares    float64 // Σ weight·|at|²
}

func (m *moments) add(e *entry) {
	w := int64(e.weight)
	p := e.at
	m.weight += w
	m.r += w * int64(p.r)
	m.g += w * int64(p.g)
	m.b += w * int64(p.b)
	m.t += w * int64(p.t)
	m.squares += float64(w * int64(p.r*p.r+p.g*p.g+p.b*p.b+p.t*p.t))
}

func (m *moments) addAll(n *moments) {
	m.weight += n.weight
	m.r += n.r
	m.g += n.g
	m.b += n.b
	m.t += n.t
	m.squares += n.squares
}

func (m *moments) minus(n *moments) moments {
	return moments{m.weight - n.weight, m.r - n.r, m.g - n.g, m.b - n.b, m.t - n.t, m.squares - n.squares}
}

// energy is |Σ weight·at|²/Σ weight. The conversions keep the compiler from fusing operations, which would make the
// palette depend on the processor.
func (m *moments) energy() float64 {
	if m.weight == 0 {
		return 0
	}
	r, g, b, t := float64(m.r), float64(m.g), float64(m.b), float64(m.t)
	return (float64(float64(r*r)+float64(g*g)) + float64(float64(b*b)+float64(t*t))) / float64(m.weight)
}

func (m *moments) mean() point {
	return point{rounded(m.r, m.weight), rounded(m.g, m.weight), rounded(m.b, m.weight), rounded(m.t, m.weight)}
}

func rounded(v, n int64) int32 {
	if v < 0 {
		return int32(-((-v + n/2) / n))
	}
	return int32((v + n/2) / n)
}

// cutter cuts the entries into boxes, always the box of the largest error, where that leaves the least error.
type cutter struct {
	entries []entry
	order   []int32
	boxes   []box
	total   float64 // error of all boxes
	cuts    []cut   // what was done, the last at the end
}

// cut is a box as it was before it was cut, and its index. The second half became the last box.
type cut struct {
	box
	at int
}

// newCutter starts with a box for each class of colours that there is.
func newCutter(entries []entry) *cutter {
	c := &cutter{entries: entries, order: make([]int32, 0, len(entries))}
	for _, in := range [...]func(t int32) bool{
		func(t int32) bool { return t == clearT },
		func(t int32) bool { return t != clearT && t != opaqueT },
		func(t int32) bool { return t == opaqueT },
	} {
		from := len(c.order)
		for i := range entries {
			if in(entries[i].at.t) {
				c.order = append(c.order, int32(i))
			}
		}
		if len(c.order) > from {
			b := c.measure(from, len(c.order))
			c.boxes = append(c.boxes, b)
			c.total += b.error
		}
	}
	return c
}

// measure makes the box of a run of entries.
func (c *cutter) measure(from, to int) box {
	b := box{from: from, to: to}
	for _, i := range c.order[from:to] {
		b.sum.add(&c.entries[i])
	}
	if to-from > 1 {
		b.error = max(b.sum.squares-b.sum.energy(), 0)
	}
	return b
}

// cut makes one box more; false if every box holds a single colour.
func (c *cutter) cut() bool {
	for {
		worst := 0
		for i := range c.boxes {
			if c.boxes[i].error > c.boxes[worst].error {
				worst = i
			}
		}
		b := c.boxes[worst]
		if b.error <= 0 {
			return false
		}
		c.total -= b.error
		at := c.split(&b)
		if at <= b.from || at >= b.to {
			c.boxes[worst].error = 0
			continue
		}
		one, two := c.measure(b.from, at), c.measure(at, b.to)
		c.total = max(c.total+one.error+two.error, 0)
		c.cuts = append(c.cuts, cut{b, worst})
		c.boxes[worst] = one
		c.boxes = append(c.boxes, two)
		return true
	}
}

// bins is how finely split looks for the place to cut.
const bins = 64

// split orders a box's entries so that those on the low side of the best cut come first, and returns where the others
// begin.
func (c *cutter) split(b *box) int {
	run := c.order[b.from:b.to]
	axis, low, high := c.widest(b)
	if low == high {
		return b.from
	}
	var sums [bins]moments
	scale := (int64(bins)<<32 - 1) / int64(high-low+1)
	for _, i := range run {
		e := &c.entries[i]
		sums[int64(axis(e.at)-low)*scale>>32].add(e)
	}
	var left moments
	best, cut := -1.0, 0
	for i := range bins - 1 {
		left.addAll(&sums[i])
		right := b.sum.minus(&left)
		if left.weight == 0 || right.weight == 0 {
			continue
		}
		if e := left.energy() + right.energy(); e > best {
			best, cut = e, i
		}
	}
	if best < 0 {
		return b.from
	}
	n := 0
	for i, k := range run {
		if int(int64(axis(c.entries[k].at)-low)*scale>>32) <= cut {
			run[i], run[n] = run[n], run[i]
			n++
		}
	}
	return b.from + n
}

// widest returns the axis in which a box's entries vary the most, and their least and greatest value there.
func (c *cutter) widest(b *box) (axis func(point) int32, low, high int32) {
	mean := b.sum.mean()
	var r, g, bl, t float64
	least, most := point{1 << 30, 1 << 30, 1 << 30, 1 << 30}, point{-1 << 30, -1 << 30, -1 << 30, -1 << 30}
	for _, i := range c.order[b.from:b.to] {
		e := &c.entries[i]
		w, p := int64(e.weight), e.at
		dr, dg, db, dt := int64(p.r-mean.r), int64(p.g-mean.g), int64(p.b-mean.b), int64(p.t-mean.t)
		r += float64(w * dr * dr)
		g += float64(w * dg * dg)
		bl += float64(w * db * db)
		t += float64(w * dt * dt)
		least = point{min(least.r, p.r), min(least.g, p.g), min(least.b, p.b), min(least.t, p.t)}
		most = point{max(most.r, p.r), max(most.g, p.g), max(most.b, p.b), max(most.t, p.t)}
	}
	switch max(r, g, bl, t) {
	case g:
		return func(p point) int32 { return p.g }, least.g, most.g
	case r:
		return func(p point) int32 { return p.r }, least.r, most.r
	case bl:
		return func(p point) int32 { return p.b }, least.b, most.b
	}
	return func(p point) int32 { return p.t }, least.t, most.t
}

// means returns the middle of each box as they were when there were n, or as many as come next to that; and makes that
// the choice of the entries. A run holds the entries that it held then, in whatever order.
func (c *cutter) means(n int) []point {
	boxes := slices.Clone(c.boxes)
	for i := len(c.cuts) - 1; i >= 0 && len(boxes) > n; i-- {
		boxes = boxes[:len(boxes)-1]
		boxes[c.cuts[i].at] = c.cuts[i].box
	}
	places := make([]point, len(boxes))
	for i := range boxes {
		b := &boxes[i]
		places[i] = b.sum.mean()
		for _, k := range c.order[b.from:b.to] {
			c.entries[k].choice = uint8(i)
		}
	}
	return places
}
