package pipeline

import (
	"context"
	"testing"
	"testing/synctest"
)

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(context.Background())
		src := Source(r, Pool{Name: "source", Queue: 2}, func(ctx context.Context, emit func(int, error) error) error {
			for i := range 100 {
				if err := emit(i, nil); err != nil {
					return err
				}
			}
			return nil
		})
		dbl := Stage(r, Pool{Name: "double", Workers: 3, Queue: 1}, src, func(_ context.Context, n int) (int, error) { return 2 * n, nil })
		seen := map[int]int{}
		err := Collect(r, dbl, func(it Item[int, int]) error { seen[it.Key] = it.Value; return it.Err })
		if err != nil || len(seen) != 100 {
			t.Fatalf("Collect = %v after %d items, want nil after 100", err, len(seen))
		}
		for k, v := range seen {
			if v != 2*k {
				t.Errorf("item %d has value %d", k, v)
			}
		}
	})
}
