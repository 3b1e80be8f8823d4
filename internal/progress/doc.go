// Package progress shows how far a run is, and keeps messages from colliding with
// that.
//
// It watches and never takes part: one goroutine asks for a [Snapshot] ten times a
// second and alone draws. Nothing that works ever waits for the terminal, except
// to print a message of its own.
//
// What is drawn is plain ASCII without colours or escape sequences, so there is
// nothing that NO_COLOR would have to turn off.
package progress
