package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"imgpool/pipeline"
)

// stageLine is what --stats tells of one stage, in JSON.
type stageLine struct {
	Name    string `json:"name"`
	Workers int    `json:"workers"`
	Items   int64  `json:"items"`
	// Shares of the workers' time, from 0 to 1.
	Busy       float64 `json:"busy"`
	Limited    float64 `json:"limited"`
	BlockedIn  float64 `json:"blocked_in"`
	BlockedOut float64 `json:"blocked_out"`
	// The queue to the next stage: the most that waited, and its size.
	QueueHigh int `json:"queue_high"`
	Queue     int `json:"queue"`
}

// newStageLines turns counters into shares of the time that the run took.
func newStageLines(stats []pipeline.StageStats, elapsed time.Duration) []stageLine {
	lines := make([]stageLine, 0, len(stats))
	for _, s := range stats {
		all := elapsed.Seconds() * float64(s.Workers)
		share := func(d time.Duration) float64 {
			if all <= 0 {
				return 0
			}
			return min(1, d.Seconds()/all)
		}
		lines = append(lines, stageLine{
			Name: s.Name, Workers: s.Workers, Items: s.Items,
			Busy: share(s.Busy), Limited: share(s.Limited), BlockedIn: share(s.BlockedIn), BlockedOut: share(s.BlockedOut),
			QueueHigh: s.QueueHigh, Queue: s.QueueCap,
		})
	}
	return lines
}

// printStats writes the table of --stats and names the bottleneck.
func printStats(w io.Writer, stats []pipeline.StageStats, elapsed time.Duration) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "stage\tworkers\titems\tbusy\tblocked on input\tblocked on output\tqueue high\t")
	limited := false
	for _, l := range newStageLines(stats, elapsed) {
		queue := "-"
		if l.Queue > 0 {
			queue = fmt.Sprintf("%d of %d", l.QueueHigh, l.Queue)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%.0f %%\t%.0f %%\t%.0f %%\t%s\t\n",
			l.Name, l.Workers, l.Items, 100*l.Busy, 100*l.BlockedIn, 100*l.BlockedOut, queue)
		limited = limited || l.Limited > 0.01
	}
	t.Flush()
	name := pipeline.Bottleneck(stats)
	switch {
	case name == "":
		fmt.Fprintln(w, "bottleneck: none, nothing was done")
	case limited:
		fmt.Fprintf(w, "bottleneck: %s (held back by --rate)\n", name)
	default:
		fmt.Fprintf(w, "bottleneck: %s\n", name)
	}
}
