package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imgpool/internal/codec"
	"imgpool/pipeline"
	"imgpool/stages"
)

var (
	written = stages.Result{
		Input: "in/a.jpg", Output: "out/a.jpg", Outcome: stages.Written, Format: codec.JPEG, OutFormat: codec.JPEG,
		InWidth: 4000, InHeight: 3000, Width: 800, Height: 600, BytesIn: 3_200_000, BytesOut: 80_000, Elapsed: 50 * time.Millisecond,
		Warnings: []string{"the data end at 43 %"},
	}
	skipped = stages.Result{Input: "in/b.gif", Outcome: stages.Skipped, Reason: stages.ReasonAnimated, Format: codec.GIF, BytesIn: 70}
	failed  = stages.Result{
		Input: "in/c\x1b.jpg", Outcome: stages.Failed, Reason: stages.ReasonTruncated, BytesIn: 9,
		Err: &stages.FileError{Stage: "decode", Path: "in/c\x1b.jpg", Reason: stages.ReasonTruncated, Hint: "--allow-truncated takes it", Err: errors.New("the data end early")},
	}
	internal = stages.Result{
		Input: "d.png", Outcome: stages.Failed, Reason: stages.ReasonInternal, Internal: true, Stack: []byte("main.go:1"), Err: errors.New("index out of range"),
	}
	cancelled = stages.Result{Input: "e.png", Outcome: stages.Cancelled, Reason: stages.ReasonStopped}
	planned   = stages.Result{Input: "in/f.png", Output: "out/f.png", Outcome: stages.Planned, InWidth: 10, InHeight: 20, Width: 5, Height: 10}
)

// report gives the results to a reporter and returns what it wrote.
func report(t *testing.T, p *reporter, results ...stages.Result) (out, log string) {
	t.Helper()
	var o, l bytes.Buffer
	p.out, p.log = &o, &l
	for _, r := range results {
		if err := p.result(r); err != nil {
			t.Fatal(err)
		}
	}
	return o.String(), l.String()
}

func TestReportForPeople(t *testing.T) {
	all := []stages.Result{written, skipped, failed, internal, cancelled}
	failures := "failed  in/c\\x1b.jpg: the data end early (--allow-truncated takes it)\nfailed  d.png: index out of range\n"
	warning := "warning  in/a.jpg: the data end at 43 %\n"
	for _, c := range []struct {
		name     string
		o        reportOptions
		dryRun   bool
		results  []stages.Result
		out, log string
	}{
		{"plain", reportOptions{}, false, all, "", warning + failures},
		{"quiet", reportOptions{quiet: true}, false, all, "", failures},
		{"verbose", reportOptions{verbose: true}, false, all, "",
			"written   in/a.jpg -> out/a.jpg  4000x3000 -> 800x600  3.2 MB -> 80.0 kB\n" + warning +
				"skipped   in/b.gif: animated\n" + failures + "main.go:1\n" + "cancelled e.png: not-reached\n"},
		{"dry run", reportOptions{}, true, []stages.Result{planned, skipped}, "in/f.png -> out/f.png  10x20 -> 5x10\n", ""},
		{"dry run, verbose", reportOptions{verbose: true}, true, []stages.Result{planned, skipped},
			"in/f.png -> out/f.png  10x20 -> 5x10\n", "skipped   in/b.gif: animated\n"},
	} {
		out, log := report(t, &reporter{reportOptions: c.o, dryRun: c.dryRun}, c.results...)
		if diff := cmp.Diff(c.out, out); diff != "" {
			t.Errorf("%s: standard output (-want +got)\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.log, log); diff != "" {
			t.Errorf("%s: standard error (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestReportAsJSON(t *testing.T) {
	raw := stages.Result{Input: "x\xff.jpg", Outcome: stages.Skipped, Reason: stages.ReasonNotImage}
	out, _ := report(t, &reporter{reportOptions: reportOptions{json: true}}, written, failed, internal, raw)
	want := `{"schema":1,"type":"file","input":"in/a.jpg","output":"out/a.jpg","status":"written","format":"jpeg","width":4000,"height":3000,"bytes":3200000,"output_format":"jpeg","output_width":800,"output_height":600,"output_bytes":80000,"warnings":["the data end at 43 %"],"seconds":0.05}
{"schema":1,"type":"file","input":"in/c\u001b.jpg","status":"failed","reason":"truncated","error":"in/c\u001b.jpg: the data end early (--allow-truncated takes it)","bytes":9,"seconds":0}
{"schema":1,"type":"file","input":"d.png","status":"failed","reason":"internal","error":"index out of range","internal":true,"bytes":0,"seconds":0}
{"schema":1,"type":"file","input":"x\ufffd.jpg","input_base64":"eP8uanBn","status":"skipped","reason":"not-an-image","bytes":0,"seconds":0}
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	out, _ = report(t, &reporter{reportOptions: reportOptions{json: true, verbose: true}}, internal)
	if !strings.Contains(out, `"stack":"main.go:1"`) {
		t.Errorf("no stack with -v: %s", out)
	}
}

func TestSummaryLine(t *testing.T) {
	for _, c := range []struct {
		s    stages.Summary
		err  error
		dry  bool
		want string
	}{
		{s: stages.Summary{Written: 44, BytesIn: 78_100_000, BytesOut: 3_200_000, Elapsed: 1900 * time.Millisecond},
			want: "44 files: 44 written, 78.1 MB -> 3.2 MB (-96 %) in 1.9 s"},
		{s: stages.Summary{Written: 1, Copied: 2, Skipped: 4, Failed: 2, BytesIn: 1000, BytesOut: 1100, Elapsed: time.Second,
			SkippedBy: map[string]int64{"animated": 1, "not-an-image": 3}, FailedBy: map[string]int64{"truncated": 2}}, err: errFilesFailed,
			want: "9 files: 1 written, 2 copied, 4 skipped (3 not-an-image, 1 animated), 2 failed (truncated), 1.0 kB -> 1.1 kB (+10 %) in 1.0 s"},
		{s: stages.Summary{Written: 3, Lost: map[string]int64{"depth": 1, "gain-map": 3}}, want: "3 files: 3 written, 0 B -> 0 B in 0.00 s; lost: 3 gain-map, 1 depth"},
		{s: stages.Summary{Planned: 1}, dry: true, want: "1 file: 1 to be written in 0.00 s (dry run: nothing was written)"},
		{s: stages.Summary{Written: 1, Cancelled: 2}, err: Interrupted{syscall.SIGINT},
			want: "stopped after 3 files: 1 written, 2 cancelled, 0 B -> 0 B in 0.00 s"},
		{want: "0 files in 0.00 s"},
	} {
		p := &reporter{dryRun: c.dry}
		if got := p.summary(c.s, c.err); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestSummaryAsJSON(t *testing.T) {
	var out, log bytes.Buffer
	p := &reporter{reportOptions: reportOptions{json: true, stats: true, quiet: true}, out: &out, log: &log}
	stats := []pipeline.StageStats{
		{Name: "decode", Workers: 2, Items: 3, Busy: 3 * time.Second, BlockedIn: time.Second, QueueCap: 1, QueueHigh: 1},
		{Name: "resize", Workers: 1, Items: 3, Busy: time.Second, BlockedIn: time.Second},
	}
	p.end(stages.Summary{Written: 2, Failed: 1, FailedBy: map[string]int64{"read": 1}, SkippedBy: map[string]int64{}, BytesIn: 10, BytesOut: 5, Elapsed: 2 * time.Second}, stats, errFilesFailed)
	var got summaryLine
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := summaryLine{
		Schema: 1, Type: "summary", Files: 3, Written: 2, Failed: 1, SkippedBy: map[string]int64{}, FailedBy: map[string]int64{"read": 1},
		Bytes: 10, OutputBytes: 5, Seconds: 2, Exit: 1, Bottleneck: "decode",
		Stages: []stageLine{
			{Name: "decode", Workers: 2, Items: 3, Busy: 0.75, BlockedIn: 0.25, QueueHigh: 1, Queue: 1},
			{Name: "resize", Workers: 1, Items: 3, Busy: 0.5, BlockedIn: 0.5},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	table := log.String()
	for _, part := range []string{"stage", "decode        2      3  75 %", "1 of 1", "bottleneck: decode"} {
		if !strings.Contains(table, part) {
			t.Errorf("the table lacks %q:\n%s", part, table)
		}
	}
}

// The first error of standard output stops the run; nothing is written after it.
func TestClosedOutputStopsTheRun(t *testing.T) {
	out := &failingWriter{after: 1}
	stops := 0
	p := &reporter{reportOptions: reportOptions{json: true}, out: out, log: &bytes.Buffer{}, failed: func() { stops++ }}
	for range 3 {
		p.result(written)
	}
	if out.calls != 2 || stops != 1 || !errors.Is(p.outErr, syscall.EPIPE) {
		t.Errorf("%d writes, %d stops, error %v; want 2, 1, EPIPE", out.calls, stops, p.outErr)
	}
}

// failingWriter fails as a closed pipe does, after some writes.
type failingWriter struct{ after, calls int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.calls++; w.calls > w.after {
		return 0, syscall.EPIPE
	}
	return len(b), nil
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0}, {errFilesFailed, 1}, {errors.New("disk full"), 1}, {usagef("bad"), 2}, {&stages.UsageError{Err: errors.New("no such folder")}, 2},
		{Interrupted{syscall.SIGINT}, 130}, {Interrupted{syscall.SIGHUP}, 130}, {Interrupted{syscall.SIGTERM}, 143},
		{errors.Join(Interrupted{syscall.SIGTERM}, errors.New("profile")), 143},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("exitCode(%v) = %d, want %d", c.err, got, c.want)
		}
	}
}
