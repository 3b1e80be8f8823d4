package progress

import (
	"fmt"
	"time"
)

// A line is printed after each tenth of the run, but never within plainLeast of
// the last line, and after plainMost in any case if there was progress.
const (
	plainLeast = 2 * time.Second
	plainMost  = 10 * time.Second
)

// plainView prints lines that stay.
type plainView struct {
	speed *speed
	last  Snapshot  // that was printed
	at    time.Time // of that, or of the start
}

func (v *plainView) text(s Snapshot, now time.Time, _ int) (string, bool) {
	v.speed.add(now, s.Done)
	since := now.Sub(v.at)
	if s.Done == v.last.Done || since < plainLeast || since < plainMost && tenths(s) == tenths(v.last) {
		return "", true
	}
	v.last, v.at = s, now
	if !s.Final || s.Total <= 0 {
		return fmt.Sprintf("%d files%s", s.Done, v.speed.rate()), true
	}
	done := min(s.Done, s.Total)
	return fmt.Sprintf("%3d%% %d/%d files%s%s", done*100/s.Total, done, s.Total, v.speed.rate(), v.speed.left(s.Total-done)), true
}

// tenths is how many tenths of the run are done, 0 while its total is not known.
func tenths(s Snapshot) int64 {
	if !s.Final || s.Total <= 0 {
		return 0
	}
	return s.Done * 10 / s.Total
}
