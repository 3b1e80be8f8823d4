package stages

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// An output that outgrows what was charged for it gets the whole budget, and fails if that is not enough; all is paid
// back either way.
func TestAnimationOutgrowsAllowance(t *testing.T) {
	film := &codec.Animation{Width: 80, Height: 60, All: func(yield func(codec.Frame, error) bool) {
		for i := range uint64(5) {
			if !yield(codec.Frame{Image: imgtest.Photo(i, 80, 60), Delay: codec.Delay{Num: 1, Den: 10}}, nil) {
				return
			}
		}
	}}
	for _, c := range []struct {
		budget int64
		reason string
	}{{1 << 20, ""}, {10 << 10, ReasonMemory}} {
		b := newBudget(c.budget)
		p := &Picture{File: &File{Path: "a.gif"}, budget: b, frames: film, allowance: 100}
		if err := b.charge(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
		p.charged = 1000
		var out bytes.Buffer
		err := new(encoder).encodeFrames(t.Context(), p, &out, codec.EncodeOptions{Format: codec.PNG})
		var failed *FileError
		switch {
		case c.reason == "" && (err != nil || out.Len() == 0):
			t.Errorf("budget %d: %v, %d bytes", c.budget, err, out.Len())
		case c.reason != "" && (!errors.As(err, &failed) || failed.Reason != c.reason):
			t.Errorf("budget %d: %v", c.budget, err)
		}
		if p.charged != c.budget {
			t.Errorf("charged %d of %d", p.charged, c.budget)
		}
		p.Release()
		if !b.more(c.budget) {
			t.Errorf("budget %d: not all was paid back", c.budget)
		}
	}
	// Nobody waits for memory after the run was cancelled.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := newBudget(1000)
	p := &Picture{File: &File{Path: "a.gif"}, budget: b, frames: film, allowance: 100}
	held := b.more(500)
	if err := new(encoder).encodeFrames(ctx, p, new(bytes.Buffer), codec.EncodeOptions{Format: codec.PNG}); !held || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
