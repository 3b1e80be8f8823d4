package pipeline

import "context"

// Source starts the flow. It runs walk in one goroutine; walk calls emit for
// every item and returns when there are no more.
//
// emit(key, nil) starts an item. emit(key, err) accounts for an item that is
// already over: a [Skip] or a failure; it passes all stages untouched. emit blocks
// while the queue is full: that is how slow stages slow the walk down. Once the
// run is stopped or aborted, emit returns the reason, which walk should return in
// turn; a key that is emitted all the same still reaches [Collect], as
// [ErrCancelled]. The context of walk ends at that moment too.
//
// emit belongs to walk's goroutine and must not be used after walk has returned.
// An error of walk (or its panic, as a [*PanicError]) closes the source; what was
// emitted is finished, and Collect returns the error.
func Source[K any](r *Run, p Pool, walk func(ctx context.Context, emit func(key K, err error) error) error) Queue[K, K] {
	p.Workers = 1
	out := make(chan Item[K, K], max(p.Queue, 0))
	m := r.measure(p, func() (int, int) { return len(out), cap(out) })
	w := m.worker(0)

	emit := func(key K, err error) error {
		it := Item[K, K]{Key: key, Err: err}
		if err == nil {
			it.Value = key
			it.Err = w.pace(r.starting)
		}
		if isAbort(it.Err) {
			r.Abort(it.Err)
		}
		w.count(it.Err)
		send(w, out, it)
		w.enter(busy)
		return context.Cause(r.starting)
	}

	go func() {
		defer close(out)
		defer m.end()
		w.enter(busy)
		defer w.enter(idle)
		err := guard(func() error { return walk(r.starting, emit) })
		// Once the run is over, an error of walk is only the echo of that.
		if err != nil && r.starting.Err() == nil {
			r.mu.Lock()
			r.walkErr = err
			r.mu.Unlock()
		}
	}()
	return Queue[K, K]{items: out, gate: r.starting}
}
