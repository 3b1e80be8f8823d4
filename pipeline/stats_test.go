package pipeline

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The time of every worker is attributed to the second, also in the midst of it.
func TestStatsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		source := Source(r, Pool{Name: "walk"}, func(_ context.Context, emit func(int, error) error) error {
			for n := range 3 {
				time.Sleep(2 * time.Second)
				emit(n, nil)
			}
			return nil
		})
		stage := Stage(r, Pool{Name: "stage", Workers: 1}, source, func(_ context.Context, n int) (int, error) {
			time.Sleep(4 * time.Second)
			return n, nil
		})
		// second  walk       stage      fold
		//  0 to 2  busy 0     in         in
		//  2 to 4  busy 1     busy 0     in
		//  4 to 6  out 1      busy 0     in
		//  6 to 8  busy 2     busy 1     busy 0
		//  8 to 10 out 2      busy 1     busy 0
		// 10 to 11 out 2      out 1      busy 0
		// 11 to 15            busy 2     busy 1
		// 15 to 16            out 2      busy 1
		// 16 to 21                       busy 2
		var snapshots []map[string]StageStats
		snapshot := func() {
			all := map[string]StageStats{}
			for _, s := range r.Stats() {
				all[s.Name] = s
			}
			snapshots = append(snapshots, all)
		}
		var watch sync.WaitGroup
		watch.Go(func() {
			for _, pause := range []time.Duration{5, 4, 6} { // until second 5, 9, 15
				time.Sleep(pause * time.Second)
				snapshot()
			}
		})
		err := Collect(r, stage, func(Item[int, int]) error { time.Sleep(5 * time.Second); return nil })
		if err != nil {
			t.Fatal(err)
		}
		watch.Wait()
		snapshot()

		type times struct{ busy, in, out int }
		want := []map[string]times{
			{"walk": {4, 0, 1}, "stage": {3, 2, 0}, "collect": {0, 5, 0}},
			{"walk": {6, 0, 3}, "stage": {7, 2, 0}, "collect": {3, 6, 0}},
			{"walk": {6, 0, 5}, "stage": {12, 2, 1}, "collect": {9, 6, 0}},
			{"walk": {6, 0, 5}, "stage": {12, 2, 2}, "collect": {15, 6, 0}},
		}
		for i, stages := range want {
			for name, w := range stages {
				s := snapshots[i][name]
				got := times{int(s.Busy.Seconds()), int(s.BlockedIn.Seconds()), int(s.BlockedOut.Seconds())}
				if got != w || s.Limited != 0 {
					t.Errorf("snapshot %d: %s spent %+v s and %v limited, want %+v and none", i, name, got, s.Limited, w)
				}
			}
		}
		if name := Bottleneck(r.Stats()); name != "collect" {
			t.Errorf("the bottleneck is %q, want collect", name)
		}
	})
}

// The times of a stage are sums over its workers.
func TestStatsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{workers: 4, items: 40, work: time.Second}
		if err := l.collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, s := range l.run.Stats()[1:4] {
			if s.Items != 40 || s.Workers != 4 || s.Busy != 40*time.Second {
				t.Errorf("a stage reports %+v, want 40 items, 4 workers, 40s busy", s)
			}
		}
		l.check(t)
	})
}

// The high-water mark is the most that ever waited, not what waits at the end.
func TestStatsQueueHigh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context())
		source := Source(r, Pool{Name: "source", Queue: 10}, func(_ context.Context, emit func(int, error) error) error {
			for _, n := range []int{1, 4, 2} { // the first of each is taken at once
				for i := range n {
					emit(10*n+i, nil)
					synctest.Wait()
				}
				time.Sleep(time.Minute)
			}
			return nil
		})
		stage := Stage(r, Pool{Name: "stage"}, source, func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Second)
			return n, nil
		})
		if err := Collect(r, stage, func(Item[int, int]) error { return nil }); err != nil {
			t.Error(err)
		}
		if s := r.Stats()[0]; s.QueueHigh != 3 || s.QueueCap != 10 || s.QueueLen != 0 {
			t.Errorf("the source reports %+v, want at most 3 of 10 and now none in its queue", s)
		}
	})
}

// Order and names are those of the flow; a run without stages has no stats.
func TestStatsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if s := New(t.Context()).Stats(); len(s) != 0 || Bottleneck(s) != "" {
			t.Errorf("a new run reports %v", s)
		}
		l := &line{workers: 3, items: 3}
		if err := l.collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"walk", "decode", "resize", "encode", "collect"} {
			if s := l.run.Stats()[i]; s.Name != name {
				t.Errorf("stage %d is %q, want %q", i, s.Name, name)
			}
		}
	})
}

func TestBottleneck(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		stats []StageStats
		want  string
	}{
		{nil, ""},
		{[]StageStats{{Name: "a", Workers: 1, BlockedIn: 9 * s}}, ""},
		{[]StageStats{{Name: "a", Workers: 1, Busy: 1 * s}, {Name: "b", Workers: 1, Busy: 2 * s}}, "b"},
		{[]StageStats{{Name: "a", Workers: 1, Busy: 2 * s}, {Name: "b", Workers: 4, Busy: 6 * s}}, "a"},
		{[]StageStats{{Name: "a", Workers: 2, Limited: 9 * s}, {Name: "b", Workers: 1, Busy: 4 * s}}, "a"},
		{[]StageStats{{Name: "a", Busy: 1 * s}, {Name: "b", Busy: 1 * s}}, "a"},
	} {
		if got := Bottleneck(c.stats); got != c.want {
			t.Errorf("Bottleneck(%+v) = %q, want %q", c.stats, got, c.want)
		}
	}
}

// Snapshots may be taken by others while the run goes on.
func TestStatsConcurrent(t *testing.T) {
	l := &line{workers: 4, queue: 2, items: 5000}
	var last []StageStats
	l.at = func(stage string, n int) error {
		if stage == "fold" || stage == "resize" && n%7 == 0 {
			all := l.run.Stats()
			if stage != "fold" {
				return nil
			}
			for i := range last {
				if all[i].Items < last[i].Items || all[i].Busy < last[i].Busy || all[i].QueueHigh < last[i].QueueHigh {
					t.Errorf("the counters of %s went back: %+v, %+v", all[i].Name, last[i], all[i])
				}
			}
			last = all
		}
		return nil
	}
	if err := l.collect(t.Context()); err != nil {
		t.Error(err)
	}
	l.check(t)
}
