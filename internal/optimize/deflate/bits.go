package deflate

import "encoding/binary"

// bitWriter appends bits to buf, the first in the lowest place of a byte.
type bitWriter struct {
	buf []byte
	acc uint64 // the n newest bits, not yet in buf
	n   uint
}

// put appends the low n bits of v, whose others are 0; n is at most 32.
func (w *bitWriter) put(v uint64, n uint) {
	w.acc |= v << w.n
	w.n += n
	if w.n >= 32 {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(w.acc))
		w.acc >>= 32
		w.n -= 32
	}
}

// align fills the last byte with zeros.
func (w *bitWriter) align() {
	for w.n > 0 {
		w.buf = append(w.buf, byte(w.acc))
		w.acc >>= 8
		w.n -= min(w.n, 8)
	}
	w.acc = 0
}

// len is the number of bits written.
func (w *bitWriter) len() int { return len(w.buf)*8 + int(w.n) }
