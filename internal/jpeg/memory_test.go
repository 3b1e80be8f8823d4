package jpeg

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"
)

// TestReuse decodes pictures of changing size with one decoder and dirty
// buffers; each must come out as with a fresh one.
func TestReuse(t *testing.T) {
	var used Decoder
	rng := rand.New(rand.NewPCG(14, 15))
	for i := range 40 {
		s := newSynth(rng, 8+rng.IntN(300), 8+rng.IntN(300), 1+i%2, samplings[2+rng.IntN(5)]...)
		data := s.bytes()
		data = data[:len(data)-rng.IntN(len(data)/4)]
		o := Options{ScaleLuma: 1 << rng.IntN(4), AllowTruncated: true}
		a, errA := used.Decode(data, o)
		b, errB := new(Decoder).Decode(data, o)
		if errA != nil || errB != nil {
			t.Fatal(i, errA, errB)
		}
		f := newFrame(s.header())
		other := planesOf(b.Image)
		for i, p := range planesOf(a.Image) {
			w, h := f.visible(i, o.ScaleLuma)
			if x, y, bad := differing(p, other[i], w, h); bad {
				t.Fatalf("picture %d: component %d differs at (%d, %d)", i, i, x, y)
			}
		}
		a.Release() // b keeps its buffer: the next one gets a's
	}
}

// TestAllocations holds that a warm decoder takes next to no memory.
func TestAllocations(t *testing.T) {
	data := newSynth(rand.New(rand.NewPCG(16, 17)), 400, 300, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}).bytes()
	var d Decoder
	n := testing.AllocsPerRun(20, func() {
		p, err := d.Decode(data, Options{ScaleLuma: 2})
		if err != nil {
			t.Fatal(err)
		}
		p.Release()
	})
	if n > 40 {
		t.Errorf("%v allocations for a picture, want at most 40", n)
	}
}

// TestCost holds that a cold decoder does not take more than Cost says, and
// that Cost says not much more.
func TestCost(t *testing.T) {
	for _, scale := range []int{1, 2, 4, 8} {
		data := newSynth(rand.New(rand.NewPCG(18, 19)), 1200, 900, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}).bytes()
		h, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{ScaleLuma: scale}
		var before, after runtime.MemStats
		runtime.GC() // empties the plane pools
		runtime.GC()
		runtime.ReadMemStats(&before)
		p, err := new(Decoder).Decode(data, o)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		p.Release()
		took, cost := int64(after.TotalAlloc-before.TotalAlloc), Cost(h, len(data), o)
		if took > cost || took < cost/3 {
			t.Errorf("1/%d: took %d bytes, Cost is %d", scale, took, cost)
		}
	}
}

// TestGCStress decodes while the collector runs all the time: assembly must
// hold no pointer that the collector has to know of.
func TestGCStress(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	s := newSynth(rand.New(rand.NewPCG(20, 21)), 500, 400, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.interval = 5
	data := s.bytes()
	for n := range 12 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			var garbage [][]byte
			for i := range 20 {
				garbage = append(garbage, make([]byte, 1<<16))
				p, err := Decode(data, Options{ScaleLuma: 1 << (i % 4)})
				if err != nil {
					t.Fatal(err)
				}
				p.Release()
			}
			runtime.KeepAlive(garbage)
		})
	}
}
