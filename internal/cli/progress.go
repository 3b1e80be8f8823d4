package cli

import (
	"io"

	"imgpool/internal/progress"
	"imgpool/stages"
)

// progressMode is how progress is shown on w. A bar shows a share, so
// discovery has to count the files first.
func progressMode(o reportOptions, w io.Writer) progress.Mode {
	name := o.progress
	switch {
	case o.quiet:
		name = progressNone
	case name == "" || name == progressAuto:
		name = progressBar
	}
	mode, err := progress.ParseMode(name, w)
	if err != nil { // the flag has let an unknown name through
		panic("cli: internal error: " + err.Error())
	}
	return mode
}

// snapshotOf is what the progress display asks for.
func snapshotOf(job *stages.Job) func() progress.Snapshot {
	return func() progress.Snapshot {
		done, total, final := job.Progress()
		return progress.Snapshot{Done: done, Total: total, Final: final}
	}
}
