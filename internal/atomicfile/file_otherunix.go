//go:build unix && !linux && !darwin

package atomicfile

// place gives temp the name target unless that is taken.
func place(temp, target string) error { return placeByLink(temp, target) }

// pidSpace is empty: process numbers are taken as unique on the machine.
func pidSpace() string { return "" }

// alive reports whether the process exists.
func alive(pid int) bool { return signalled(pid) }
