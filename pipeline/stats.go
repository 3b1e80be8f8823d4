package pipeline

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// StageStats tells what one stage has done so far. Times are sums over the
// stage's workers and include what a worker is in the midst of; a worker's clock
// stops when it has no more work, so Busy + Limited + BlockedIn + BlockedOut is at
// most Workers times the time since the run began.
type StageStats struct {
	Name    string
	Workers int

	// QueueCap is the size of the queue to the next stage, QueueLen how many
	// items wait there now, QueueHigh the most that ever did.
	QueueCap, QueueLen, QueueHigh int

	// Items counts what the stage has brought to an outcome of its own: it is
	// the sum of Failed, Skipped and what was passed on. Cancelled counts what
	// ended here as [ErrCancelled] and is not part of Items. What had ended in
	// an earlier stage is in neither.
	Items, Failed, Skipped, Cancelled int64

	Busy       time.Duration // in the handler
	Limited    time.Duration // waiting for the rate limit
	BlockedIn  time.Duration // waiting for an item
	BlockedOut time.Duration // waiting for room in the queue to the next stage

	// Done says that the stage has ended and will not add to its queue.
	Done bool
}

// Bottleneck names the stage that holds up the others: the one whose workers
// have, on average, spent the most time in the handler or waiting for the rate
// limit, that is, the least time waiting for other stages. It returns "" if no
// stage has worked yet.
//
// It compares time per worker, not shares: a source that is done after a
// millisecond of work was 100 % busy and still held up nobody.
func Bottleneck(stats []StageStats) string {
	name, most := "", time.Duration(0)
	for _, s := range stats {
		if spent := (s.Busy + s.Limited) / time.Duration(max(s.Workers, 1)); spent > most {
			name, most = s.Name, spent
		}
	}
	return name
}

// meter holds the counters of one stage.
type meter struct {
	pool    Pool
	workers []worker
	queue   func() (length, capacity int)

	items, failed, skipped, cancelled atomic.Int64
	high                              atomic.Int64
	done                              atomic.Bool
}

func newMeter(p Pool, queue func() (int, int)) *meter {
	m := &meter{pool: p, workers: make([]worker, p.Workers), queue: queue}
	for i := range m.workers {
		m.workers[i].stage = m
	}
	return m
}

func (m *meter) worker(n int) *worker { return &m.workers[n] }
func (m *meter) end()                 { m.done.Store(true) }

func (m *meter) snapshot() StageStats {
	s := StageStats{
		Name:      m.pool.Name,
		Workers:   len(m.workers),
		QueueHigh: int(m.high.Load()),
		Items:     m.items.Load(),
		Failed:    m.failed.Load(),
		Skipped:   m.skipped.Load(),
		Cancelled: m.cancelled.Load(),
		Done:      m.done.Load(),
	}
	s.QueueLen, s.QueueCap = m.queue()
	for i := range m.workers {
		spent := m.workers[i].times()
		s.Busy += spent[busy]
		s.Limited += spent[limited]
		s.BlockedIn += spent[blockedIn]
		s.BlockedOut += spent[blockedOut]
	}
	return s
}

// activity is what a worker does at a moment.
type activity int

const (
	idle activity = iota // not yet started, or ended; its time is not reported
	busy
	limited
	blockedIn
	blockedOut
	activities
)

// worker keeps the time of one worker. Its lock is free but for the moment in
// which a snapshot reads it, so it costs the worker next to nothing; with atomics
// instead, a reader could see the old activity with the new sum.
type worker struct {
	stage *meter
	mu    sync.Mutex
	now   activity
	since time.Time
	spent [activities]time.Duration
}

// enter ends the worker's present activity and begins the next.
func (w *worker) enter(next activity) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	w.spent[w.now] += now.Sub(w.since)
	w.now, w.since = next, now
}

// times is the time spent on each activity, the present one included.
func (w *worker) times() [activities]time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	spent := w.spent
	spent[w.now] += time.Since(w.since)
	return spent
}

// count accounts for an item that the worker is through with.
func (w *worker) count(err error) {
	if errors.Is(err, ErrCancelled) {
		w.stage.cancelled.Add(1)
		return
	}
	w.stage.items.Add(1)
	if _, skip := SkipReason(err); skip {
		w.stage.skipped.Add(1)
	} else if err != nil {
		w.stage.failed.Add(1)
	}
}

// queued notes that n items wait in the queue to the next stage.
func (w *worker) queued(n int) {
	for {
		high := w.stage.high.Load()
		if int64(n) <= high || w.stage.high.CompareAndSwap(high, int64(n)) {
			return
		}
	}
}
