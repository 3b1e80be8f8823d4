package png

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// someRow is a row of few values with repeats, of n bytes.
func someRow(rnd *rand.Rand, n int) []byte {
	row := make([]byte, n)
	for i := range row {
		row[i] = byte(rnd.IntN(4))
		if i >= 8 && rnd.IntN(20) > 0 {
			row[i] = row[i-8]
		}
	}
	return row
}

func evenCosts() *symbolCosts {
	var n symbolCounts
	n.even()
	c := new(symbolCosts)
	c.set(&n)
	return c
}

// check sees that the tokens of the row rated last make that row and take cost.
func (p *rowParser) check(t *testing.T, row []byte, c *symbolCosts, cost int) {
	t.Helper()
	data := bytes.Clone(p.data[:p.done+p.start])
	sum := 0
	for i := p.start; i < len(row); {
		m := p.choice[i]
		i += int(m.length)
		if m.length == 1 {
			data = append(data, row[i-1])
			sum += int(c.literal[row[i-1]])
			continue
		}
		for range m.length {
			data = append(data, data[len(data)-int(m.dist)])
		}
		sum += int(c.length[m.length] + c.distance[deflate.DistanceSymbol(int(m.dist))])
	}
	if !bytes.Equal(data[p.done:], row) {
		t.Fatal("the tokens make another row")
	}
	if sum != cost {
		t.Fatalf("the tokens take %d, not %d", sum, cost)
	}
}

func TestARowCostsWhatItsTokensDo(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 37, 300, 2000, 40000} {
		rnd := rand.New(rand.NewPCG(uint64(n), 1))
		c, tail, cost := evenCosts(), rowMatch{}, 0
		var p rowParser
		p.reset(n, 12, 12, 3)
		for y := range 12 {
			row := someRow(rnd, n)
			if y%4 > 1 {
				row = bytes.Clone(p.data[p.done-n : p.done])
			}
			cost, tail = p.rate(row, tail, c)
			p.check(t, row, c, cost)
			if tail.length > deflate.MaxMatch {
				t.Fatalf("a match of %d bytes", tail.length)
			}
			p.push(row)
		}
	}
}

func TestRowsTakenBackLeaveNoTrace(t *testing.T) {
	const n, back = 700, 30
	rnd := rand.New(rand.NewPCG(1, 1))
	c := evenCosts()
	var p, fresh rowParser
	p.reset(n, 400, back, 3)
	var path [][]byte
	for range 60 {
		for range rnd.IntN(back) {
			if len(path) > 0 {
				p.pop()
				path = path[:len(path)-1]
			}
		}
		for range rnd.IntN(back) + 5 {
			row := someRow(rnd, n)
			p.rate(someRow(rnd, n), rowMatch{}, c)
			p.push(row)
			path = append(path, row)
		}
	}
	fresh.reset(n, 400, back, 3)
	for _, row := range path {
		fresh.push(row)
	}
	for range 20 {
		row := someRow(rnd, n)
		got, _ := p.rate(row, rowMatch{}, c)
		if want, _ := fresh.rate(row, rowMatch{}, c); got != want {
			t.Fatalf("a row costs %d, but %d where nothing was taken back", got, want)
		}
	}
}

// TestAPathIsNoDearer rates filters before and after by the same statistics.
func TestAPathIsNoDearer(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		rnd := rand.New(rand.NewPCG(3, 1))
		f := form{header: header{width: 90, height: 200, depth: 8, colour: rgba}, hidden: hidden}
		for y := range f.header.height {
			f.pix = append(f.pix, someRow(rnd, 4*f.header.width)...)
			for i := range f.row(y) {
				f.row(y)[i] += byte(y * i / 64)
			}
		}
		p := pathFinder{filterer: new(filterer)}
		start := make([]pngfilter.Kind, f.header.height)
		kinds := p.find(&f, start)
		p.form = &f
		p.begin()
		before := p.along(nil, start).cost
		p.begin()
		if after := p.along(nil, kinds).cost; after >= before {
			t.Errorf("hidden %v: the path takes %d, no filters %d", hidden, after, before)
		}
	}
}
