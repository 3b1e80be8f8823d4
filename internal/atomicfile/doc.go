// Package atomicfile writes whole files so that nobody ever sees half of one.
//
// A file is written under a temporary name in the folder of its target, flushed to the disk and only then renamed onto
// the target, which file systems do in one step. Whatever happens meanwhile (a crash, kill -9, a full disk, a power cut)
// the target is either what it was before or the complete new file. What a killed process leaves behind is a temporary
// file, whose name tells who made it; [Sweep] removes those whose maker is gone.
//
// The package imposes no folder layout and starts no goroutine. All functions may be called at the same time from several
// goroutines and processes, also for the same path: the last rename wins, and each version is complete.
//
// # What is kept of a file that is replaced
//
// Its permission bits exactly (not set-user-ID, set-group-ID and sticky, which any write clears), and its owner and group
// as far as the process may set them. Where the group cannot be kept, its permissions shrink to those of everybody, so
// that nobody gains access. Access control lists and extended attributes are not kept. Hard links part: the other names
// keep the old contents, which is what makes the replacement safe; see [Links].
package atomicfile
