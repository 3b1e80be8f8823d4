package pipeline

// Collect ends the flow. It calls fold in the caller's goroutine, exactly once
// for every key that the source emitted, in the order in which the items end, and
// returns when all have. fold needs no lock for what it gathers.
//
// fold owns the item's value. An error of fold (or its panic, as a [*PanicError])
// aborts the run; fold is still called for the items that remain.
//
// Collect returns the reason if the run was aborted, else the error of the
// source's walk, else [ErrStopped] if the run was stopped, else nil. Items that
// failed are no error of the run.
func Collect[K, T any](r *Run, in Queue[K, T], fold func(Item[K, T]) error) error {
	m := r.measure(Pool{Name: "collect", Workers: 1}, func() (int, int) { return 0, 0 })
	w := m.worker(0)
	w.enter(blockedIn)
	for it := range in.items {
		w.enter(busy)
		err := guard(func() error { return fold(it) })
		if err != nil {
			r.Abort(err)
		}
		if isPanic(err) && it.Err == nil {
			release(it.Value)
		}
		w.count(err)
		w.enter(blockedIn)
	}
	w.enter(idle)
	m.end()

	err := r.result()
	r.abort(nil) // frees what the contexts hold
	return err
}
