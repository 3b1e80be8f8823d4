package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"imgpool/internal/kernel/cpu"
	"imgpool/internal/kernel/kerneltest"
)

// luma is a scan of component 0 alone.
func luma(ss, se, ah, al int) testScan {
	return testScan{comps: []int{0}, ss: ss, se: se, ah: ah, al: al}
}

// TestProgressiveHostileScripts has scripts that make no sense as a whole. Each
// is decoded as the reference decodes it, or refused.
func TestProgressiveHostileScripts(t *testing.T) {
	dc := luma(0, 0, 0, 0)
	beyond := luma(1, 63, 0, 0)
	beyond.overrun = 1000
	beyondInterval := luma(1, 63, 0, 1)
	beyondInterval.overrun, beyondInterval.interval = 9, 7
	beyondRefine := luma(1, 63, 1, 0)
	beyondRefine.overrun, beyondRefine.interval = 9, 5
	cases := []struct {
		name    string
		script  []testScan
		refused bool
		missing bool // incomplete, though the file ends as it should
	}{
		{"a first scan twice", []testScan{dc, luma(1, 63, 0, 0), luma(1, 63, 0, 0)}, false, false},
		{"a first scan again, coarser", []testScan{dc, luma(1, 63, 0, 0), luma(1, 63, 0, 2)}, false, false},
		{"a first scan again, finer", []testScan{dc, luma(1, 63, 0, 3), luma(1, 63, 0, 0)}, false, false},
		{"first scans that overlap", []testScan{dc, luma(1, 20, 0, 1), luma(10, 63, 0, 0), luma(1, 9, 1, 0)}, false, false},
		{"refinement of what has no first scan", []testScan{dc, luma(1, 63, 1, 0)}, false, false},
		{"refinement partly without first scan", []testScan{dc, luma(3, 9, 0, 1), luma(1, 63, 1, 0)}, false, false},
		{"refinement that skips a bit", []testScan{dc, luma(1, 63, 0, 3), luma(1, 63, 2, 1)}, false, false},
		{"refinement twice", []testScan{dc, luma(1, 63, 0, 1), luma(1, 63, 1, 0), luma(1, 63, 1, 0)}, true, false},
		{"refinement of a first scan's last bit", []testScan{dc, luma(1, 63, 0, 0), luma(63, 63, 1, 0)}, true, false},
		{"refinement upwards", []testScan{dc, luma(1, 63, 0, 0), luma(5, 5, 4, 3)}, true, false},
		{"DC twice", []testScan{dc, luma(0, 0, 0, 2), luma(0, 0, 2, 1)}, false, false},
		{"DC refined without first scan", []testScan{luma(0, 0, 1, 0), luma(1, 63, 0, 0)}, false, false},
		{"DC last", []testScan{luma(1, 63, 0, 0), dc}, false, false},
		{"no DC", []testScan{luma(1, 63, 0, 0)}, false, false},
		{"DC only", []testScan{dc}, false, false},
		{"run beyond the component", []testScan{dc, beyond}, false, false},
		{"runs beyond restart intervals", []testScan{dc, beyondInterval, beyondRefine}, false, false},
		{"component missing", []testScan{dc, luma(1, 63, 0, 0)}, false, true},
	}
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		for _, c := range cases {
			sampling := [][2]int{{1, 1}}
			if c.missing {
				sampling = [][2]int{{1, 1}, {1, 1}, {1, 1}}
			}
			p := testPicture(rand.New(rand.NewPCG(3, 4)), 99, 77, sampling...)
			data := encodeProgressive(p, c.script)
			taken := checkProgressive(t, c.name, data)
			if taken == c.refused {
				t.Errorf("%s: decoded is %v", c.name, taken)
			}
			_, err := Decode(data, Options{ScaleLuma: 4})
			if c.refused && !errors.As(err, new(FormatError)) {
				t.Errorf("%s: the error is %v", c.name, err)
			}
			if c.missing && !errors.As(err, new(*IncompleteError)) {
				t.Errorf("%s: the error is %v", c.name, err)
			}
		}
	})
}

// TestProgressiveRandomScripts has scans at random.
func TestProgressiveRandomScripts(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 6))
		taken := 0
		for n := range 200 {
			p := testPicture(rng, 1+rng.IntN(60), 1+rng.IntN(60), [2]int{2, 1}, [2]int{1, 1}, [2]int{1, 1})
			var script []testScan
			for range 1 + rng.IntN(8) {
				s := testScan{comps: []int{rng.IntN(3)}, al: rng.IntN(4), overrun: rng.IntN(2) * 40, interval: rng.IntN(2) * rng.IntN(9)}
				if s.ss = rng.IntN(64); s.ss > 0 {
					s.se = s.ss + rng.IntN(64-s.ss)
				} else if rng.IntN(2) == 0 {
					s.comps = []int{0, 1, 2}
				}
				if rng.IntN(2) == 0 {
					s.ah = s.al + 1
				}
				script = append(script, s)
			}
			if checkProgressive(t, fmt.Sprintf("script %d", n), encodeProgressive(p, script)) {
				taken++
			}
		}
		if taken < 50 {
			t.Errorf("only %d of 200 files were decoded", taken)
		}
	})
}

// TestProgressiveCorruptData changes bytes at random.
func TestProgressiveCorruptData(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		taken := 0
		for n := range 300 {
			p := testPicture(rng, 1+rng.IntN(90), 1+rng.IntN(60), [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
			script := randomScript(rng, 3)
			if n%3 == 0 {
				script = defaultScript()
				script[4].interval, script[9].interval = 5, 3
			}
			data := encodeProgressive(p, script)
			for range 1 + rng.IntN(4) {
				data[300+rng.IntN(len(data)-300)] ^= byte(1 + rng.IntN(255))
			}
			if checkProgressive(t, fmt.Sprintf("file %d", n), data) {
				taken++
			}
		}
		if taken < 50 {
			t.Errorf("only %d of 300 files were decoded", taken)
		}
	})
}

// TestProgressiveTruncated cuts a file at every byte: it is never taken for
// complete, at any scale, unless only the end marker is lost.
func TestProgressiveTruncated(t *testing.T) {
	p := testPicture(rand.New(rand.NewPCG(9, 10)), 40, 30, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	whole := encodeProgressive(p, defaultScript())
	last := -1.0
	for n := len(whole) - 1; n > 0; n-- {
		data := whole[:n]
		for _, scale := range []int{1, 2, 4, 8} {
			_, err := Decode(data, Options{ScaleLuma: scale})
			if n >= len(whole)-2 {
				if err != nil {
					t.Errorf("without its end marker, 1/%d: %v", scale, err)
				}
				continue
			}
			var cut *IncompleteError
			if errors.As(err, &cut) {
				if !cut.Truncated || cut.Percent < 0 || cut.Percent >= 100 {
					t.Fatalf("cut to %d bytes, 1/%d: %+v", n, scale, *cut)
				}
				if scale == 1 {
					last = cut.Percent
				} else if last != cut.Percent {
					t.Errorf("cut to %d bytes, 1/%d: %v %%, but %v %% at full size", n, scale, cut.Percent, last)
				}
			} else if !errors.As(err, new(FormatError)) {
				t.Fatalf("cut to %d bytes, 1/%d: %v", n, scale, err)
			}
		}
		if n%7 == 0 {
			checkProgressive(t, fmt.Sprintf("cut to %d bytes", n), data)
		}
	}
}

// TestProgressiveLostIntervals drops and swaps restart intervals.
func TestProgressiveLostIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	p := testPicture(rng, 160, 90, [2]int{2, 1}, [2]int{1, 1}, [2]int{1, 1})
	script := defaultScript()
	for i := range script {
		script[i].interval = 10
	}
	whole := encodeProgressive(p, script)
	for n := range 200 {
		parts := bytes.SplitAfter(whole, []byte{0xFF, byte(mRST0 + rng.IntN(8))})
		i := 1 + rng.IntN(len(parts)-2)
		if n%2 == 0 {
			parts = append(parts[:i], parts[i+1:]...)
		} else {
			parts[i], parts[i+1] = parts[i+1], parts[i]
		}
		checkProgressive(t, fmt.Sprintf("file %d", n), bytes.Join(parts, nil))
	}
}

// TestProgressiveManyScans bounds the work that a small file can ask for.
func TestProgressiveManyScans(t *testing.T) {
	p := testPicture(rand.New(rand.NewPCG(13, 14)), 1024, 1024, [2]int{1, 1})
	for i := range p.comps[0].coef {
		p.comps[0].coef[i] = [64]int16{}
	}
	script := []testScan{luma(0, 0, 0, 0)}
	for range 1000 {
		script = append(script, luma(1, 1, 0, 0))
	}
	data := encodeProgressive(p, script)
	if len(data) > 100_000 {
		t.Fatalf("the file has %d bytes: it was to be small", len(data))
	}
	if _, err := Decode(data, Options{}); !errors.As(err, new(FormatError)) {
		t.Errorf("the error is %v", err)
	}
}

// FuzzProgressive compares all paths with the reference decoder.
func FuzzProgressive(f *testing.F) {
	rng := rand.New(rand.NewPCG(15, 16))
	for n := range 8 {
		p := testPicture(rng, 30, 20, [2]int{1 + n&1, 1 + n>>1&1}, [2]int{1, 1}, [2]int{1, 1})
		f.Add(encodeProgressive(p, randomScript(rng, 3)))
		f.Add(encodeProgressive(p, defaultScript()))
	}
	corpus(f, "broken", func(name string, data []byte) {
		if h, err := Parse(data); err == nil && h.Progressive && len(data) < 1<<15 {
			f.Add(data)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Parse(data)
		if err != nil || h.Width*h.Height > 1<<16 {
			return
		}
		for _, path := range cpu.Paths() { // subtests would slow the fuzzer down
			restore := cpu.Use(path)
			checkProgressive(t, path.String(), data)
			restore()
		}
	})
}
