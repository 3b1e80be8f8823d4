package entropy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// BenchmarkDecode measures a stream with codes like those of photos.
func BenchmarkDecode(b *testing.B) {
	for _, edge := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("edge%d", edge), func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				c := newCase(rng, []byte{})
				p := slowPart{dc: randomSpec(rng, 12, 12), ac: photoSpec(rng)}
				p.DC, p.AC, p.H, p.V, p.Edge = new(DCTable), new(ACTable), 1, 1, edge
				p.DC.Build(&p.dc.counts, &p.dc.values)
				p.AC.Build(&p.ac.counts, &p.ac.values)
				c.parts, c.mcus = []slowPart{p}, 1000
				data := c.write(rng)
				b.SetBytes(int64(len(data)))
				padded := append(slices.Clone(data), make([]byte, Padding)...)
				var batch Batch
				batch.Reset([]Part{p.Part}, c.mcus)
				for b.Loop() {
					var s Stream
					s.Start(padded, 0, len(data))
					if n := batch.Decode(&s, 0, c.mcus); n != c.mcus {
						b.Fatalf("%d of %d MCUs", n, c.mcus)
					}
				}
			})
		})
	}
}

// BenchmarkBuild measures building the tables of a component.
func BenchmarkBuild(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	dc, ac := randomSpec(rng, 12, 12), photoSpec(rng)
	dt, at := new(DCTable), new(ACTable)
	for b.Loop() {
		dt.Build(&dc.counts, &dc.values)
		at.Build(&ac.counts, &ac.values)
	}
}
