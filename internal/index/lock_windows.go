package index

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Locks are mandatory here: the one byte that is locked lies where no journal ever gets.
func lockedByte() *windows.Overlapped { return &windows.Overlapped{OffsetHigh: 1 << 30} }

// lockShared marks f as in use by this process until f is closed or the process ends. It waits while another process has
// it for itself. Where the file system has no locks, it does nothing.
func lockShared(f *os.File) {
	windows.LockFileEx(windows.Handle(f.Fd()), 0, 0, 1, 0, lockedByte())
}

// lockAlone tries to get f for this process alone and reports whether that worked. Where the file system has no locks, it
// reports true. Of several processes that try, the last one is successful.
func lockAlone(f *os.File) bool {
	h := windows.Handle(f.Fd())
	windows.UnlockFileEx(h, 0, 1, 0, lockedByte())
	err := windows.LockFileEx(h, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, lockedByte())
	return !errors.Is(err, windows.ERROR_LOCK_VIOLATION) && !errors.Is(err, windows.ERROR_IO_PENDING)
}
