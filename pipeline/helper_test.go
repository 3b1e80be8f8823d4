package pipeline

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// stopwatch starts to measure the time of its bubble.
func stopwatch() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

// count emits 0 to n-1 and obeys the run.
func count(n int) func(context.Context, func(int, error) error) error {
	return func(_ context.Context, emit func(int, error) error) error {
		for i := range n {
			if err := emit(i, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// heap counts the values that are alive.
type heap struct{ made, alive atomic.Int64 }

// value is a Releasable: a picture, so to speak.
type value struct {
	n        int
	heap     *heap
	released atomic.Bool
}

func (h *heap) make(n int) *value {
	h.made.Add(1)
	h.alive.Add(1)
	return &value{n: n, heap: h}
}

func (v *value) Release() {
	if !v.released.Swap(true) {
		v.heap.alive.Add(-1)
	}
}

// line is a pipeline like imgpool's: three stages, of which two pass on values
// that must be released. Each stage first calls at(its name, item), if set, and
// fails with what that returns. "walk" and "fold" are called in the same way.
type line struct {
	workers, queue int
	items          int
	at             func(stage string, n int) error
	work           time.Duration // that each stage takes per item

	run     *Run
	heap    heap
	emitted int           // by walk
	ended   map[int]error // the outcome of each item
	results map[int]int   // of the items that are done
	twice   []int         // items that reached fold more than once
}

func (l *line) hook(stage string, n int) error {
	if l.at == nil {
		return nil
	}
	return l.at(stage, n)
}

// collect builds the line and runs it to its end.
func (l *line) collect(ctx context.Context) error {
	l.run = New(ctx)
	l.ended, l.results = map[int]error{}, map[int]int{}
	pool := func(name string) Pool { return Pool{Name: name, Workers: l.workers, Queue: l.queue} }

	numbers := Source(l.run, pool("walk"), func(_ context.Context, emit func(int, error) error) error {
		for n := range l.items {
			if err := l.hook("walk", n); err != nil {
				return err
			}
			l.emitted++
			if err := emit(n, nil); err != nil {
				return err
			}
		}
		return nil
	})
	decoded := Stage(l.run, pool("decode"), numbers, func(_ context.Context, n int) (*value, error) {
		if err := l.hook("decode", n); err != nil {
			return nil, err
		}
		time.Sleep(l.work)
		return l.heap.make(n), nil
	})
	resized := Stage(l.run, pool("resize"), decoded, func(_ context.Context, v *value) (*value, error) {
		if err := l.hook("resize", v.n); err != nil {
			v.Release()
			return nil, err
		}
		time.Sleep(l.work)
		return v, nil
	})
	encoded := Stage(l.run, pool("encode"), resized, func(_ context.Context, v *value) (int, error) {
		defer v.Release()
		time.Sleep(l.work)
		return 10 * v.n, l.hook("encode", v.n)
	})
	return Collect(l.run, encoded, func(it Item[int, int]) error {
		if _, again := l.ended[it.Key]; again {
			l.twice = append(l.twice, it.Key)
		}
		l.ended[it.Key] = it.Err
		if it.Err == nil {
			l.results[it.Key] = it.Value
		}
		return l.hook("fold", it.Key)
	})
}

// check verifies what must hold after any run, however it ended, and returns how
// many items were done, failed (or skipped) and cancelled.
func (l *line) check(t *testing.T) (done, failed, cancelled int) {
	t.Helper()
	if len(l.ended) != l.emitted || len(l.twice) > 0 {
		t.Errorf("%d items were emitted and %d ended, %v more than once", l.emitted, len(l.ended), l.twice)
	}
	if alive := l.heap.alive.Load(); alive != 0 {
		t.Errorf("%d of %d values were not released", alive, l.heap.made.Load())
	}
	for n, err := range l.ended {
		switch {
		case err == nil:
			done++
			if l.results[n] != 10*n {
				t.Errorf("item %d has the result %d, want %d", n, l.results[n], 10*n)
			}
		case errors.Is(err, ErrCancelled):
			cancelled++
		default:
			failed++
		}
	}

	var own int64 // items that ended with an error, as the stages counted them
	stats := l.run.Stats()
	for _, s := range stats {
		if s.Name != "collect" {
			own += s.Failed + s.Skipped + s.Cancelled
		}
		if !s.Done || s.QueueLen != 0 || s.QueueHigh > s.QueueCap {
			t.Errorf("after the run, a stage reports %+v", s)
		}
	}
	if own != int64(failed+cancelled) {
		t.Errorf("the stages counted %d items that are not done, want %d", own, failed+cancelled)
	}
	if got := stats[len(stats)-1].Items; got != int64(l.emitted) {
		t.Errorf("collect counted %d items, want %d", got, l.emitted)
	}
	return done, failed, cancelled
}
