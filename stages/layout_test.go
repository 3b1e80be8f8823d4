package stages

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imgpool/internal/codec"
)

// tree makes a folder with photos/a.jpg, photos/sub/b.png, other/a.jpg, c.jpg
// and makes it the working folder.
func tree(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"photos/a.jpg", "photos/sub/b.png", "other/a.jpg", "c.jpg"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLayoutOutputs(t *testing.T) {
	tree(t)
	w800 := ResizeOptions{Width: 800}
	for _, c := range []struct {
		name   string
		inputs string
		out    OutputOptions
		format codec.Format
		resize ResizeOptions
		rel    string
		want   string
	}{
		{"a folder", "photos", OutputOptions{}, 0, w800, "sub/b.png", "photos-resized/sub/b.png"},
		{"a folder with a slash", "photos/", OutputOptions{}, 0, w800, "a.jpg", "photos-resized/a.jpg"},
		{"a folder into a named one", "photos", OutputOptions{Path: "o/p"}, 0, w800, "sub/b.png", "o/p/sub/b.png"},
		{"a file", "photos/a.jpg", OutputOptions{}, 0, w800, "a.jpg", "photos/a-800w.jpg"},
		{"a file, by height", "c.jpg", OutputOptions{}, 0, ResizeOptions{Height: 60}, "c.jpg", "c-60h.jpg"},
		{"a file, by box", "c.jpg", OutputOptions{}, 0, ResizeOptions{Width: 8, Height: 6}, "c.jpg", "c-8x6.jpg"},
		{"a file, by long edge", "c.jpg", OutputOptions{}, 0, ResizeOptions{LongEdge: 8}, "c.jpg", "c-8long.jpg"},
		{"a file, by short edge", "c.jpg", OutputOptions{}, 0, ResizeOptions{ShortEdge: 8}, "c.jpg", "c-8short.jpg"},
		{"a file, by percent", "c.jpg", OutputOptions{}, 0, ResizeOptions{Percent: 12.5}, "c.jpg", "c-12.5pct.jpg"},
		{"a file, as a new one", "c.jpg", OutputOptions{Path: "d.jpg"}, 0, w800, "c.jpg", "d.jpg"},
		{"a file, into a folder that is there", "c.jpg", OutputOptions{Path: "other"}, 0, w800, "c.jpg", "other/c.jpg"},
		{"a file, into a folder to be", "c.jpg", OutputOptions{Path: "new/"}, 0, w800, "c.jpg", "new/c.jpg"},
		{"several files", "c.jpg photos/a.jpg", OutputOptions{}, 0, w800, "c.jpg", "resized/c.jpg"},
		{"several folders", "photos other", OutputOptions{Path: "o"}, 0, w800, "photos/sub/b.png", "o/photos/sub/b.png"},
		{"format changes, extension follows", "photos", OutputOptions{}, codec.WebP, w800, "sub/b.png", "photos-resized/sub/b.webp"},
		{"format stays, extension stays", "photos", OutputOptions{}, codec.JPEG, w800, "x.JPEG", "photos-resized/x.JPEG"},
		{"name that is all dot", "photos", OutputOptions{}, codec.WebP, w800, ".png", "photos-resized/.png.webp"},
		{"dots in a name", "photos", OutputOptions{}, codec.WebP, w800, "a.b.c.png", "photos-resized/a.b.c.webp"},
		{"template", "photos", OutputOptions{Name: "{dir}/{name}-{width}x{height}.{format}{ext}"}, 0, w800, "sub/b.png", "photos-resized/sub/b-7x5.png.png"},
		{"template at the top", "photos", OutputOptions{Name: "{dir}/{name}{ext}"}, 0, w800, "a.jpg", "photos-resized/a.jpg"},
		{"names with braces and per cents are opaque", "photos", OutputOptions{Name: "{name}_%d{ext}"}, 0, w800, "{width}%s.png", "photos-resized/{width}%s_%d.png"},
		{"in place", "photos", OutputOptions{InPlace: true}, 0, w800, "sub/b.png", "IN"},
	} {
		l, err := newLayout(Config{Discover: DiscoverOptions{Inputs: strings.Fields(c.inputs)}, Output: c.out, Encode: EncodeOptions{Format: c.format}, Resize: c.resize})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		f := &File{Path: "IN", Format: codec.PNG, rel: filepath.FromSlash(c.rel)}
		if strings.Contains(strings.ToLower(c.rel), ".jp") {
			f.Format = codec.JPEG
		}
		got, err := l.output(f, 7, 5)
		if filepath.ToSlash(got) != c.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestLayoutOfTheFolderItself(t *testing.T) {
	tree(t)
	t.Chdir("photos")
	l, err := newLayout(Config{Discover: DiscoverOptions{Inputs: []string{"."}}})
	if err != nil || filepath.Base(l.root) != "photos-resized" {
		t.Errorf("the output of . is %q, %v", l.root, err)
	}
}

func TestLayoutRefuses(t *testing.T) {
	tree(t)
	for name, c := range map[string]Config{
		"a folder into a file":       {Discover: DiscoverOptions{Inputs: []string{"photos"}}, Output: OutputOptions{Path: "c.jpg"}},
		"an input that is not there": {Discover: DiscoverOptions{Inputs: []string{"fotos"}}},
		"stdin among others":         {Discover: DiscoverOptions{Inputs: []string{"-", "c.jpg"}}},
		"a folder to stdout":         {Discover: DiscoverOptions{Inputs: []string{"photos"}}, Output: OutputOptions{Path: "-"}},
		"a folder below a file":      {Discover: DiscoverOptions{Inputs: []string{"photos"}}, Output: OutputOptions{Path: "c.jpg/x"}},
		"the root without an output": {Discover: DiscoverOptions{Inputs: []string{"/"}}},
	} {
		_, err := newLayout(c)
		var u *UsageError
		if !errors.As(err, &u) {
			t.Errorf("%s: %v, want a usage error", name, err)
		}
	}
}

func TestNamesCannotLeaveTheOutputFolder(t *testing.T) {
	tree(t)
	for _, name := range []string{"../{name}{ext}", "{dir}/../../{name}", "/etc/{name}", "."} {
		l, err := newLayout(Config{Discover: DiscoverOptions{Inputs: []string{"photos"}}, Output: OutputOptions{Name: name}})
		if err != nil {
			t.Fatal(err)
		}
		out, err := l.output(&File{Format: codec.PNG, rel: "b.png"}, 1, 1)
		if err == nil && !strings.HasPrefix(out, "photos-resized"+string(filepath.Separator)) {
			t.Errorf("%s: %q leaves the output folder", name, out)
		}
	}
}

func TestClaims(t *testing.T) {
	c := &claims{taken: map[[16]byte]uint64{}}
	for _, s := range []struct{ out, in, first string }{
		{"o/a.webp", "a.png", ""},
		{"o/b.webp", "b.png", ""},
		{"o/a.webp", "a.jpg", "a.png"},
		{"o/x/../b.webp", "b.jpg", "b.png"},
		{"o/A.webp", "A.png", ""},
	} {
		if first, _ := c.take(s.out, s.in); first != s.first {
			t.Errorf("%s from %s: taken by %q, want %q", s.out, s.in, first, s.first)
		}
	}
	c = &claims{taken: map[[16]byte]uint64{}, fold: true}
	c.take("o/a.jpg", "one")
	if first, taken := c.take("o/A.JPG", "two"); !taken || first != "one" {
		t.Errorf("a name that differs in case only was given away twice")
	}
}

func TestSplitList(t *testing.T) {
	for text, want := range map[string][]string{
		"":              nil,
		"a\nb c\n":      {"a", "b c"},
		"a\r\nb":        {"a", "b"},
		"a\nb\x00c\n":   {"a", "b\x00c"},
		"a\nb\x00c\x00": {"a", "b\x00c\x00"},
		"a\x00b\nc\x00": {"a", "b\nc"},
	} {
		var got []string
		s := newListScanner(strings.NewReader(text))
		for s.Scan() {
			got = append(got, s.Text())
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
