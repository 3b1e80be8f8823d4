// Package index remembers what imgpool wrote into an output folder, so that a later run may replace its own files and
// nobody else's.
//
// # Files
//
// The folder OUTPUT/.imgpool holds two text files, both read by a person or by grep:
//
//	list     a header line, then one line per output, sorted by path
//	journal  a header line, then lines that are newer than the list, in the order of time; empty after a clean end
//
// A line has the fields SIZE, MTIME, optionally the SIZE and MTIME before that, optionally the six of an [Origin], and the
// path in Go's quoting, separated by tabs. Sizes are in bytes, times in nanoseconds since 1970. A path is relative to OUTPUT with slashes; it is a string of
// bytes, and may hold newlines or no valid UTF-8. The closing quote tells a whole line from one that was cut off.
//
// # Crashes
//
// [List.Add] appends to the journal before a file gets its name. A process that dies in between leaves a path whose newest
// record describes a file that never came to be, while the one before describes what is there. Hence two records are kept
// for each path, and [List.Owned] takes either. A line that was cut off is passed over. The journal is not flushed to the
// disk for each line: after a power cut an output can be unknown, which costs a message ("exists") but never a file.
//
// # Several processes
//
// Any number may use one output folder at the same time. Lines are appended whole, and each process holds a shared lock on
// the journal from its first Add on. The last one that closes gets the lock for itself, folds list and journal into a new
// list and empties the journal. A process does not see what others add while it runs, and an output that two write at the
// same moment may be unknown afterwards. Where the file system has no locks (some network shares), lines of a process that
// runs while another one ends can be lost; their outputs are then unknown.
package index
