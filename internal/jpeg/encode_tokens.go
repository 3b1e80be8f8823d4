package jpeg

import (
	"bytes"
	"encoding/binary"

	"imgpool/internal/kernel/tokens"
)

// A scan is made in two steps. The first walks the blocks once and leaves
// tokens, one per Huffman symbol, together with how often each symbol occurs.
// The tables follow from the counts, and the second step turns tokens into bits
// without looking at a coefficient again.
//
// A token is symbol<<16 | value: value is the up to 16 bits that follow the
// symbol's code in the stream. The symbol is as in package tokens, or symRaw+n
// for n bits of value without a code. In AC scans of progressive files the code
// run<<4 stands for an end of 2^run bands or more (T.81 G.1.2.2).
type token = uint32

const (
	symRaw  = tokens.Symbols
	symbols = symRaw + 17
)

// codeTable maps a symbol to code<<s<<5 | n: its Huffman code moved up by the s
// bits of value that follow, and the length n of both together. 16 bits of code
// and 11 of value are the most that 8-bit pictures have, so it fits.
type codeTable [2048]uint32

// valueBits is how many bits of value follow a symbol. In a scan of a
// progressive file an AC symbol of size 0 is an end-of-band run.
func valueBits(symbol int, progressive bool) int {
	s := symbol & 255
	if progressive && symbol&tokens.AC != 0 && s&15 == 0 && s != tokens.ZRL {
		return s >> 4
	}
	return s & 15
}

// setRaw fills in the entries of raw bits.
func (c *codeTable) setRaw() {
	for n := range uint32(17) {
		c[symRaw+n] = n
	}
}

// set fills in table t (symbol&^255) from a specification.
func (c *codeTable) set(t int, s *huffSpec, progressive bool) {
	code, k := uint32(0), 0
	for i, count := range s.counts {
		for range count {
			symbol := t | int(s.values[k])
			n := valueBits(symbol, progressive)
			c[symbol] = code<<n<<5 | uint32(i+1+n)
			code++
			k++
		}
		code <<= 1
	}
}

// pack writes the bits of a scan's tokens to buf, most significant first, and returns
// how many bytes it took; the last one is filled up with ones (F.1.2.3). Zero
// bytes after 0xFF are not put in yet. buf has room for 8 bytes more.
func (c *codeTable) pack(buf []byte, scan []token) int {
	// acc holds the bits not yet written from its most significant bit on, n of
	// them, at most 7 before each pair: a pair has at most 54.
	acc, n, p := uint64(0), uint(0), 0
	i := 0
	for ; i+1 < len(scan); i += 2 {
		t0, t1 := scan[i], scan[i+1]
		e0, e1 := c[t0>>16&2047], c[t1>>16&2047]
		n1 := uint(e1 & 31)
		bits := uint64(e0>>5|t0&0xFFFF)<<n1 | uint64(e1>>5|t1&0xFFFF)
		n += uint(e0&31) + n1
		acc |= bits << ((64 - n) & 63)
		binary.BigEndian.PutUint64(buf[p:], acc)
		p += int(n >> 3)
		acc <<= n & 56
		n &= 7
	}
	if i < len(scan) {
		t := scan[i]
		e := c[t>>16&2047]
		n += uint(e & 31)
		acc |= uint64(e>>5|t&0xFFFF) << ((64 - n) & 63)
	}
	if n == 0 {
		return p
	}
	acc |= 1<<((64-n)&63) - 1
	binary.BigEndian.PutUint64(buf[p:], acc)
	return p + int(n+7)>>3
}

// packedSize returns how many bytes pack needs at most for a scan whose symbols
// occur as often as freq says.
func (c *codeTable) packedSize(freq *[symbols]uint32) int {
	bits := uint64(0)
	for s, f := range freq {
		if f != 0 {
			bits += uint64(f) * uint64(c[s]&31)
		}
	}
	return int(bits/8) + 16
}

// stuff appends data to dst with a zero after each 0xFF (F.1.2.3).
func stuff(dst *bytes.Buffer, data []byte) {
	dst.Grow(len(data) + bytes.Count(data, []byte{0xFF}))
	out := dst.AvailableBuffer()
	for {
		i := bytes.IndexByte(data, 0xFF)
		if i < 0 {
			break
		}
		out = append(out, data[:i+1]...)
		out = append(out, 0)
		data = data[i+1:]
	}
	out = append(out, data...)
	dst.Write(out)
}
