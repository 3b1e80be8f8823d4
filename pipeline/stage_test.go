package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// endEach runs 300 items through a line in which every third one ends with an
// error at place, and returns the line.
func endEach(t *testing.T, workers int, place string, end func() error) *line {
	t.Helper()
	l := &line{workers: workers, queue: 1, items: 300, work: time.Second}
	l.at = func(stage string, n int) error {
		if stage == place && n%3 == 0 {
			return end()
		}
		return nil
	}
	if err := l.collect(t.Context()); err != nil {
		t.Errorf("Collect = %v, want nil", err)
	}
	if done, failed, _ := l.check(t); done != 200 || failed != 100 {
		t.Errorf("%d items are done and %d not, want 200 and 100", done, failed)
	}
	return l
}

// statsOf returns the counters of one stage.
func statsOf(t *testing.T, r *Run, name string) StageStats {
	t.Helper()
	for _, s := range r.Stats() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no stage %q", name)
	return StageStats{}
}

func forEachHandler(t *testing.T, test func(t *testing.T, workers int, place string)) {
	forEach(t, func(t *testing.T, workers int, place string) {
		if place != "walk" && place != "fold" {
			test(t, workers, place)
		}
	})
}

func TestItemFails(t *testing.T) {
	forEachHandler(t, func(t *testing.T, workers int, place string) {
		l := endEach(t, workers, place, func() error { return errBad })
		if l.ended[3] != errBad {
			t.Errorf("item 3 ended as %v, want the error of its handler", l.ended[3])
		}
		if s := statsOf(t, l.run, place); s.Failed != 100 || s.Skipped != 0 {
			t.Errorf("the stage counted %+v, want 100 failed", s)
		}
	})
}

func TestItemSkipped(t *testing.T) {
	forEachHandler(t, func(t *testing.T, workers int, place string) {
		l := endEach(t, workers, place, func() error { return Skip("fits") })
		if reason, ok := SkipReason(l.ended[3]); !ok || reason != "fits" {
			t.Errorf("item 3 ended as %v, want it skipped", l.ended[3])
		}
		if s := statsOf(t, l.run, place); s.Failed != 0 || s.Skipped != 100 {
			t.Errorf("the stage counted %+v, want 100 skipped", s)
		}
	})
}

// A panic costs its own item only; its worker goes on, its value is released, also
// if the handler has released it before (as encode does).
func TestHandlerPanics(t *testing.T) {
	forEachHandler(t, func(t *testing.T, workers int, place string) {
		l := endEach(t, workers, place, func() error { panic(context.Canceled) })
		p, ok := l.ended[3].(*PanicError)
		if !ok || p.Value != context.Canceled || !strings.Contains(string(p.Stack), "TestHandlerPanics") {
			t.Errorf("item 3 ended as %#v, want the panic and where it was", l.ended[3])
		}
	})
}

func TestHandlerAborts(t *testing.T) {
	forEachHandler(t, func(t *testing.T, workers int, place string) {
		abort := fmt.Errorf("item 50: %w", Abort(errBad))
		l := &line{workers: workers, queue: 1, items: 400, work: time.Second}
		l.at = once(place, 50, func() error { return abort })
		if err := l.collect(t.Context()); err != abort {
			t.Errorf("Collect = %v, want the error of the handler", err)
		}
		if _, failed, cancelled := l.check(t); failed != 1 || cancelled == 0 || l.ended[50] != abort {
			t.Errorf("%d items failed, %d were cancelled, item 50 ended as %v", failed, cancelled, l.ended[50])
		}
	})
}

// A handler that gives up because the run was aborted has not failed; one that
// fails for a reason of its own has.
func TestHandlerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		r := New(t.Context())
		time.AfterFunc(time.Hour, func() { r.Abort(errBad) })
		waiting := Stage(r, Pool{Workers: 3}, Source(r, Pool{}, count(9)), func(ctx context.Context, n int) (int, error) {
			<-ctx.Done()
			switch n {
			case 0:
				return n, nil
			case 1:
				return n, errBad
			}
			return n, fmt.Errorf("item %d: %w", n, ctx.Err())
		})
		err := Collect(r, waiting, func(it Item[int, int]) error {
			want, ok := map[int]error{0: nil, 1: errBad}[it.Key]
			if !ok {
				want = ErrCancelled
			}
			if it.Err != want || it.Err != nil && it.Value != 0 {
				t.Errorf("item %d ended as %v, %d; want %v", it.Key, it.Err, it.Value, want)
			}
			return nil
		})
		if err != errBad || elapsed() != time.Hour {
			t.Errorf("Collect = %v after %v, want the abort after an hour", err, elapsed())
		}
	})
}

// An error that only looks like the end of the run is a failure while the run goes on.
func TestHandlerOwnTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		stage := Stage(r, Pool{}, Source(r, Pool{}, count(1)), func(context.Context, int) (int, error) {
			return 0, context.Canceled
		})
		Collect(r, stage, func(it Item[int, int]) error {
			if !errors.Is(it.Err, context.Canceled) {
				t.Errorf("the item ended as %v, want the error of its handler", it.Err)
			}
			return nil
		})
	})
}

// No more than Workers handlers run at a time, and as many do if there is work.
func TestWorkers(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 2, 8, 99} {
		synctest.Test(t, func(t *testing.T) {
			elapsed := stopwatch()
			var running atomic.Int64
			want := int64(max(n, 1))
			r := New(t.Context())
			stage := Stage(r, Pool{Workers: n}, Source(r, Pool{}, count(500)), func(context.Context, int) (int, error) {
				if now := running.Add(1); now > want {
					t.Errorf("a pool of %d runs %d handlers at a time, want %d", n, now, want)
				}
				time.Sleep(time.Second)
				running.Add(-1)
				return 0, nil
			})
			if err := Collect(r, stage, func(Item[int, int]) error { return nil }); err != nil {
				t.Error(err)
			}
			rounds := time.Duration((500 + want - 1) / want)
			if got := elapsed(); got != rounds*time.Second {
				t.Errorf("a pool of %d took %v for 500 items of a second, want %ds", n, got, rounds)
			}
		})
	}
}

func BenchmarkStage(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprint(workers, " workers"), func(b *testing.B) {
			b.ReportAllocs()
			r := New(b.Context())
			pool := Pool{Workers: workers, Queue: 64}
			source := Source(r, pool, func(_ context.Context, emit func(int, error) error) error {
				for i := 0; b.Loop(); i++ {
					emit(i, nil)
				}
				return nil
			})
			stage := Stage(r, pool, source, func(_ context.Context, n int) (int, error) { return n, nil })
			Collect(r, stage, func(Item[int, int]) error { return nil })
		})
	}
}
