package tokens

import "encoding/binary"

// Codes maps a symbol (modulo 2048) to code<<s<<5 | n: its Huffman code moved up
// by the s bits of value that follow, and the length n of both together, at most
// 27. The code has at most 16 bits, so it fits.
type Codes [2048]uint32

// Pack writes the bits of a scan's tokens to buf, most significant first, and
// returns how many bytes it took; the last one is filled up with ones (T.81
// F.1.2.3). Zero bytes after 0xFF are not put in. buf has room for 8 bytes more
// than the bits need, or Pack panics; what lies behind the bytes is undefined
// afterwards. Bits of a value beyond what its symbol has room for give a stream
// without meaning.
func Pack(buf []byte, codes *Codes, scan []uint32) int {
	even := len(scan) &^ 1
	p, acc, n := packPairs(buf, codes, scan[:even])
	if even < len(scan) {
		t := scan[even]
		e := codes[t>>16%2048]
		n += uint(e & 31)
		acc |= uint64(e>>5|t&0xFFFF) << (-n & 63)
	}
	if n == 0 {
		return p
	}
	acc |= 1<<(-n&63) - 1
	binary.BigEndian.PutUint64(buf[p:], acc)
	return p + int(n+7)>>3
}
