package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"imgpool/pipeline"
)

// words is a source of four items.
func words(_ context.Context, emit func(string, error) error) error {
	for _, word := range []string{"one", "two", "three", "four"} {
		if err := emit(word, nil); err != nil {
			return err
		}
	}
	return nil
}

// Two workers share the items of one queue.
func Example_basicPool() {
	run := pipeline.New(context.Background())
	source := pipeline.Source(run, pipeline.Pool{Name: "words"}, words)
	shout := pipeline.Stage(run, pipeline.Pool{Name: "shout", Workers: 2}, source,
		func(_ context.Context, word string) (struct{}, error) {
			fmt.Println(strings.ToUpper(word))
			return struct{}{}, nil
		})
	err := pipeline.Collect(run, shout, func(pipeline.Item[string, struct{}]) error { return nil })
	fmt.Println(err)
	// Unordered output:
	// ONE
	// TWO
	// THREE
	// FOUR
	// <nil>
}

// Each item comes back with its result, or with the reason why there is none.
// One goroutine gathers them, so the map needs no lock.
func Example_poolWithResults() {
	run := pipeline.New(context.Background())
	source := pipeline.Source(run, pipeline.Pool{Name: "words"}, words)
	length := pipeline.Stage(run, pipeline.Pool{Name: "length", Workers: 3, Queue: 2}, source,
		func(_ context.Context, word string) (int, error) {
			switch word {
			case "two":
				return 0, pipeline.Skip("too short")
			case "four":
				return 0, errors.New("unlucky number")
			}
			return len(word), nil
		})

	results := map[string]string{}
	err := pipeline.Collect(run, length, func(item pipeline.Item[string, int]) error {
		if item.Err != nil {
			results[item.Key] = item.Err.Error()
		} else {
			results[item.Key] = fmt.Sprint(item.Value, " letters")
		}
		return nil
	})
	fmt.Println(results, err)
	// Output:
	// map[four:unlucky number one:3 letters three:5 letters two:skipped: too short] <nil>
}

// When the context ends, what was not finished comes back as cancelled. No item
// is lost.
func Example_poolWithContext() {
	ctx, cancel := context.WithCancelCause(context.Background())
	run := pipeline.New(ctx)
	source := pipeline.Source(run, pipeline.Pool{Name: "words"},
		func(_ context.Context, emit func(string, error) error) error {
			for _, word := range []string{"one", "two", "three", "four"} {
				emit(word, nil) // goes on after the end, to account for all words
			}
			return nil
		})
	read := pipeline.Stage(run, pipeline.Pool{Name: "read", Workers: 1}, source,
		func(ctx context.Context, word string) (string, error) {
			if word == "two" {
				cancel(errors.New("heard enough"))
				return "", ctx.Err()
			}
			return word, nil
		})

	done, cancelled := 0, 0
	err := pipeline.Collect(run, read, func(item pipeline.Item[string, string]) error {
		if errors.Is(item.Err, pipeline.ErrCancelled) {
			cancelled++
		} else {
			done++
		}
		return nil
	})
	fmt.Println(done, "done,", cancelled, "cancelled:", err)
	// Output:
	// 1 done, 3 cancelled: heard enough
}

// Four workers, yet one item per millisecond: they share one limit.
func Example_rateLimitedPool() {
	begin := time.Now()
	run := pipeline.New(context.Background())
	source := pipeline.Source(run, pipeline.Pool{Name: "words"}, words)
	perMillisecond := rate.NewLimiter(rate.Every(time.Millisecond), 1)
	call := pipeline.Stage(run, pipeline.Pool{Name: "call", Workers: 4, Limit: perMillisecond}, source,
		func(context.Context, string) (time.Time, error) { return time.Now(), nil })

	items := 0
	err := pipeline.Collect(run, call, func(pipeline.Item[string, time.Time]) error {
		items++
		return nil
	})
	atLeast := time.Duration(items-1) * time.Millisecond // the first starts at once
	fmt.Println(items, time.Since(begin) >= atLeast, err)
	// Output:
	// 4 true <nil>
}
