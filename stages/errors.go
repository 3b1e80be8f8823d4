package stages

import (
	"errors"
	"fmt"

	"imgpool/internal/codec"
	"imgpool/internal/compress"
)

// FileError is why one input failed.
type FileError struct {
	// Stage is discover, decode, resize or encode.
	Stage string
	// Path is the input as the user would write it; for errors of writing,
	// the output.
	Path string
	// Reason is one of the Reason words.
	Reason string
	// Hint says what the user can do, if there is something.
	Hint string
	Err  error
}

// Error is "path: cause", then the hint in brackets.
func (e *FileError) Error() string {
	s := fmt.Sprintf("%s: %v", e.Path, e.Err)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// UsageError is a request that cannot be carried out at all: nothing was
// read or written.
type UsageError struct{ Err error }

// Error is the cause's text.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *UsageError) Unwrap() error { return e.Err }

func usage(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// codecFailure gives the reason and hint for an error of the codec.
func (c Config) codecFailure(stage, path, otherwise string, err error) error {
	e := &FileError{Stage: stage, Path: path, Reason: otherwise, Err: err}
	var (
		format      codec.FormatError
		unsupported codec.UnsupportedError
		truncated   codec.TruncatedError
		truncatedP  *codec.TruncatedError
		tooLarge    *compress.TooLargeError
	)
	switch {
	case errors.As(err, &tooLarge):
		e.Reason = ReasonMaxBytes
	case errors.As(err, &truncated), errors.As(err, &truncatedP):
		e.Reason = ReasonTruncated
		if c.Compress == nil { // which takes no part of a picture for the whole
			e.Hint = "--allow-truncated takes what is there"
		}
	case errors.As(err, &unsupported):
		e.Reason = ReasonUnsupported
	case errors.As(err, &format):
		e.Reason = ReasonCorrupt
	}
	return e
}
