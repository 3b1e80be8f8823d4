package tokens

import "encoding/binary"

// packPairsGeneric packs an even number of tokens. It returns the whole bytes
// written and the bits left: n of them, at most 7, from the most significant
// bit of acc on. It carries no build tag: it is the reference.
func packPairsGeneric(buf []byte, codes *Codes, scan []uint32) (p int, acc uint64, n uint) {
	for ; len(scan) >= 2; scan = scan[2:] {
		t0, t1 := scan[0], scan[1]
		e0, e1 := codes[t0>>16%2048], codes[t1>>16%2048]
		n1 := uint(e1 & 31)
		bits := uint64(e0>>5|t0&0xFFFF)<<n1 | uint64(e1>>5|t1&0xFFFF)
		n += uint(e0&31) + n1 // at most 7 + 2*27
		acc |= bits << (-n & 63)
		binary.BigEndian.PutUint64(buf[p:], acc)
		p += int(n >> 3)
		acc <<= n & 56
		n &= 7
	}
	return p, acc, n
}
