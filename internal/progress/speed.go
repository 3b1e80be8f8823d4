package progress

import (
	"fmt"
	"time"
)

// speedWindow is the number of seconds over which speed is measured: long enough
// to be steady, short enough to forget the files at the beginning of a run that
// needed no work.
const speedWindow = 30

// speed measures files per second over the last seconds.
type speed struct {
	at        [speedWindow]time.Time
	done      [speedWindow]int64
	next      int     // where the next sample goes
	perSecond float64 // 0 while unknown
}

func newSpeed(begin time.Time) *speed {
	v := &speed{next: 1}
	v.at[0] = begin
	return v
}

// add takes a sample once a second, so that what is shown stands still long
// enough to be read.
func (v *speed) add(now time.Time, done int64) {
	last := (v.next + speedWindow - 1) % speedWindow
	if now.Sub(v.at[last]) < time.Second {
		return
	}
	first := v.next // the oldest sample, once all are taken
	if v.at[first].IsZero() {
		first = 0
	}
	v.perSecond = float64(done-v.done[first]) / now.Sub(v.at[first]).Seconds()
	v.at[v.next], v.done[v.next] = now, done
	v.next = (v.next + 1) % speedWindow
}

// rate is the speed as text, to be put behind a count.
func (v *speed) rate() string {
	switch {
	case v.perSecond <= 0:
		return ""
	case v.perSecond >= 10:
		return fmt.Sprintf(", %.0f/s", v.perSecond)
	case v.perSecond >= 1:
		return fmt.Sprintf(", %.1f/s", v.perSecond)
	}
	return fmt.Sprintf(", %.1f/min", v.perSecond*60)
}

// left is the time that so many more files will take, as text like rate's.
func (v *speed) left(files int64) string {
	if v.perSecond <= 0 || files <= 0 {
		return ""
	}
	seconds := int64(float64(files)/v.perSecond + 0.5)
	switch {
	case seconds < 60:
		return fmt.Sprintf(", %ds left", seconds)
	case seconds < 3600:
		return fmt.Sprintf(", %dm%02ds left", seconds/60, seconds%60)
	}
	return fmt.Sprintf(", %dh%02dm left", seconds/3600, seconds/60%60)
}
