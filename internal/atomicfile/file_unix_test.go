//go:build unix

package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func init() {
	children["writer"] = childWriter
	children["stranger"] = childStranger
}

// child prepares a process that runs one of the children with dir as its folder.
func child(t *testing.T, name, dir string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "ATOMICFILE_TEST_CHILD="+name, "ATOMICFILE_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// childWriter replaces one file again and again and prints a line after each time, until it is killed.
func childWriter() int {
	path := filepath.Join(os.Getenv("ATOMICFILE_TEST_DIR"), "a.jpg")
	for i := 1; ; i++ {
		if err := Write(path, version(i), Options{Replace: true}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(i)
	}
}

// Killed at any moment, a writer leaves a complete file, and at most a temporary file that the next sweep removes.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.jpg")
	mustWrite(t, path, string(version(0)), Options{})
	rnd := rand.New(rand.NewPCG(1, 2))
	leftovers := 0
	for range 25 {
		cmd := child(t, "writer", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 1 + rnd.IntN(4) {
			lines.Scan()
		}
		for end := time.Now().Add(time.Duration(rnd.IntN(1500)) * time.Microsecond); time.Now().Before(end); {
		}
		if err := Sweep(dir); err != nil { // while the writer lives: must not take its file away
			t.Fatal(err)
		}
		cmd.Process.Kill()
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the writer ended before it was killed: %v", err)
		}
		if got, err := os.ReadFile(path); err != nil || !complete(got) {
			t.Fatalf("the file is not complete: %d bytes, %v", len(got), err)
		}
		if names, _ := filepath.Glob(filepath.Join(dir, tempPrefix+"*")); len(names) > 0 {
			leftovers++
		}
		if err := Sweep(dir); err != nil {
			t.Fatal(err)
		}
		wantNoTemp(t, dir)
	}
	t.Logf("%d of 25 kills left a temporary file", leftovers)
}

func TestSweepLeavesTheLivingAndTheUnrelated(t *testing.T) {
	dir := t.TempDir()
	me := self()
	leave := func(m maker, age time.Duration) string {
		path := filepath.Join(dir, fmt.Sprintf(".imgpool-%08x-%d-%08x-1.tmp", m.host, m.pid, m.run))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	stay := []string{
		leave(me, 5*time.Hour),
		leave(maker{me.host, os.Getppid(), 1}, time.Minute),
		leave(maker{me.host + 1, 4, 2}, time.Minute),
	}
	gone := []string{
		leave(maker{me.host, me.pid, me.run + 1}, 0),
		leave(maker{me.host, dead.Process.Pid, 3}, 0),
		leave(maker{me.host, os.Getppid(), 4}, 2*time.Hour),
		leave(maker{me.host + 1, 4, 5}, 2*time.Hour),
	}
	other := filepath.Join(dir, ".imgpool-notes.tmp")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, fmt.Sprintf(".imgpool-%08x-%d-00000007-1.tmp", me.host, me.pid))
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(stay, other, folder) {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("was removed: %v", err)
		}
	}
	for _, path := range gone {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s was left", path)
		}
	}
	if err := Sweep(filepath.Join(dir, "missing")); err != nil {
		t.Errorf("a missing folder: %v", err)
	}
}

func TestModes(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "a.jpg")
	mode := func() fs.FileMode {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	for _, c := range []struct{ ask, want fs.FileMode }{{0, 0o640}, {0o644, 0o640}, {0o600, 0o600}, {0o777, 0o750}, {fs.ModeSetuid | 0o444, 0o440}} {
		os.Remove(path)
		mustWrite(t, path, "x", Options{Mode: c.ask})
		if got := mode(); got != c.want {
			t.Errorf("new file with mode %v under umask 027 has %v, want %v", c.ask, got, c.want)
		}
	}
	for _, keep := range []fs.FileMode{0o600, 0o644, 0o666, 0o777, 0o400, 0o004} {
		if err := os.Chmod(path, keep); err != nil {
			t.Fatal(err)
		}
		mustWrite(t, path, "y", Options{Mode: 0o640, Replace: true, BeforeRename: func(info fs.FileInfo) error {
			if info.Mode() != keep {
				t.Errorf("temporary file has mode %v, want %v", info.Mode(), keep)
			}
			return nil
		}})
		if got := mode(); got != keep {
			t.Errorf("replaced file has mode %v, want %v", got, keep)
		}
	}
}

func TestOwnerKept(t *testing.T) {
	uid, gid := 1234, 2345
	if os.Getuid() != 0 { // only the superuser can give files to others; to one's groups anybody can
		uid, gid = os.Getuid(), os.Getgid()
		if groups, err := os.Getgroups(); err == nil && len(groups) > 0 {
			gid = groups[len(groups)-1]
		}
	}
	path := filepath.Join(t.TempDir(), "a.jpg")
	mustWrite(t, path, "x", Options{})
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, path, "y", Options{Replace: true})
	wantAccess(t, path, uint32(uid), uint32(gid), 0o644)
}

// childStranger becomes a user who may neither give files away nor choose their group, and replaces a file.
func childStranger() int {
	path := filepath.Join(os.Getenv("ATOMICFILE_TEST_DIR"), "a.jpg")
	err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(65534), syscall.Setuid(65534))
	if err == nil {
		err = Write(path, []byte("y"), Options{Replace: true})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Where the group cannot be kept, the new group gets nothing that was not everybody's.
func TestGroupLost(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser can make a file of somebody else")
	}
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "a.jpg")
	for _, c := range []struct{ old, want fs.FileMode }{{0o664, 0o644}, {0o660, 0o600}, {0o604, 0o604}, {0o646, 0o646}} {
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chown(path, 1234, 2345), os.Chmod(path, c.old)); err != nil {
			t.Fatal(err)
		}
		if err := child(t, "stranger", dir).Run(); err != nil {
			t.Fatal(err)
		}
		wantAccess(t, path, 65534, 65534, c.want)
	}
}

// wantAccess checks a file's owner, group and permission bits.
func wantAccess(t *testing.T, path string, uid, gid uint32, mode fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid != uid || st.Gid != gid || info.Mode() != mode {
		t.Errorf("access is %d:%d %v, want %d:%d %v", st.Uid, st.Gid, info.Mode(), uid, gid, mode)
	}
}

func TestSymlinks(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"real", "real/deep", "links"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	target := filepath.Join(dir, "real", "a.jpg")
	mustWrite(t, target, "one", Options{})
	for link, to := range map[string]string{
		"links/sub":      "../real/deep",
		"links/abs.jpg":  target,
		"links/rel.jpg":  "../real/a.jpg",
		"links/two.jpg":  "rel.jpg",
		"links/none.jpg": "../real/missing.jpg",
		"links/loop.jpg": "loop.jpg",
		"real/deep/b":    "../a.jpg", // read as links/sub/b, where a lexical ".." would miss
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for i, link := range []string{"links/abs.jpg", "links/rel.jpg", "links/two.jpg", "links/sub/b"} {
		path, data := filepath.Join(dir, link), strings.Repeat("x", i+1)
		if err := Write(path, []byte("no"), Options{}); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s without Replace: error = %v", link, err)
		}
		mustWrite(t, path, data, Options{Replace: true})
		if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no symbolic link any more", link)
		}
		wantFile(t, target, data)
		wantNoTemp(t, filepath.Join(dir, "links"))
	}
	for _, link := range []string{"links/none.jpg", "links/loop.jpg"} {
		for _, replace := range []bool{false, true} {
			if err := Write(filepath.Join(dir, link), []byte("no"), Options{Replace: replace}); err == nil {
				t.Errorf("%s with Replace %v: no error", link, replace)
			}
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "real", "missing.jpg")); err == nil {
		t.Error("wrote through a dangling link")
	}
}

func TestHardLinksPart(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "b.jpg")
	mustWrite(t, a, "one", Options{})
	if err := os.Link(a, b); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(a); err != nil || Links(info) != 2 {
		t.Errorf("Links = %d, want 2 (%v)", Links(info), err)
	}
	mustWrite(t, a, "two", Options{Replace: true})
	wantFile(t, a, "two")
	wantFile(t, b, "one")
}

func TestRefusesDevicesAndPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, Options{Replace: true}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("error = %v", err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Error("the pipe is gone")
	}
}

// The ways to place a file where the system has no exclusive rename, or the file system no hard links.
func TestPlaceWithoutExclusiveRename(t *testing.T) {
	dir := t.TempDir()
	temp, target := filepath.Join(dir, "temp"), filepath.Join(dir, "a.jpg")
	for name, place := range map[string]func(temp, target string) error{"link": placeByLink, "claim": placeByClaim} {
		for _, c := range []struct {
			taken bool
			want  string
		}{{false, "ours"}, {true, "theirs"}} {
			os.Remove(target)
			if err := os.WriteFile(temp, []byte("ours"), 0o600); err != nil {
				t.Fatal(err)
			}
			if c.taken {
				if err := os.WriteFile(target, []byte("theirs"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := place(temp, target); errors.Is(err, fs.ErrExist) != c.taken {
				t.Errorf("%s, taken %v: error = %v", name, c.taken, err)
			}
			wantFile(t, target, c.want)
			if _, err := os.Lstat(temp); (err == nil) != c.taken {
				t.Errorf("%s, taken %v: temporary file there: %v", name, c.taken, err == nil)
			}
		}
		other := filepath.Join(dir, "b.jpg")
		if err := place(filepath.Join(dir, "missing"), other); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error = %v", name, err)
		}
		if _, err := os.Lstat(other); err == nil {
			t.Errorf("%s: a failure left an empty file", name)
		}
	}
}

func TestIsFull(t *testing.T) {
	wrap := func(err error) error {
		return fmt.Errorf("x: %w", &Error{"p", "o", &fs.PathError{Op: "write", Err: err}})
	}
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS} {
		if !IsFull(wrap(full)) {
			t.Errorf("IsFull(%v) = false", full)
		}
	}
	for _, no := range []error{nil, syscall.EACCES, syscall.ENOENT, fs.ErrExist} {
		if no != nil && IsFull(wrap(no)) || IsFull(nil) {
			t.Errorf("IsFull(%v) = true", no)
		}
	}
}
