package pipeline

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Every test here runs in a bubble, which fails if a goroutine is left behind.

var (
	errBad  = errors.New("bad")
	places  = []string{"walk", "decode", "resize", "encode", "fold"}
	workers = []int{1, 2, 8, 99}
)

// forEach runs test in a bubble for every number of workers and every place at
// which something may happen.
func forEach(t *testing.T, test func(t *testing.T, workers int, place string)) {
	for _, n := range workers {
		for _, place := range places {
			t.Run(fmt.Sprintf("%s/%d", place, n), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { test(t, n, place) })
			})
		}
	}
}

// once returns a hook that calls f when item n comes by at place.
func once(place string, n int, f func() error) func(string, int) error {
	return func(stage string, item int) error {
		if stage == place && item == n {
			return f()
		}
		return nil
	}
}

func TestRunNormal(t *testing.T) {
	for _, n := range workers {
		for _, items := range []int{0, 1, 2, 200} {
			t.Run(fmt.Sprintf("%d workers, %d items", n, items), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := &line{workers: n, queue: n % 3, items: items, work: time.Second}
					if err := l.collect(t.Context()); err != nil {
						t.Errorf("Collect = %v, want nil", err)
					}
					if done, _, _ := l.check(t); done != items {
						t.Errorf("%d items are done, want %d", done, items)
					}
				})
			})
		}
	}
}

// The work of a stage is shared by its workers, and the stages overlap.
func TestRunInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		l := &line{workers: 5, items: 100, work: time.Second}
		if err := l.collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		// 100 items by 5 workers, and 2 s more for the last ones in later stages.
		if got, want := elapsed(), 22*time.Second; got != want {
			t.Errorf("the run took %v, want %v", got, want)
		}
		l.check(t)
	})
}

func TestAbortFromOutside(t *testing.T) {
	forEach(t, func(t *testing.T, workers int, place string) {
		l := &line{workers: workers, queue: 1, items: 200, work: time.Second}
		l.at = once(place, 50, func() error {
			l.run.Abort(errBad)
			l.run.Abort(errors.New("another, too late"))
			return nil
		})
		if err := l.collect(t.Context()); err != errBad {
			t.Errorf("Collect = %v, want the cause of the abort", err)
		}
		if done, failed, cancelled := l.check(t); failed > 0 || cancelled == 0 {
			t.Errorf("%d items done, %d failed, %d cancelled; want none failed and some cancelled", done, failed, cancelled)
		}
	})
}

func TestCancelContext(t *testing.T) {
	forEach(t, func(t *testing.T, workers int, place string) {
		ctx, cancel := context.WithCancel(t.Context())
		l := &line{workers: workers, queue: 1, items: 200, work: time.Second}
		l.at = once(place, 50, func() error { cancel(); return nil })
		if err := l.collect(ctx); err != context.Canceled {
			t.Errorf("Collect = %v, want context.Canceled", err)
		}
		if _, failed, cancelled := l.check(t); failed > 0 || cancelled == 0 {
			t.Errorf("%d items failed, %d cancelled; want none failed and some cancelled", failed, cancelled)
		}
	})
}

// A run ends with its context's deadline, and with the context's own cause.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10500*time.Millisecond, errBad)
		defer cancel()
		l := &line{workers: 2, items: 200, work: time.Second}
		if err := l.collect(ctx); err != errBad {
			t.Errorf("Collect = %v, want the cause of the context", err)
		}
		// Handlers that do not look at their context end at the full second.
		if got, want := elapsed(), 11*time.Second; got != want {
			t.Errorf("the run took %v, want %v", got, want)
		}
		if done, failed, cancelled := l.check(t); done == 0 || failed > 0 || cancelled == 0 {
			t.Errorf("%d items done, %d failed, %d cancelled; want some, none, some", done, failed, cancelled)
		}
	})
}

func TestStop(t *testing.T) {
	forEach(t, func(t *testing.T, workers int, place string) {
		l := &line{workers: workers, queue: 2, items: 400, work: time.Second}
		l.at = once(place, 50, func() error { l.run.Stop(); return nil })
		if err := l.collect(t.Context()); err != ErrStopped {
			t.Errorf("Collect = %v, want ErrStopped", err)
		}
		done, failed, cancelled := l.check(t)
		// What the first stage has begun is finished by all of them.
		if begun := int(l.heap.made.Load()); done != begun || failed != 0 {
			t.Errorf("%d items were begun, %d of them are done, %d failed", begun, done, failed)
		}
		// The rest was in the queue, or in the hands of who put it there or took it out.
		if most := l.queue + 1 + workers; cancelled > most || l.emitted == l.items {
			t.Errorf("%d of %d items were emitted and %d cancelled, want less and at most %d", l.emitted, l.items, cancelled, most)
		}
	})
}

// Stop and then Abort: the first and the second Ctrl-C.
func TestStopThenAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := stopwatch()
		l := &line{workers: 4, queue: 1, items: 400, work: time.Minute}
		l.at = once("walk", 0, func() error {
			time.AfterFunc(150*time.Second, l.run.Stop)
			time.AfterFunc(160*time.Second, func() { l.run.Abort(errBad) })
			return nil
		})
		if err := l.collect(t.Context()); err != errBad {
			t.Errorf("Collect = %v, want the cause of the abort", err)
		}
		// Handlers that do not look at their context end at the full minute.
		if got, want := elapsed(), 3*time.Minute; got != want {
			t.Errorf("the run took %v, want %v", got, want)
		}
		if done, _, _ := l.check(t); done != 4 {
			t.Errorf("%d items are done, want the 4 that were being encoded", done)
		}
	})
}

func TestStopBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		r.Stop()
		stage := Stage(r, Pool{}, Source(r, Pool{}, count(3)), func(_ context.Context, n int) (int, error) {
			t.Errorf("item %d was started", n)
			return n, nil
		})
		items := 0
		err := Collect(r, stage, func(it Item[int, int]) error {
			items++
			if it.Key != 0 || it.Err != ErrCancelled {
				t.Errorf("item %d ended as %v, want item 0 as cancelled", it.Key, it.Err)
			}
			return nil
		})
		if err != ErrStopped || items != 1 {
			t.Errorf("Collect = %v after %d items, want ErrStopped after 1", err, items)
		}
	})
}
