//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package index

import "os"

// lockShared does nothing: this system has no locks that end with the process.
func lockShared(*os.File) {}

// lockAlone reports true, as on file systems without locks.
func lockAlone(*os.File) bool { return true }
