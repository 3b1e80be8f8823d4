package jpeg

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// damaged calls f with variations of data: cut off, with bytes changed, with
// restart markers lost, doubled and renumbered.
func damaged(data []byte, f func(name string, data []byte)) {
	rng := rand.New(rand.NewPCG(7, uint64(len(data))))
	for n := range data {
		if n%37 == 0 || n > len(data)-20 {
			f(fmt.Sprintf("cut to %d bytes", n), data[:n])
		}
	}
	for range 60 {
		b := bytes.Clone(data)
		for range 1 + rng.IntN(3) {
			b[rng.IntN(len(b))] = byte(rng.IntN(256))
		}
		f("bytes changed", b)
	}
	for i := 2; i+1 < len(data); i++ {
		if data[i] != 0xFF || data[i+1] < mRST0 || data[i+1] > mRST7 {
			continue
		}
		f(fmt.Sprintf("marker at %d removed", i), append(bytes.Clone(data[:i]), data[i+2:]...))
		f(fmt.Sprintf("marker at %d doubled", i), append(bytes.Clone(data[:i+2]), data[i:]...))
		for d := range 8 {
			b := bytes.Clone(data)
			b[i+1] = mRST0 + (b[i+1]+byte(d))&7
			f(fmt.Sprintf("marker at %d renumbered by %d", i, d), b)
		}
	}
}

// TestDamaged requires of damaged files what the reference makes of them:
// planes, share of missing blocks, errors.
func TestDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		var d Decoder
		for i, sampling := range [][][2]int{{{1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}} {
			for _, interval := range []int{0, 2} {
				s := newSynth(rng, 50, 40, 1, sampling...)
				s.interval = interval
				if i == 2 {
					s.scans = [][]int{{0}, {1}, {2}}
				}
				damaged(s.bytes(), func(name string, data []byte) {
					checkAgainstReference(t, &d, fmt.Sprintf("%v: %s", sampling, name), data)
				})
			}
		}
	})
}

// TestIncomplete holds what callers see of damaged files.
func TestIncomplete(t *testing.T) {
	s := newSynth(rand.New(rand.NewPCG(10, 11)), 256, 256, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.interval = 16 // a row of MCUs
	whole := s.bytes()
	marker := func(n byte) int { return bytes.LastIndex(whole, []byte{0xFF, mRST0 + n}) }
	for _, c := range []struct {
		name    string
		data    []byte
		want    string
		percent float64
	}{
		{"no end of image", whole[:len(whole)-2], "", 100},
		{"half", whole[:marker(7)], "the file is truncated: 50.0% of the picture could be decoded", 50},
		{"half, end of image", append(bytes.Clone(whole[:marker(7)]), 0xFF, mEOI), "corrupt data: 50.0% of the picture could be decoded", 50},
		{"an interval lost", append(bytes.Clone(whole[:marker(5)]), whole[marker(6):]...), "corrupt data: 93.8% of the picture could be decoded", 93.75},
	} {
		if p, err := Decode(c.data, Options{ScaleLuma: 4}); c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if p.Release(); p.Incomplete != nil {
				t.Errorf("%s: %v", c.name, p.Incomplete)
			}
		} else if p != nil || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		p, err := Decode(c.data, Options{ScaleLuma: 4, AllowTruncated: true})
		if err != nil {
			t.Errorf("%s, allowed: %v", c.name, err)
			continue
		}
		if got := p.Incomplete; (got != nil) != (c.want != "") || got != nil && (got.Percent != c.percent || got.Error() != c.want) {
			t.Errorf("%s, allowed: %v, want %s", c.name, got, c.want)
		}
		p.Release()
	}
}
