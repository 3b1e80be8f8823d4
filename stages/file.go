package stages

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"imgpool/internal/codec"
	"imgpool/internal/index"
)

// File is what discover emits: one input that was found.
type File struct {
	// Path is the input as the user would write it, "-" for standard input.
	Path string
	// Out is where its result goes; empty for standard output.
	Out    string
	Size   int64
	Mode   fs.FileMode
	Format codec.Format
	// Verbatim says that it is no picture imgpool reads and is to be copied.
	Verbatim bool

	rel      string // below the output folder, before naming
	plain    string // Out, should the format stay
	data     []byte // the bytes, for standard input only
	modified int64  // in nanoseconds since 1970
	// keepFormat says that its name in another format may be another's.
	keepFormat bool
}

// from stands for the input in the list of what was made of it.
func (f *File) from() index.Sum { return index.SumOf([]byte(filepath.ToSlash(f.rel))) }

// names are all that f's output may be called, in whatever format it is.
func (f *File) names() []string {
	names := []string{f.plain}
	for format := codec.Format(1); format.String() != codec.Unknown.String(); format++ {
		if name := withExt(f.plain, f.Format, format); format.CanWrite() && name != f.plain {
			names = append(names, name)
		}
	}
	return names
}

// otherNames are what f's output may be called once its format is known.
func (d *discoverer) otherNames(f *File) (names []string) {
	if d.cfg.Compress == nil || f.keepFormat || f.Verbatim {
		return nil
	}
	for _, format := range d.cfg.Compress.Formats {
		if name := withExt(f.Out, f.Format, format); name != f.Out && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// countStems counts the files of a folder that are told apart by their
// extensions alone: were their formats to change, they could get one name.
func (d *discoverer) countStems(dir string, entries []fs.DirEntry) map[string]int {
	if d.cfg.Compress == nil || len(d.cfg.Compress.Formats) == 0 {
		return nil
	}
	stems := map[string]int{}
	for _, entry := range entries {
		stems[stem(filepath.Join(dir, entry.Name()))]++
	}
	return stems
}

// stem is path without extension, as claims see it.
func stem(path string) string {
	return strings.ToLower(strings.TrimSuffix(path, filepath.Ext(path)))
}
