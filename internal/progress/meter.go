package progress

import (
	"io"
	"strings"
	"sync"
	"time"
)

// Snapshot is how far a run is.
type Snapshot struct {
	// Done and Total count files. A Done above Total is shown as Total.
	Done, Total int64
	// Final says that Total will not change any more. Before that, only Done
	// is shown.
	Final bool
}

// tick is the time between two looks at the run.
const tick = 100 * time.Millisecond

// Meter shows the progress of one run.
type Meter struct {
	w    io.Writer
	view view // nil if the mode is None

	mu      sync.Mutex // guards what follows, and every write to w
	line    string     // what stands in the last line of the terminal now
	writers []*writer

	close   sync.Once
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed by watch
}

// view makes text of a snapshot. It is used by one goroutine.
type view interface {
	// text returns what to show now in a terminal of so many columns, and
	// whether that stays as a line of its own (else the next text replaces it).
	text(s Snapshot, now time.Time, columns int) (text string, stays bool)
}

// Start begins to show progress on w, which should be the standard error. It asks
// snapshot for it, from a goroutine of its own, until [Meter.Close].
func Start(w io.Writer, mode Mode, snapshot func() Snapshot) *Meter {
	m := &Meter{w: w, stop: make(chan struct{}), stopped: make(chan struct{})}
	switch now := time.Now(); mode {
	case Bar:
		m.view = &barView{speed: newSpeed(now)}
	case Plain:
		m.view = &plainView{speed: newSpeed(now), at: now}
	default:
		close(m.stopped)
		return m
	}
	go m.watch(snapshot)
	return m
}

func (m *Meter) watch(snapshot func() Snapshot) {
	defer close(m.stopped)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-m.stop:
			return
		case now := <-ticker.C:
			text, stays := m.view.text(snapshot(), now, columns(m.w))
			m.show(text, stays)
		}
	}
}

// Close ends the display and removes the bar: what is printed next starts at the
// beginning of an empty line, unless a writer of the meter left its last line
// without an end, which is printed now. Close may be called more than once; the
// writers can still be used afterwards, and write at once.
func (m *Meter) Close() {
	m.close.Do(func() {
		close(m.stop)
		<-m.stopped
		m.mu.Lock()
		defer m.mu.Unlock()
		m.draw("")
		for _, w := range m.writers {
			w.flush()
		}
	})
}

func (m *Meter) show(text string, stays bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case !stays:
		m.draw(text)
	case text != "":
		io.WriteString(m.w, text+"\n")
	}
}

// draw replaces what stands in the last line of the terminal. A terminal that
// does not take it is no reason to end a run, so errors are ignored.
func (m *Meter) draw(line string) {
	if line == m.line {
		return
	}
	// Blanks erase on any terminal, also where escape sequences do nothing: what
	// stood there, and the ^C that a terminal adds. No more than fit in the line:
	// it may have become narrower.
	text := "\r" + line
	if blanks := min(len(m.line)+len("^C"), columns(m.w)-1) - len(line); blanks > 0 && m.line != "" {
		text += strings.Repeat(" ", blanks) + "\r" + line
	}
	io.WriteString(m.w, text)
	m.line = line
}
