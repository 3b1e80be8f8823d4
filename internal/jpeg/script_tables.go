package jpeg

// plannedTable is a Huffman table that one or more components in one or more
// scans use.
type plannedTable struct {
	class       symbolClass
	tally       tally
	cost        int64 // in bits, with all that it codes
	first, last int   // the scans that use it
	slot        int   // its destination while it lives, 0 to 3
}

// shareTables makes the plan's tables, at most slots of a class (DC, AC) at a
// time: one for each use to begin with, then one for several where a header
// less saves more than the worse fit costs.
func (p *scanPlan) shareTables(h *huffBuilder, slots int) {
	p.tables = p.tables[:0]
	for i := range p.scans {
		for u := range p.scans[i].uses {
			use := &p.scans[i].uses[u]
			t := plannedTable{class: use.class, tally: use.tally, first: i, last: i}
			t.cost = t.tally.bits(h, t.class)
			use.table = p.join(&t, h, slots)
		}
	}
	for i := range p.tables {
		p.tables[i].slot = p.freeSlot(i)
	}
}

// join adds t to the plan, as a table of its own or to the one that saves most
// or, if all slots are taken, costs least. It returns its number.
func (p *scanPlan) join(t *plannedTable, h *huffBuilder, slots int) int {
	to, most := -1, int64(0)
	if p.living(t) >= slots {
		most = -maxPlannedBits
	}
	var joint plannedTable
	for i := range p.tables {
		o := &p.tables[i]
		if (o.class == dcSymbols) != (t.class == dcSymbols) || !p.stays(i, t, slots) {
			continue
		}
		sum := plannedTable{class: t.class, tally: o.tally, first: o.first, last: t.last}
		sum.tally.add(&t.tally)
		sum.cost = sum.tally.bits(h, t.class)
		if saved := o.cost + t.cost - sum.cost; saved > most {
			to, most, joint = i, saved, sum
		}
	}
	if to < 0 {
		p.tables = append(p.tables, *t)
		return len(p.tables) - 1
	}
	p.tables[to] = joint
	return to
}

// living returns how many tables of t's kind live in t's first scan.
func (p *scanPlan) living(t *plannedTable) int {
	n := 0
	for i := range p.tables {
		if o := &p.tables[i]; (o.class == dcSymbols) == (t.class == dcSymbols) && o.last >= t.first {
			n++
		}
	}
	return n
}

// stays tells whether table i can live on until t's scan. The scans come in
// order, so no table begins later than t.
func (p *scanPlan) stays(i int, t *plannedTable, slots int) bool {
	o := &p.tables[i]
	for scan := o.last + 1; scan <= t.last; scan++ {
		n := 0
		for j := range p.tables {
			q := &p.tables[j]
			if j != i && (q.class == dcSymbols) == (t.class == dcSymbols) && q.first <= scan && q.last >= scan {
				n++
			}
		}
		if n >= slots {
			return false
		}
	}
	return true
}

// freeSlot returns the lowest slot that no earlier table of the kind occupies
// when table i begins.
func (p *scanPlan) freeSlot(i int) int {
	t := &p.tables[i]
	taken := [maxPlanes + 1]bool{}
	for j := range p.tables[:i] {
		o := &p.tables[j]
		if (o.class == dcSymbols) == (t.class == dcSymbols) && o.last >= t.first {
			taken[o.slot] = true
		}
	}
	slot := 0
	for taken[slot] {
		slot++
	}
	return slot
}

// bits returns what the scans of the plan take with their headers and tables.
func (p *scanPlan) bits(h *huffBuilder) int64 {
	n := int64(0)
	for i := range p.scans {
		n += scanBits + componentBits*int64(len(p.scans[i].planes))
	}
	for i := range p.tables {
		n += p.tables[i].cost
	}
	return n
}
