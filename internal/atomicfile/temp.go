package atomicfile

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A temporary file is named .imgpool-HOST-PID-RUN-N.tmp: at most 60 bytes, well under the limit of every file system,
// however long the name of the target is.
const (
	tempPrefix = ".imgpool-"
	tempSuffix = ".tmp"
)

// foreignAge is how old a temporary file must be before it counts as left over although its maker cannot be asked (another
// machine or container on a shared folder) or seems alive (its process number was given out again). A file is written from
// memory in one go: seconds, not hours.
const foreignAge = time.Hour

// maker tells who made a temporary file.
type maker struct {
	host uint32 // a hash of the machine and, on Linux, the container (process numbers mean nothing outside of it)
	pid  int
	run  uint32 // random for each start of the program: in a container every run may be process 1
}

// self returns this process as the maker.
var self = sync.OnceValue(func() maker {
	h := fnv.New32a()
	name, _ := os.Hostname() // without a name all machines look alike, and pids decide
	io.WriteString(h, name+"\x00"+pidSpace())
	return maker{host: h.Sum32(), pid: os.Getpid(), run: rand.Uint32()}
})

// counter numbers the temporary files of this process.
var counter atomic.Uint64

// create makes a new, empty temporary file in dir.
func create(dir string, mode fs.FileMode) (*os.File, error) {
	m := self()
	for {
		name := fmt.Sprintf("%s%08x-%d-%08x-%x%s", tempPrefix, m.host, m.pid, m.run, counter.Add(1), tempSuffix)
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// IsTemp reports whether a file's base name is one that this package gives to its temporary files.
func IsTemp(name string) bool {
	_, ok := parseTemp(name)
	return ok
}

// parseTemp reads the maker out of a temporary file's name.
func parseTemp(name string) (maker, bool) {
	rest, ok1 := strings.CutPrefix(name, tempPrefix)
	rest, ok2 := strings.CutSuffix(rest, tempSuffix)
	parts := strings.Split(rest, "-")
	if !ok1 || !ok2 || len(parts) != 4 {
		return maker{}, false
	}
	host, err1 := strconv.ParseUint(parts[0], 16, 32)
	pid, err2 := strconv.ParseUint(parts[1], 10, 31)
	run, err3 := strconv.ParseUint(parts[2], 16, 32)
	_, err4 := strconv.ParseUint(parts[3], 16, 64)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return maker{}, false
	}
	return maker{host: uint32(host), pid: int(pid), run: uint32(run)}, true
}

// gone reports whether a temporary file of that maker and that age is left over.
func (m maker) gone(age time.Duration) bool {
	me := self()
	switch {
	case m == me:
		return false // being written right now, by another goroutine
	case m.host == me.host && (m.pid == me.pid || !alive(m.pid)):
		return true
	}
	return age > foreignAge
}

// Sweep removes the temporary files in dir (not below) that processes left there which are gone: killed, crashed, or cut
// off by a power failure. Files of running processes stay. A folder that does not exist has none. Problems with single
// files do not stop it; they are joined in the error.
func Sweep(dir string) error {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &Error{Path: dir, Op: "cannot look for left-over temporary files", Err: bare(err)}
	}
	defer f.Close()
	var errs []error
	for {
		// In portions: a folder may hold millions of names.
		names, err := f.Readdirnames(1024)
		for _, name := range names {
			if m, ok := parseTemp(name); ok {
				errs = append(errs, sweepOne(filepath.Join(dir, name), m))
			}
		}
		if errors.Is(err, io.EOF) {
			return errors.Join(errs...)
		}
		if err != nil {
			return errors.Join(append(errs, &Error{Path: dir, Op: "cannot look for left-over temporary files", Err: bare(err)})...)
		}
	}
}

// sweepOne removes one temporary file if its maker is gone.
func sweepOne(path string, m maker) error {
	info, err := os.Lstat(path)
	if err == nil && info.Mode().IsRegular() && m.gone(time.Since(info.ModTime())) {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &Error{Path: path, Op: "cannot remove a left-over temporary file", Err: bare(err)}
	}
	return nil
}
