package progress

import (
	"bytes"
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
