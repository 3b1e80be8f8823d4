package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// children are the programs that this test binary can be started as; the files for one system add theirs.
var children = map[string]func() int{}

// TestMain lets the tests start this binary again as a process that they may kill or lock in.
func TestMain(m *testing.M) {
	if run, ok := children[os.Getenv("ATOMICFILE_TEST_CHILD")]; ok {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// mustWrite writes or ends the test.
func mustWrite(t *testing.T, path, data string, o Options) {
	t.Helper()
	if err := Write(path, []byte(data), o); err != nil {
		t.Fatal(err)
	}
}

// wantFile checks a file's contents and that no temporary file is beside it.
func wantFile(t *testing.T, path, data string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != data {
		t.Errorf("%s holds %q, want %q", path, got, data)
	}
	wantNoTemp(t, filepath.Dir(path))
}

// wantNoTemp checks that no temporary file is in dir.
func wantNoTemp(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if IsTemp(e.Name()) {
			t.Errorf("temporary file %s was left", e.Name())
		}
	}
}

func TestWriteNewAndReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	mustWrite(t, path, "one", Options{})
	wantFile(t, path, "one")
	mustWrite(t, path, "two", Options{Replace: true})
	wantFile(t, path, "two")
	mustWrite(t, path, "", Options{Replace: true})
	wantFile(t, path, "")
}

func TestWriteWithoutReplaceLeavesExistingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	mustWrite(t, path, "one", Options{})
	err := Write(path, []byte("two"), Options{})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("error = %v, want one that is fs.ErrExist", err)
	}
	if e := (*Error)(nil); !errors.As(err, &e) || e.Path != path || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("error %q does not carry the path first", err)
	}
	wantFile(t, path, "one")
}

// A file that turns up while ours is being written is not overwritten either, by any of the ways to place a file.
func TestWriteWithoutReplaceNeverClobbers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	late := func(fs.FileInfo) error { return os.WriteFile(path, []byte("theirs"), 0o666) }
	if err := Write(path, []byte("ours"), Options{BeforeRename: late}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error = %v, want one that is fs.ErrExist", err)
	}
	wantFile(t, path, "theirs")
}

func TestBeforeRename(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	var seen fs.FileInfo
	mustWrite(t, path, "12345", Options{BeforeRename: func(info fs.FileInfo) error {
		seen = info
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Error("the target exists before the rename")
		}
		return nil
	}})
	now, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if seen.Size() != now.Size() || !seen.ModTime().Equal(now.ModTime()) {
		t.Errorf("announced %d bytes at %v, got %d at %v", seen.Size(), seen.ModTime(), now.Size(), now.ModTime())
	}

	stop := errors.New("stop")
	err = Write(path, []byte("x"), Options{Replace: true, BeforeRename: func(fs.FileInfo) error { return stop }})
	if !errors.Is(err, stop) {
		t.Errorf("error = %v, want the one of BeforeRename", err)
	}
	wantFile(t, path, "12345")

	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not come through")
			}
		}()
		Write(path, []byte("x"), Options{Replace: true, BeforeRename: func(fs.FileInfo) error { panic("bug") }})
	}()
	wantFile(t, path, "12345")
}

func TestWriteRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Write(sub, []byte("x"), Options{Replace: true}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("writing to a folder: error = %v", err)
	}
	wantNoTemp(t, dir)
	missing := filepath.Join(dir, "missing", "a.jpg")
	if err := Write(missing, []byte("x"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("writing into a missing folder: error = %v", err)
	} else if strings.Contains(err.Error(), tempPrefix) {
		t.Errorf("error %q names the temporary file", err)
	}
}

func TestLongName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("n", 251)+".jpg")
	mustWrite(t, path, "one", Options{})
	mustWrite(t, path, "two", Options{Replace: true})
	wantFile(t, path, "two")
}

func TestTempNames(t *testing.T) {
	dir := t.TempDir()
	f, err := create(dir, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	name := filepath.Base(f.Name())
	if m, ok := parseTemp(name); !ok || m != self() {
		t.Errorf("parseTemp(%q) = %v, %v", name, m, ok)
	}
	if len(name) > 60 {
		t.Errorf("%q is %d bytes long", name, len(name))
	}
	for _, no := range []string{"", "a.jpg", ".imgpool", ".imgpool-.tmp", ".imgpool-1-2-3.tmp", ".imgpool-0-1-2-3.tmp.jpg",
		".imgpool-0-x-2-3.tmp", ".imgpool-0--1-2-3.tmp", "x.imgpool-0-1-2-3.tmp", ".imgpool-fffffffff-1-2-3.tmp"} {
		if IsTemp(no) {
			t.Errorf("IsTemp(%q)", no)
		}
	}
}

// Many goroutines write the same file and files beside it: each state that is seen is one complete version.
func TestConcurrentWriters(t *testing.T) {
	dir := t.TempDir()
	shared := filepath.Join(dir, "shared.jpg")
	mustWrite(t, shared, string(version(0)), Options{})
	var created atomic.Int64
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				if err := Write(shared, version(w*1000+i), Options{Replace: true}); err != nil {
					t.Error(err)
				}
				switch err := Write(filepath.Join(dir, string(rune('a'+i))), version(w), Options{}); {
				case err == nil:
					created.Add(1)
				case !errors.Is(err, fs.ErrExist):
					t.Error(err)
				}
				if got, err := os.ReadFile(shared); err != nil || !complete(got) {
					t.Errorf("a reader saw %d bytes that are no complete version (%v)", len(got), err)
				}
				if err := Sweep(dir); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := created.Load(); n != 20 {
		t.Errorf("20 names were created %d times", n)
	}
	wantNoTemp(t, dir)
}

// version returns contents that [complete] recognises: any length, with all bytes equal and the length in front.
func version(n int) []byte {
	size := 3 + n*7919%60000
	b := bytes.Repeat([]byte{byte(n)}, size)
	b[0], b[1] = byte(size), byte(size>>8)
	return b
}

// complete reports whether b is exactly one version.
func complete(b []byte) bool {
	if len(b) < 3 || len(b) != int(b[0])|int(b[1])<<8 {
		return false
	}
	return len(bytes.TrimRight(b[2:], string(b[2:3]))) == 0
}
