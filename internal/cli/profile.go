package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
)

// profileOptions name the files that profiles of imgpool itself go to.
type profileOptions struct{ cpu, memory, trace string }

func (p *profileOptions) options() []*option {
	return []*option{
		{name: "cpuprofile", arg: "FILE", group: groupProfile,
			usage: "write a CPU profile (go tool pprof FILE)", set: textTo(&p.cpu)},
		{name: "memprofile", arg: "FILE", group: groupProfile,
			usage: "write a heap profile at the end", set: textTo(&p.memory)},
		{name: "trace", arg: "FILE", group: groupProfile,
			usage: "write an execution trace (go tool trace FILE)", set: textTo(&p.trace)},
	}
}

// start begins the wanted profiles. The returned function ends them and
// reports what could not be written; it must be called once.
func (p profileOptions) start() (stop func() error, err error) {
	var ends []func() error
	stop = func() error {
		var errs []error
		for i := len(ends) - 1; i >= 0; i-- {
			errs = append(errs, ends[i]())
		}
		return errors.Join(errs...)
	}
	// begin creates the file and registers how its profile ends.
	begin := func(path string, start func(*os.File) error, end func(*os.File) error) error {
		if path == "" {
			return nil
		}
		f, err := createProfile(path)
		if err != nil {
			return err
		}
		ends = append(ends, func() error { return errors.Join(end(f), f.Close()) })
		return start(f)
	}
	err = errors.Join(
		begin(p.cpu, func(f *os.File) error { return pprof.StartCPUProfile(f) },
			func(*os.File) error { pprof.StopCPUProfile(); return nil }),
		begin(p.trace, func(f *os.File) error { return trace.Start(f) },
			func(*os.File) error { trace.Stop(); return nil }),
		begin(p.memory, func(*os.File) error { return nil },
			func(f *os.File) error { runtime.GC(); return pprof.Lookup("allocs").WriteTo(f, 0) }),
	)
	if err != nil {
		return nil, &usageError{errors.Join(err, stop())}
	}
	return stop, nil
}

// createProfile makes the file at path. It replaces an older profile, but
// nothing else: a mistyped name must not cost a picture.
func createProfile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 4)
	n, _ := io.ReadFull(f, head)
	gzipped, traced := bytes.HasPrefix(head, []byte{0x1f, 0x8b}), bytes.HasPrefix(head, []byte("go 1"))
	if n > 0 && !gzipped && !traced {
		f.Close()
		return nil, fmt.Errorf("%s: exists and is no profile", path)
	}
	_, err = f.Seek(0, io.SeekStart)
	if err := errors.Join(err, f.Truncate(0)); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
