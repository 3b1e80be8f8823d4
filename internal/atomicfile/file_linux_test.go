package atomicfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// noMount is the exit code of [childFull] where it may not mount a file system.
const noMount = 77

func init() { children["full"] = childFull }

// TestFullDisk fills a file system of 64 KiB, mounted where no other process sees it.
func TestFullDisk(t *testing.T) {
	cmd := child(t, "full", t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
	}
	var out bytes.Buffer
	cmd.Stderr = &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() == noMount:
		t.Skip("cannot mount a small file system: ", out.String())
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.ENOSPC):
		t.Skip("cannot have a mount space of its own: ", err)
	default:
		t.Fatalf("%v\n%s", err, out.String())
	}
}

// childFull mounts the file system and checks that a failed write changes nothing. It returns its exit code.
func childFull() int {
	dir := os.Getenv("ATOMICFILE_TEST_DIR")
	err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return noMount
	}
	if err := checkFull(filepath.Join(dir, "a.jpg")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// checkFull replaces the file at path by one that is too large.
func checkFull(path string) error {
	old := strings.Repeat("o", 40000)
	if err := Write(path, []byte(old), Options{}); err != nil {
		return err
	}
	err := Write(path, make([]byte, 40000), Options{Replace: true})
	if !IsFull(err) {
		return fmt.Errorf("error of a full disk = %v", err)
	}
	err = Write(path+"2", make([]byte, 40000), Options{})
	if !IsFull(err) || !strings.HasPrefix(err.Error(), path+"2: ") {
		return fmt.Errorf("error of a full disk = %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != old {
		return fmt.Errorf("the old file changed: %d bytes, %v", len(got), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		return fmt.Errorf("%d files left, want 1 (%v)", len(entries), err)
	}
	return nil
}

// A killed process whose parent has not asked for its exit status is gone all the same.
func TestZombieIsGone(t *testing.T) {
	cmd := child(t, "writer", t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	if !alive(cmd.Process.Pid) {
		t.Error("a running process counts as gone")
	}
	cmd.Process.Kill()
	for s := bufio.NewScanner(out); s.Scan(); { // its end closes the pipe
	}
	for end := time.Now().Add(5 * time.Second); alive(cmd.Process.Pid); {
		if time.Now().After(end) {
			t.Fatal("a killed process counts as running")
		}
	}
}
