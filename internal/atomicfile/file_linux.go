package atomicfile

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// place gives temp the name target unless that is taken.
func place(temp, target string) error {
	var err error = unix.EINTR // which network file systems give when a signal comes
	for err == unix.EINTR {
		err = unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, target, unix.RENAME_NOREPLACE)
	}
	if err != nil && unsupported(err) {
		return placeByLink(temp, target)
	}
	return err
}

// pidSpace names the set of processes among which a process number is unique, such as those of one container.
func pidSpace() string {
	s, _ := os.Readlink("/proc/self/ns/pid") // without /proc the host name must do
	return s
}

// alive reports whether the process exists and has not ended: one that was killed still has its number until its parent
// has asked for the exit status.
func alive(pid int) bool {
	if !signalled(pid) {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true
	}
	// "PID (NAME) STATE ...", and NAME may hold anything.
	i := bytes.LastIndexByte(stat, ')')
	return i < 0 || i+2 >= len(stat) || (stat[i+2] != 'Z' && stat[i+2] != 'X')
}
