package pipeline

import (
	"fmt"
	"testing"
)

func TestSkipReason(t *testing.T) {
	for _, c := range []struct {
		err    error
		reason string
		ok     bool
	}{
		{nil, "", false},
		{errBad, "", false},
		{ErrCancelled, "", false},
		{Abort(errBad), "", false},
		{&PanicError{Value: Skip("hidden")}, "", false},
		{Skip("fits"), "fits", true},
		{Skip(""), "", true},
		{fmt.Errorf("a.jpg: %w", Skip("animated")), "animated", true},
	} {
		if reason, ok := SkipReason(c.err); reason != c.reason || ok != c.ok {
			t.Errorf("SkipReason(%v) = %q, %v; want %q, %v", c.err, reason, ok, c.reason, c.ok)
		}
	}
}

func TestAbort(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{Abort(nil), false},
		{errBad, false},
		{&PanicError{Value: Abort(errBad)}, false},
		{Abort(errBad), true},
		{fmt.Errorf("a.jpg: %w", Abort(errBad)), true},
	} {
		if got := isAbort(c.err); got != c.want {
			t.Errorf("isAbort(%v) = %v, want %v", c.err, got, c.want)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{Skip("fits"), "skipped: fits"},
		{Abort(errBad), "bad"},
		{&PanicError{Value: "index out of range"}, "panic: index out of range"},
		{&PanicError{Value: errBad}, "panic: bad"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got the text %q, want %q", got, c.want)
		}
	}
}
