// Package stages is imgpool's run: the five stages that a picture goes
// through, one file each, in the order in which it meets them.
//
//	discover  --*File-->  decode  --*Picture-->  resize  --*Picture-->  encode  --*Result-->  collect
//	1 walker             N workers              N workers              N workers             1 goroutine
//
// [Job.Run] is the table of contents. Every stage has the same shape: the type
// it emits, and one method that handles one item. Decisions are made once, in
// plan.go, from the header and the options; decode and resize obey.
//
// The machinery (pools, channels, cancellation, counters) is package pipeline;
// the bytes of a format are package codec's. This package knows files, plans
// and the order of things.
//
// Ownership: a [Picture] belongs to the stage that is handling it; the stage
// that fails it, and encode when it is done, call its Release, which gives
// buffers and memory budget back.
package stages
