package pipeline

import (
	"context"
	"errors"
	"time"
)

var errNoBurst = errors.New("the rate limit has a burst of 0, so nothing can start")

// pace waits until the limit of the pool, if it has one, lets one more item start.
// It returns ErrCancelled if the gate closes before that.
//
// rate.Limiter.Wait would do nearly the same, but it gives up early when the
// context has a deadline that it foresees to miss: an item would be cancelled in
// a run that is not.
func (w *worker) pace(gate context.Context) error {
	if gate.Err() != nil {
		return ErrCancelled
	}
	if w.stage.pool.Limit == nil {
		return nil
	}
	turn := w.stage.pool.Limit.Reserve()
	if !turn.OK() {
		return errNoBurst
	}
	delay := turn.Delay()
	if delay == 0 {
		return nil
	}

	w.enter(limited)
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-gate.Done():
		turn.Cancel() // the token goes back to who else uses this limiter
		return ErrCancelled
	}
}
