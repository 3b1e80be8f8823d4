package atomicfile

import "golang.org/x/sys/unix"

// place gives temp the name target unless that is taken.
func place(temp, target string) error {
	err := unix.RenamexNp(temp, target, unix.RENAME_EXCL)
	if err != nil && unsupported(err) {
		return placeByLink(temp, target)
	}
	return err
}

// pidSpace is empty: process numbers are unique on the machine.
func pidSpace() string { return "" }

// alive reports whether the process exists.
func alive(pid int) bool { return signalled(pid) }
