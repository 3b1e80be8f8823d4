package index

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// The first lines of both files: a name, then the version of the format.
const (
	listMark      = "imgpool list "
	listHeader    = listMark + "1\n"
	journalHeader = "imgpool journal 1\n"
)

// maxLine is the longest line in bytes. Paths have at most 32767 characters (Windows) or 4096 bytes (most others).
const maxLine = 256 << 10

// limits keeps files that anybody may have prepared from filling the memory.
type limits struct {
	bytes   int64 // of one file
	entries int   // paths; each takes some 110 bytes and its length
}

// allowed are the limits in use.
var allowed = limits{bytes: 512 << 20, entries: 4 << 20}

// record tells one state of a file.
type record struct {
	size  int64 // bytes
	mtime int64 // nanoseconds since 1970
}

// recordOf describes a file as a record.
func recordOf(info fs.FileInfo) record { return record{info.Size(), info.ModTime().UnixNano()} }

// entry holds the last two states in which a file was written. Without an earlier one, before equals last.
type entry struct {
	last, before record
	origin       Origin // of last
}

// appendLine appends the line for path and its newline to b.
func appendLine(b []byte, path string, e entry) []byte {
	b = e.last.append(b)
	if e.before != e.last {
		b = e.before.append(b)
	}
	if e.origin != (Origin{}) {
		b = e.origin.append(b)
	}
	b = strconv.AppendQuote(b, path)
	return append(b, '\n')
}

// append appends the two fields of r, each with its tab.
func (r record) append(b []byte) []byte {
	b = append(strconv.AppendInt(b, r.size, 10), '\t')
	return append(strconv.AppendInt(b, r.mtime, 10), '\t')
}

// parseLine reads a line without its newline. It reports false for a line that is cut off or makes no sense.
func parseLine(line string) (path string, e entry, ok bool) {
	numbers, quoted, ok := strings.Cut(line, "\"")
	fields := strings.Split(numbers, "\t")
	if !ok || fields[len(fields)-1] != "" {
		return "", entry{}, false
	}
	fields = fields[:len(fields)-1]
	if n := len(fields); n > originFields {
		if e.origin, ok = parseOrigin(fields[n-originFields:]); !ok {
			return "", entry{}, false
		}
		fields = fields[:n-originFields]
	}
	if e.last, ok = parseRecord(fields); !ok {
		return "", entry{}, false
	}
	e.before = e.last
	if len(fields) == 4 {
		e.before, ok = parseRecord(fields[2:])
	}
	if path, err := strconv.Unquote(`"` + quoted); ok && err == nil && path != "" && len(fields) <= 4 {
		return path, e, true
	}
	return "", entry{}, false
}

// parseRecord reads the first two of an even number of fields.
func parseRecord(fields []string) (r record, ok bool) {
	if len(fields) < 2 || len(fields)%2 != 0 {
		return record{}, false
	}
	var errs [2]error
	r.size, errs[0] = strconv.ParseInt(fields[0], 10, 64)
	r.mtime, errs[1] = strconv.ParseInt(fields[1], 10, 64)
	return r, errs == [2]error{}
}

// openRegular opens a file of ours for reading: not through a symbolic link, and nothing that could block or be endless.
func openRegular(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is not a regular file", path)
	}
	return os.Open(path)
}

// checkHeader reads the first line of r, which must be want.
func checkHeader(r *bufio.Reader, want string) error {
	head, err := r.Peek(len(want))
	mark := strings.TrimSuffix(want, "1\n")
	switch {
	case string(head) == want:
		_, err = r.Discard(len(want))
		return err
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case bytes.HasPrefix(head, []byte(mark)):
		return errors.New("was made by another version of imgpool: use that one, or remove the folder .imgpool")
	}
	return errors.New("was not made by imgpool: move it away, or choose another output folder")
}

// load reads the file at path into entries, later lines over earlier ones. A missing file adds nothing.
func load(entries map[string]entry, path, header string, max limits) error {
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: max.bytes + 1}
	r := bufio.NewReaderSize(limited, 64<<10)
	if err := checkHeader(r, header); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if p, e, ok := parseLine(lines.Text()); ok {
			entries[p] = e
		}
		if len(entries) > max.entries {
			return fmt.Errorf("%s: has more than %d entries: choose another output folder", path, max.entries)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("%s: has a line of more than %d bytes: it is damaged, remove it", path, maxLine)
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case limited.N == 0:
		return fmt.Errorf("%s: is larger than %d bytes: choose another output folder", path, max.bytes)
	}
	return nil
}
