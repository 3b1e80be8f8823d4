package compress

import (
	"fmt"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// Options say what may change. The zero value stands for every default.
type Options struct {
	// Lossless keeps every pixel whose alpha is not 0. Default: false, what is
	// lost is not seen at Quality.
	Lossless bool
	// Quality of lossy results, 1 to 100. Default: 80.
	Quality int
	// Target is the least score of lossy results on the scale of SSIMULACRA 2,
	// in place of Quality. Default: 0, none.
	Target float64
	// Again says that the result takes the place of the file, and may be given
	// to Smallest again: a file that cannot be coded in fewer bytes is then taken
	// for one that Target was met with, and one that would lack a known extra is kept.
	Again bool
	// Formats are those to choose the smallest from. Default: none, the file's
	// own is kept.
	Formats []codec.Format
	// Effort is how much time to take, 1 to 9. Default: 4.
	Effort int
	// Metadata is the policy for the blocks. Default: meta.Copyright.
	Metadata meta.Policy
	// MaxBytes is what the result may take at most; the best quality that fits
	// is taken, up to Quality where that is given. Default: 0, no limit.
	MaxBytes int64
}

// defaultEffort is where more time gains little.
const defaultEffort = 4

func (o *Options) effort() int {
	if o.Effort == 0 {
		return defaultEffort
	}
	return o.Effort
}

const defaultQuality = 80

func (o *Options) quality() int {
	if o.Quality == 0 {
		return defaultQuality
	}
	return o.Quality
}

// Method says what was done to get a result.
type Method uint8

// The methods, from the one that changes least.
const (
	Kept     Method = iota // the bytes are the input's
	Stripped               // metadata went, the coded pixels were not touched
	Recoded                // coded anew, with the same pixels
	Lossy                  // coded anew, with pixels that look the same
)

// String is the word for m in reports.
func (m Method) String() string { return [...]string{"kept", "stripped", "recoded", "lossy"}[m] }

// Result is what was found.
type Result struct {
	// Data is the file. It is the input itself where Method is Kept.
	Data   []byte
	Format codec.Format
	Method Method
	// Quality and Score of a Lossy result: what the encoder was given, and the
	// score that was measured, 0 where none was.
	Quality int
	Score   float64
	// Trials is how often the picture was coded with loss.
	Trials int
	// Sizes are the bytes of the best file of each format, where there was a
	// choice.
	Sizes []Size
	// Lost is what Data lack of what the file held besides its picture, and
	// Dropped the warnings of metadata that were not kept: for who uses Data.
	Lost    []codec.Extra
	Dropped []string
	// Holds is what a file was kept for that could not go along, see Again.
	Holds codec.Extra
	// Warnings are for the user, one line each: what is wrong with the file.
	Warnings []string
}

// Size is what a format takes.
type Size struct {
	Format codec.Format
	Bytes  int64
}

// TooLargeError says that a file cannot be brought below Options.MaxBytes.
type TooLargeError struct{ Least, Limit int64 }

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("cannot be made smaller than %d bytes, and %d are allowed", e.Least, e.Limit)
}
