package progress

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Messages push the bar down and are never mixed with it.
func TestWriter(t *testing.T) {
	for _, mode := range []Mode{Bar, Plain} {
		synctest.Test(t, func(t *testing.T) {
			var run state
			run.total.Store(100)
			run.final.Store(true)
			out := &screen{t: t}
			m := Start(out, mode, run.snapshot)
			warn := m.Writer()
			list := m.Wrap(out) // as if the standard output were the same terminal
			later(tick)
			shown := out.last()

			io.WriteString(warn, "a.jpg: broken\nb.jpg: ")
			io.WriteString(list, "c.jpg\n")
			if got := out.last(); got != shown {
				t.Errorf("below the messages the screen shows %q, want %q", got, shown)
			}
			io.WriteString(warn, "truncated")
			run.done.Store(1)
			later(tick)
			io.WriteString(warn, " at 10 %\nthe end")
			if mode == Bar && !strings.HasPrefix(out.last(), "  1% [") {
				t.Errorf("below the messages the screen shows %q, want the bar", out.last())
			}
			m.Close()
			if got := out.last(); got != "the end" {
				t.Errorf("the last line is %q, want the line without end", got)
			}
			io.WriteString(warn, " indeed\n")
			want := "a.jpg: broken\nc.jpg\nb.jpg: truncated at 10 %\nthe end indeed"
			if got := out.all(); got != want {
				t.Errorf("the screen shows\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// Any goroutine may write, also while the meter draws and after it is closed.
func TestWriterConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		run.total.Store(400)
		run.final.Store(true)
		out := &screen{t: t}
		m := Start(out, Bar, run.snapshot)
		w := m.Writer()
		var writers sync.WaitGroup
		for n := range 4 {
			writers.Go(func() {
				for i := range 100 {
					fmt.Fprintf(w, "writer %d line %d\n", n, i)
					run.done.Add(1)
					time.Sleep(time.Duration(n+1) * 30 * time.Millisecond)
				}
			})
		}
		time.Sleep(10 * time.Second)
		m.Close()
		writers.Wait()
		seen := map[string]bool{}
		for _, line := range out.lines {
			var n, i int
			if _, err := fmt.Sscanf(line, "writer %d line %d", &n, &i); err != nil || seen[line] {
				t.Errorf("the screen shows %q", line)
			}
			seen[line] = true
		}
		if len(seen) != 400 || out.last() != "" {
			t.Errorf("%d lines were written, want 400; the last line is %q", len(seen), out.last())
		}
	})
}

type failing struct{}

var errClosed = errors.New("closed pipe")

func (failing) Write([]byte) (int, error) { return 0, errClosed }

// Errors of the output belong to who writes; the meter goes on without.
func TestWriterErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		m := Start(failing{}, Bar, run.snapshot)
		later(time.Second)
		if n, err := io.WriteString(m.Writer(), "a line\n"); n != 0 || err != errClosed {
			t.Errorf("Write = %d, %v; want 0, %v", n, err, errClosed)
		}
		m.Close()
	})
}
