package cli

import (
	"context"
	"io"
	"os"
	"runtime"
	"time"
)

// interruptible gives a standard input whose reads end when stop is
// cancelled, so that Ctrl-C also ends a run that waits for somebody to type or
// for a pipe. That needs a file of our own that the runtime can poll: Linux
// opens one by the name /dev/stdin, and setting it non-blocking does not
// touch what other processes share. Elsewhere, and for sockets and regular
// files, in is used as it is.
func interruptible(in io.Reader, stop context.Context) (r io.Reader, done func()) {
	f, ok := in.(*os.File)
	if !ok || f.Fd() != 0 || runtime.GOOS != "linux" {
		return in, func() {}
	}
	if info, err := f.Stat(); err != nil || info.Mode().IsRegular() {
		return in, func() {}
	}
	own, err := os.Open("/dev/stdin")
	if err != nil {
		return in, func() {}
	}
	if own.SetReadDeadline(time.Time{}) != nil { // cannot be polled
		own.Close()
		return in, func() {}
	}
	cancel := context.AfterFunc(stop, func() { own.SetReadDeadline(time.Unix(1, 0)) })
	return &stoppable{own, stop}, func() { cancel(); own.Close() }
}

// stoppable is a file whose reads fail with stop's cause once stop is over.
type stoppable struct {
	*os.File
	stop context.Context
}

// Read implements io.Reader.
func (s *stoppable) Read(b []byte) (int, error) {
	n, err := s.File.Read(b)
	if err != nil && err != io.EOF && s.stop.Err() != nil {
		err = context.Cause(s.stop)
	}
	return n, err
}
