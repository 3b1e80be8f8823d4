package pipeline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// paced runs n items through a source and a stage and returns how long that took.
func paced(t *testing.T, ctx context.Context, source, stage Pool, n int) (time.Duration, *Run) {
	t.Helper()
	elapsed := stopwatch()
	r := New(ctx)
	out := Stage(r, stage, Source(r, source, count(n)), func(_ context.Context, n int) (int, error) { return n, nil })
	if err := Collect(r, out, func(it Item[int, int]) error { return it.Err }); err != nil {
		t.Errorf("Collect = %v, want nil", err)
	}
	return elapsed(), r
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		rate  rate.Limit
		burst int
		want  time.Duration // for 100 items
	}{
		{10, 1, 9900 * time.Millisecond},
		{10, 50, 5 * time.Second},
		{10, 100, 0},
		{rate.Every(time.Minute), 1, 99 * time.Minute},
		{rate.Inf, 0, 0},
	} {
		for _, n := range workers {
			limit := func() *rate.Limiter { return rate.NewLimiter(c.rate, c.burst) }
			synctest.Test(t, func(t *testing.T) {
				got, r := paced(t, t.Context(), Pool{}, Pool{Name: "stage", Workers: n, Limit: limit()}, 100)
				if d := (got - c.want).Abs(); d > time.Microsecond { // the limiter counts in floats
					t.Errorf("%d workers at %v/s, burst %d: 100 items took %v, want %v", n, c.rate, c.burst, got, c.want)
				}
				if s := statsOf(t, r, "stage"); s.Busy != 0 || c.want == 0 != (s.Limited == 0) {
					t.Errorf("%d workers: the stage reports %+v", n, s)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				got, r := paced(t, t.Context(), Pool{Name: "source", Limit: limit()}, Pool{Workers: n}, 100)
				if d := (got - c.want).Abs(); d > time.Microsecond {
					t.Errorf("source at %v/s, burst %d: 100 items took %v, want %v", c.rate, c.burst, got, c.want)
				}
				if s := statsOf(t, r, "source"); s.Limited != got {
					t.Errorf("the source waited %v for its limit, want %v", s.Limited, got)
				}
			})
		}
	}
}

// Items that are over already take nothing from the limit.
func TestLimitEndedItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		slow := func() *rate.Limiter { return rate.NewLimiter(1, 1) }
		r := New(t.Context())
		source := Source(r, Pool{Limit: slow()}, func(_ context.Context, emit func(int, error) error) error {
			for n := range 100 {
				emit(n, Skip("hidden"))
			}
			return nil
		})
		stage := Stage(r, Pool{Limit: slow()}, source, func(_ context.Context, n int) (int, error) { return n, nil })
		Collect(r, stage, func(Item[int, int]) error { return nil })
		if elapsed() != 0 {
			t.Errorf("the run took %v, want none", elapsed())
		}
	})
}

// Stop and Abort end the wait for a limit, and the token goes back.
func TestLimitInterrupted(t *testing.T) {
	for name, end := range map[string]func(*Run){
		"stop":  (*Run).Stop,
		"abort": func(r *Run) { r.Abort(errBad) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, place := range []string{"source", "stage"} {
				synctest.Test(t, func(t *testing.T) {
					elapsed := stopwatch()
					limit := rate.NewLimiter(rate.Every(time.Hour), 1)
					source, stage := Pool{}, Pool{Workers: 1}
					if place == "source" {
						source.Limit = limit
					} else {
						stage.Limit = limit
					}
					r := New(t.Context())
					time.AfterFunc(time.Minute, func() { end(r) })
					done := 0
					out := Stage(r, stage, Source(r, source, count(3)), func(_ context.Context, n int) (int, error) { return n, nil })
					err := Collect(r, out, func(it Item[int, int]) error {
						if it.Err == nil {
							done++
						} else if it.Err != ErrCancelled {
							t.Errorf("%s: item %d ended as %v", place, it.Key, it.Err)
						}
						return nil
					})
					if err == nil || done != 1 || elapsed() != time.Minute {
						t.Errorf("%s: Collect = %v after %v and %d items, want an error after a minute and 1", place, err, elapsed(), done)
					}
					if tokens := limit.Tokens(); tokens < 0 {
						t.Errorf("%s: %v tokens remain taken", place, -tokens)
					}
				})
			}
		})
	}
}

// After Stop, an item in flight still waits for the limit of a later stage.
func TestLimitLaterStage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		same := func(_ context.Context, n int) (int, error) { return n, nil }
		r := New(t.Context())
		time.AfterFunc(time.Minute, r.Stop)
		first := Stage(r, Pool{Workers: 2}, Source(r, Pool{}, count(10)), same)
		second := Stage(r, Pool{Workers: 2, Limit: rate.NewLimiter(rate.Every(time.Hour), 1)}, first, same)
		done := 0
		elapsed := stopwatch()
		err := Collect(r, second, func(it Item[int, int]) error {
			if it.Err == nil {
				done++
			}
			return nil
		})
		// One went through at once; two waited for the limit, two for them.
		if err != ErrStopped || done != 5 || elapsed() != 4*time.Hour {
			t.Errorf("Collect = %v after %v and %d items, want ErrStopped after 4h and 5", err, elapsed(), done)
		}
	})
}

// A deadline that the limit will miss cancels nothing before it is there.
func TestLimitDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := New(ctx)
		out := Stage(r, Pool{Limit: rate.NewLimiter(rate.Every(time.Hour), 1)}, Source(r, Pool{}, count(3)),
			func(_ context.Context, n int) (int, error) { return n, nil })
		err := Collect(r, out, func(Item[int, int]) error { return nil })
		if err != context.DeadlineExceeded || elapsed() != time.Minute {
			t.Errorf("Collect = %v after %v, want the deadline after a minute", err, elapsed())
		}
	})
}

// A limit that lets nothing through is a failure, not an endless wait.
func TestLimitWithoutBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := rate.NewLimiter(10, 0)
		r := New(t.Context())
		out := Stage(r, Pool{Limit: l}, Source(r, Pool{}, count(3)), func(_ context.Context, n int) (int, error) { return n, nil })
		err := Collect(r, out, func(it Item[int, int]) error { return it.Err })
		if err != errNoBurst {
			t.Errorf("Collect = %v, want %v", err, errNoBurst)
		}
	})
}
