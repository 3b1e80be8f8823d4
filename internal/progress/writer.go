package progress

import (
	"bytes"
	"io"
)

// Writer returns a writer to the meter's own output, for the messages of the run.
// See [Meter.Wrap].
func (m *Meter) Writer() io.Writer { return m.Wrap(m.w) }

// Wrap returns a writer to out that removes the bar, writes and draws the bar
// again. Everything must go through such writers that is written to the same
// terminal while the meter is open, also if that is the standard output.
//
// While there is something to collide with, only whole lines are written; the
// rest waits for its end or for [Meter.Close]. The writer may be used by any
// goroutine and returns the errors of out.
func (m *Meter) Wrap(out io.Writer) io.Writer {
	w := &writer{meter: m, out: out}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writers = append(m.writers, w)
	return w
}

type writer struct {
	meter *Meter
	out   io.Writer
	rest  []byte // of a line that has not ended yet
}

func (w *writer) Write(p []byte) (int, error) {
	m := w.meter
	m.mu.Lock()
	defer m.mu.Unlock()

	w.rest = append(w.rest, p...)
	end := bytes.LastIndexByte(w.rest, '\n') + 1
	select {
	case <-m.stopped: // nothing is drawn any more
		end = len(w.rest)
	default:
	}
	if end == 0 {
		return len(p), nil
	}

	bar := m.line
	m.draw("")
	_, err := w.out.Write(w.rest[:end])
	m.draw(bar)
	w.rest = append(w.rest[:0], w.rest[end:]...)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what is left. The meter is locked and draws no bar any more.
func (w *writer) flush() {
	if len(w.rest) > 0 {
		w.out.Write(w.rest)
		w.rest = nil
	}
}
