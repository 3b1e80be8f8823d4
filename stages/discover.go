package stages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"imgpool/internal/atomicfile"
	"imgpool/internal/codec"
	"imgpool/internal/index"
	"imgpool/pipeline"
)

// discoverer walks the inputs, in order, in one goroutine: what has to be
// settled one file after the other is settled here.
type discoverer struct {
	cfg    Config
	layout *layout
	claims *claims
	output fs.FileInfo // the output folder, where it exists already
	count  atomic.Int64
	final  atomic.Bool
	emit   func(*File, error) error
	// stopped is set once the run takes no new files.
	stopped bool
	// stems counts the pictures in the folder at hand by their paths without
	// extension, where formats may change.
	stems map[string]int
}

func newDiscoverer(cfg Config, l *layout) *discoverer {
	d := &discoverer{cfg: cfg, layout: l, claims: newClaims(l.root)}
	if l.root != "" {
		d.output, _ = os.Stat(l.root)
	}
	return d
}

// known is the number of inputs found so far, and whether that is all.
func (d *discoverer) known() (n int64, final bool) {
	final = d.final.Load()
	return d.count.Load(), final
}

// walk emits every input: the one source of the run.
func (d *discoverer) walk(ctx context.Context, emit func(*File, error) error) error {
	if d.cfg.Discover.Count && d.cfg.Discover.FilesFrom == nil {
		if err := d.countAll(ctx); err != nil {
			return err
		}
	}
	counting := !d.final.Load()
	d.emit = func(f *File, err error) error {
		if counting {
			d.count.Add(1)
		}
		err = emit(f, err)
		if errors.Is(err, pipeline.ErrStopped) {
			// Go on, so that what is not reached is counted, but open nothing.
			d.stopped = true
			return nil
		}
		return err
	}
	if d.layout.stdin {
		if err := d.standardInput(); err != nil {
			return err
		}
	}
	for _, in := range d.layout.inputs {
		if err := d.input(ctx, in, d.found); err != nil {
			return err
		}
	}
	if err := d.filesFrom(ctx); err != nil {
		return err
	}
	d.final.Store(true)
	return nil
}

// countAll walks the inputs once without opening a file.
func (d *discoverer) countAll(ctx context.Context) error {
	n := int64(0)
	if d.layout.stdin {
		n++
	}
	d.emit = func(*File, error) error { n++; return nil }
	for _, in := range d.layout.inputs {
		if err := d.input(ctx, in, func(string, string, fs.DirEntry) error { n++; return nil }); err != nil {
			return err
		}
	}
	d.count.Store(n)
	d.final.Store(true)
	return nil
}

// visit is called for each candidate: its path, its path below the output
// folder, and what the folder says of it.
type visit func(path, rel string, entry fs.DirEntry) error

// input visits what one input holds.
func (d *discoverer) input(ctx context.Context, in input, visit visit) error {
	switch {
	case in.info == nil:
		err := d.layout.missing[in.path]
		return d.emit(&File{Path: in.path}, &FileError{Stage: "discover", Path: in.path, Reason: ReasonRead, Err: cause(err)})
	case in.info.IsDir():
		return d.folder(ctx, in.path, in.prefix, "", visit)
	case !d.wanted(filepath.Base(in.path)):
		return nil
	}
	entry := fs.FileInfoToDirEntry(in.info)
	if link, err := os.Lstat(in.path); err == nil {
		entry = fs.FileInfoToDirEntry(link)
	}
	return visit(in.path, filepath.Join(in.prefix, filepath.Base(in.path)), entry)
}

// folder visits the files below dir in the order of their names. rel is
// dir's path below the output folder, below its path under the input.
func (d *discoverer) folder(ctx context.Context, dir, rel, below string, visit visit) error {
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), pipeline.ErrStopped) {
		return context.Cause(ctx)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		err = d.emit(&File{Path: dir}, &FileError{Stage: "discover", Path: dir, Reason: ReasonRead, Err: cause(err)})
		if err != nil {
			return err
		}
	}
	stems := d.stems
	d.stems = d.countStems(dir, entries)
	defer func() { d.stems = stems }()
	for _, entry := range entries {
		name := entry.Name()
		path, sub := filepath.Join(dir, name), filepath.Join(below, name)
		if strings.HasPrefix(name, ".") && (!d.cfg.Discover.Hidden || name == markFolder) || atomicfile.IsTemp(name) {
			continue
		}
		if entry.IsDir() {
			if d.cfg.Discover.NoRecurse || d.excluded(sub) {
				continue
			}
			if d.isOutput(path, entry) { // told of, so that nothing vanishes without a word
				if err := d.emit(&File{Path: path}, pipeline.Skip(ReasonOutput)); err != nil {
					return err
				}
				continue
			}
			if err := d.folder(ctx, path, filepath.Join(rel, name), sub, visit); err != nil {
				return err
			}
			continue
		}
		if !d.wanted(sub) {
			continue
		}
		if err := visit(path, filepath.Join(rel, name), entry); err != nil {
			return err
		}
	}
	return nil
}

// isOutput says that dir holds results: of this run, or of an earlier one.
func (d *discoverer) isOutput(dir string, entry fs.DirEntry) bool {
	if index.IsOutput(dir) {
		return true
	}
	if d.layout.root == "" || !d.layout.listed {
		return false
	}
	if d.output == nil { // made during this walk, perhaps
		d.output, _ = os.Stat(d.layout.root)
	}
	if info, err := entry.Info(); err == nil && d.output != nil {
		return os.SameFile(info, d.output)
	}
	return false
}

// found settles what becomes of one file and emits it.
func (d *discoverer) found(path, rel string, entry fs.DirEntry) error {
	f := &File{Path: path, rel: rel}
	if d.stopped {
		return d.emit(f, pipeline.ErrCancelled)
	}
	fail := func(reason string, err error) error {
		return d.emit(f, &FileError{Stage: "discover", Path: path, Reason: reason, Err: cause(err)})
	}
	info, err := entry.Info()
	link := err == nil && info.Mode()&fs.ModeSymlink != 0
	if link {
		info, err = os.Stat(path)
	}
	if err != nil {
		return fail(ReasonRead, err)
	}
	f.Size, f.Mode, f.modified = info.Size(), info.Mode(), info.ModTime().UnixNano()
	switch {
	case link && (info.IsDir() || d.layout.inPlace):
		return d.emit(f, pipeline.Skip(ReasonSymlink))
	case !info.Mode().IsRegular():
		return d.emit(f, pipeline.Skip(ReasonNotRegular))
	}
	head, err := readHead(path, codec.SniffLen)
	if err != nil {
		return fail(ReasonRead, err)
	}
	f.Format = codec.Sniff(head)
	if !f.Format.CanRead() {
		if f.Verbatim = d.verbatim(f); !f.Verbatim {
			return d.emit(f, pipeline.Skip(notRead(f.Format)))
		}
	}
	f.keepFormat = d.stems[stem(path)] > 1
	if err := d.assign(f, info); err != nil {
		return d.emit(f, err)
	}
	return d.emit(f, nil)
}

// verbatim says that f, of a format that is not read, goes to the output as it
// is. Compressing keeps a folder's pictures complete, whatever their kind; a
// check tells of formats that are not allowed, of too many bytes, and of files
// that are no pictures in spite of their names.
func (d *discoverer) verbatim(f *File) bool {
	picture := f.Format != codec.Unknown
	if c := d.cfg.Check; c != nil {
		named, err := codec.ParseFormat(filepath.Ext(f.Path))
		return picture && (!c.allows(f.Format) || c.exceeds(f.Size)) || !picture && err == nil && named.CanRead()
	}
	return d.layout.listed && (d.cfg.Discover.CopyOthers || picture && d.cfg.Compress != nil)
}

// notRead is the reason for skipping a file of format f.
func notRead(f codec.Format) string {
	if f == codec.Unknown {
		return ReasonNotImage
	}
	return ReasonUnsupported
}

// assign gives f its output path and makes sure that nobody else has it.
func (d *discoverer) assign(f *File, info fs.FileInfo) error {
	fail := func(reason, hint string, err error) error {
		return &FileError{Stage: "discover", Path: f.Path, Reason: reason, Hint: hint, Err: err}
	}
	w, h := 0, 0
	if d.layout.needsHeader() && !f.Verbatim {
		var err error
		if w, h, err = d.outputSize(f); err != nil {
			return err
		}
	}
	out, err := d.layout.output(f, w, h)
	if f.Verbatim && d.layout.listed {
		out, err = filepath.Join(d.layout.root, f.rel), nil
	}
	if err != nil {
		return fail(ReasonName, "", err)
	}
	f.Out, f.plain = out, out
	if out == "" {
		return nil
	}
	if !d.layout.inPlace {
		if there, err := os.Stat(out); err == nil && os.SameFile(info, there) {
			return fail(ReasonSameFile, "use --in-place to replace inputs", errors.New("input and output are the same file"))
		}
	}
	first, taken := d.claims.take(out, f.Path)
	for _, other := range d.otherNames(f) {
		if !taken {
			first, taken = d.claims.take(other, f.Path)
		}
	}
	if taken {
		if other, err := os.Stat(first); err == nil && os.SameFile(info, other) {
			return pipeline.Skip(ReasonTwice)
		}
		return fail(ReasonCollision, "use --name, or other inputs", fmt.Errorf("would write %s, as %s does", out, first))
	}
	return nil
}

// outputSize reads f's header for a name that tells the output's size.
func (d *discoverer) outputSize(f *File) (w, h int, err error) {
	data := f.data
	if data == nil {
		if data, err = readHead(f.Path, int(min(f.Size, d.cfg.Pools.Memory))); err != nil {
			return 0, 0, &FileError{Stage: "discover", Path: f.Path, Reason: ReasonRead, Err: cause(err)}
		}
	}
	header, err := codec.ReadHeader(data)
	if err != nil {
		return 0, 0, d.cfg.codecFailure("discover", f.Path, ReasonCorrupt, err)
	}
	p, err := makePlan(header, d.cfg.Resize, d.cfg.Encode, true, true)
	if err != nil {
		return 0, 0, &FileError{Stage: "discover", Path: f.Path, Reason: ReasonTooLarge, Err: err}
	}
	return p.Width, p.Height, nil
}

// readHead reads up to n bytes from the start of the file.
func readHead(path string, n int) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	head := make([]byte, n)
	got, err := io.ReadFull(file, head)
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil
	}
	return head[:got], err
}
