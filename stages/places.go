package stages

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"imgpool/internal/index"
	"imgpool/pipeline"
)

// places knows what is where results go, and what of it is imgpool's own.
type places struct {
	cfg    Config
	layout *layout
	list   *index.List // nil where the output is not imgpool's own folder
	how    index.Sum   // stands for the options and the version
}

// look settles what may happen to a file that is where p's result goes,
// before any work is spent on p. If that file is p's result already, p is
// skipped.
func (o *places) look(p *Picture) error {
	f := p.File
	if f.Out == "" || o.layout.inPlace {
		p.replace = true
		return nil
	}
	info, err := os.Lstat(f.Out)
	if errors.Is(err, fs.ErrNotExist) {
		return o.lookElsewhere(p)
	}
	if err != nil {
		return &FileError{Stage: "decode", Path: f.Out, Reason: ReasonWrite, Err: cause(err)}
	}
	exists := func(hint string) error {
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonExists, Hint: hint, Err: fmt.Errorf("%s exists", f.Out)}
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return exists("it is a symbolic link: remove it, or choose another output")
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return exists("it is no regular file")
	}
	owned, made, err := o.made(f, info)
	switch {
	case err != nil:
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonRead, Err: cause(err)}
	case info.IsDir():
		return exists("it is a folder")
	case made:
		return pipeline.Skip(ReasonUnchanged)
	case owned:
		p.replace = true
	case o.cfg.Output.Overwrite && o.layout.isInput(f.Out):
		return exists("and is an input itself: choose another --output")
	case o.cfg.Output.Overwrite:
		p.replace = true
	case o.list != nil && o.cfg.Compress == nil:
		return exists("not written by imgpool, or changed since; --overwrite replaces it")
	default:
		p.Existing = true
	}
	return nil
}

// lookElsewhere skips p if its result is there already in another format.
func (o *places) lookElsewhere(p *Picture) error {
	f := *p.File
	if o.cfg.Compress == nil || f.keepFormat || f.Verbatim {
		return nil
	}
	for _, format := range o.cfg.Compress.Formats {
		f.Out = withExt(p.File.Out, p.File.Format, format)
		info, err := os.Lstat(f.Out)
		if err != nil {
			continue
		}
		if _, made, err := o.made(&f, info); err == nil && made {
			return pipeline.Skip(ReasonUnchanged)
		}
	}
	return nil
}

// made tells of the file at f.Out whether imgpool wrote it, and whether it is
// what this run would write there: made from the same bytes in the same way.
// Times decide where they are as they were; after a copy of the folder, or a
// checkout, the bytes are read and compared with what the list says of them.
func (o *places) made(f *File, info fs.FileInfo) (owned, same bool, err error) {
	if o.list == nil {
		return false, false, nil
	}
	rel := o.layout.relative(f.Out)
	owned = o.list.Owned(rel, info)
	origin, size, known := o.list.Origin(rel)
	if !known || !info.Mode().IsRegular() || info.Size() != size {
		return owned, false, nil
	}
	if !owned {
		there, err := sumOf(f.Out)
		if owned = there == origin.Output; err != nil || !owned {
			return false, false, err
		}
	}
	if origin.How != o.how || origin.Size != f.Size || f.data != nil {
		return true, false, nil
	}
	if origin.MTime == f.modified {
		return true, true, nil
	}
	there, err := sumOf(f.Path)
	return true, there == origin.Input, err
}

// origin is what the list is to remember of p's result.
func (o *places) origin(p *Picture, result []byte) index.Origin {
	if o.cfg.Compress == nil {
		return index.Origin{}
	}
	return index.Origin{Size: p.File.Size, MTime: p.File.modified, How: o.how, From: p.File.from(), Input: index.SumOf(p.Data), Output: index.SumOf(result)}
}

// left returns what earlier runs made of f in other formats, and so under other
// names, than this one. It stays, for it may be wanted: one file may be had in
// several formats.
func (o *places) left(f *File) (paths []string) {
	if o.list == nil || o.cfg.Compress == nil {
		return nil
	}
	for _, path := range f.names() {
		origin, size, known := o.list.Origin(o.layout.relative(path))
		if path == f.Out || !known || origin.From != f.from() {
			continue
		}
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Size() == size {
			paths = append(paths, path)
		}
	}
	return paths
}

// sumOf reads the file at path.
func sumOf(path string) (index.Sum, error) {
	file, err := os.Open(path)
	if err != nil {
		return index.Sum{}, err
	}
	defer file.Close()
	return index.SumAll(file)
}
