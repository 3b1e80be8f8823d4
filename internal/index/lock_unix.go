//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package index

import (
	"errors"
	"os"
	"syscall"
)

// lockShared marks f as in use by this process until f is closed or the process ends. It waits while another process has
// it for itself. Where the file system has no locks, it does nothing.
func lockShared(f *os.File) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH)
		if !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// lockAlone tries to get f for this process alone and reports whether that worked. Where the file system has no locks, it
// reports true. Of several processes that try, the last one is successful.
func lockAlone(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR)
}
