package progress

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
