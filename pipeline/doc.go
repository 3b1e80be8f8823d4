// Package pipeline joins pools of workers by channels. It knows nothing of what
// flows through it, and it is meant to be read: this page explains each idea, the
// files show it in code, in the order run, source, stage, collect, outcome, limit,
// stats.
//
//	Source ──queue──▶ Stage ──queue──▶ Stage ──queue──▶ Collect
//	1 walker          N workers        M workers        the caller
//
// # The basic pool
//
// A worker pool is a channel of jobs and a fixed number of goroutines that read
// it. Without this package it is ten lines:
//
//	jobs := make(chan Job)
//	var pool sync.WaitGroup
//	for range workers {
//		pool.Go(func() {
//			for job := range jobs { // ends when jobs is closed and empty
//				handle(job)
//			}
//		})
//	}
//	for _, job := range all {
//		jobs <- job // waits until a worker is free
//	}
//	close(jobs) // no more jobs: the workers go home
//	pool.Wait()
//
// Two habits keep it right. Who sends on a channel closes it, nobody else: a send
// on a closed channel panics, a channel that is never closed leaves its readers
// waiting for ever. And the number of goroutines is fixed by the pool, not by the
// number of jobs: a million files do not need a million open files.
//
// In this package the sender is [Source], the pool is [Stage] and the wait is
// [Collect].
//
// # The pool with results
//
// Workers send their results on a second channel. It has many senders, so none of
// them may close it; one more goroutine waits for all and then does:
//
//	go func() { pool.Wait(); close(results) }()
//
// The results have one reader, which therefore needs no lock to add them up: that
// is the fold of [Collect]. Give those results to another pool instead, and you
// have a pipeline: the output of one [Stage] is the input of the next, and closing
// the first channel ends them all, one after the other.
//
// Results come in the order in which they get done. What needs the order of the
// jobs must carry a number along: that is the Key of an [Item].
//
// # The pool with context
//
// A context is how somebody outside says "enough". The trap is to let the workers
// just return: whoever is about to send to them then waits for ever, and the jobs
// still in the queues are lost without a trace. Here, a cancelled stage goes on
// reading its input to the end, but passes every item on as [ErrCancelled] instead
// of handling it. So the senders get rid of what they hold, the channels are closed
// in the usual order, and every key that was emitted reaches Collect exactly once.
// That is also why no send looks at the context: there is always a reader.
//
// The handler gets the context, to cut its own waiting short. Go cannot stop a
// goroutine from outside: a handler that never returns holds up the run.
//
// # The rate-limited pool
//
// The number of workers bounds how many jobs run at once; it does not bound how
// many start in a second. For that, [Pool].Limit is a token bucket that all workers
// of the pool share: each takes one token per item, and waits when there is none.
// The bucket refills at the rate of the limit, and its burst is how many tokens it
// holds, so how many items may start at once after a pause.
//
// # The right size
//
// Work that computes wants as many workers as there are processors: more only take
// turns, and each holds memory. Work that waits (disk, network) wants more, about
// processors × (1 + time waiting / time computing), until what it waits for is
// busy all the time. Work that must not run twice at once wants one.
//
// In a pipeline only the slowest stage counts: [Bottleneck] names it. Workers given
// to any other stage change nothing.
//
// # Buffered channels and back-pressure
//
// A buffer evens out jobs of unequal size, so that no worker idles while its
// neighbour is still at a hard one. It does not make a slow stage faster: behind a
// stage that is slower on average, any buffer fills up. When it is full, the
// senders wait, then those who send to them, up to the source, which stops
// reading. This back-pressure is what bounds the memory of a run, however many
// items there are: of the values that a stage makes, at most Workers + Queue wait
// for the next stage, and that has one in the hands of each of its workers. So
// buffer small things generously and big things one deep or not at all.
//
// # Graceful shutdown
//
// There are three ways for a run to end:
//
//   - The source has no more items. Its channel is closed, the stages run dry one
//     after the other, Collect returns nil.
//   - [Run.Stop]: as if there were no more items. Items that no stage has started
//     end as ErrCancelled, those in flight are finished. For the first Ctrl-C.
//   - [Run.Abort], or the end of the context given to [New]: only handlers that are
//     running now are waited for. For the second Ctrl-C, or a full disk.
//
// In all three, each goroutine has ended when Collect returns, or is about to: its
// channel is closed and it has nothing left to do. Values that are dropped on the
// way are released (see [Releasable]).
//
// # Errors
//
// One bad item must not end the run, and must not get lost. An item is an input
// and its outcome, and the outcome travels with it to Collect:
//
//   - done: Err is nil.
//   - skipped: there was nothing to do; see [Skip] and [SkipReason].
//   - failed: any other error. A panic in a handler is one, as [*PanicError]:
//     otherwise one broken input would take down the process, and all results of
//     the run with it.
//   - cancelled: [ErrCancelled].
//
// Only an error wrapped by [Abort] ends the run, because it would hit every other
// item as well. To end it at the first failure, return that from fold.
//
// # Monitoring
//
// [Run.Stats] can be asked at any time, from any goroutine, and costs the workers
// next to nothing. It counts items and how each worker spends its time: busy,
// waiting for input, waiting for room in the next queue. Read it like this: the
// stages before the bottleneck wait for room and their queues are full, the stages
// after it wait for input and their queues are empty.
package pipeline
