package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"

	"imgpool/internal/progress"
	"imgpool/pipeline"
	"imgpool/stages"
)

// heapBeside is what the Go heap may take beside the pictures that --memory
// counts: code tables, queues, paths, the collector's own. Without this room
// the collector would run all the time as the budget fills up.
const heapBeside = 48 << 20

// runResize carries out imgpool resize and the other commands that go through
// the stages.
func (p *program) runResize(ctx context.Context, r *request) (err error) {
	if r.toStdout() && isTerminal(p.Out) {
		return usagef("standard output is a terminal: use -o FILE, or > FILE")
	}
	cfg := r.Config
	closeList, err := p.connect(&cfg, r)
	if err != nil {
		return err
	}
	defer closeList()
	if cfg.DryRun && cfg.Compress == nil { // one worker a stage lists the files in order
		cfg.Pools.Decode, cfg.Pools.Resize, cfg.Pools.Encode = 1, 1, 1
	}
	mode := progressMode(r.report, p.Err)
	cfg.Discover.Count = mode != progress.None
	job, err := stages.New(cfg)
	if err != nil {
		return err
	}
	endProfiles, err := r.profile.start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endProfiles()) }()
	applyLimits(cfg)

	meter := progress.Start(p.Err, mode, snapshotOf(job))
	out, log := p.Out, meter.Writer()
	if isTerminal(out) {
		out = meter.Wrap(out)
	}
	defer context.AfterFunc(p.stop, func() {
		job.Stop()
		if mode == progress.Bar {
			fmt.Fprintln(log, "finishing what is in flight; once more to stop at once")
		}
	})()
	rep := &reporter{
		reportOptions: r.report, paint: paint(wantsColour(p.Err)), dryRun: cfg.DryRun, check: cfg.Check != nil,
		out: out, log: log, failed: job.Stop,
	}
	summary, err := job.Run(ctx, rep.result)
	meter.Close()
	err = p.outcome(ctx, summary, err, rep.outErr)
	rep.end(summary, job.Stats(), err)
	return err
}

// connect gives the job its streams. The returned function closes what was
// opened.
func (p *program) connect(cfg *stages.Config, r *request) (done func(), err error) {
	stdin, done := p.In, func() {}
	if r.filesFrom == "-" || slices.Contains(cfg.Discover.Inputs, "-") {
		stdin, done = interruptible(p.In, p.stop)
	}
	cfg.Discover.Stdin, cfg.Output.Stdout = stdin, p.Out
	switch r.filesFrom {
	case "":
	case "-":
		cfg.Discover.FilesFrom = stdin
	default:
		f, err := os.Open(r.filesFrom)
		if err != nil {
			done()
			return nil, usagef("--files-from: %w", err)
		}
		list, closeList := stoppable(f, p.stop)
		closeStdin := done
		cfg.Discover.FilesFrom, done = list, func() { closeList(); closeStdin() }
	}
	return done, nil
}

// gcPercent is how much the heap may grow between collections. Nearly all of it
// is pixels, which the collector need not look at, so that collecting often is
// cheap: against Go's 100 it costs no measurable time and saves a third of the
// peak.
const gcPercent = 30

// applyLimits makes the Go runtime keep to --jobs and --memory.
func applyLimits(cfg stages.Config) {
	if cfg.Pools.Jobs > 0 {
		runtime.GOMAXPROCS(cfg.Pools.Jobs)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(cfg.WithDefaults().Pools.Memory + heapBeside)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// outcome is the command's error for a run that ended with runErr, and with
// outErr on standard output.
func (p *program) outcome(ctx context.Context, s stages.Summary, runErr, outErr error) error {
	var signal Interrupted
	var reported *stages.FileError
	interrupted := errors.As(context.Cause(ctx), &signal) || errors.As(context.Cause(p.stop), &signal)
	switch {
	case runErr != nil && interrupted:
		return signal
	case outErr != nil && !errors.Is(outErr, syscall.EPIPE):
		return fmt.Errorf("standard output: %w", outErr)
	case errors.Is(runErr, pipeline.ErrStopped), errors.As(runErr, &reported):
		return errFilesFailed
	case runErr != nil:
		return runErr
	case s.Failed > 0 || s.Cancelled > 0:
		return errFilesFailed
	case s.Found > 0:
		return errFound
	}
	return nil
}
