package jpeg

import (
	"bytes"

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

// codeTable is [tokens.Codes]: 16 bits of code and 11 of value are the most that
// 8-bit pictures have.
type codeTable tokens.Codes

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

// packedSize returns how many bytes [tokens.Pack] needs at most for a scan whose symbols
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

// packedBits returns how many bits the tokens take.
func (c *codeTable) packedBits(scan []token) int {
	n := 0
	for _, t := range scan {
		n += int(c[t>>16&2047] & 31)
	}
	return n
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
