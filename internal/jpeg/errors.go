package jpeg

import "fmt"

// FormatError says that the data are not a valid JPEG file, and why.
type FormatError string

// Error implements error.
func (e FormatError) Error() string { return "invalid JPEG: " + string(e) }

// UnsupportedError names a valid feature of JPEG that this package does not
// decode, such as "CMYK" or "arithmetic coding".
type UnsupportedError string

// Error implements error.
func (e UnsupportedError) Error() string { return "unsupported JPEG feature: " + string(e) }

// IncompleteError says that a picture's entropy-coded data are cut off or
// corrupt, and how much of the picture was decoded all the same.
type IncompleteError struct {
	Percent   float64 // decoded part of the MCUs (of the blocks of all scans in a progressive file), 0 to below 100
	Truncated bool    // the file ends inside the picture; otherwise its data are corrupt
}

// Error implements error.
func (e *IncompleteError) Error() string {
	what := "corrupt data"
	if e.Truncated {
		what = "the file is truncated"
	}
	return fmt.Sprintf("%s: %.1f%% of the picture could be decoded", what, e.Percent)
}
