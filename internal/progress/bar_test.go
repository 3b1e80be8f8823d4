package progress

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
