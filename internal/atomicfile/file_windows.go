package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// IsFull reports whether err means that nothing more can be written where the file was to go: the disk or the quota is
// full, or the medium is write-protected. The next file would fail the same way.
func IsFull(err error) bool {
	for _, e := range []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED, windows.ERROR_WRITE_PROTECT} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// Links returns how many names the file has in its file system, 1 when that is unknown, as it is here: Windows tells the
// number for open files only.
func Links(fs.FileInfo) uint64 { return 1 }

// keepAccess does nothing: a new file inherits the access rights of its folder, and a read-only file cannot be replaced.
func keepAccess(*os.File, fs.FileInfo) error { return nil }

// syncDir does nothing: the rename itself is written through.
func syncDir(string) error { return nil }

// pidSpace is empty: process numbers are unique on the machine.
func pidSpace() string { return "" }

// replace renames temp onto target, whether target exists or not.
func replace(temp, target string) error {
	return move(temp, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// place gives temp the name target unless that is taken.
func place(temp, target string) error {
	err := move(temp, target, windows.MOVEFILE_WRITE_THROUGH)
	if errors.Is(err, windows.ERROR_ALREADY_EXISTS) || errors.Is(err, windows.ERROR_FILE_EXISTS) {
		return fs.ErrExist
	}
	return err
}

// move calls MoveFileEx. Virus scanners and indexers open new files for a moment and then nobody can rename them: it tries
// again for up to two seconds. Paths over 260 characters work, since Go programs announce that they can handle them.
func move(temp, target string, flags uint32) error {
	from, err := windows.UTF16PtrFromString(temp)
	if err != nil {
		return err
	}
	to, err := windows.UTF16PtrFromString(target)
	if err != nil {
		return err
	}
	for wait := time.Millisecond; ; wait *= 2 {
		err := windows.MoveFileEx(from, to, flags)
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || wait > time.Second {
			return err
		}
		time.Sleep(wait)
	}
}

// alive reports whether the process exists and has not ended.
func alive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		// Not allowed to look means that it is there.
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer windows.CloseHandle(h)
	var code uint32
	const stillActive = 259 // STILL_ACTIVE, the exit code of a process that has none yet
	return windows.GetExitCodeProcess(h, &code) != nil || code == stillActive
}
