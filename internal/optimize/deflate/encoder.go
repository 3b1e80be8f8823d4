package deflate

import (
	"cmp"
	"encoding/binary"
	"hash/adler32"
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
	best     struct {
		tokens []token
		blocks []block
		bits   int
	}
}

// How finely tokens are cut before blocks are made of the pieces.
const (
	quickPiece = 2048
	piece      = 512
)

// Quick says about how many bytes [Encoder.Append] would make of data, from a
// parse that is several times faster. It gives up when that exceeds limit.
func (e *Encoder) Quick(data []byte, limit int) int {
	e.lazy.reset(len(data))
	bits := uint64(0)
	const step = 1 << 18
	for at := 0; at < len(data) && bits>>19 <= uint64(limit); at += step {
		e.tokens = e.lazy.parse(e.tokens[:0], data, at, min(at+step, len(data)))
		for _, b := range e.splitter.split(e.tokens, quickPiece) {
			bits += b.bits + uint64(b.counts.extraBits())<<16
		}
	}
	return int(bits >> 19)
}

// Append appends data as a zlib stream of at most limit bytes to dst. It gives
// up, and returns false, when it sees that this is not enough.
func (e *Encoder) Append(dst, data []byte, p Params, limit int) ([]byte, bool) {
	start := len(dst)
	w := bitWriter{buf: append(dst, 0x78, 0xda)}
	e.lazy.reset(len(data))
	e.gather.reset(len(data))
	if len(data) == 0 {
		writeStored(&w, nil, true)
	}
	for at := 0; at < len(data); {
		to := min(len(data), at+maxSegment)
		e.segment(data, at, to, p)
		if (w.len()+e.best.bits)/8-start > limit {
			return dst, false
		}
		e.write(&w, data[at:to], to == len(data))
		at = to
	}
	w.align()
	out := binary.BigEndian.AppendUint32(w.buf, adler32.Checksum(data))
	if len(out)-start > limit {
		return dst, false
	}
	return out, true
}

// segment finds the best tokens and blocks for data[from:to].
func (e *Encoder) segment(data []byte, from, to int, p Params) {
	e.tokens = e.lazy.parse(e.tokens[:0], data, from, to)
	e.gather.gather(data, from, to, gatherParams{
		depth: p.Depth, period: p.Period, likely: popular(e.tokens),
	})
	blocks := e.splitter.split(e.tokens, piece)
	e.best.bits = 1 << 62
	for pass := 0; ; pass++ {
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
		// Less than 1/2048 is not worth another pass.
		if pass == p.Passes || gain < bits>>11 {
			return
		}
		e.price(blocks)
		e.tokens = e.parser.parse(e.tokens[:0], data[from:to], &e.gather, e.zones)
		blocks = e.splitter.split(e.tokens, piece)
	}
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
		e.maker.write(w, kind, tokens[:b.tokens], data[:b.size], last && i == len(blocks)-1)
		tokens, data = tokens[b.tokens:], data[b.size:]
	}
}

// popular lists the distances that occur most often in tokens, the most
// frequent first.
func popular(tokens []token) []int {
	const most = 4
	var count [windowSize + 1]uint32
	var used []int
	for _, t := range tokens {
		if !t.isMatch() {
			continue
		}
		d := int(t.distLess1()) + 1
		if count[d]++; count[d] == 1 {
			used = append(used, d)
		}
	}
	slices.SortFunc(used, func(a, b int) int { return cmp.Or(cmp.Compare(count[b], count[a]), a-b) })
	return used[:min(most, len(used))]
}
