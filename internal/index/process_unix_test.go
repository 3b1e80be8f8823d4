//go:build darwin || freebsd || linux

package index

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
	"testing"
	"time"

	"imgpool/internal/atomicfile"
)

// TestMain lets the tests start this binary again as a process that they may kill.
func TestMain(m *testing.M) {
	if name := os.Getenv("INDEX_TEST_CHILD"); name != "" {
		if err := childRun(os.Getenv("INDEX_TEST_DIR"), name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// childRun makes twelve runs that each replace the same five outputs, and prints a line after each file.
func childRun(dir, name string) error {
	for run := range 12 {
		l, err := Open(dir)
		if err != nil {
			return err
		}
		for i := range 5 {
			rel := fmt.Sprintf("%s-%d.jpg", name, i)
			path := filepath.Join(dir, rel)
			info, err := os.Lstat(path)
			if err == nil && !l.Owned(rel, info) {
				return fmt.Errorf("%s is not owned in run %d", rel, run)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			data := []byte(strings.Repeat(name, 1+run*7+i))
			o := atomicfile.Options{Replace: true, BeforeRename: func(info fs.FileInfo) error { return l.Add(rel, info, Origin{}) }}
			if err := atomicfile.Write(path, data, o); err != nil {
				return err
			}
			fmt.Println(rel)
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// child prepares a process that runs [childRun].
func child(t *testing.T, dir, name string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "INDEX_TEST_CHILD="+name, "INDEX_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// wantAllOwned checks each picture in dir.
func wantAllOwned(t *testing.T, dir string) {
	t.Helper()
	l := open(t, dir)
	names, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if rel := filepath.Base(name); !owned(t, l, dir, rel) {
			t.Errorf("%s is not owned", rel)
		}
	}
}

// Processes that come and go in one folder find their own files, and afterwards everything is listed.
func TestSeveralProcesses(t *testing.T) {
	dir := t.TempDir()
	var running []*exec.Cmd
	for i := range 4 {
		cmd := child(t, dir, string(rune('a'+i)))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	wantAllOwned(t, dir)
	if j := readFile(t, dir, "journal"); j != journalHeader {
		t.Errorf("the last process left a journal of %d bytes", len(j))
	}
	if n := strings.Count(readFile(t, dir, "list"), "\n"); n != 21 {
		t.Errorf("list has %d lines, want 21", n)
	}
}

// Killed at any moment, a run leaves a folder in which all files are known, also while another process works there.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 20 {
		cmd, other := child(t, dir, "k"), child(t, dir, "other")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round%4 == 0 {
			if err := other.Start(); err != nil {
				t.Fatal(err)
			}
		}
		lines := bufio.NewScanner(out)
		for range rnd.IntN(8) {
			lines.Scan()
		}
		for end := time.Now().Add(time.Duration(rnd.IntN(1500)) * time.Microsecond); time.Now().Before(end); {
		}
		cmd.Process.Kill()
		var exit *exec.ExitError
		if err := cmd.Wait(); errors.As(err, &exit) && exit.Exited() {
			t.Fatal("the run failed before it was killed")
		}
		if other.Process != nil {
			if err := other.Wait(); err != nil {
				t.Error(err)
			}
		}
		wantAllOwned(t, dir)
	}
}
