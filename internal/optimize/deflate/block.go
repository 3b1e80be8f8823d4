package deflate

// A code is a pair of prefix codes for a block's tokens.
type code struct {
	lit  [fixedLitLen]uint8
	dist [numDist]uint8
}

var fixedCode = makeFixedCode()

func makeFixedCode() (c code) {
	for i := range c.lit {
		switch {
		case i < 144:
			c.lit[i] = 8
		case i < 256:
			c.lit[i] = 9
		case i < 280:
			c.lit[i] = 7
		default:
			c.lit[i] = 8
		}
	}
	for i := range c.dist {
		c.dist[i] = 5
	}
	return c
}

// bits is the size of the counted tokens, extra bits not included, in code c.
func (c *code) bits(n *counts) int {
	sum := 0
	for i, f := range n.lit {
		sum += int(f) * int(c.lit[i])
	}
	for i, f := range n.dist {
		sum += int(f) * int(c.dist[i])
	}
	return sum
}

// blockMaker decides how a block is written; it holds the scratch for it.
type blockMaker struct {
	coder   coder
	headers headerMaker
	flat    flattener
	code    code   // of the block planned last
	head    header // of the block planned last
	litCode [fixedLitLen]uint16
	disCode [numDist]uint16
}

type blockKind uint8

const (
	stored blockKind = iota
	fixed
	dynamic
)

// plan finds the smallest way to write a block with these symbol counts (the
// end of the block is added here) that stands for size bytes, and its bits,
// the three of the block's type included. A stored block's padding is counted
// as the most it can be.
func (m *blockMaker) plan(n *counts, size, rounds int) (blockKind, int) {
	n.lit[endOfBlock] = 1
	clear(m.code.lit[numLitLen:])
	m.coder.lengths(m.code.lit[:numLitLen], n.lit[:], maxCodeLen)
	m.coder.lengths(m.code.dist[:], n.dist[:], maxCodeLen)
	if n.dist == ([numDist]uint32{}) {
		// A code without any symbol is legal but has broken decoders.
		m.code.dist[0] = 1
	}
	m.headers.make(&m.head, m.code.lit[:numLitLen], m.code.dist[:], rounds)
	extra := n.extraBits()
	kind, best := dynamic, 3+m.head.bits+m.code.bits(n)+extra
	if b := 3 + fixedCode.bits(n) + extra; b < best {
		kind, best = fixed, b
	}
	if b := storedBits(size); b < best {
		kind, best = stored, b
	}
	return kind, best
}

// storedBits is the most that size stored bytes take, blocks' heads included.
func storedBits(size int) int {
	blocks := max(1, (size+maxStored-1)/maxStored)
	return size*8 + blocks*(3+7+32)
}

// write appends the block planned last; data are the bytes that tokens stand
// for.
func (m *blockMaker) write(w *bitWriter, kind blockKind, tokens []token, data []byte, last bool) {
	switch kind {
	case stored:
		writeStored(w, data, last)
		return
	case fixed:
		w.put(b2u(last)|1<<1, 3)
		m.code = fixedCode
	case dynamic:
		w.put(b2u(last)|2<<1, 3)
		m.head.write(w)
	}
	assignCodes(m.litCode[:], m.code.lit[:])
	assignCodes(m.disCode[:], m.code.dist[:])
	for _, t := range tokens {
		if !t.isMatch() {
			w.put(uint64(m.litCode[byte(t)]), uint(m.code.lit[byte(t)]))
			continue
		}
		s := lengthSym[t.length()]
		w.put(uint64(m.litCode[firstLength+int(s)]), uint(m.code.lit[firstLength+int(s)]))
		w.put(uint64(t.length()-int(lengthBase[s])), uint(lengthExtra[s]))
		d := distSymOf(t.distLess1())
		w.put(uint64(m.disCode[d]), uint(m.code.dist[d]))
		w.put(uint64(t.distLess1()+1-uint32(distBase[d])), uint(distExtra[d]))
	}
	w.put(uint64(m.litCode[endOfBlock]), uint(m.code.lit[endOfBlock]))
}

// writeStored appends data in as many stored blocks as they need.
func writeStored(w *bitWriter, data []byte, last bool) {
	for {
		n := min(len(data), maxStored)
		w.put(b2u(last && n == len(data)), 3)
		w.align()
		w.buf = append(w.buf, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		w.buf = append(w.buf, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			return
		}
	}
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
