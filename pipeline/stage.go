package pipeline

import (
	"context"
	"errors"
	"sync"
)

// Stage adds a pool of workers to the flow. Each worker takes an item from in,
// calls handle with its value and sends what handle returns to the next stage.
// Items may overtake each other.
//
// handle owns its argument from the moment it is called. When it returns an
// error, its value is dropped unseen, so handle must have released it, and the
// item is over: skipped ([Skip]), failed (any other error), or failed and the end
// of the whole run ([Abort]). A panic is a failure of that item ([*PanicError]).
//
// ctx ends when the run is aborted. handle may then give up and return ctx.Err(),
// which counts as [ErrCancelled]; it may also finish. The run cannot end before
// handle returns.
func Stage[K, In, Out any](r *Run, p Pool, in Queue[K, In], handle func(ctx context.Context, in In) (Out, error)) Queue[K, Out] {
	p.Workers = max(p.Workers, 1)
	out := make(chan Item[K, Out], max(p.Queue, 0))
	m := r.measure(p, func() (int, int) { return len(out), cap(out) })

	var pool sync.WaitGroup
	for n := range p.Workers {
		pool.Go(func() {
			w := m.worker(n)
			defer w.enter(idle)
			w.enter(blockedIn)
			// Until in is closed, whatever happens: a stage that left its
			// input unread would block the stages before it for ever.
			for it := range in.items {
				send(w, out, step(r, in.gate, w, it, handle))
				w.enter(blockedIn)
			}
		})
	}
	go func() {
		pool.Wait() // from here on nobody sends
		m.end()
		close(out)
	}()
	return Queue[K, Out]{items: out, gate: r.ctx}
}

// step brings one item through one stage.
func step[K, In, Out any](r *Run, gate context.Context, w *worker, it Item[K, In], handle func(context.Context, In) (Out, error)) Item[K, Out] {
	out := Item[K, Out]{Key: it.Key, Err: it.Err}
	if it.Err != nil {
		return out // it is over already
	}
	if out.Err = w.pace(gate); out.Err != nil {
		release(it.Value)
		w.count(out.Err)
		return out
	}

	w.enter(busy)
	err := guard(func() (err error) {
		out.Value, err = handle(r.ctx, it.Value)
		return err
	})
	if err != nil {
		out = Item[K, Out]{Key: it.Key, Err: err} // the value does not count
	}
	if isPanic(err) {
		release(it.Value)
	}
	if stopped := r.ctx.Err(); stopped != nil && errors.Is(err, stopped) {
		out.Err = ErrCancelled
	}
	if isAbort(err) {
		r.Abort(err)
	}
	w.count(out.Err)
	return out
}

// send hands an item to the next stage and waits until there is room. It does
// not look at the run's context: after a cancellation the next stage still reads
// its input to the end, so the wait is short and no item is lost.
func send[K, T any](w *worker, out chan<- Item[K, T], it Item[K, T]) {
	w.enter(blockedOut)
	out <- it
	w.queued(len(out))
}
