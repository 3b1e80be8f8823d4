package pipeline

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestFoldError(t *testing.T) {
	for _, n := range workers {
		synctest.Test(t, func(t *testing.T) {
			l := &line{workers: n, queue: 1, items: 500, work: time.Second}
			l.at = func(stage string, n int) error {
				if stage != "fold" || n < 50 {
					return nil
				}
				if l.run.Stats()[4].Failed > 0 {
					return errors.New("another, too late")
				}
				return errBad
			}
			if err := l.collect(t.Context()); err != errBad {
				t.Errorf("Collect = %v, want the first error of fold", err)
			}
			if _, _, cancelled := l.check(t); cancelled == 0 {
				t.Errorf("no item was cancelled")
			}
		})
	}
}

func TestFoldPanic(t *testing.T) {
	for _, n := range workers {
		synctest.Test(t, func(t *testing.T) {
			l := &line{workers: n, queue: 1, items: 500, work: time.Second}
			l.at = once("fold", 50, func() error { panic("cannot add up") })
			err := l.collect(t.Context())
			if p, ok := err.(*PanicError); !ok || p.Value != "cannot add up" {
				t.Errorf("Collect = %v, want the panic of fold", err)
			}
			if _, _, cancelled := l.check(t); cancelled == 0 {
				t.Errorf("no item was cancelled")
			}
		})
	}
}

// A value that fold was given when it panicked is released; an item without a
// value has nothing to release.
func TestFoldPanicReleases(t *testing.T) {
	for _, key := range []int{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			var heap heap
			r := New(t.Context())
			made := Stage(r, Pool{}, Source(r, Pool{}, count(5)), func(_ context.Context, n int) (*value, error) {
				if n == 0 {
					return nil, errBad
				}
				return heap.make(n), nil
			})
			panicked := false
			Collect(r, made, func(it Item[int, *value]) error {
				if it.Key == key {
					panicked = true
					panic("cannot add up")
				}
				if it.Err == nil {
					it.Value.Release()
				}
				return nil
			})
			if alive := heap.alive.Load(); !panicked || alive != 0 {
				t.Errorf("fold panicked: %v; %d of %d values were not released", panicked, alive, heap.made.Load())
			}
		})
	}
}

// A source may be collected without any stage between.
func TestCollectSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, sum := New(t.Context()), 0
		err := Collect(r, Source(r, Pool{}, count(5)), func(it Item[int, int]) error {
			sum += it.Value
			return nil
		})
		if err != nil || sum != 10 {
			t.Errorf("Collect = %v with the sum %d, want nil and 10", err, sum)
		}
	})
}

// The contexts of a run do not outlive it.
func TestCollectEndsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		var handlers context.Context
		stage := Stage(r, Pool{}, Source(r, Pool{}, count(1)), func(ctx context.Context, n int) (int, error) {
			handlers = ctx
			return n, ctx.Err()
		})
		if err := Collect(r, stage, func(it Item[int, int]) error { return it.Err }); err != nil {
			t.Error(err)
		}
		if handlers.Err() == nil {
			t.Error("the context of the handlers is still open")
		}
	})
}
