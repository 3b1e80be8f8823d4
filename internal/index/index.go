package index

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"imgpool/internal/atomicfile"
)

// Dir is the name of the folder in an output folder that holds imgpool's own files.
const Dir = ".imgpool"

// IsOutput reports whether dir carries imgpool's mark: it was written to as an output folder by any version. The name of
// the folder inside is not enough, its list must begin as imgpool's do.
func IsOutput(dir string) bool {
	if info, err := os.Lstat(filepath.Join(dir, Dir)); err != nil || !info.IsDir() {
		return false
	}
	f, err := openRegular(filepath.Join(dir, Dir, "list"))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(listMark))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == listMark
}

// List is what is known of one output folder. All methods may be called from several goroutines at the same time.
type List struct {
	dir string // OUTPUT/.imgpool

	mu      sync.Mutex
	entries map[string]entry // by path
	journal *os.File         // nil before the first Add and after Close
	glued   bool             // the journal may end inside of a line
	closed  bool
}

// Open reads what is known of the output folder dir, also after a run that crashed. It makes nothing: dir need not exist,
// and a folder that is never added to stays as it is. Close it at the end.
func Open(dir string) (*List, error) {
	l := &List{dir: filepath.Join(dir, Dir)}
	err := l.checkFolder()
	if err == nil {
		l.entries, err = l.read()
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// checkFolder refuses a file or a symbolic link where the folder should be.
func (l *List) checkFolder() error {
	if info, err := os.Lstat(l.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: is not a folder: move it away, or choose another output folder", l.dir)
	}
	return nil
}

// read reads list and journal from the disk. The journal comes first: should another process fold it into the list in
// between, nothing is missed. What both tell of one path is then the journal's to say, as the newer.
func (l *List) read() (map[string]entry, error) {
	journal := map[string]entry{}
	if err := load(journal, l.file("journal"), journalHeader, allowed); err != nil {
		return nil, err
	}
	entries := map[string]entry{}
	if err := load(entries, l.file("list"), listHeader, allowed); err != nil {
		return nil, err
	}
	maps.Copy(entries, journal)
	return entries, nil
}

// file returns the path of one of the folder's files.
func (l *List) file(name string) string { return filepath.Join(l.dir, name) }

// key turns a path into the form in which it is listed.
func key(rel string) string { return filepath.ToSlash(rel) }

// Owned reports whether imgpool wrote the file at rel (relative to the output folder) and nobody changed it since: it is a
// regular file with the size and the modification time of one of the last two that were announced with [List.Add].
func (l *List) Owned(rel string, info fs.FileInfo) bool {
	if !info.Mode().IsRegular() {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[key(rel)]
	r := recordOf(info)
	if ok && e.before == r && e.last != r {
		// The last one never came to be. The next Add must not push out the one that did.
		l.entries[key(rel)] = entry{last: e.before, before: e.last}
	}
	return ok && (e.last == r || e.before == r)
}

// Add records that the file described by info, made from what o tells, is about to become rel (relative to the output
// folder). Call it before the rename and give the rename up when it fails. The first call makes OUTPUT/.imgpool and with
// it the mark.
func (l *List) Add(rel string, info fs.FileInfo, o Origin) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("%s: %w", l.dir, fs.ErrClosed)
	}
	if l.journal == nil {
		if err := l.start(); err != nil {
			return err
		}
	}
	path, r := key(rel), recordOf(info)
	e := entry{last: r, before: r, origin: o}
	if old, ok := l.entries[path]; ok {
		e.before = old.last
	}
	var line []byte
	if l.glued {
		line = append(line, '\n')
	}
	line = appendLine(line, path, e)
	if len(line) > maxLine {
		return fmt.Errorf("%s: path of %d bytes is too long for the list", l.dir, len(rel))
	}
	if _, err := l.journal.Write(line); err != nil {
		l.glued = true
		return err
	}
	l.glued = false
	l.entries[path] = e
	return nil
}

// start makes the folder, the list with its header, and the journal, and locks the latter as in use.
func (l *List) start() error {
	if err := os.MkdirAll(l.dir, 0o777); err != nil {
		return err
	}
	if err := errors.Join(l.checkFolder(), atomicfile.Sweep(l.dir)); err != nil {
		return err
	}
	for name, header := range map[string]string{"list": listHeader, "journal": journalHeader} {
		err := atomicfile.Write(l.file(name), []byte(header), atomicfile.Options{})
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	f, err := openJournal(l.file("journal"))
	if err != nil {
		return err
	}
	l.journal, l.glued = f, true
	return nil
}

// openJournal opens the journal for appending and marks it as in use by this process. It refuses a file that is something
// else: whoever prepared the folder could have put a link to any file there.
func openJournal(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: is not a regular file", path)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	// Locked first: nobody empties it from now on.
	lockShared(f)
	if err := checkHeader(bufio.NewReader(f), journalHeader); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Close folds the journal into the list, unless another process is still using it, in which case that one will. Without
// an Add it changes nothing. Calls after the first do nothing.
func (l *List) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if l.journal == nil {
		return nil
	}
	var err error
	if lockAlone(l.journal) {
		err = l.compact()
	}
	return errors.Join(err, l.journal.Close())
}

// compact writes the new list and empties the journal. The caller holds the lock for itself alone.
func (l *List) compact() error {
	open, err := l.journal.Stat()
	if err != nil {
		return err
	}
	there, err := os.Lstat(l.file("journal"))
	gone := err != nil || !os.SameFile(open, there)
	if gone {
		// Somebody removed the folder during the run. What this process knows is all there is.
		if err := os.MkdirAll(l.dir, 0o777); err != nil {
			return err
		}
	} else if l.entries, err = l.read(); err != nil {
		return err
	}
	data := []byte(listHeader)
	for _, path := range slices.Sorted(maps.Keys(l.entries)) {
		data = appendLine(data, path, l.entries[path])
	}
	if err := atomicfile.Write(l.file("list"), data, atomicfile.Options{Replace: true}); err != nil || gone {
		return err
	}
	return os.Truncate(l.file("journal"), int64(len(journalHeader)))
}
