package deflate

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

var quickParams = Params{Passes: 4, Depth: 32, Period: 3}

// roundTrip compresses data and sees that the standard library and Inflate read
// it back.
func roundTrip(t testing.TB, e *Encoder, data []byte, p Params) []byte {
	t.Helper()
	z, ok := e.Append(nil, data, e.Draft(data, math.MaxInt), p, math.MaxInt)
	if !ok {
		t.Fatal("gave up without a limit")
	}
	r, err := zlib.NewReader(bytes.NewReader(z))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, data) {
		t.Fatalf("%d bytes became %d: %v", len(data), len(back), err)
	}
	back := make([]byte, len(data))
	if err := Inflate(back, z); err != nil || !bytes.Equal(back, data) {
		t.Fatalf("Inflate: %v", err)
	}
	return z
}

// kinds are data that take different ways through the encoder.
func kinds(n int) map[string][]byte {
	rnd := rand.New(rand.NewPCG(uint64(n), 9))
	noise, steps := make([]byte, n), make([]byte, n)
	for i := range noise {
		noise[i] = byte(rnd.Uint32())
		steps[i] = byte(i / 300)
	}
	periodic := bytes.Repeat(noise[:min(n, 700)], n/max(1, min(n, 700))+1)[:n]
	return map[string][]byte{"noise": noise, "zeros": make([]byte, n), "steps": steps, "periodic": periodic, "text": text(n, 4)}
}

func TestRoundTrip(t *testing.T) {
	var e Encoder
	for _, n := range []int{0, 1, 2, 3, 4, 5, 8, 257, 258, 259, 1000, windowSize, windowSize + 1, 70_000, maxSegment + 77, maxSegment*9/8 + 1} {
		for name, data := range kinds(n) {
			z := roundTrip(t, &e, data, quickParams)
			if most := n + 11 + 5*(n/maxStored+2); len(z) > most {
				t.Errorf("%d bytes of %s became %d", n, name, len(z))
			}
			std := deflated(t, data, 9)
			// Inside of long matches nothing else is looked for, which in odd
			// cases costs a bit. A lazy parse sees a period only by chance, and
			// the costs of what it saw decide.
			most := len(std) + len(std)/100 + 16
			if name == "periodic" {
				most += len(std) / 4
			}
			if len(z) > most {
				t.Errorf("%d bytes of %s: %d, the standard library makes %d", n, name, len(z), len(std))
			}
			if q := e.Draft(data, math.MaxInt).Size; n > 5000 && math.Abs(float64(q-len(z))) > 0.25*float64(len(z))+100 {
				t.Errorf("%d bytes of %s: %d, estimated %d", n, name, len(z), q)
			}
		}
	}
}

// What an encoder did before must not change what it does.
func TestUsedEncoderMakesTheSameBytes(t *testing.T) {
	var used Encoder
	for n := 1; n < 40_000; n = n*3 + 1 {
		for name, data := range kinds(n) {
			got := roundTrip(t, &used, data, quickParams)
			if want := roundTrip(t, new(Encoder), data, quickParams); !bytes.Equal(got, want) {
				t.Errorf("%d bytes of %s differ", n, name)
			}
		}
	}
	// Positions start again when they would not fit.
	data := text(5000, 1)
	want := roundTrip(t, new(Encoder), data, quickParams)
	used.lazy.end, used.gather.finder.end = math.MaxInt32-3000, math.MaxInt32-3000
	if !bytes.Equal(roundTrip(t, &used, data, quickParams), want) {
		t.Error("differs where positions start again")
	}
}

func TestMorePassesAreNotWorse(t *testing.T) {
	var e Encoder
	data := text(100_000, 8)
	last := math.MaxInt
	for passes := 1; passes < 10; passes++ {
		n := len(roundTrip(t, &e, data, Params{Passes: passes, Depth: 50}))
		if n > last {
			t.Errorf("%d passes make %d bytes, one fewer %d", passes, n, last)
		}
		last = n
	}
}

func TestLimit(t *testing.T) {
	var e Encoder
	data := text(maxSegment+1000, 2)
	n := len(roundTrip(t, &e, data, quickParams))
	d := e.Draft(data, math.MaxInt)
	if z, ok := e.Append([]byte("before"), data, d, quickParams, n); !ok || len(z) != n+6 || string(z[:6]) != "before" {
		t.Errorf("with exactly the limit it gave up")
	}
	if z, ok := e.Append(nil, data, d, quickParams, n-1); ok || len(z) != 0 {
		t.Error("it did not keep to the limit")
	}
	if e.Draft(data, d.Size) == nil || e.Draft(data, d.Size-1) != nil {
		t.Error("the draft did not keep to the limit")
	}
}

// The codes must be optimal: no shorter sum exists under the length limit, by a
// slow search over all complete sets of lengths.
func TestCodeLengthsAreOptimal(t *testing.T) {
	var c coder
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, limit := 2+rnd.IntN(6), 3+rnd.IntN(3)
		freq, lens := make([]uint32, n), make([]uint8, n)
		for i := range freq {
			freq[i] = 1 << rnd.IntN(12)
		}
		c.lengths(lens, freq, limit)
		sum, room := 0, 0
		for i, l := range lens {
			sum += int(freq[i]) * int(l)
			room += 1 << limit >> l
		}
		if room > 1<<limit {
			t.Fatalf("%v is not a code", lens)
		}
		if best := slowest(freq, limit, 1<<limit); sum != best {
			t.Fatalf("%v in at most %d bits: %v takes %d, the best %d", freq, limit, lens, sum, best)
		}
	}
}

// slowest tries all lengths that fit into room.
func slowest(freq []uint32, limit, room int) int {
	if len(freq) == 0 {
		return 0
	}
	best := 1 << 40
	for l := 1; l <= limit; l++ {
		if r := room - 1<<limit>>l; r >= 0 {
			best = min(best, int(freq[0])*l+slowest(freq[1:], limit, r))
		}
	}
	return best
}

func TestLog2(t *testing.T) {
	for _, n := range []uint32{1, 2, 3, 5, 1000, 4095, 4096, 5000, 1 << 20, 1<<32 - 1} {
		if got, want := float64(Log2(n))/65536, math.Log2(float64(n)); got > want || got < want-1.0/1024 {
			t.Errorf("Log2(%d) = %v, want %v", n, got, want)
		}
	}
}

func TestRaterPrefersWhatCompresses(t *testing.T) {
	var e Encoder
	var r Rater
	data := text(3000, 1)
	for range 2 {
		r.Reset(4000, 3, 1000, e.Draft(data, math.MaxInt))
		r.Commit(data[:1000])
		seen, noise := r.Rate(data[:1000], math.MaxInt), r.Rate(kinds(1000)["noise"], math.MaxInt)
		if seen > noise/10 {
			t.Errorf("a row seen before costs %d, noise %d", seen, noise)
		}
		if v := r.Rate(data[:1000], seen/2); v < seen/2 || v > seen {
			t.Errorf("with a limit of %d: %d", seen/2, v)
		}
	}
}

// TestDraftOfLittleTakesLittle holds that an animation of thousands of tiny
// frames is no work for the garbage collector.
func TestDraftOfLittleTakesLittle(t *testing.T) {
	var e Encoder
	data := bytes.Repeat([]byte("some bytes "), 9)
	want := e.Draft(data, math.MaxInt)
	const rounds, most = 100, 16 << 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		if d := e.Draft(data, math.MaxInt); d.Size != want.Size || !slices.Equal(d.segments[0].likely, want.segments[0].likely) {
			t.Fatalf("%+v, at first %+v", d, want)
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / rounds; n > most {
		t.Errorf("%d bytes for a draft of %d", n, len(data))
	}
}

// FuzzRoundTrip holds that what goes in comes out, in no more bytes than stored
// blocks take.
func FuzzRoundTrip(f *testing.F) {
	for _, n := range []int{0, 3, 300, 5000} {
		for _, data := range kinds(n) {
			f.Add(data, uint8(3))
		}
	}
	var e Encoder
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		p := Params{Passes: 1 + int(how&3), Depth: 1 << (how >> 2 & 7), Period: int(how >> 5), Thorough: how%5 == 4}
		if z := roundTrip(t, &e, data, p); len(z) > len(data)+16+5*(len(data)/maxStored) {
			t.Fatalf("%d bytes became %d", len(data), len(z))
		}
	})
}

// Matches that go on beyond a segment end with it, whatever was parsed before.
func TestMatchesAcrossSegments(t *testing.T) {
	var e Encoder
	r := rand.New(rand.NewPCG(3, 4))
	units := make([]byte, 20*400)
	for i := range units {
		units[i] = byte(r.Uint32())
	}
	var data []byte
	for len(data) < maxSegment*5/2 {
		data = append(data, units[r.IntN(20)*400:][:400]...)
	}
	for i := range 8 {
		roundTrip(t, &e, data[50*i:], Params{Passes: 2, Depth: 8})
	}
}

// In a row that is longer than the window, what is too far back is no match.
func TestRaterStaysInTheWindow(t *testing.T) {
	noise := rand.New(rand.NewPCG(5, 6))
	row := make([]byte, 0, 200_000)
	for range 70_001 {
		row = append(row, byte(noise.Uint32()))
	}
	row = append(row, row[:60_000]...)
	var e Encoder
	var r Rater
	for range 2 {
		r.Reset(2*len(row), 3, len(row), e.Draft(row, math.MaxInt))
		r.Commit(row)
		if len(r.tokens) < 120_000 {
			t.Fatalf("%d tokens for noise", len(r.tokens))
		}
	}
}
