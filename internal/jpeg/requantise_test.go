package jpeg

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"
)

// TestSourceQuality finds the quality of every table that Encode writes, and one
// near it where steps are others.
func TestSourceQuality(t *testing.T) {
	img := testYCbCr(16, 16, image.YCbCrSubsampleRatio420)
	for q := 1; q <= 100; q++ {
		data := encoded(t, img, EncodeOptions{Quality: q})
		got, err := SourceQuality(data)
		if err != nil || got != q && scaledQuant(false, got) != scaledQuant(false, q) {
			t.Errorf("quality %d: %d, %v", q, got, err)
		}
		table := scaledQuant(false, q)
		rng := rand.New(rand.NewPCG(uint64(q), 2))
		for i := range table {
			table[i] = max(1, table[i]*uint16(80+rng.IntN(41))/100)
		}
		if got := nearestQuality(&table); got < q-6 || got > q+6 {
			t.Errorf("steps 20 %% off quality %d: %d", q, got)
		}
	}
	var zero [64]uint16
	if q := nearestQuality(&zero); q < 1 || q > 100 {
		t.Errorf("steps of 0: %d", q)
	}
	if _, err := SourceQuality([]byte("no JPEG")); err == nil {
		t.Error("not a file: no error")
	}
}

// TestTrellisBlocks has blocks whose cheapest levels can be told by hand: steps
// of 10, an error of a step costs 19 bits in a flat block.
func TestTrellisBlocks(t *testing.T) {
	type at struct{ k, coef int }
	var quant [64]uint16
	for i := range quant {
		quant[i] = 10
	}
	for _, c := range []struct {
		name  string
		coefs []at
		bits  int // of every symbol
		want  []at
	}{
		{"nothing", nil, 6, nil},
		{"all below half a step", []at{{1, 4}, {7, -4}}, 6, nil},
		{"levels to the nearest", []at{{1, 31}, {2, -19}}, 1, []at{{1, 3}, {2, -2}}},
		// Dropping 6 costs 19*(0.36-0.16) = 3.8 bits.
		{"half a level is worth its symbol", []at{{1, 6}}, 3, []at{{1, 1}}},
		{"half a level is not worth its symbol", []at{{1, 6}}, 4, nil},
		// 11 is worth 19*(1.21-0.01) = 22.8 bits; behind 33 zeros it takes two
		// symbols more.
		{"far behind", []at{{34, 11}}, 7, []at{{34, 1}}},
		{"too far behind", []at{{34, 11}}, 8, nil},
	} {
		var tr trellis
		tr.setSteps(&quant, &quant, 1)
		tr.mask = 1 << 40 // nothing hides errors
		for s := range tr.rate {
			tr.rate[s] = int64(c.bits) << 8
		}
		tr.begin(0)
		for _, a := range c.coefs {
			tr.add(a.k, int32(a.coef))
		}
		mask, levels := tr.finish(nil)
		var want []int16
		wantMask := uint64(0)
		for _, a := range c.want {
			want = append(want, int16(a.coef))
			wantMask |= 1 << a.k
		}
		if mask != wantMask || fmt.Sprint(levels) != fmt.Sprint(want) {
			t.Errorf("%s: mask %x, levels %v, want %x, %v", c.name, mask, levels, wantMask, want)
		}
	}
}

// TestTrellisIsBest compares with trying all choices, for blocks with few
// coefficients.
func TestTrellisIsBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	for n := range 300 {
		var quant [64]uint16
		var from [64]int32
		for i := range quant {
			quant[i], from[i] = uint16(4+rng.IntN(30)), 1
		}
		var tr trellis
		tr.setSteps(&quant, &quant, 1)
		for s := range tr.rate {
			tr.rate[s] = int64(256 + rng.IntN(4000))
		}
		var ks []int
		var coefs []int32
		energy := int64(0)
		for k := 1; k < 64 && len(ks) < 7; k += 1 + rng.IntN(14) {
			c := int32(rng.NormFloat64() * 25)
			ks, coefs = append(ks, k), append(coefs, c)
			energy += int64(c) * int64(c)
		}
		tr.begin(energy)
		for i, k := range ks {
			tr.add(k, coefs[i])
		}
		mask, levels := tr.finish(nil)
		chosen := make([]int32, len(ks))
		for i, k := range ks {
			if mask>>k&1 != 0 {
				chosen[i], levels = int32(levels[0]), levels[1:]
			}
		}
		best := tr.exhaust(ks, coefs, make([]int32, len(ks)), 0)
		if got := tr.costOf(ks, coefs, chosen); got != best {
			t.Fatalf("block %d: %v at %v become %v, which costs %d; the best costs %d", n, coefs, ks, chosen, got, best)
		}
	}
}

// costOf is what the levels cost, against all zeros without an end of block.
func (t *trellis) costOf(ks []int, coefs, levels []int32) int64 {
	cost, last := int64(0), 0
	for i, k := range ks {
		if levels[i] == 0 {
			continue
		}
		a, l, step := int64(max(coefs[i], -coefs[i])), int64(max(levels[i], -levels[i])), int64(t.step[k])
		cost -= l * step * (2*a - l*step) * (t.weight[k] * t.masking >> 16) >> 16
		run := k - last - 1
		_, size := magnitude(int(l))
		cost += int64(run/16)*t.rate[0xF0] + t.rate[run%16<<4|size]
		last = k
	}
	if last < 63 {
		cost += t.rate[0]
	}
	return cost
}

// exhaust returns the least cost of all levels that the trellis looks at.
func (t *trellis) exhaust(ks []int, coefs, levels []int32, i int) int64 {
	if i == len(ks) {
		return t.costOf(ks, coefs, levels)
	}
	high := max(rounded(coefs[i], t.step[ks[i]]), -rounded(coefs[i], t.step[ks[i]]))
	least := int64(maxPlannedBits)
	for l := int32(0); l <= high; l++ {
		if l == 0 && high > 2 || l != 0 && l < high-1 && (l+1)&l != 0 {
			continue
		}
		levels[i] = l
		least = min(least, t.exhaust(ks, coefs, levels, i+1))
	}
	return least
}

// TestRequantise holds bytes and error of files that are given coarser steps
// against those that Encode makes of the same picture.
func TestRequantise(t *testing.T) {
	img := testYCbCr(320, 240, image.YCbCrSubsampleRatio420)
	source := encoded(t, img, EncodeOptions{Quality: 95})
	for _, q := range []int{50, 70, 80, 85} {
		plain := encoded(t, img, EncodeOptions{Quality: q, WriteOptions: WriteOptions{Progressive: true}})
		var b bytes.Buffer
		changed, err := Requantise(&b, source, RequantiseOptions{Quality: q})
		if err != nil || !changed {
			t.Fatalf("quality %d: changed %v, %v", q, changed, err)
		}
		if b.Len() > len(plain) {
			t.Errorf("quality %d: %d bytes, plain encoding takes %d", q, b.Len(), len(plain))
		}
		got, err := Decode(b.Bytes(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		old, err := Decode(plain, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range planePSNR(t, got.Image, img) {
			if other := planePSNR(t, old.Image, img)[i]; p < other-3.3 {
				t.Errorf("quality %d, plane %d: %.2f dB, plain encoding has %.2f", q, i, p, other)
			}
		}
		// What comes out is not changed again.
		var again bytes.Buffer
		if changed, err := Requantise(&again, b.Bytes(), RequantiseOptions{Quality: q}); err != nil || changed || !bytes.Equal(again.Bytes(), b.Bytes()) {
			t.Errorf("quality %d again: changed %v, %v, %d bytes of %d", q, changed, err, again.Len(), b.Len())
		}
	}
	for _, q := range []int{95, 96, 100} {
		var b, lossless bytes.Buffer
		changed, err := Requantise(&b, source, RequantiseOptions{Quality: q})
		if err := Recode(&lossless, source, RecodeOptions{}); err != nil {
			t.Fatal(err)
		}
		if err != nil || changed || !bytes.Equal(b.Bytes(), lossless.Bytes()) {
			t.Errorf("quality %d of a source of 95: changed %v, %v", q, changed, err)
		}
	}
	var b bytes.Buffer
	if _, err := Requantise(&b, source, RequantiseOptions{Quality: 101}); err == nil {
		t.Error("quality 101: no error")
	}
}

// TestRequantiseHostile has coefficients and steps at the limits: the result
// has to be readable.
func TestRequantiseHostile(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 44))
	for n := range 40 {
		s := newSynth(rng, 1+rng.IntN(80), 1+rng.IntN(80), 1, [2]int{1 + n%2, 1}, [2]int{1, 1}, [2]int{1, 1})
		s.wideQuant = n%4 == 3
		for i := range s.quant[:2] {
			for k := range s.quant[i] {
				s.quant[i][k] = uint16(1 + rng.IntN(1+rng.IntN(255)))
				if s.wideQuant && rng.IntN(9) == 0 {
					s.quant[i][k] = 65535
				}
			}
		}
		for _, c := range s.comps {
			for b := range c.coef {
				for k := range c.coef[b] {
					if rng.IntN(3) == 0 {
						c.coef[b][k] = int16(rng.IntN(2047) - 1023)
					}
				}
			}
		}
		var b bytes.Buffer
		if _, err := Requantise(&b, s.bytes(), RequantiseOptions{Quality: 1 + rng.IntN(100)}); err != nil {
			t.Fatalf("file %d: %v", n, err)
		}
		if _, err := Decode(b.Bytes(), Options{}); err != nil {
			t.Fatalf("file %d: %v", n, err)
		}
	}
}

// FuzzRequantise gives anything coarser steps. What comes out can be decoded.
func FuzzRequantise(f *testing.F) {
	variants(func(_ string, s *synth) { f.Add(s.bytes(), uint8(80)) })
	f.Fuzz(func(t *testing.T, data []byte, quality uint8) {
		var b bytes.Buffer
		o := RequantiseOptions{Quality: 1 + int(quality)%100, RecodeOptions: RecodeOptions{MaxPixels: 1 << 16}}
		if _, err := Requantise(&b, data, o); err != nil {
			return
		}
		var d Decoder
		if _, err := d.readSparse(b.Bytes(), 0); err != nil {
			t.Fatal(err)
		}
	})
}
