package pipeline

import (
	"errors"
	"fmt"
	"runtime/debug"
)

var (
	// ErrCancelled is the error of an item that was not finished because the
	// run was stopped or aborted.
	ErrCancelled = errors.New("cancelled")
	// ErrStopped is what [Collect] returns, and emit, after [Run.Stop].
	ErrStopped = errors.New("stopped")
)

// Skip returns an error that says: nothing is wrong with this item, there is
// just nothing to do, for this reason.
func Skip(reason string) error { return &skipError{reason} }

type skipError struct{ reason string }

func (e *skipError) Error() string { return "skipped: " + e.reason }

// SkipReason returns the reason if err is or wraps a [Skip].
func SkipReason(err error) (reason string, ok bool) {
	if skip, ok := errors.AsType[*skipError](err); ok {
		return skip.reason, true
	}
	return "", false
}

// Abort returns an error that says: this item has failed, and there is no point
// in going on with any other. It reads like err and wraps it; Abort(nil) is nil.
func Abort(err error) error {
	if err == nil {
		return nil
	}
	return &abortError{err}
}

type abortError struct{ cause error }

func (e *abortError) Error() string { return e.cause.Error() }
func (e *abortError) Unwrap() error { return e.cause }

func isAbort(err error) bool {
	_, ok := errors.AsType[*abortError](err)
	return ok
}

// PanicError is the error of an item whose handler panicked. It wraps nothing,
// even if Value is an error: a panic is never taken for a [Skip] or an [Abort].
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine, as [debug.Stack] formats it
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

func isPanic(err error) bool {
	_, ok := err.(*PanicError)
	return ok
}

// guard calls f and turns a panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// Releasable is a value that holds something to be given back: memory of a
// budget, a buffer of a pool, an open file. The pipeline releases the values that
// it drops: those of items that are cancelled between two stages, and the argument
// of a handler that panicked. As that handler may have released it before it
// panicked, a second Release must do nothing.
type Releasable interface{ Release() }

func release(value any) {
	if v, ok := value.(Releasable); ok {
		v.Release()
	}
}
