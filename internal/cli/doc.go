// Package cli is imgpool's command line: it turns arguments into a
// [stages.Config], runs the job, reports what became of each file and says
// with which code the process should exit.
//
// What goes where:
//
//   - Standard output carries only what was asked for as output: the picture
//     of the input "-", the lines of --json, the listing of --dry-run, the
//     text of info, help and version.
//   - Standard error carries everything meant for a person: failures as they
//     happen, progress, the table of --stats and the closing summary.
//   - Messages are lower case, begin with the path they are about, end with
//     the cause, and give a hint where there is one. Usage errors begin with
//     "imgpool:".
//   - Colour and bars appear only on a terminal, never with NO_COLOR or
//     TERM=dumb.
//   - Nothing in this package ends the process; [Run] returns the exit code.
package cli
