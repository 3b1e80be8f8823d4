package stages

import (
	"fmt"
	"slices"
	"strings"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// CheckOptions are the rules that a check holds files against, besides that
// they could not be made smaller.
type CheckOptions struct {
	// MaxBytes, MaxWidth and MaxHeight, in pixels of the upright picture, are
	// the most a file may have. Default: 0, no limit.
	MaxBytes            int64
	MaxWidth, MaxHeight int
	// Formats are those that files may have. Default: none given, all.
	Formats []codec.Format
	// AllowGPS takes pictures that say where they were taken.
	AllowGPS bool
}

// allows says that files may have format f.
func (o *CheckOptions) allows(f codec.Format) bool {
	return len(o.Formats) == 0 || slices.Contains(o.Formats, f)
}

// exceeds says that a file of size bytes has too many.
func (o *CheckOptions) exceeds(size int64) bool { return o.MaxBytes > 0 && size > o.MaxBytes }

// The rules of a check, one word each, stable in JSON.
const (
	RuleSize   = "size"   // could be made smaller
	RuleBytes  = "bytes"  // more bytes than allowed
	RulePixels = "pixels" // wider or higher than allowed
	RuleGPS    = "gps"    // says where it was taken
	RuleFormat = "format" // not an allowed format, or none
)

// Finding is one thing that is wrong with a file.
type Finding struct {
	Rule string // one of the Rule words
	// Message says what is wrong, without the path.
	Message string
}

// check holds p, which compressing would bring to r.BytesOut bytes, against
// the rules.
func (c Config) check(p *Picture, r *Result) {
	o, size := c.Check, p.File.Size
	found := func(rule, format string, args ...any) {
		r.Findings = append(r.Findings, Finding{rule, fmt.Sprintf(format, args...)})
	}
	switch {
	case p.File.Format == codec.Unknown:
		found(RuleFormat, "is no picture, whatever its name says")
	case !o.allows(p.File.Format):
		var names []string
		for _, f := range o.Formats {
			names = append(names, f.String())
		}
		found(RuleFormat, "is %s, not %s", p.File.Format, strings.Join(names, ", "))
	}
	if o.exceeds(size) {
		found(RuleBytes, "has %d bytes, more than %d", size, o.MaxBytes)
	}
	if o.MaxWidth > 0 && r.InWidth > o.MaxWidth {
		found(RulePixels, "is %d pixels wide, more than %d", r.InWidth, o.MaxWidth)
	}
	if o.MaxHeight > 0 && r.InHeight > o.MaxHeight {
		found(RulePixels, "is %d pixels high, more than %d", r.InHeight, o.MaxHeight)
	}
	if p.Header != nil && !o.AllowGPS && meta.HasPosition(p.Header.Metadata()) {
		found(RuleGPS, "says where it was taken (GPS)")
	}
	if r.BytesOut > 0 && c.Compress.MinSavings.Enough(size, r.BytesOut) {
		found(RuleSize, "could be %.1f %% smaller: %d bytes instead of %d", 100-float64(r.BytesOut)/float64(size)*100, r.BytesOut, size)
	}
	r.Outcome, r.Reason, r.Output = Passed, "", ""
	r.OutFormat, r.Width, r.Height = codec.Unknown, 0, 0
	if len(r.Findings) > 0 {
		r.Outcome = Found
	}
}
