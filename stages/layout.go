package stages

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"imgpool/internal/atomicfile"
	"imgpool/internal/codec"
)

// markFolder is where an output folder keeps the list of what imgpool wrote.
const markFolder = ".imgpool"

// input is one thing that the user named.
type input struct {
	path string // as the user wrote it, cleaned
	info fs.FileInfo
	// prefix is put before the paths below path to get a path below the
	// output folder.
	prefix string
}

// layout says where outputs go. It is settled once, before anything is read.
type layout struct {
	inputs []input
	// missing are inputs that are not there, each with the error of looking.
	missing map[string]error
	// root is the output folder; empty where file, stdout or inPlace is used.
	root string
	// file is the output of a run with one input file.
	file string
	// listed says that root is imgpool's own output folder, in which it
	// keeps the list of what it wrote.
	listed  bool
	inPlace bool
	nowhere bool // nothing is written
	stdin   bool
	stdout  bool
	name    string // the template, may be empty
	format  codec.Format
}

// newLayout settles where the outputs of cfg go. It only looks, it makes nothing.
func newLayout(cfg Config) (*layout, error) {
	// {ext} has its dot; who writes another one means the same.
	name := strings.ReplaceAll(cfg.Output.Name, ".{ext}", "{ext}")
	l := &layout{inPlace: cfg.Output.InPlace, nowhere: cfg.Check != nil, name: name, format: cfg.Encode.Format, missing: map[string]error{}}
	args := cfg.Discover.Inputs
	several := len(args) > 1 || cfg.Discover.FilesFrom != nil
	for _, arg := range args {
		if arg == "-" {
			if several || l.inPlace {
				return nil, usage("the input - (standard input) can only be used alone and not with --in-place")
			}
			l.stdin = true
			continue
		}
		in, err := newInput(arg, several)
		if err != nil && !several {
			return nil, usage("%s: %w", arg, cause(err))
		}
		if err != nil {
			l.missing[arg] = err
		}
		l.inputs = append(l.inputs, in)
	}
	if l.inPlace || l.nowhere {
		return l, nil
	}
	if several {
		return l, l.toFolder(cfg.Output.Path, "resized", cfg.Output.verb())
	}
	if l.stdin {
		return l, l.oneFile(cfg, input{path: "stdin"})
	}
	if in := l.inputs[0]; !in.info.IsDir() {
		return l, l.oneFile(cfg, in)
	}
	beside, err := besideFolder(l.inputs[0].path, cfg.Output.verb())
	if err != nil && cfg.Output.Path == "" {
		return nil, err
	}
	return l, l.toFolder(cfg.Output.Path, beside, cfg.Output.verb())
}

// newInput looks at what arg names. Where there are several inputs each goes
// under its base name.
func newInput(arg string, several bool) (input, error) {
	in := input{path: filepath.Clean(arg)}
	info, err := os.Stat(in.path)
	if err != nil {
		return in, err
	}
	in.info = info
	if several && info.IsDir() {
		abs, err := filepath.Abs(in.path)
		if err != nil {
			return in, err
		}
		if in.prefix = filepath.Base(abs); !filepath.IsLocal(in.prefix) {
			in.prefix = ""
		}
	}
	return in, nil
}

// toFolder sends everything into the folder that the user named, or else.
func (l *layout) toFolder(named, otherwise, verb string) error {
	l.root, l.listed = named, true
	if named == "" {
		l.root = otherwise
		if otherwise == "resized" {
			l.root = verb
		}
	}
	if l.root == "-" {
		return usage("standard output takes one picture: name a folder with --output")
	}
	info, err := os.Stat(l.root)
	switch {
	case err == nil && !info.IsDir():
		return usage("--output %s: is a file, and the inputs need a folder", l.root)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usage("--output %s: %w", l.root, cause(err))
	}
	l.root = filepath.Clean(l.root)
	return nil
}

// oneFile settles the output of a run whose only input is a file.
func (l *layout) oneFile(cfg Config, in input) error {
	to := cfg.Output.Path
	if to == "-" || (to == "" && l.stdin) {
		l.stdout = true
		return nil
	}
	if to == "" {
		l.root = filepath.Dir(in.path)
		if l.name == "" {
			l.name = "{name}" + strings.NewReplacer("{", "", "}", "").Replace(suffix(cfg, filepath.Ext(in.path))) + "{ext}"
		}
		return nil
	}
	info, err := os.Stat(to)
	isDir := err == nil && info.IsDir()
	if isDir || os.IsPathSeparator(to[len(to)-1]) || l.name != "" {
		if err == nil && !isDir {
			return usage("--output %s: is a file, and a folder is needed", to)
		}
		l.root = filepath.Clean(to)
		return nil
	}
	l.file = to
	if l.format == codec.Unknown {
		if f, err := codec.ParseFormat(filepath.Ext(to)); err == nil && f.CanWrite() {
			l.format = f
		}
	}
	return nil
}

// besideFolder is photos-resized for photos, also where the folder is named
// by a path like "." that does not show its name.
func besideFolder(dir, verb string) (string, error) {
	base := filepath.Base(dir)
	if base == "." || base == ".." || base == string(filepath.Separator) {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", err
		}
		dir = abs
	}
	if filepath.Dir(dir) == dir {
		return "", usage("%s has nothing beside it: name a folder with --output", dir)
	}
	return dir + "-" + verb, nil
}

// suffix tells the geometry in the name of a single output: -800w, -50pct. A
// picture that is only converted to a format with another extension than its
// own, ext, needs none.
func suffix(cfg Config, ext string) string {
	r := cfg.Resize
	switch {
	case r.Width > 0 && r.Height > 0:
		return fmt.Sprintf("-%dx%d", r.Width, r.Height)
	case r.Width > 0:
		return fmt.Sprintf("-%dw", r.Width)
	case r.Height > 0:
		return fmt.Sprintf("-%dh", r.Height)
	case r.LongEdge > 0:
		return fmt.Sprintf("-%dlong", r.LongEdge)
	case r.ShortEdge > 0:
		return fmt.Sprintf("-%dshort", r.ShortEdge)
	case r.Percent > 0:
		return "-" + strconv.FormatFloat(r.Percent, 'f', -1, 64) + "pct"
	}
	if f := cfg.Encode.Format; cfg.Output.verb() == VerbConvert && f != codec.Unknown && !f.HasExt(ext) {
		return ""
	}
	return "-" + cfg.Output.verb()
}

// needsHeader says that output names depend on the picture's size.
func (l *layout) needsHeader() bool {
	return strings.Contains(l.name, "{width}") || strings.Contains(l.name, "{height}")
}

// output is the path of f's result. w and h are its size, and only looked at
// if needsHeader says so.
func (l *layout) output(f *File, w, h int) (string, error) {
	switch {
	case l.stdout, l.nowhere:
		return "", nil
	case l.inPlace:
		return f.Path, nil
	case l.file != "":
		return l.file, nil
	}
	format := l.format
	if format == codec.Unknown {
		format = f.Format
	}
	dir, base := filepath.Split(f.rel)
	ext := filepath.Ext(base)
	stem := base[:len(base)-len(ext)]
	if stem == "" { // ".png" is a name, not an extension
		stem, ext = base, ""
	}
	if l.format != codec.Unknown && !format.HasExt(ext) {
		ext = format.Ext()
	}
	rel := dir + stem + ext
	if l.name != "" {
		rel = strings.NewReplacer("{dir}", filepath.Clean("./"+dir), "{name}", stem, "{ext}", ext,
			"{format}", format.String(), "{width}", strconv.Itoa(w), "{height}", strconv.Itoa(h)).Replace(l.name)
	}
	if rel = filepath.Clean(rel); !filepath.IsLocal(rel) || rel == "." {
		return "", fmt.Errorf("the output name %q leads out of the output folder", rel)
	}
	if slices.Contains(strings.Split(filepath.ToSlash(rel), "/"), markFolder) {
		return "", fmt.Errorf("the output name %q is in a folder that imgpool keeps for itself", rel)
	}
	return filepath.Join(l.root, rel), nil
}

// relative is out as a path below the output folder, for the list.
func (l *layout) relative(out string) string {
	rel, err := filepath.Rel(l.root, out)
	if err != nil {
		return out
	}
	return rel
}

// cause is the innermost error of a path error, without operation and path.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var ae *atomicfile.Error
	if errors.As(err, &ae) {
		return ae.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}

// isInput says that path lies in one of the folders that were named as
// inputs, or is one of the files.
func (l *layout) isInput(path string) bool {
	real := resolved(path)
	for _, in := range l.inputs {
		root := resolved(in.path)
		if real == root {
			return true
		}
		if rel, err := filepath.Rel(root, real); err == nil && in.info != nil && in.info.IsDir() && filepath.IsLocal(rel) {
			// Results in an output folder inside an input are no inputs.
			if l.listed && within(resolved(l.root), real) && !within(resolved(l.root), root) {
				continue
			}
			return true
		}
	}
	return false
}

func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// resolved is path without symbolic links, absolute, as far as that is known.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}
