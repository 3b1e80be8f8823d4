package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"imgpool/pipeline"
	"imgpool/stages"
)

// reporter tells the user what becomes of the files. Its result method is
// called from one goroutine, for one file after the other.
type reporter struct {
	reportOptions
	paint
	dryRun bool
	check  bool
	// found are the results of a check that are not printed yet: findings, and
	// failures where they are to be annotated.
	found []stages.Result
	out   io.Writer // JSON lines, the listing of a dry run
	log   io.Writer // for people; keeps clear of the progress bar
	// failed is called when out cannot be written any more.
	failed func()
	outErr error // the first error of out
}

// result reports one input.
func (p *reporter) result(r stages.Result) error {
	if p.json {
		p.emit(newFileLine(r, p.verbose))
	} else if p.dryRun && r.Outcome == stages.Planned {
		p.list(r)
	} else if r.Outcome == stages.Found || r.Outcome == stages.Failed && p.checkFormat == checkGitHub {
		p.found = append(p.found, r)
	}
	switch {
	case r.Outcome == stages.Failed:
		fmt.Fprintln(p.log, p.bad("failed")+"  "+show(failureText(r)))
		if p.verbose && r.Internal {
			fmt.Fprintf(p.log, "%s\n", r.Stack)
		}
	case p.verbose && !(p.dryRun && r.Outcome == stages.Planned && !p.json):
		fmt.Fprintln(p.log, show(p.line(r)))
	}
	if !p.quiet {
		for _, w := range r.Warnings {
			fmt.Fprintf(p.log, "warning  %s: %s\n", show(r.Input), show(w))
		}
	}
	return nil
}

// failureText is "path: cause (hint)".
func failureText(r stages.Result) string {
	text := "failed"
	if r.Err != nil {
		text = r.Err.Error()
	}
	var named *stages.FileError
	if errors.As(r.Err, &named) {
		return text
	}
	return r.Input + ": " + text
}

// line is what --verbose tells of a file that did not fail.
func (p *reporter) line(r stages.Result) string {
	s := fmt.Sprintf("%-9s %s", r.Outcome, r.Input)
	switch r.Outcome {
	case stages.Skipped, stages.Cancelled:
		if r.Reason != "" {
			s += ": " + r.Reason
		}
		return s
	}
	if r.Output != "" && r.Output != r.Input {
		s += " -> " + r.Output
	}
	if s += "  " + sizes(r); r.BytesOut > 0 {
		s += "  " + savings(r)
	}
	return s
}

// savings is what became of the bytes, and how: "78 kB -> 31 kB (lossy, quality
// 80)".
func savings(r stages.Result) string {
	s := fmt.Sprintf("%s -> %s", formatBytes(r.BytesIn), formatBytes(r.BytesOut))
	c := r.Compressed
	if c == nil {
		return s
	}
	how := c.Method
	if c.Quality > 0 {
		how += fmt.Sprintf(", quality %d", c.Quality)
	}
	if c.Score != 0 {
		how += fmt.Sprintf(", score %.1f", c.Score)
	}
	if c.Trials > 0 {
		how += ", " + count(int64(c.Trials), "trial")
	}
	for _, other := range c.Sizes {
		if len(c.Sizes) > 1 && other.Format != r.OutFormat {
			how += fmt.Sprintf("; %s %s", other.Format, formatBytes(other.Bytes))
		}
	}
	return s + " (" + how + ")"
}

// sizes is what becomes of the picture's sides: "4000x3000 -> 800x600".
func sizes(r stages.Result) string {
	if r.InWidth == 0 {
		return ""
	}
	if r.Width == r.InWidth && r.Height == r.InHeight {
		return fmt.Sprintf("%dx%d", r.Width, r.Height)
	}
	return fmt.Sprintf("%dx%d -> %dx%d", r.InWidth, r.InHeight, r.Width, r.Height)
}

// list prints one line of a dry run.
func (p *reporter) list(r stages.Result) {
	to := r.Output
	if to == "" {
		to = "-"
	}
	line := show(r.Input) + " -> " + show(to)
	if s := sizes(r); s != "" {
		line += "  " + s
	}
	if r.BytesOut > 0 {
		line += "  " + savings(r)
	}
	p.write(func() error { _, err := fmt.Fprintln(p.out, line); return err })
}

// emit writes one JSON line.
func (p *reporter) emit(v any) {
	p.write(func() error { return writeLine(p.out, v) })
}

// write runs a write to standard output. After the first error nothing more is
// written and the run winds down.
func (p *reporter) write(do func() error) {
	if p.outErr != nil {
		return
	}
	if p.outErr = do(); p.outErr != nil && p.failed != nil {
		p.failed()
	}
}

// end prints what closes a run. err is what the command is about to return.
func (p *reporter) end(s stages.Summary, stats []pipeline.StageStats, err error) {
	p.findings()
	if p.stats {
		printStats(p.log, stats, s.Elapsed)
	}
	if !p.quiet {
		fmt.Fprintln(p.log, p.summary(s, err))
	}
	if p.json {
		line := newSummaryLine(s, err)
		if p.stats {
			line.Stages, line.Bottleneck = newStageLines(stats, s.Elapsed), pipeline.Bottleneck(stats)
		}
		p.emit(line)
	}
}

// summary is the closing line: "44 files: 44 written, 78.1 MB -> 3.2 MB (-96 %)
// in 1.9 s".
func (p *reporter) summary(s stages.Summary, err error) string {
	var parts []string
	add := func(n int64, word string, reasons map[string]int64, colour func(string) string) {
		if n == 0 {
			return
		}
		part := fmt.Sprintf("%d %s", n, word)
		if colour != nil {
			part = colour(part)
		}
		if why := byReason(reasons, n); why != "" {
			part += " (" + why + ")"
		}
		parts = append(parts, part)
	}
	add(s.Planned, "to be written", nil, nil)
	add(s.Written, "written", nil, p.good)
	add(s.Copied, "copied", nil, p.good)
	add(s.Found, "with findings", s.FoundBy, p.bad)
	add(s.Passed, "passed", nil, p.good)
	add(s.Skipped, "skipped", s.SkippedBy, nil)
	add(s.Failed, "failed", s.FailedBy, p.bad)
	add(s.Cancelled, "cancelled", nil, p.bad)

	text := count(s.Inputs(), "file")
	if err != nil && !errors.Is(err, errFilesFailed) && !errors.Is(err, errFound) {
		text = "stopped after " + text
	}
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	if s.Written+s.Copied > 0 || s.BytesOut > 0 && !p.check {
		text += fmt.Sprintf(", %s -> %s", formatBytes(s.BytesIn), formatBytes(s.BytesOut))
		if change := formatChange(s.BytesIn, s.BytesOut); change != "" {
			text += " (" + change + ")"
		}
	}
	text += " in " + formatSeconds(s.Elapsed)
	if len(s.Lost) > 0 {
		text += "; lost: " + byReason(s.Lost, -1)
	}
	if p.dryRun {
		text += " (dry run: nothing was written)"
	}
	return text
}

// byReason tells how n divides: "3 animated, 1 unsupported", or only the
// reason if there is but one.
func byReason(reasons map[string]int64, n int64) string {
	var names []string
	for name := range reasons {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if reasons[a] != reasons[b] {
			return int(reasons[b] - reasons[a])
		}
		return strings.Compare(a, b)
	})
	if len(names) == 1 && reasons[names[0]] == n {
		return names[0]
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", reasons[name], name)
	}
	return strings.Join(names, ", ")
}
