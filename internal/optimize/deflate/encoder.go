package deflate

import (
	"encoding/binary"
	"hash/adler32"
	"math"
	"slices"
)

// MaxData is the most bytes that [Encoder] and [Rater] take: positions are kept
// in 32 bits.
const MaxData = 1<<31 - 1<<18

// Params says how hard [Encoder.Append] looks.
type Params struct {
	// Passes is how often the data are parsed at most, 1 or more; each costs
	// about as much as the search for matches, and the passes end when one
	// gains nothing.
	Passes int
	// Depth is how many earlier positions are compared with each position.
	Depth int
	// Period is a distance at which the data repeat in runs, such as the bytes
	// of a pixel; 0 for none. It changes the time, hardly the bytes.
	Period int
	// Thorough takes longer for the last half percent: matches are searched at
	// every position and considered at nearly all, and blocks are split in the
	// best way.
	Thorough bool
}

// Encoder compresses. Its scratch memory is kept between calls; the zero value
// is ready. It must not be used by two goroutines at once.
type Encoder struct {
	lazy     lazyFinder
	gather   gatherer
	parser   parser
	splitter splitter
	maker    blockMaker
	tokens   []token // of the latest parse
	costs    []costs // of the blocks
	zones    []zone
	starts   places                 // of the tokens of the latest parse
	close    places                 // where the next parse looks closely
	counts   [windowSize + 1]uint32 // of distances, all 0 between uses: small pictures are many in an animation
	best     struct {
		tokens []token
		blocks []block
		bits   int
	}
}

// How finely tokens are cut before blocks are made of the pieces.
const (
	draftPiece = 1024
	piece      = 512
	finePiece  = 256
)

// Draft is what a first look at data tells: about how many bytes they take, and
// what [Encoder.Append] and [Rater] start from.
type Draft struct {
	Size     int // bytes
	segments []draftSegment
}

type draftSegment struct {
	bits   int
	likely []int  // the distances that occur most often
	starts places // of the tokens
	blocks []block
}

// Draft parses data quickly. It returns nil when they take more than limit
// bytes, as soon as it sees that.
func (e *Encoder) Draft(data []byte, limit int) *Draft {
	e.lazy.reset(len(data))
	d := &Draft{}
	bits := uint64(0)
	for at, end := 0, 0; at < len(data); at = end {
		end = segmentEnd(at, len(data))
		s, before := draftSegment{}, bits
		e.tokens = e.tokens[:0]
		s.starts = s.starts.cleared(end - at)
		// Look at the sum more often than at the end of a segment.
		const step = maxSegment / 4
		for from := at; from < end; from += step {
			start := len(e.tokens)
			e.tokens = e.lazy.parse(e.tokens, data, from, min(from+step, end))
			s.starts.addStarts(e.tokens[start:], from-at)
			blocks := e.splitter.split(e.tokens[start:], draftPiece, false)
			for i := range blocks {
				bits += blocks[i].bits + uint64(blocks[i].counts.extraBits())<<16
			}
			if bits>>19 > uint64(limit) {
				return nil
			}
			s.blocks = append(s.blocks, blocks...)
		}
		s.likely, s.bits = e.popular(), int((bits-before)>>16)
		d.segments = append(d.segments, s)
	}
	d.Size = int(bits >> 19)
	return d
}

// Append appends data as a zlib stream of at most limit bytes to dst; d is the
// draft for the same data. It gives up, and returns false, when it sees that
// limit is not enough.
func (e *Encoder) Append(dst, data []byte, d *Draft, p Params, limit int) ([]byte, bool) {
	start := len(dst)
	w := bitWriter{buf: append(dst, 0x78, 0xda)}
	e.gather.reset(len(data))
	if len(data) == 0 {
		writeStored(&w, nil, true)
	}
	drafted := 0
	for i, at := 0, 0; at < len(data); i++ {
		to := segmentEnd(at, len(data))
		e.gather.gather(data, at, to, gatherParams{
			depth: p.Depth, period: p.Period, likely: d.segments[i].likely, thorough: p.Thorough,
		})
		drafted += d.segments[i].bits
		done := w.len()/8 - start
		e.segment(data[at:to], &d.segments[i], p, limit-done-d.rest(done, drafted))
		e.write(&w, data[at:to], to == len(data))
		at = to
		if w.len()/8-start+d.rest(w.len()/8-start, drafted) > limit {
			return dst, false
		}
	}
	w.align()
	out := binary.BigEndian.AppendUint32(w.buf, adler32.Checksum(data))
	if len(out)-start > limit {
		return dst, false
	}
	return out, true
}

// rest is about how many bytes are to come when the first so many took done and
// were drafted with so many bits: as much less than the draft as those were,
// and a bit less, lest Append gives up where it would have made it.
func (d *Draft) rest(done, drafted int) int {
	if drafted == 0 {
		return 0
	}
	scale := float64(done) / float64(drafted) * (31.0 / 32)
	return int(scale * float64(d.Size*8-drafted))
}

// A pass looks closely at positions that are at most so far from the begin of a
// token of the last one, as paths hardly change elsewhere: the last pass at
// more of them than those before it, thorough ones at nearly all.
const (
	reach         = 1
	lastReach     = 4
	thoroughReach = 63
)

// thoroughPasses is how many of the passes are thorough at most, if any are.
const thoroughPasses = 2

// segment finds the best tokens and blocks for a segment whose matches are
// gathered, starting from those of a draft. It does with one pass if that tells
// that room, in bytes, is not enough.
func (e *Encoder) segment(data []byte, d *draftSegment, p Params, room int) {
	e.best.bits = math.MaxInt
	blocks := d.blocks
	e.starts = append(e.starts[:0], d.starts...)
	thorough := false
	for left := p.Passes; left > 0; left-- {
		near := reach
		switch {
		case p.Thorough && left <= thoroughPasses:
			thorough, near = true, thoroughReach
		case left == 1 || p.Thorough:
			near = lastReach
		}
		blocks = e.pass(data, blocks, near, thorough)
		bits := 0
		for i := range blocks {
			_, n := e.maker.plan(&blocks[i].counts, blocks[i].size, 0)
			bits += n
		}
		gain := e.best.bits - bits
		if gain > 0 {
			e.best.bits = bits
			e.best.tokens = append(e.best.tokens[:0], e.tokens...)
			e.best.blocks = append(e.best.blocks[:0], blocks...)
		}
		// No more than about 1/16 can be hoped for.
		if (bits-bits>>4)/8 > room {
			return
		}
		// A gain of less than 1/2048 is not worth another pass, of a thorough
		// one less than 1/4096.
		switch {
		case thorough && gain < bits>>12, !p.Thorough && gain < bits>>11:
			return
		case p.Thorough && gain < bits>>11:
			left = min(left, thoroughPasses+1)
		}
	}
}

// pass parses data by the costs of blocks, closely near to where tokens begin,
// sets e's tokens and starts, and returns their blocks.
func (e *Encoder) pass(data []byte, blocks []block, near int, thorough bool) []block {
	e.price(blocks)
	e.close = e.close.around(e.starts, near)
	e.tokens = e.parser.parse(e.tokens[:0], data, &e.gather, e.zones, e.close)
	e.starts = e.starts.cleared(len(data))
	e.starts.addStarts(e.tokens, 0)
	n := piece
	if thorough {
		n = finePiece
	}
	return e.splitter.split(e.tokens, n, thorough)
}

// price sets the costs for the next parse from the blocks of the last one.
func (e *Encoder) price(blocks []block) {
	e.costs = slices.Grow(e.costs[:0], len(blocks))[:len(blocks)]
	e.zones = e.zones[:0]
	end := 0
	for i := range blocks {
		e.costs[i].fromCounts(&blocks[i].counts)
		end += blocks[i].size
		e.zones = append(e.zones, zone{end, &e.costs[i]})
	}
}

// headerRounds is how often the coding of a block's header is refined.
const headerRounds = 2

// write appends the best blocks of the segment with the given data.
func (e *Encoder) write(w *bitWriter, data []byte, last bool) {
	tokens, blocks := e.best.tokens, e.best.blocks
	for i := range blocks {
		b := &blocks[i]
		kind, _ := e.maker.plan(&b.counts, b.size, headerRounds)
		if kind == dynamic {
			e.maker.flatten(&b.counts)
		}
		e.maker.write(w, kind, tokens[:b.tokens], data[:b.size], last && i == len(blocks)-1)
		tokens, data = tokens[b.tokens:], data[b.size:]
	}
}

// popular lists the distances that occur most often in the tokens, the most
// frequent first.
func (e *Encoder) popular() []int {
	const most = 4
	count := &e.counts
	var used []int
	for _, t := range e.tokens {
		if !t.isMatch() {
			continue
		}
		d := int(t.distLess1()) + 1
		if count[d]++; count[d] == 1 {
			used = append(used, d)
		}
	}
	// The first places of the order by falling count.
	n := min(most, len(used))
	for k := range n {
		for i := k + 1; i < len(used); i++ {
			a, b := used[i], used[k]
			if count[a] > count[b] || count[a] == count[b] && a < b {
				used[i], used[k] = b, a
			}
		}
	}
	for _, d := range used {
		count[d] = 0
	}
	return used[:n]
}
