package cli

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"imgpool/stages"
)

// The exit codes of imgpool.
const (
	exitDone        = 0   // every file was dealt with
	exitFailed      = 1   // some files failed, or the run was aborted
	exitUsage       = 2   // wrong usage or configuration; nothing was written
	exitFound       = 3   // check found something
	exitInterrupted = 130 // stopped by Ctrl-C or a hang-up
	exitTerminated  = 143 // stopped by SIGTERM
)

// exitCodes is how the help and the README explain them.
const exitCodes = `0 all done; 1 some files failed; 2 wrong usage, nothing written;
  3 check found something; 130 interrupted (143 by SIGTERM)`

// Interrupted is the cause with which a run's contexts are cancelled when a
// signal arrived.
type Interrupted struct{ Signal os.Signal }

// Error implements error.
func (i Interrupted) Error() string { return fmt.Sprintf("stopped by signal: %v", i.Signal) }

// ExitCode is the code of a process that the signal ends.
func (i Interrupted) ExitCode() int { return exitCode(i) }

// errFilesFailed says that the run went to its end and that its summary has
// told of failures: there is nothing more to print.
var errFilesFailed = errors.New("some files failed")

// exitCode maps what a command returned to the code of the process. It is the
// only place that does.
func exitCode(err error) int {
	var usage *usageError
	var config *stages.UsageError
	var signal Interrupted
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &signal) && signal.Signal == syscall.SIGTERM:
		return exitTerminated
	case errors.As(err, &signal):
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &config):
		return exitUsage
	case errors.Is(err, errFound):
		return exitFound
	default:
		return exitFailed
	}
}

// usageError is a command line that cannot be run. The message is whole.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usagef makes a usageError.
func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}
