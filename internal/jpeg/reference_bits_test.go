package jpeg

// refReader reads bits of a segment, removing the stuffing.
type refReader struct {
	data []byte
	pos  int
	left int // bits left of cur
	cur  byte
}

// bit is NEXTBIT of F.2.2.5.
func (r *refReader) bit() int {
	if r.left == 0 {
		if r.pos >= len(r.data) {
			panic(refStop{})
		}
		r.cur = r.data[r.pos]
		r.pos++
		if r.cur == 0xFF {
			for r.pos < len(r.data) && r.data[r.pos] == 0xFF {
				r.pos++
			}
			if r.pos >= len(r.data) {
				panic(refStop{}) // fill before a marker
			}
			r.pos++ // the stuffed zero
		}
		r.left = 8
	}
	r.left--
	return int(r.cur>>r.left) & 1
}

// receive is RECEIVE of F.2.2.4.
func (r *refReader) receive(n int) int {
	v := 0
	for range n {
		v = v<<1 | r.bit()
	}
	return v
}

// extend is EXTEND of F.2.2.1.
func extend(v, n int) int {
	if n > 0 && v < 1<<(n-1) {
		return v - (1<<n - 1)
	}
	return v
}

// symbol is DECODE of F.2.2.3, with the codes generated as in C.2.
func (r *refReader) symbol(h *huffSpec) int {
	code, first, index := 0, 0, 0
	for _, count := range h.counts {
		code = code<<1 | r.bit()
		if code-first < int(count) {
			return int(h.values[index+code-first])
		}
		index += int(count)
		first = (first + int(count)) << 1
	}
	panic(refStop{})
}
