package jpeg

import (
	"bytes"
	"math/bits"
)

// Estimate is what [Recoder.Requantise] makes of a file at some quality, as far
// as a sample of its blocks tells: the same quality of the same file gives the
// same estimate on every machine.
type Estimate struct {
	// Bytes is the size of the file, mostly within 2 % once what it says of the
	// file without coarser steps is set right.
	Bytes float64
	// Loss grows with what is seen of the coarser steps: 0 for none, about 0.02
	// where nothing is seen, 0.5 where all looks bad. Its unit is that of a share
	// of what there is to be seen in a block.
	Loss float64
}

// sample is some of a picture's blocks: runs of them, so that what a run of
// blocks that end early takes can be counted too.
type sample struct {
	*sparse
	each float64 // how many blocks of the picture a block stands for
	head float64 // bytes of the file without scans
	huff huffBuilder
	made map[int]Estimate
}

const (
	// sampleRun is the length of the runs, in blocks. An end of all of them is
	// coded in one symbol, as it mostly is in a whole file.
	sampleRun = 16
	// sampleBlocks is how many blocks are enough: with more the error is that of
	// counting other scans than those of the file. Small pictures have no more
	// than a quarter of theirs.
	sampleBlocks, leastEach = 3000, 4
)

// Estimate tells about what Requantise makes of the file at a quality, for less
// than a twentieth of its work. It takes as many bytes as 6000 blocks.
func (r *Recoder) Estimate(quality int) Estimate {
	if r.sample == nil {
		r.sample = r.sparse.sampled()
		var head bytes.Buffer
		if r.head.write(&head) == nil {
			r.sample.head = float64(head.Len() + tablesAndFrame)
		}
	}
	return r.sample.estimate(quality)
}

// tablesAndFrame is about what a file has besides metadata and the data of its
// scans, with the headers of some of these.
const tablesAndFrame = 600

// sampled returns a sample of the picture. It shares nothing with it but the
// tables.
func (s *sparse) sampled() *sample {
	blocks := 0
	for i := range s.planes {
		blocks += len(s.planes[i].ac)
	}
	each := max(blocks/sampleBlocks, leastEach)
	some := *s
	some.planes = make([]sparsePlane, len(s.planes))
	taken := 0
	for i := range s.planes {
		some.planes[i] = s.planes[i].sampled(each)
		taken += len(some.planes[i].ac)
	}
	return &sample{sparse: &some, each: float64(blocks) / float64(taken), made: map[int]Estimate{}}
}

// sampled returns every so manieth run of p's blocks, in each row of runs other
// ones.
func (p *sparsePlane) sampled(each int) sparsePlane {
	const shift = 5 // runs, from one row of blocks to the next
	q := *p
	q.dc, q.ac, q.start, q.values = nil, nil, nil, newCoefStore(len(p.ac)/each+sampleRun)
	for run := 0; run < len(p.ac); run += sampleRun {
		if (run/sampleRun+run/p.blocksX*shift)%each != 0 {
			continue
		}
		for b := run; b < min(run+sampleRun, len(p.ac)); b++ {
			q.dc = append(q.dc, p.dc[b])
			q.ac = append(q.ac, p.ac[b])
			q.start = append(q.start, q.values.next())
			values := q.values.piece()
			*values = append(*values, p.values.from(p.start[b])[:bits.OnesCount64(p.ac[b])]...)
		}
	}
	return q
}

// estimate makes the sample coarser and counts.
func (s *sample) estimate(quality int) Estimate {
	if e, ok := s.made[quality]; ok {
		return e
	}
	coarse := s.requantised(quality)
	if coarse == nil {
		coarse = s.sparse
	}
	var e Estimate
	n := int64(0)
	for i := range coarse.planes {
		q := &coarse.planes[i]
		n += q.scanBits(&s.huff)
		if p := &s.planes[i]; q.quant != p.quant {
			e.Loss += p.loss(q, i > 0)
		}
	}
	e.Bytes = s.head + float64(float64(n)*s.each)/8
	s.made[quality] = e
	return e
}

// scanBits returns what the blocks of a sample take in a progressive file: a
// scan of the DC coefficients, and two for the others, to a half and to the
// last bit. The tables are not counted.
func (p *sparsePlane) scanBits(h *huffBuilder) int64 {
	var dc, refine tally
	var first [1]tally
	for b, v := range p.dc {
		if b%sampleRun > 0 {
			d := int(v) - int(p.dc[b-1])
			dc.freq[bits.Len(uint(max(d, -d)))]++
		}
	}
	p.survey()
	p.countFirst(1, []int{1, 64}, first[:])
	p.countRefine(0, 1, &refine)
	n := int64(0)
	for i, t := range []*tally{&dc, &first[0], &refine} {
		class := bandSymbols
		if i == 0 {
			class = dcSymbols
		}
		n += t.bits(h, class) - t.tableBits()
		if i == 0 { // and the first of each run
			n += n / (sampleRun - 1)
		}
	}
	return n
}

// tableBits is what of bits is the table.
func (t *tally) tableBits() int64 {
	n := int64(0)
	for _, f := range t.freq {
		if f > 0 {
			n += 8
		}
	}
	if n > 0 {
		n += tableBits
	}
	return n
}

// loss tells how much of p's picture is lost in q, which are the same blocks
// with coarser steps: of the coarsest and of the fine detail as a share of what
// a block has, and of its mean. It was found by what tells most of SSIMULACRA 2:
// of chroma that is the mean alone.
func (p *sparsePlane) loss(q *sparsePlane, chroma bool) float64 {
	const (
		seen       = 400 // energy that hides nothing
		low, high  = 4.6, 0.45
		dc, colour = 1. / 1200, 1. / 3200
	)
	var mean, coarse, fine float64
	for b := range p.ac {
		d := int(p.dc[b])*int(p.quant[0]) - int(q.dc[b])*int(q.quant[0])
		mean += float64(d * d)
		if chroma {
			continue
		}
		e := p.lossOf(q, b)
		coarse += float64(e[0].lost) / float64(seen+e[0].had)
		fine += float64(e[1].lost) / float64(seen+e[1].had)
	}
	n := float64(len(p.ac))
	if chroma {
		return mean * colour / n
	}
	return (float64(mean*dc) + float64(coarse*low) + float64(fine*high)) / n
}

// energies are sums of squares, of coefficients and of their errors.
type energies struct{ had, lost int64 }

// lossOf returns what block b has and loses of the coarsest and of fine detail.
func (p *sparsePlane) lossOf(q *sparsePlane, b int) (e [2]energies) {
	was, is := p.values.from(p.start[b]), q.values.from(q.start[b])
	left := q.ac[b]
	for m := p.ac[b]; m != 0; m &= m - 1 {
		k := bits.TrailingZeros64(m)
		natural := zigzag[k]
		v := int64(was[0]) * int64(p.quant[natural])
		was = was[1:]
		d := v
		if left>>k&1 != 0 { // q has no coefficient that p has not
			d -= int64(is[0]) * int64(q.quant[natural])
			is = is[1:]
		}
		switch x, y := int(natural&7), int(natural>>3); {
		case x*x+y*y < 3:
			e[0].had, e[0].lost = e[0].had+v*v, e[0].lost+d*d
		case x*x+y*y >= 25:
			e[1].had, e[1].lost = e[1].had+v*v, e[1].lost+d*d
		}
	}
	return e
}
