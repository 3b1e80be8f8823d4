package index

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"imgpool/internal/atomicfile"
)

// output makes an output folder's file in the way the tool does: recorded, then renamed.
func output(t *testing.T, l *List, dir, rel, data string) {
	t.Helper()
	o := atomicfile.Options{Replace: true, BeforeRename: func(info fs.FileInfo) error { return l.Add(rel, info, Origin{}) }}
	if err := atomicfile.Write(filepath.Join(dir, rel), []byte(data), o); err != nil {
		t.Fatal(err)
	}
}

// announce records a file that then fails to get its name.
func announce(t *testing.T, l *List, dir, rel, data string) {
	t.Helper()
	stop := errors.New("stop")
	o := atomicfile.Options{Replace: true, BeforeRename: func(info fs.FileInfo) error { return errors.Join(l.Add(rel, info, Origin{}), stop) }}
	if err := atomicfile.Write(filepath.Join(dir, rel), []byte(data), o); !errors.Is(err, stop) || strings.Count(err.Error(), "\n") > 0 {
		t.Fatal(err)
	}
}

// open opens the index or ends the test.
func open(t *testing.T, dir string) *List {
	t.Helper()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// closeList closes the index or ends the test.
func closeList(t *testing.T, l *List) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// owned asks for a file as it is on the disk now.
func owned(t *testing.T, l *List, dir, rel string) bool {
	t.Helper()
	info, err := os.Lstat(filepath.Join(dir, rel))
	if err != nil {
		t.Fatal(err)
	}
	return l.Owned(rel, info)
}

// readFile returns a file of OUTPUT/.imgpool.
func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOpenMakesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Join(dir, "missing")} {
		l := open(t, d)
		if info, err := os.Lstat(dir); err != nil || l.Owned("a.jpg", info) {
			t.Error("an empty list owns something")
		}
		closeList(t, l)
		closeList(t, l)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("something was made: %v, %v", entries, err)
	}
	if IsOutput(dir) {
		t.Error("a folder without outputs carries the mark")
	}
}

func TestOwnedAcrossRuns(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	for _, rel := range []string{"a.jpg", "b\n.jpg", "c\xff.jpg"} {
		output(t, l, dir, rel, "data of "+rel)
	}
	check := func(l *List, when string) {
		for _, rel := range []string{"a.jpg", "b\n.jpg", "c\xff.jpg"} {
			if !owned(t, l, dir, rel) {
				t.Errorf("%s: %q is not owned", when, rel)
			}
		}
	}
	check(l, "same run")
	check(open(t, dir), "after a crash")
	closeList(t, l)
	check(open(t, dir), "after a clean end")
	if !IsOutput(dir) {
		t.Error("the mark is missing")
	}
	if j := readFile(t, dir, "journal"); j != journalHeader {
		t.Errorf("the journal was not emptied: %q", j)
	}
}

func TestChangedFilesAreNotOwned(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	for _, rel := range []string{"same", "longer", "touched", "link", "folder"} {
		output(t, l, dir, rel, "data")
	}
	closeList(t, l)
	path := func(rel string) string { return filepath.Join(dir, rel) }
	info, err := os.Lstat(path("longer"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(path("longer"), []byte("data2"), 0o666), os.Chtimes(path("longer"), time.Time{}, info.ModTime()),
		os.Chtimes(path("touched"), time.Time{}, info.ModTime().Add(time.Hour)),
		os.Remove(path("folder")), os.Mkdir(path("folder"), 0o777),
		os.Remove(path("link")), os.Symlink("same", path("link")),
		os.WriteFile(path("unknown"), []byte("data"), 0o666),
	)
	if err != nil {
		t.Fatal(err)
	}
	l = open(t, dir)
	for rel, want := range map[string]bool{"same": true, "longer": false, "touched": false, "link": false, "folder": false, "unknown": false} {
		if got := owned(t, l, dir, rel); got != want {
			t.Errorf("Owned(%s) = %v", rel, got)
		}
	}
}

// What is on the disk stays owned however many runs in a row announced a new version and died before its rename.
func TestOwnedAfterFailedRenames(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	output(t, l, dir, "a.jpg", "one")
	closeList(t, l)
	for i := range 4 {
		l := open(t, dir)
		if !owned(t, l, dir, "a.jpg") {
			t.Fatalf("not owned after %d failed renames", i)
		}
		announce(t, l, dir, "a.jpg", strings.Repeat("x", 10+i))
		if i%2 == 0 { // a crash is a run without Close
			closeList(t, l)
		}
	}
	l = open(t, dir)
	output(t, l, dir, "a.jpg", "two!")
	if !owned(t, l, dir, "a.jpg") {
		t.Error("the new version is not owned")
	}
}

func TestListIsSortedAndDeterministic(t *testing.T) {
	infos := t.TempDir()
	var lists [2]string
	for i := range lists {
		dir := t.TempDir()
		l := open(t, dir)
		rnd := rand.New(rand.NewPCG(uint64(i), 0))
		for _, n := range rnd.Perm(200) {
			name := filepath.Join(infos, fmt.Sprint(n))
			if i == 0 {
				if err := os.WriteFile(name, make([]byte, n), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			info, err := os.Lstat(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Add(fmt.Sprintf("%02x/%d.jpg", n%7, n), info, Origin{}); err != nil {
				t.Fatal(err)
			}
		}
		closeList(t, l)
		lists[i] = readFile(t, dir, "list")
	}
	if lists[0] != lists[1] {
		t.Error("the order of Add shows in the list")
	}
	if n := strings.Count(lists[0], "\n"); n != 201 || !strings.HasPrefix(lists[0], listHeader) {
		t.Errorf("list has %d lines and begins with %.20q", n, lists[0])
	}
}

// A crash may cut the journal at any byte: the lines before stay valid, and so do those that the next run appends.
func TestJournalCutOff(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	output(t, l, dir, "a.jpg", "one")
	output(t, l, dir, "b.jpg", "two")
	journal := readFile(t, dir, "journal")
	second := strings.LastIndex(strings.TrimSuffix(journal, "\n"), "\n") + 1
	for n := second; n < len(journal); n++ {
		if err := os.WriteFile(filepath.Join(dir, Dir, "journal"), []byte(journal[:n]), 0o666); err != nil {
			t.Fatal(err)
		}
		l := open(t, dir)
		if !owned(t, l, dir, "a.jpg") || (owned(t, l, dir, "b.jpg") && n < len(journal)-1) {
			t.Fatalf("cut at %d of %d: a owned %v, b owned %v", n, len(journal), owned(t, l, dir, "a.jpg"), owned(t, l, dir, "b.jpg"))
		}
		output(t, l, dir, "c.jpg", "three")
		l = open(t, dir)
		if !owned(t, l, dir, "c.jpg") || !owned(t, l, dir, "a.jpg") {
			t.Fatalf("cut at %d of %d: what the next run wrote is lost", n, len(journal))
		}
	}
}

func TestIsOutput(t *testing.T) {
	for _, c := range []struct {
		name string
		list string // contents; "-" for no file
		want bool
	}{{"no list", "-", false}, {"empty list", "", false}, {"other file", "imgpool", false}, {"ours", listHeader, true}, {"of a later version", "imgpool list 99\n", true}} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, Dir), 0o777); err != nil {
			t.Fatal(err)
		}
		if c.list != "-" {
			if err := os.WriteFile(filepath.Join(dir, Dir, "list"), []byte(c.list), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := IsOutput(dir); got != c.want {
			t.Errorf("%s: IsOutput = %v", c.name, got)
		}
	}
	if IsOutput(filepath.Join(t.TempDir(), "missing")) {
		t.Error("a missing folder carries the mark")
	}
}

// Files that somebody else put where ours should be are not touched, nor what they link to.
func TestForeignFiles(t *testing.T) {
	precious := filepath.Join(t.TempDir(), "precious")
	const text = "keep me\n"
	for _, c := range []struct {
		name string
		make func(hidden string) error
	}{
		{"a file instead of the folder", func(h string) error { return os.WriteFile(h, []byte(text), 0o666) }},
		{"a link instead of the folder", func(h string) error { return os.Symlink(filepath.Dir(precious), h) }},
		{"another list", func(h string) error {
			return errors.Join(os.Mkdir(h, 0o777), os.WriteFile(filepath.Join(h, "list"), []byte(text), 0o666))
		}},
		{"a linked list", func(h string) error {
			return errors.Join(os.Mkdir(h, 0o777), os.Symlink(precious, filepath.Join(h, "list")))
		}},
		{"a linked journal", func(h string) error {
			return errors.Join(os.Mkdir(h, 0o777), os.Symlink(precious, filepath.Join(h, "journal")))
		}},
		{"an empty journal", func(h string) error {
			return errors.Join(os.Mkdir(h, 0o777), os.WriteFile(filepath.Join(h, "journal"), nil, 0o666))
		}},
		{"a folder as journal", func(h string) error { return os.MkdirAll(filepath.Join(h, "journal"), 0o777) }},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(precious, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := c.make(filepath.Join(dir, Dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil {
			t.Errorf("%s: Open takes it", c.name)
		}
		// Also when it is put there only after Open.
		l := &List{dir: filepath.Join(dir, Dir), entries: map[string]entry{}}
		info, err := os.Lstat(precious)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Add("a.jpg", info, Origin{}); err == nil && !strings.Contains(c.name, "list") {
			t.Errorf("%s: Add takes it", c.name)
		}
		l.Close()
		if got, err := os.ReadFile(precious); err != nil || string(got) != text {
			t.Errorf("%s: the file linked to changed to %q (%v)", c.name, got, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 25 {
				rel := fmt.Sprintf("%d-%d.jpg", w, i)
				output(t, l, dir, rel, rel)
				if !owned(t, l, dir, rel) {
					t.Errorf("%s is not owned", rel)
				}
			}
		})
	}
	wg.Wait()
	closeList(t, l)
	if n := strings.Count(readFile(t, dir, "list"), "\n"); n != 201 {
		t.Errorf("list has %d lines, want 201", n)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Add("late.jpg", info, Origin{}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Add after Close: error = %v", err)
	}
}

func BenchmarkAdd(b *testing.B) {
	dir := b.TempDir()
	l, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	info, err := os.Lstat(dir)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := l.Add(fmt.Sprintf("photos/2024/%d.jpg", i), info, Origin{}); err != nil {
			b.Fatal(err)
		}
	}
}

// From what an output was made is known as long as the newest announcement is what is on the disk.
func TestOriginAcrossRuns(t *testing.T) {
	dir := t.TempDir()
	want := Origin{Size: 7, MTime: 8, How: Sum{1}, Input: SumOf([]byte("in")), Output: SumOf([]byte("data"))}
	add := func(l *List, rename error) {
		o := atomicfile.Options{Replace: true, BeforeRename: func(info fs.FileInfo) error {
			return errors.Join(l.Add("a.png", info, want), rename)
		}}
		if err := atomicfile.Write(filepath.Join(dir, "a.png"), []byte("data"), o); !errors.Is(err, rename) {
			t.Fatal(err)
		}
	}
	l := open(t, dir)
	add(l, nil)
	check := func(l *List, when string, known bool) {
		t.Helper()
		if !owned(t, l, dir, "a.png") {
			t.Errorf("%s: not owned", when)
		}
		got, size, ok := l.Origin("a.png")
		if ok != known || known && (got != want || size != 4) {
			t.Errorf("%s: %v, %d, %v", when, got, size, ok)
		}
	}
	check(l, "same run", true)
	check(open(t, dir), "after a crash", true)
	closeList(t, l)
	check(open(t, dir), "after a clean end", true)
	l = open(t, dir)
	add(l, errors.New("died before the rename"))
	closeList(t, l)
	check(open(t, dir), "after a failed rename", false)
	if _, _, ok := l.Origin("b.png"); ok {
		t.Error("an origin of a file that was never announced")
	}
}
