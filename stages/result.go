package stages

import (
	"time"

	"imgpool/internal/codec"
)

// Outcome is how one input ended.
type Outcome uint8

// The outcomes. Every input ends as exactly one of them.
const (
	Written   Outcome = iota // a new picture was encoded and written
	Copied                   // the bytes (perhaps less their metadata) were copied: nothing else had to change
	Skipped                  // left alone, for a stated reason
	Failed                   // wanted and not done, for a stated reason
	Cancelled                // not reached before the run was stopped
	Planned                  // would be written: --dry-run
	Passed                   // looked at, and nothing is wrong: check
	Found                    // looked at, and something is wrong: check
)

// String is the word for o in messages and JSON.
func (o Outcome) String() string {
	return [...]string{"written", "copied", "skipped", "failed", "cancelled", "planned", "passed", "found"}[o]
}

// Result is what became of one input.
type Result struct {
	// Input and Output are paths as the user would write them. Output is
	// empty where nothing was to be written.
	Input, Output string
	Outcome       Outcome
	// Reason is one of the Reason words; empty for Written.
	Reason string
	// Err is the whole error of a Failed input.
	Err error
	// Internal marks a contained panic, Stack is where it happened.
	Internal bool
	Stack    []byte

	Format, OutFormat codec.Format
	// InWidth and InHeight are the size of the upright input in pixels, Width
	// and Height that of the output.
	InWidth, InHeight, Width, Height int
	BytesIn, BytesOut                int64
	Warnings                         []string
	// Compressed says how the result was got, where Config.Compress asked for
	// fewer bytes.
	Compressed *Compressed
	// Findings are what a check found wrong.
	Findings []Finding
	// Lost are words for what the output cannot hold of the input.
	Lost []string
	// Elapsed is the time from the start of decode to the end of encode.
	Elapsed time.Duration
}

// Compressed says how a picture got its bytes.
type Compressed struct {
	// Method is kept, stripped (metadata went), recoded (the same pixels) or
	// lossy.
	Method string
	// Quality and Score of a lossy result; the score is on the scale of
	// SSIMULACRA 2 and 0 where it was not measured.
	Quality int
	Score   float64
	// Trials is how often the picture was coded with loss.
	Trials int
	// Sizes are what each format takes that was tried.
	Sizes []FormatSize
}

// FormatSize is what the best file of a format takes.
type FormatSize struct {
	Format codec.Format
	Bytes  int64
}

// The reasons, one word each, stable in JSON.
const (
	ReasonFits        = "fits"          // nothing to change
	ReasonNoSmaller   = "no-smaller"    // cannot be made smaller, or not by enough
	ReasonMaxBytes    = "max-bytes"     // cannot be brought below --max-bytes
	ReasonUnchanged   = "unchanged"     // the output is there already, byte for byte
	ReasonNotImage    = "not-an-image"  // no picture by content
	ReasonUnsupported = "unsupported"   // a picture, or a feature of one, that this build does not read
	ReasonAnimated    = "animated"      // several frames
	ReasonPages       = "pages"         // several pages, of which an output in place would hold the first
	ReasonNotRegular  = "not-regular"   // a pipe, a device, a socket
	ReasonOutput      = "output-folder" // a folder of results, not walked
	ReasonTwice       = "given-twice"   // the same file was named before
	ReasonSymlink     = "symlink"       // in place never writes through a symbolic link
	ReasonExists      = "exists"        // a file that imgpool did not write is in the way
	ReasonCollision   = "collision"     // another input has this output
	ReasonSameFile    = "same-file"     // input and output are one file
	ReasonTruncated   = "truncated"     // the data end early
	ReasonCorrupt     = "corrupt"       // not valid for its format
	ReasonTooLarge    = "too-large"     // over a limit of pixels or sides
	ReasonMemory      = "memory"        // dearer than the whole budget
	ReasonRead        = "read"          // could not be read
	ReasonWrite       = "write"         // could not be written
	ReasonEncode      = "encode"        // the encoder refused
	ReasonName        = "name"          // no usable output name
	ReasonInternal    = "internal"      // a fault of imgpool, contained
	ReasonFrame       = "frame"         // --frame asks for more frames than there are
	ReasonStopped     = "not-reached"   // the run was stopped first
)

// Summary counts a run's results and adds up their bytes.
type Summary struct {
	Written, Copied, Skipped, Failed, Cancelled, Planned, Passed, Found int64
	// SkippedBy and FailedBy count by reason, FoundBy by rule.
	SkippedBy, FailedBy, FoundBy map[string]int64
	// Lost counts, by its words, the outputs that lack something.
	Lost map[string]int64
	// BytesIn and BytesOut are of the inputs that were written or copied, or
	// whose result is known without writing it.
	BytesIn, BytesOut int64
	Elapsed           time.Duration
}

// Inputs is the number of inputs accounted for.
func (s Summary) Inputs() int64 {
	return s.Written + s.Copied + s.Skipped + s.Failed + s.Cancelled + s.Planned + s.Passed + s.Found
}

// add counts r.
func (s *Summary) add(r Result) {
	switch r.Outcome {
	case Written:
		s.Written++
	case Copied:
		s.Copied++
	case Skipped:
		s.Skipped++
		s.SkippedBy[r.Reason]++
	case Failed:
		s.Failed++
		s.FailedBy[r.Reason]++
	case Cancelled:
		s.Cancelled++
	case Planned:
		s.Planned++
	case Passed:
		s.Passed++
	case Found:
		s.Found++
		for _, f := range r.Findings {
			s.FoundBy[f.Rule]++
		}
	}
	if r.Outcome == Written || r.Outcome == Copied || r.Outcome == Planned {
		for _, word := range r.Lost {
			s.Lost[word]++
		}
	}
	if r.BytesOut > 0 && r.Outcome != Skipped && r.Outcome != Failed {
		s.BytesIn += r.BytesIn
		s.BytesOut += r.BytesOut
	}
}
