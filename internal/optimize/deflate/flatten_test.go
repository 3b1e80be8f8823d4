package deflate

import (
	"math/rand/v2"
	"testing"
)

func TestThoroughIsSmaller(t *testing.T) {
	var e Encoder
	thorough := quickParams
	thorough.Thorough = true
	for _, n := range []int{0, 1, 4, 300, 1000, 70_000, maxSegment + 77, maxSegment*9/8 + 1} {
		for name, data := range kinds(n) {
			quick := len(roundTrip(t, &e, data, quickParams))
			z := len(roundTrip(t, &e, data, thorough))
			// The passes end in other places, so a few may take a bit more. In a
			// period only the distances that the draft saw make matches cheap.
			most := quick + quick/200
			if name == "periodic" {
				most += quick / 10
			}
			if z > most {
				t.Errorf("%d bytes of %s: %d, %d in less time", n, name, z, quick)
			}
			if name == "text" && n >= 70_000 && z >= quick {
				t.Errorf("%d bytes of text: %d, no less than %d in less time", n, z, quick)
			}
		}
	}
}

// TestAFlattenedCodeFits has frequencies that vary a little around steps.
func TestAFlattenedCodeFits(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	var m blockMaker
	gained := 0
	for range 200 {
		var n counts
		scale := 1 + rnd.IntN(300)
		for i := range n.lit[:endOfBlock+rnd.IntN(30)] {
			n.lit[i] = uint32(rnd.IntN(scale/(1+i/16) + 1))
		}
		for i := range n.dist[:rnd.IntN(numDist)] {
			n.dist[i] = uint32(rnd.IntN(scale))
		}
		m.plan(&n, 1<<20, headerRounds)
		before := m.head.bits + m.code.bits(&n)
		m.flatten(&n)
		after := m.head.bits + m.code.bits(&n)
		if after > before {
			t.Fatalf("%d bits became %d", before, after)
		}
		gained += before - after
		space := 0
		for s, f := range n.lit {
			if f != 0 && m.code.lit[s] == 0 {
				t.Fatalf("symbol %d occurs and has no code", s)
			}
			if l := m.code.lit[s]; l > 0 {
				space += 1 << (maxCodeLen - l)
			}
		}
		for s, f := range n.dist {
			if f != 0 && m.code.dist[s] == 0 {
				t.Fatalf("distance symbol %d occurs and has no code", s)
			}
		}
		if space > 1<<maxCodeLen {
			t.Fatal("the code is no prefix code")
		}
	}
	if gained < 200*20 {
		t.Errorf("200 blocks take only %d bits less", gained)
	}
}
