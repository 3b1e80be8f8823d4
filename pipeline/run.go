package pipeline

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// Pool describes the workers of one stage.
type Pool struct {
	// Name is the stage's name in [StageStats].
	Name string
	// Workers is the number of goroutines that handle items at the same
	// time; below 1 it counts as 1. A [Source] always has one.
	Workers int
	// Queue is how many finished items may wait for the next stage; below 0
	// it counts as 0, a direct handover. A stage that is slower than the one
	// before it fills that one's queue, and then its workers wait.
	Queue int
	// Limit paces how often an item is started, over all workers together.
	// Nil means no limit.
	Limit *rate.Limiter
}

// Item is one unit of work on its way through the stages. Its Key names it
// from [Source] to [Collect]; its Value is what the last stage made of it and is
// the zero value when Err is set. Err is nil while all is well; see the package
// comment for the ways in which an item can end.
type Item[K, T any] struct {
	Key   K
	Value T
	Err   error
}

// Queue is the edge between two stages. It is made by [Source] or [Stage] and
// must be handed to exactly one [Stage] or [Collect].
type Queue[K, T any] struct {
	items <-chan Item[K, T]
	// gate is over when no waiting item may be started any more.
	gate context.Context
}

// Run is one run of a pipeline: what its stages share. A Run has one [Source],
// any number of [Stage]s and one [Collect], and is used once. Its methods may be
// called from any goroutine.
type Run struct {
	ctx   context.Context // over: finish nothing more
	abort context.CancelCauseFunc

	starting context.Context // over: start nothing more; a child of ctx
	stop     context.CancelCauseFunc

	mu      sync.Mutex
	meters  []*meter // in flow order
	walkErr error
}

// New starts a run. When ctx ends, the run is aborted with the cause of ctx.
//
// The goroutines that the stages start end by themselves, provided that
// [Collect] is called.
func New(ctx context.Context) *Run {
	r := &Run{}
	r.ctx, r.abort = context.WithCancelCause(ctx)
	r.starting, r.stop = context.WithCancelCause(r.ctx)
	return r
}

// Stop ends the run gently: the source is told to end, items that wait before
// the first stage end as [ErrCancelled], items that were started are finished.
func (r *Run) Stop() { r.stop(ErrStopped) }

// Abort ends the run at once: the context of every handler is cancelled, and
// what is not finished ends as [ErrCancelled]. [Collect] returns cause, unless
// the run was already aborted for another.
func (r *Run) Abort(cause error) { r.abort(cause) }

// Stats tells what each stage has done so far, in flow order. The last entry is
// named "collect" and belongs to [Collect].
func (r *Run) Stats() []StageStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]StageStats, len(r.meters))
	for i, m := range r.meters {
		all[i] = m.snapshot()
	}
	return all
}

// measure adds a stage to those that Stats reports on.
func (r *Run) measure(p Pool, queue func() (length, capacity int)) *meter {
	m := newMeter(p, queue)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meters = append(r.meters, m)
	return m
}

// result is what Collect returns.
func (r *Run) result() error {
	if cause := context.Cause(r.ctx); cause != nil {
		return cause
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.walkErr != nil {
		return r.walkErr
	}
	return context.Cause(r.starting)
}
