package compress

import (
	"fmt"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// Options say what may change. The zero value stands for every default.
type Options struct {
	// Lossless keeps every pixel whose alpha is not 0.
	Lossless bool
	// Metadata is the policy for the blocks. Default: meta.Copyright.
	Metadata meta.Policy
	// MaxBytes is what the result may take at most. Default: 0, no limit.
	MaxBytes int64
}

// Method says what was done to get a result.
type Method uint8

// The methods, from the one that changes least.
const (
	Kept     Method = iota // the bytes are the input's
	Stripped               // metadata went, the coded pixels were not touched
	Recoded                // coded anew, with the same pixels
)

// String is the word for m in reports.
func (m Method) String() string { return [...]string{"kept", "stripped", "recoded"}[m] }

// Result is what was found.
type Result struct {
	// Data is the file. It is the input itself where Method is Kept.
	Data   []byte
	Format codec.Format
	Method Method
	// Warnings are for the user, one line each.
	Warnings []string
}

// TooLargeError says that a file cannot be brought below Options.MaxBytes.
type TooLargeError struct{ Least, Limit int64 }

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("cannot be made smaller than %d bytes, and %d are allowed", e.Least, e.Limit)
}
