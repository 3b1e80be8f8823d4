package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Options says how [Write] puts a file in place. The zero value makes a new file with the process's default permissions.
type Options struct {
	// Mode holds the permission bits of a file that is new. The umask is taken off them, as everywhere. Other bits are
	// ignored. A file that is replaced keeps its own bits instead. Default: 0666, what other programs ask for.
	Mode fs.FileMode

	// Replace allows to take the place of a file that exists. Default: no; the write then fails with [fs.ErrExist]
	// however late the other file turns up.
	Replace bool

	// BeforeRename, when set, is called once with the finished temporary file's description, just before it gets its
	// name. Size and modification time are those the target will have. An error calls the write off.
	BeforeRename func(info fs.FileInfo) error
}

// Error is what [Write] and [Sweep] return: which file, what was being done, and why it could not be done.
// [errors.Is] sees the cause.
type Error struct {
	Path string // as the caller named it
	Op   string // what was tried, such as "cannot rename into place"
	Err  error
}

// Error puts the path first and the cause last.
func (e *Error) Error() string { return e.Path + ": " + e.Op + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Write makes path a file that holds data.
//
// The folder must exist. A path that is a symbolic link stays one: the file it points to is replaced; a link to nothing is
// an error, since its target may be anywhere. Only regular files are replaced. On an error the target is untouched and the
// temporary file removed, with one exception: when flushing the folder fails after the rename, the new file is in place
// but may not survive a power cut. All errors are of type *[Error].
func Write(path string, data []byte, o Options) error {
	fail := func(op string, err error) error { return &Error{Path: path, Op: op, Err: bare(err)} }
	target, old, err := resolve(path, o.Replace)
	if err != nil {
		return fail("cannot write", err)
	}
	mode := fs.FileMode(0o666)
	if o.Mode.Perm() != 0 {
		mode = o.Mode.Perm()
	}
	if old != nil {
		mode = 0o600 // nobody may look in before the bits of the old file are set
	}
	dir := filepath.Dir(target)
	f, err := create(dir, mode)
	if err != nil {
		return fail("cannot create a temporary file beside it", err)
	}
	temp, placed := f.Name(), false
	defer func() {
		f.Close()
		if !placed {
			os.Remove(temp)
		}
	}()
	if err := fill(f, data, old); err != nil {
		return fail("cannot write", err)
	}
	if o.BeforeRename != nil {
		info, err := os.Lstat(temp)
		if err != nil {
			return fail("cannot write", err)
		}
		if err := o.BeforeRename(info); err != nil {
			return fail("not put in place", err)
		}
	}
	if o.Replace {
		err = replace(temp, target)
	} else {
		err = place(temp, target)
	}
	if err != nil {
		return fail("cannot rename into place", err)
	}
	placed = true
	if err := syncDir(dir); err != nil {
		return fail("written, but its folder could not be flushed to the disk", err)
	}
	return nil
}

// resolve returns the file that path stands for, following symbolic links, and its description when it exists. It refuses
// what may not be replaced.
func resolve(path string, replace bool) (target string, old fs.FileInfo, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err != nil:
		return "", nil, err
	case !replace:
		return "", nil, fs.ErrExist
	}
	target = path
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return "", nil, fmt.Errorf("broken symbolic link: %w", bare(err))
		}
		if info, err = os.Lstat(target); err != nil {
			return "", nil, err
		}
	}
	if info.IsDir() {
		return "", nil, errors.New("is a folder")
	}
	if !info.Mode().IsRegular() {
		return "", nil, errors.New("is not a regular file")
	}
	return target, info, nil
}

// fill writes data, carries over the access rights of the file to be replaced, flushes to the disk and closes.
func fill(f *os.File, data []byte, old fs.FileInfo) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	if old != nil {
		if err := keepAccess(f, old); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// bare takes the operation and the path off an error of package os: they name the temporary file, which means nothing to
// a user.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*os.LinkError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
