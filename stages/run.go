package stages

import (
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"imgpool/internal/codec"
	"imgpool/internal/index"
	"imgpool/pipeline"
)

// Job is one run of a [Config]: make it with [New] and call Run once. Stop,
// Abort, Stats and Progress may be called from other goroutines at any time.
type Job struct {
	cfg     Config
	layout  *layout
	run     *pipeline.Run
	cancel  context.CancelFunc
	found   *discoverer
	done    atomic.Int64
	summary Summary
	// firstFailure is what ended the run under FailFast.
	firstFailure error
}

// New checks cfg and settles where the outputs go. All its errors are
// [UsageError]s, and nothing is written.
func New(cfg Config) (*Job, error) {
	if err := cfg.Validate(); err != nil {
		return nil, &UsageError{err}
	}
	cfg = cfg.WithDefaults()
	l, err := newLayout(cfg)
	if err != nil {
		return nil, err
	}
	j := &Job{cfg: cfg, layout: l, found: newDiscoverer(cfg, l)}
	j.summary.SkippedBy, j.summary.FailedBy, j.summary.FoundBy = map[string]int64{}, map[string]int64{}, map[string]int64{}
	j.summary.Lost = map[string]int64{}
	ctx, cancel := context.WithCancel(context.Background())
	j.run, j.cancel = pipeline.New(ctx), cancel
	return j, nil
}

// Run does the work. It calls report once for each input as it ends, always
// from the calling goroutine; an error from report aborts the run. When ctx
// is cancelled, everything stops at once; [Job.Stop] is the gentle way.
//
// The error is nil if the run came to its end, whatever became of single
// inputs: the Summary tells. Otherwise it is pipeline.ErrStopped or the cause
// of the abort, or the first failure under FailFast.
func (j *Job) Run(ctx context.Context, report func(Result) error) (summary Summary, err error) {
	start := time.Now()
	defer j.cancel()
	defer context.AfterFunc(ctx, func() { j.run.Abort(context.Cause(ctx)) })()
	list, err := j.openList()
	if err != nil {
		return j.summary, err
	}
	if list != nil {
		defer func() { err = errors.Join(err, list.Close()) }()
	}
	places := &places{cfg: j.cfg, layout: j.layout, list: list, how: j.cfg.how()}
	decoder := &decoder{cfg: j.cfg, layout: j.layout, places: places, budget: newBudget(j.cfg.Pools.Memory)}
	resizer := &resizer{cfg: j.cfg}
	encoder := &encoder{cfg: j.cfg, layout: j.layout, places: places}

	pools := j.pools()
	files := pipeline.Source(j.run, pools.discover, j.found.walk)
	decoded := pipeline.Stage(j.run, pools.decode, files, decoder.decode)
	resized := pipeline.Stage(j.run, pools.resize, decoded, resizer.resize)
	results := pipeline.Stage(j.run, pools.encode, resized, encoder.encode)
	err = pipeline.Collect(j.run, results, func(item pipeline.Item[*File, *Result]) error {
		return j.collect(item, report)
	})
	if j.firstFailure != nil && errors.Is(err, pipeline.ErrStopped) {
		err = j.firstFailure
	}
	j.summary.Elapsed = time.Since(start)
	return j.summary, err
}

// pools is the one table of pool sizes. Queues behind decode hold whole
// pictures, so they hold one at most: pictures in memory are bounded by the
// workers of decode, resize and encode plus two, and by the budget.
type pools struct{ discover, decode, resize, encode pipeline.Pool }

func (j *Job) pools() pools {
	p := j.cfg.Pools
	var limit *rate.Limiter
	if p.Rate > 0 {
		limit = rate.NewLimiter(rate.Limit(p.Rate/p.RateUnit.Seconds()), 1)
	}
	return pools{
		discover: pipeline.Pool{Name: "discover", Workers: 1, Queue: p.Queue},
		decode:   pipeline.Pool{Name: "decode", Workers: p.Decode, Queue: 1, Limit: limit},
		resize:   pipeline.Pool{Name: "resize", Workers: p.Resize, Queue: 1},
		encode:   pipeline.Pool{Name: "encode", Workers: p.Encode, Queue: p.Encode},
	}
}

// openList opens the list of what imgpool wrote into the output folder; nil
// where the output is no folder of its own or nothing will be written.
func (j *Job) openList() (*index.List, error) {
	if !j.layout.listed || j.layout.inPlace {
		return nil, nil
	}
	return index.Open(j.layout.root)
}

// collect folds one finished item into the summary and reports it. It is the
// last stage, and runs in one goroutine.
func (j *Job) collect(item pipeline.Item[*File, *Result], report func(Result) error) error {
	r := finish(item)
	j.done.Add(1)
	j.summary.add(r)
	if err := report(r); err != nil {
		return err
	}
	if r.Outcome == Failed && j.cfg.FailFast && j.firstFailure == nil {
		// Stopping, not aborting: the rest is still counted, as cancelled.
		j.firstFailure = r.Err
		j.run.Stop()
	}
	return nil
}

// finish turns what the pipeline says of an item into its result.
func finish(item pipeline.Item[*File, *Result]) Result {
	r := Result{Input: item.Key.Path, Format: item.Key.Format, BytesIn: item.Key.Size}
	if item.Err == nil {
		r = *item.Value
		r.Input, r.Format, r.BytesIn = item.Key.Path, item.Key.Format, item.Key.Size
		return r
	}
	var (
		failure  *FileError
		panicked *pipeline.PanicError
	)
	if reason, ok := pipeline.SkipReason(item.Err); ok {
		r.Outcome, r.Reason = Skipped, reason
		return r
	}
	r.Outcome, r.Err, r.Reason = Failed, item.Err, ReasonRead
	switch {
	case errors.Is(item.Err, pipeline.ErrCancelled), errors.Is(item.Err, context.Canceled):
		r.Outcome, r.Reason, r.Err = Cancelled, ReasonStopped, nil
	case errors.As(item.Err, &panicked):
		r.Reason, r.Internal, r.Stack = ReasonInternal, true, panicked.Stack
		r.Err = &FileError{Stage: "run", Path: r.Input, Reason: ReasonInternal, Hint: "please report it", Err: panicked}
	case errors.As(item.Err, &failure):
		r.Reason, r.Internal = failure.Reason, failure.Reason == ReasonInternal
		r.Output = item.Key.Out
	}
	return r
}

// Stop lets no further file start; those in flight finish, the others are
// reported as cancelled.
func (j *Job) Stop() { j.run.Stop() }

// Stats is a snapshot of the stages' counters, in flow order.
func (j *Job) Stats() []pipeline.StageStats { return j.run.Stats() }

// Progress tells how many inputs have ended, how many are known, and whether
// those are all.
func (j *Job) Progress() (done, total int64, final bool) {
	done = j.done.Load()
	total, final = j.found.known()
	return done, max(done, total), final
}

// Inspect reads the header of the picture at path, or of stdin where path is
// "-". The header's blocks are slices of memory of its own.
func Inspect(path string, stdin io.Reader) (*codec.Header, int64, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, 0, &FileError{Stage: "info", Path: path, Reason: ReasonRead, Err: cause(err)}
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() {
			return nil, 0, &FileError{Stage: "info", Path: path, Reason: ReasonNotRegular, Err: errors.New("is not a regular file")}
		}
		in = file
	}
	limit := defaultMemory() / 3
	data, err := readPicture(in, limit)
	if err != nil {
		return nil, 0, &FileError{Stage: "info", Path: path, Reason: ReasonRead, Err: cause(err)}
	}
	size := int64(len(data))
	if size > limit {
		return nil, size, &FileError{Stage: "info", Path: path, Reason: ReasonTooLarge, Err: errors.New("is larger than a twelfth of the memory")}
	}
	h, err := codec.ReadHeader(data)
	if err != nil {
		return nil, size, Config{}.codecFailure("info", path, ReasonCorrupt, err)
	}
	return h, size, nil
}
