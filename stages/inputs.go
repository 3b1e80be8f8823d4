package stages

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"imgpool/internal/codec"
)

// standardInput takes the one picture that comes in on standard input.
func (d *discoverer) standardInput() error {
	f := &File{Path: "-", rel: "stdin", Mode: 0o644}
	// A buffer that grows takes up to three times the size for a moment.
	limit := d.cfg.Pools.Memory / 3
	data, err := readPicture(d.cfg.Discover.Stdin, limit)
	f.data, f.Size = data, int64(len(data))
	f.Format = codec.Sniff(data[:min(len(data), codec.SniffLen)])
	if f.Format != codec.Unknown {
		f.rel += f.Format.Ext()
	}
	switch {
	case err != nil:
		return d.emit(f, &FileError{Stage: "discover", Path: "-", Reason: ReasonRead, Err: err})
	case f.Size > limit:
		return d.emit(f, &FileError{Stage: "discover", Path: "-", Reason: ReasonMemory, Hint: "raise --memory", Err: errors.New("standard input is larger than a third of the memory budget")})
	case !f.Format.CanRead():
		// What the next program in the pipe waits for cannot be made.
		return d.emit(f, &FileError{Stage: "discover", Path: "-", Reason: notRead(f.Format), Err: errors.New("standard input is no picture that can be read")})
	}
	out, err := d.layout.output(f, 0, 0)
	if d.layout.needsHeader() {
		var w, h int
		if w, h, err = d.outputSize(f); err == nil {
			out, err = d.layout.output(f, w, h)
		}
	}
	if err != nil {
		return d.emit(f, &FileError{Stage: "discover", Path: "-", Reason: ReasonName, Err: err})
	}
	f.Out = out
	return d.emit(f, nil)
}

// readPicture reads in to its end, or to limit+1 bytes; of what does not begin
// as a picture no more than the beginning.
func readPicture(in io.Reader, limit int64) ([]byte, error) {
	head := make([]byte, codec.SniffLen)
	n, err := io.ReadFull(in, head)
	head = head[:n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return head, nil
	}
	if err != nil || !codec.Sniff(head).CanRead() {
		return head, err
	}
	data := bytes.NewBuffer(head)
	_, err = data.ReadFrom(io.LimitReader(in, limit+1-int64(n)))
	return data.Bytes(), err
}

// filesFrom takes the inputs that a list names.
func (d *discoverer) filesFrom(ctx context.Context) error {
	if d.cfg.Discover.FilesFrom == nil {
		return nil
	}
	scan := newListScanner(d.cfg.Discover.FilesFrom)
	for !d.stopped && scan.Scan() {
		arg := scan.Text()
		if arg == "" {
			continue
		}
		in, err := newInput(arg, true)
		if err != nil {
			d.layout.missing[in.path] = err
		}
		if err := d.input(ctx, in, d.found); err != nil {
			return err
		}
		delete(d.layout.missing, in.path)
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("--files-from: %w", err)
	}
	return nil
}

// newListScanner reads a list of paths of up to 1 MiB each.
func newListScanner(r io.Reader) *bufio.Scanner {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, 1<<20)
	scan.Split(splitList())
	return scan
}

// splitList splits at NUL where the first entry ends in one (as `find
// -print0` writes), else at newlines.
func splitList() bufio.SplitFunc {
	sep := byte(0)
	known := false
	return func(data []byte, eof bool) (int, []byte, error) {
		if !known {
			i := bytes.IndexAny(data, "\x00\n")
			if i < 0 && !eof {
				return 0, nil, nil
			}
			known, sep = true, '\n'
			if i >= 0 && data[i] == 0 {
				sep = 0
			}
		}
		if i := bytes.IndexByte(data, sep); i >= 0 {
			line := data[:i]
			if sep == '\n' {
				line = bytes.TrimSuffix(line, []byte("\r"))
			}
			return i + 1, line, nil
		}
		if eof && len(data) > 0 {
			return len(data), data, nil
		}
		return 0, nil, nil
	}
}
