package pipeline

import (
	"context"
	"errors"
	"maps"
	"testing"
	"testing/synctest"
)

// outcomes runs walk before a stage that does nothing and returns how the items
// ended.
func outcomes(t *testing.T, r *Run, walk func(context.Context, func(string, error) error) error) (map[string]error, error) {
	t.Helper()
	ended := map[string]error{}
	stage := Stage(r, Pool{Name: "stage"}, Source(r, Pool{Name: "source"}, walk), func(_ context.Context, s string) (string, error) {
		return s, nil
	})
	err := Collect(r, stage, func(it Item[string, string]) error {
		ended[it.Key] = it.Err
		return nil
	})
	return ended, err
}

// Items that are over before they start come out as they went in.
func TestEmitEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		skip := Skip("no image")
		ended, err := outcomes(t, r, func(_ context.Context, emit func(string, error) error) error {
			return errors.Join(emit("a", nil), emit("b", skip), emit("c", errBad), emit("d", nil))
		})
		want := map[string]error{"a": nil, "b": skip, "c": errBad, "d": nil}
		if err != nil || !maps.Equal(ended, want) {
			t.Errorf("items ended as %v, %v; want %v, nil", ended, err, want)
		}
		stats := r.Stats()
		if s := stats[0]; s.Items != 4 || s.Skipped != 1 || s.Failed != 1 {
			t.Errorf("the source counted %+v, want 4 items, 1 skipped, 1 failed", s)
		}
		if s := stats[1]; s.Items != 2 || s.Skipped != 0 || s.Failed != 0 {
			t.Errorf("the stage counted %+v, want 2 items, none skipped or failed", s)
		}
	})
}

// A walk that goes on after the end of the run has its items accounted for.
func TestEmitAfterEnd(t *testing.T) {
	for cause, end := range map[error]func(*Run){
		ErrStopped: (*Run).Stop,
		errBad:     func(r *Run) { r.Abort(errBad) },
	} {
		synctest.Test(t, func(t *testing.T) {
			r := New(t.Context())
			ended, err := outcomes(t, r, func(ctx context.Context, emit func(string, error) error) error {
				emit("a", nil)
				synctest.Wait() // "a" is through
				end(r)
				if got := emit("b", nil); got != cause {
					t.Errorf("emit = %v, want %v", got, cause)
				}
				if got := emit("c", errBad); got != cause {
					t.Errorf("emit = %v, want %v", got, cause)
				}
				if got := context.Cause(ctx); got != cause {
					t.Errorf("the walk's context ended as %v, want %v", got, cause)
				}
				return ctx.Err()
			})
			want := map[string]error{"a": nil, "b": ErrCancelled, "c": errBad}
			if err != cause || !maps.Equal(ended, want) {
				t.Errorf("items ended as %v, %v; want %v, %v", ended, err, want, cause)
			}
		})
	}
}

func TestEmitAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		abort := Abort(errBad)
		ended, err := outcomes(t, r, func(_ context.Context, emit func(string, error) error) error {
			return emit("a", abort)
		})
		if err != abort || ended["a"] != abort {
			t.Errorf("the item ended as %v and the run as %v, want both as the abort", ended["a"], err)
		}
	})
}

// An error of the walk ends the source, not what was already emitted.
func TestWalkError(t *testing.T) {
	for _, n := range workers {
		synctest.Test(t, func(t *testing.T) {
			l := &line{workers: n, items: 200}
			l.at = once("walk", 50, func() error { return errBad })
			if err := l.collect(t.Context()); err != errBad {
				t.Errorf("Collect = %v, want the error of walk", err)
			}
			if done, _, _ := l.check(t); done != 50 {
				t.Errorf("%d items are done, want 50", done)
			}
		})
	}
}

func TestWalkPanic(t *testing.T) {
	for _, n := range workers {
		synctest.Test(t, func(t *testing.T) {
			l := &line{workers: n, items: 200}
			l.at = once("walk", 50, func() error { panic("lost the way") })
			err := l.collect(t.Context())
			if p, ok := errors.AsType[*PanicError](err); !ok || p.Value != "lost the way" {
				t.Errorf("Collect = %v, want the panic of walk", err)
			}
			if done, _, _ := l.check(t); done != 50 {
				t.Errorf("%d items are done, want 50", done)
			}
		})
	}
}

// When the consumer does not move, the source stops after filling every queue and
// every hand: back-pressure.
func TestBackPressure(t *testing.T) {
	for _, n := range []int{1, 2, 8, 99} {
		for _, queue := range []int{-1, 0, 1, 7} {
			synctest.Test(t, func(t *testing.T) {
				var emitted, decoded int
				l := &line{workers: n, queue: queue, items: 2000}
				blocked := false
				l.at = func(stage string, _ int) error {
					if stage == "fold" && !blocked {
						blocked = true
						synctest.Wait() // all others have come to a standstill
						emitted, decoded = l.emitted, int(l.heap.made.Load())
						for _, s := range l.run.Stats()[:4] {
							if q := max(queue, 0); s.QueueCap != q || s.QueueLen != q || s.QueueHigh != q {
								t.Errorf("%d workers, queue %d: %s reports %+v, want a full queue", n, queue, s.Name, s)
							}
						}
					}
					return nil
				}
				if err := l.collect(t.Context()); err != nil {
					t.Error(err)
				}
				l.check(t)

				// One is in fold, each worker of three stages has one that it
				// cannot pass on, four queues are full, one is in emit.
				q := max(queue, 0)
				if want := 1 + 3*n + 4*q + 1; emitted != want {
					t.Errorf("%d workers, queue %d: %d items were emitted, want %d", n, queue, emitted, want)
				}
				if want := 1 + 3*n + 3*q; decoded != want {
					t.Errorf("%d workers, queue %d: %d items were decoded, want %d", n, queue, decoded, want)
				}
			})
		}
	}
}
