package codec

import "fmt"

// FormatError says that a file is broken: it is not what its format demands. Its text names the format and the fault,
// "JPEG: no frame header".
type FormatError string

// Error returns "broken " and the text.
func (e FormatError) Error() string { return "broken " + string(e) }

// UnsupportedError says that a file is, or may be, valid but uses a feature that this program does not do. Its text
// names the feature, "12-bit JPEG".
type UnsupportedError string

// Error returns the feature and " is not supported".
func (e UnsupportedError) Error() string { return string(e) + " is not supported" }

// TruncatedError says that a file's data end before its picture is complete.
type TruncatedError struct {
	Percent float64 // 0 to 100: how much of the picture's coded data is there; an estimate for some formats
}

// Error returns a text with the percentage, which is rounded down: 100 % would contradict the rest.
func (e TruncatedError) Error() string {
	return fmt.Sprintf("the file ends early, %d %% of the picture is there", int(e.Percent))
}

// formatErrorf builds a FormatError as fmt.Sprintf does.
func formatErrorf(text string, args ...any) error { return FormatError(fmt.Sprintf(text, args...)) }
