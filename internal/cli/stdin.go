package cli

import (
	"context"
	"io"
	"os"
	"runtime"
	"time"

	"imgpool/pipeline"
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
	return stoppable(own, stop)
}

// stoppable makes reads of f fail with [pipeline.ErrCancelled] once stop is
// over, where f is something the runtime can poll: a pipe or a terminal. done
// closes f.
func stoppable(f *os.File, stop context.Context) (r io.Reader, done func()) {
	cancel := context.AfterFunc(stop, func() {
		f.SetReadDeadline(time.Unix(1, 0)) // fails for a regular file, which nobody has to wait for
	})
	return &stoppableFile{f, stop}, func() { cancel(); f.Close() }
}

type stoppableFile struct {
	*os.File
	stop context.Context
}

// Read implements io.Reader.
func (s *stoppableFile) Read(b []byte) (int, error) {
	n, err := s.File.Read(b)
	if err != nil && err != io.EOF && s.stop.Err() != nil {
		err = pipeline.ErrCancelled
	}
	return n, err
}
