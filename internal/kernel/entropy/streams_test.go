package entropy

import (
	"math/rand/v2"
	"slices"
)

// Random Huffman codes, and streams written with them.

// spec is a Huffman table as in a DHT segment.
type spec struct {
	counts [16]uint8
	values [256]uint8
}

// randomSpec makes a code for n random symbols below limit, of any lengths;
// sometimes all strings have a meaning, sometimes not.
func randomSpec(rng *rand.Rand, n, limit int) *spec {
	s := new(spec)
	lengths := []int{0}
	for len(lengths) < n {
		i := rng.IntN(len(lengths))
		if rng.IntN(3) > 0 {
			i = slices.Index(lengths, slices.Min(lengths))
		}
		if lengths[i] == 16 {
			continue
		}
		lengths[i]++
		lengths = append(lengths, lengths[i])
	}
	if rng.IntN(2) == 0 {
		lengths = lengths[:len(lengths)-1]
	}
	for _, l := range lengths {
		s.counts[max(l, 1)-1]++
	}
	symbols := rng.Perm(limit)
	for i := range lengths {
		s.values[i] = uint8(symbols[i%limit])
	}
	return s
}

// photoSpec is a code for AC symbols with the lengths that photos have.
func photoSpec(rng *rand.Rand) *spec {
	s := &spec{counts: [16]uint8{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125}}
	symbols := []uint8{0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0xF0}
	for run := range 16 {
		for size := 1; size <= 10; size++ {
			if v := uint8(run<<4 | size); !slices.Contains(symbols, v) {
				symbols = append(symbols, v)
			}
		}
	}
	rng.Shuffle(len(symbols)-16, func(i, j int) { symbols[16+i], symbols[16+j] = symbols[16+j], symbols[16+i] })
	copy(s.values[:], symbols)
	return s
}

// write writes MCUs of random symbols of the blocks' tables.
func (c *testCase) write(rng *rand.Rand) []byte {
	var w bitWriter
	for range c.mcus {
		for _, p := range c.parts {
			for range p.H * p.V {
				p.write(&w, rng)
			}
		}
	}
	w.put(0, 7)
	return w.out
}

// write writes a block of random symbols.
func (p *slowPart) write(w *bitWriter, rng *rand.Rand) {
	dc := p.dc.pick(rng, func(symbol int) bool { return symbol < 16 })
	w.put(dc.code, dc.length)
	w.put(rng.IntN(1<<dc.symbol), dc.symbol)
	for k := 1; k < 64; {
		ac := p.ac.pick(rng, func(symbol int) bool {
			return symbol == 0 || (symbol&15 > 0 || symbol == 0xF0) && k+symbol>>4 < 64
		})
		w.put(ac.code, ac.length)
		w.put(rng.IntN(1<<(ac.symbol&15)), ac.symbol&15)
		if ac.symbol == 0 {
			break
		}
		k += ac.symbol>>4 + 1
	}
}

// coded is a symbol with its code.
type coded struct{ symbol, code, length int }

// pick draws a symbol that ok allows, short codes more often; one that is not
// allowed if there is no other.
func (s *spec) pick(rng *rand.Rand, ok func(symbol int) bool) coded {
	var all []coded
	code, index := 0, 0
	for n, count := range s.counts {
		for range count {
			if v := int(s.values[index]); ok(v) {
				all = append(all, coded{v, code, n + 1})
			}
			code++
			index++
		}
		code <<= 1
	}
	if len(all) == 0 {
		return coded{}
	}
	return all[min(rng.IntN(len(all)), rng.IntN(len(all)))]
}

// bitWriter writes bits, the first one at the top of a byte.
type bitWriter struct {
	out []byte
	acc uint64
	n   int
}

func (w *bitWriter) put(v, n int) {
	w.acc = w.acc<<n | uint64(v)
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.acc>>(w.n-8)))
	}
}
