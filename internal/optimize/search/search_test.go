package search

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// sizes is an encoder of which only the sizes of its files matter: that of
// quality q is sizes[q], from quality 1 on.
type sizes []int

func (s sizes) encode(q int) ([]byte, error) { return make([]byte, s[q]), nil }

// curved returns an encoder on which bytes grow by a factor per quality, more
// or less.
func curved(first, factor, noise float64, seed uint64) sizes {
	r := rand.New(rand.NewPCG(seed, 1))
	s := make(sizes, 101)
	for q := range s {
		s[q] = int(first * math.Pow(factor, float64(q)) * (1 + noise*(r.Float64()-0.5)))
	}
	return s
}

var whole = Range{Low: 1, High: 100}

func TestFitIsExact(t *testing.T) {
	for _, c := range []struct {
		name string
		s    sizes
	}{
		{"smooth", curved(1000, 1.04, 0, 1)}, {"steep", curved(10, 1.09, 0, 2)}, {"flat", curved(5000, 1.001, 0, 3)},
		{"rough", curved(1000, 1.03, 0.1, 4)}, {"wild", curved(1000, 1.01, 0.9, 5)},
	} {
		for _, r := range []Range{
			whole, {Low: 20, High: 20}, {Low: 1, High: 100, Model: JPEG, Pixels: 50000},
			{Low: 30, High: 95, Model: JPEG, Known: Known{80, 9000}}, {Low: 1, High: 100, Known: Known{10, 1 << 40}},
		} {
			for limit := 0; limit < 70000; limit += 611 {
				got, err := Fit(context.Background(), r, int64(limit), c.s.encode)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Data) != c.s[got.Quality] || got.Quality < r.Low || got.Quality > r.High {
					t.Fatalf("%s, limit %d: %d bytes of quality %d", c.name, limit, len(got.Data), got.Quality)
				}
				switch q := got.Quality; {
				case got.Met && (c.s[q] > limit || q < r.High && c.s[q+1] <= limit):
					t.Errorf("%s, limit %d: quality %d is not the place", c.name, limit, q)
				case !got.Met && c.s[r.Low] <= limit:
					t.Errorf("%s, limit %d: not met though quality %d has %d", c.name, limit, r.Low, c.s[r.Low])
				case got.Trials > patience+7:
					t.Errorf("%s, limit %d: %d trials", c.name, limit, got.Trials)
				}
			}
		}
	}
}

func TestReachIsExact(t *testing.T) {
	for _, noise := range []float64{0, 1, 20} {
		r := rand.New(rand.NewPCG(6, 7))
		var scores [101]float64
		for q := range scores {
			scores[q] = 100 - 2000/float64(q+10) + noise*(r.Float64()-0.5)
		}
		for _, where := range []Range{whole, {Low: 1, High: 100, Model: JPEG}, {Low: 40, High: 60}} {
			for target := -80.0; target <= 100; target += 0.7 {
				got, err := Reach(context.Background(), where, target, func(q int) ([]byte, float64, error) {
					return []byte{byte(q)}, scores[q], nil
				})
				if err != nil {
					t.Fatal(err)
				}
				q := got.Quality
				if int(got.Data[0]) != q || got.Score != scores[q] {
					t.Fatalf("target %v: data and score are not those of quality %d", target, q)
				}
				if got.Met && (scores[q] < target || q > where.Low && scores[q-1] >= target) {
					t.Errorf("target %v: quality %d is not the place", target, q)
				}
				if !got.Met && scores[where.High] >= target {
					t.Errorf("target %v: not met though quality %d has %v", target, where.High, scores[where.High])
				}
				if got.Trials > patience+7 {
					t.Errorf("target %v: %d trials", target, got.Trials)
				}
			}
		}
	}
}

// What cannot be is said, with the nearest that can.
func TestCannot(t *testing.T) {
	s := curved(1000, 1.04, 0, 1)
	fit, err := Fit(context.Background(), whole, 500, s.encode)
	if err != nil || fit.Met || fit.Quality != 1 || len(fit.Data) != s[1] {
		t.Errorf("bytes: quality %d, %d bytes, met %v, %v", fit.Quality, len(fit.Data), fit.Met, err)
	}
	reach, err := Reach(context.Background(), whole, 99, func(q int) ([]byte, float64, error) {
		return nil, float64(q) * 0.9, nil
	})
	if err != nil || reach.Met || reach.Quality != 100 || reach.Score != 90 {
		t.Errorf("score: quality %d, %v, met %v, %v", reach.Quality, reach.Score, reach.Met, err)
	}
	if _, err := Fit(context.Background(), Range{Low: 2, High: 1}, 500, s.encode); err == nil {
		t.Error("a range without qualities was searched")
	}
}

// The ends are found at once when the goal is beyond them.
func TestFewTrials(t *testing.T) {
	s := curved(1000, 1.03, 0, 1)
	for _, c := range []struct {
		name  string
		r     Range
		limit int
		most  int
	}{
		{"all fit", Range{Low: 1, High: 100, Model: JPEG, Pixels: 100}, 1 << 20, 1},
		{"none fits", Range{Low: 1, High: 100, Model: JPEG, Pixels: 1 << 20}, 1, 1},
		{"one quality", Range{Low: 80, High: 80}, 5000, 1},
		{"known exactly", Range{Low: 1, High: 100, Known: Known{60, s[60]}}, s[60], 2},
		{"straight line", whole, s[70], 4},
	} {
		got, err := Fit(context.Background(), c.r, int64(c.limit), s.encode)
		if err != nil || got.Trials > c.most {
			t.Errorf("%s: %d trials, want %d at most (%v)", c.name, got.Trials, c.most, err)
		}
	}
}

func TestNoNumbersMiss(t *testing.T) {
	got, err := Reach(context.Background(), whole, 50, func(q int) ([]byte, float64, error) {
		if q < 60 {
			return nil, math.NaN(), nil
		}
		return nil, float64(q), nil
	})
	if err != nil || !got.Met || got.Quality != 60 {
		t.Errorf("quality %d, %v, %v", got.Quality, got.Met, err)
	}
}

func TestErrorsStop(t *testing.T) {
	failure := errors.New("no room")
	if _, err := Fit(context.Background(), whole, 5, func(int) ([]byte, error) { return nil, failure }); err != failure {
		t.Errorf("of the encoder: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	trials := 0
	_, err := Reach(ctx, whole, 50, func(q int) ([]byte, float64, error) {
		trials++
		cancel()
		return nil, float64(q % 7), nil
	})
	if !errors.Is(err, context.Canceled) || trials != 1 {
		t.Errorf("cancelled: %v after %d trials", err, trials)
	}
}

// What a model is asked for little of, it answers the same.
func TestNear(t *testing.T) {
	r := Range{Low: 3, High: 90}
	for at := 0.0; at < 100; at += 0.7 {
		for q := 0; q < 100; q += 7 {
			asked := 0
			coordinate := func(q int) float64 { asked++; return float64(q) }
			got := r.near(q, coordinate, at).highest(coordinate, at)
			want := min(max(int(at), r.Low), r.High)
			if got != want {
				t.Fatalf("from %d to %v: %d, want %d", q, at, got, want)
			}
			if distance := max(q-want, want-q); distance <= 1 && asked > 5 {
				t.Errorf("from %d to %v: asked %d times", q, at, asked)
			}
		}
	}
}

// A model that is right finds the place at once, one that is off by a factor
// with a trial more, also where steps become coarser all at once.
func TestModelOfThePicture(t *testing.T) {
	s := curved(2000, 1.03, 0, 1)
	for i := 61; i < len(s); i++ {
		s[i] += s[i] / 3
	}
	for _, c := range []struct{ factor, most float64 }{{1, 2.1}, {1.3, 3}} {
		trials, searches := 0, 0
		for limit := 3000; limit < 20000; limit += 500 {
			r := Range{Low: 1, High: 99, Model: exactly(s), Known: Known{100, int(float64(s[100]) * c.factor)}}
			got, err := Fit(context.Background(), r, int64(limit), s.encode)
			if err != nil || len(got.Data) > limit || got.Quality < 99 && s[got.Quality+1] <= limit {
				t.Fatalf("limit %d: quality %d, %v", limit, got.Quality, err)
			}
			trials += got.Trials
			searches++
		}
		if mean := float64(trials) / float64(searches); mean > c.most {
			t.Errorf("off by a factor of %v: %.2f trials on average", c.factor, mean)
		}
	}
}

// exactly is a model that knows the sizes.
type exactly sizes

func (e exactly) Bytes(q int) float64 { return Log2(float64(e[q])) }
func (e exactly) Score(int) float64   { return 0 }

func TestLog2(t *testing.T) {
	for _, x := range []float64{1, 1.01, 1.5, 2, 3, 1000, 1023, 1024, 1500, 1 << 40} {
		if got := Log2(x); math.Abs(got-math.Log2(x)) > 0.0001 {
			t.Errorf("logarithm of %v: %v", x, got)
		}
	}
	if Log2(0) != 0 || Log2(-5) != 0 {
		t.Error("what has no logarithm is not 0")
	}
}

func TestCurvesGrow(t *testing.T) {
	curves := map[string]Curve{"JPEG": JPEG, "WebP": WebP, "AVIF": AVIF, "none": nil}
	for name, c := range curves {
		for q := 0; q < 101; q++ {
			if c.Bytes(q) >= c.Bytes(q+1) || c.Score(q) >= c.Score(q+1) {
				t.Errorf("%s does not grow at quality %d", name, q)
			}
		}
	}
}

func TestLine(t *testing.T) {
	l := Line{{-1, 10}, {1, 20}, {2, 0}}
	for x, want := range map[float64]float64{-5: 10, -1: 10, 0: 15, 1: 20, 1.5: 10, 2: 0, 9: 0} {
		if got := l.At(x); got != want {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
}
