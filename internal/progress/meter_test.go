package progress

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// screen is a terminal that knows the start of the line and the end of the line,
// and nothing else. Other control characters make the test fail.
type screen struct {
	t     *testing.T
	mu    sync.Mutex
	lines []string // finished
	line  []byte   // the last
	col   int
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range p {
		switch {
		case c == '\r':
			s.col = 0
		case c == '\n':
			s.lines = append(s.lines, strings.TrimRight(string(s.line), " "))
			s.line, s.col = nil, 0
		case c < ' ' || c > '~':
			s.t.Errorf("the screen got the character %q", c)
		default:
			if s.col == len(s.line) {
				s.line = append(s.line, c)
			} else {
				s.line[s.col] = c
			}
			if s.col++; s.col >= 80 {
				s.t.Errorf("the line is too long: %q", s.line)
			}
		}
	}
	return len(p), nil
}

// last returns what can be read in the last line.
func (s *screen) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimRight(string(s.line), " ")
}

// all returns all lines that are finished.
func (s *screen) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// state is a run to be watched.
type state struct {
	done, total atomic.Int64
	final       atomic.Bool
}

func (s *state) snapshot() Snapshot {
	return Snapshot{Done: s.done.Load(), Total: s.total.Load(), Final: s.final.Load()}
}

// later goes on until the given time has passed and the meter has seen it.
func later(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		out := &screen{t: t}
		m := Start(out, Bar, run.snapshot)
		step := func(want string) {
			t.Helper()
			later(tick)
			if got := out.last(); got != want {
				t.Errorf("the screen shows %q, want %q", got, want)
			}
		}

		step("0 files")
		run.done.Store(7)
		run.total.Store(20)
		step("7 files")
		time.Sleep(700 * time.Millisecond)
		step("7 files, 7.0/s")
		run.total.Store(1000)
		run.done.Store(100)
		run.final.Store(true)
		step(" 10% [==>                                  ]  100/1000 files, 7.0/s, 2m09s left")
		run.done.Store(500)
		time.Sleep(800 * time.Millisecond)
		step(" 50% [===================>                    ]  500/1000 files, 250/s, 2s left")
		run.done.Store(1001) // a count that is wrong must not spoil the bar
		step("100% [========================================]  1000/1000 files, 250/s")
		m.Close()
		if got := out.last(); got != "" || out.col != 0 || out.all() != "" {
			t.Errorf("after Close the screen shows %q, %q with the cursor in column %d, want nothing", out.all(), got, out.col)
		}
	})
}

// The bar moves with every file, from the first to the last.
func TestBarMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, total := range []int64{1, 3, 100, 1234} {
			var run state
			run.total.Store(total)
			run.final.Store(true)
			out := &screen{t: t}
			m := Start(out, Bar, run.snapshot)
			for done := range total + 1 {
				run.done.Store(done)
				later(tick)
				got := out.last()
				var percent int64
				if _, err := fmt.Sscanf(got, "%d%% [", &percent); err != nil {
					t.Errorf("the screen shows %q: %v", got, err)
				}
				// The library counts in floats and so may be one below.
				if p := done * 100 / total; percent != p && percent != p-1 || done == total && percent != 100 {
					t.Errorf("the screen shows %q, want %d%%", got, p)
				}
				if count := fmt.Sprintf("]  %d/%d files", done, total); !strings.Contains(got, count) {
					t.Errorf("the screen shows %q, want %q", got, count)
				}
			}
			m.Close()
		}
	})
}

// Nothing is written while nothing changes.
func TestBarIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := state{}
		run.total.Store(10)
		run.final.Store(true)
		var out bytes.Buffer
		m := Start(&out, Bar, run.snapshot)
		later(time.Second)
		before := out.Len()
		later(time.Hour)
		if out.Len() != before {
			t.Errorf("an idle run made the meter write %q", out.String()[before:])
		}
		m.Close()
	})
}

// The terminal shows the keys of an interrupt where the cursor is; they vanish.
func TestBarInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		out := &screen{t: t}
		m := Start(out, Bar, run.snapshot)
		for _, done := range []int64{123456, 99, 98, 100} { // lines of any length
			run.done.Store(done)
			later(tick)
			if got, want := out.last(), fmt.Sprint(done, " files"); got != want {
				t.Errorf("the screen shows %q, want %q", got, want)
			}
			io.WriteString(out, "^C")
		}
		m.Close()
		if got := out.last(); got != "" {
			t.Errorf("after Close the screen shows %q", got)
		}
	})
}

func TestBarEmptyRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := state{}
		run.final.Store(true)
		out := &screen{t: t}
		m := Start(out, Bar, run.snapshot)
		later(tick)
		if got := out.last(); got != "0 files" {
			t.Errorf("the screen shows %q, want 0 files", got)
		}
		m.Close()
	})
}

func TestBarNarrow(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		columns int
		want    string
	}{
		{80, " 50% [===================>                    ]  500/1000 files"},
		{40, " 50% [=======>        ]  500/1000 files"},
		{32, " 50% [===>    ]  500/1000 files"},
		{31, " 50% 500/1000 files"},
		{20, " 50% 500/1000 files"},
		{10, " 50% 500/"},
		{1, ""},
		{0, ""},
	} {
		v := barView{speed: newSpeed(now)}
		got, stays := v.text(Snapshot{Done: 500, Total: 1000, Final: true}, now, c.columns)
		if got != c.want || len(got) >= max(c.columns, 1) || stays {
			t.Errorf("in %d columns the bar is %q (%d), want %q", c.columns, got, len(got), c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		out := &screen{t: t}
		m := Start(out, Plain, run.snapshot)
		// 10 files a second: the total is known after 25 s and reached after 60 s.
		for i := range 600 {
			run.done.Add(1)
			run.total.Store(int64(i) + 40)
			if i > 250 {
				run.total.Store(600)
				run.final.Store(true)
			}
			later(tick)
		}
		m.Close()
		want := `100 files, 10/s
200 files, 10/s
 42% 252/600 files, 10/s, 35s left
 50% 300/600 files, 10/s, 30s left
 60% 360/600 files, 10/s, 24s left
 70% 420/600 files, 10/s, 18s left
 80% 480/600 files, 10/s, 12s left
 90% 540/600 files, 10/s, 6s left
100% 600/600 files, 10/s`
		if got := out.all(); got != want || out.last() != "" {
			t.Errorf("the log is\n%s\nwant\n%s", got, want)
		}
	})
}

// A fast run prints at most every two seconds, a run that is stuck prints nothing.
func TestPlainModest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var run state
		run.total.Store(70)
		run.final.Store(true)
		out := &screen{t: t}
		m := Start(out, Plain, run.snapshot)
		for range 70 {
			run.done.Add(1)
			later(tick)
		}
		later(time.Hour)
		m.Close()
		want := ` 28% 20/70 files, 10/s, 5s left
 57% 40/70 files, 10/s, 3s left
 85% 60/70 files, 10/s, 1s left
100% 70/70 files, 1.4/s`
		got := out.all()
		if i := strings.LastIndex(got, ","); i < 0 || got[:i] != want[:strings.LastIndex(want, ",")] {
			t.Errorf("the log is\n%s\nwant\n%s", got, want)
		}
	})
}

func TestNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		m := Start(&out, None, func() Snapshot { t.Error("somebody asked"); return Snapshot{} })
		later(time.Hour)
		io.WriteString(m.Writer(), "no end of ")
		io.WriteString(m.Writer(), "line")
		if got := out.String(); got != "no end of line" {
			t.Errorf("without progress the writer wrote %q", got)
		}
		m.Close()
		m.Close()
	})
}

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
