package tokens

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// randomScan draws codes and n tokens that use them: code lengths 1 to 16,
// values of 0 to 11 bits.
func randomScan(rnd *rand.Rand, n int) (codes *Codes, scan []uint32, total int) {
	codes = new(Codes)
	var values [2048]int
	for i := range codes {
		length, value := 1+rnd.IntN(16), rnd.IntN(12)
		codes[i] = rnd.Uint32()&(1<<length-1)<<value<<5 | uint32(length+value)
		values[i] = value
	}
	for range n {
		s := rnd.IntN(2048)
		scan = append(scan, uint32(s)<<16|rnd.Uint32()&(1<<values[s]-1))
		total += int(codes[s] & 31)
	}
	return codes, scan, total
}

// packSlowly is Pack bit by bit.
func packSlowly(codes *Codes, scan []uint32) []byte {
	var out []byte
	n := 0
	put := func(bit uint32) {
		if n%8 == 0 {
			out = append(out, 0)
		}
		out[n/8] |= byte(bit) << (7 - n%8)
		n++
	}
	for _, t := range scan {
		e := codes[t>>16]
		for i := int(e&31) - 1; i >= 0; i-- {
			put((e>>5 | t&0xFFFF) >> i & 1)
		}
	}
	for n%8 != 0 {
		put(1)
	}
	return out
}

func TestPack(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(7, 8))
		for i := range 400 {
			codes, scan, total := randomScan(rnd, i)
			size := (total+7)/8 + 8
			buf := kerneltest.NewCanary(size, i%8)
			n := Pack(buf.Bytes(), codes, scan)
			buf.Check(t)
			if want := packSlowly(codes, scan); !bytes.Equal(buf.Bytes()[:n], want) {
				t.Fatalf("%d tokens: %d bytes differ from the %d that the bits make", i, n, len(want))
			}
		}
	})
}

func TestPackShortBufferPanics(t *testing.T) {
	codes, scan, total := randomScan(rand.New(rand.NewPCG(9, 9)), 100)
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for size := range total / 8 {
			buf := kerneltest.NewCanary(size, 0)
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("no panic with %d bytes of %d", size, total/8)
					}
				}()
				Pack(buf.Bytes(), codes, scan)
			}()
			buf.Check(t)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	codes, scan, total := randomScan(rand.New(rand.NewPCG(1, 9)), 10000)
	buf := make([]byte, total/8+16)
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		for b.Loop() {
			Pack(buf, codes, scan)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(scan)), "ns/token")
	})
}
