package cli

import (
	"fmt"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// conflicts lists combinations of flags that make no sense and that
// [stages.Config.Validate] cannot see.
func (r *request) conflicts() []error {
	var errs []error
	bad := func(when bool, format string, args ...any) {
		if when {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	stdin := 0
	for _, in := range r.Discover.Inputs {
		bad(in == "", "an input is empty: is a variable unset?")
		if in == "-" {
			stdin++
		}
	}
	geometry := r.given("width", "height", "long-edge", "short-edge", "percent")
	bad(r.convert && r.Encode.Format == codec.Unknown && !namesFormat(r.Output.Path),
		"no format given: say which one, as in -f webp or -o out.webp")
	bad(!r.convert && r.Compress == nil && !geometry && !r.given("format", "quality", "progressive", "profile", "metadata", "frame", "first-frame"),
		"nothing to do: say how large (-w, --height, --long-edge, --short-edge, --percent) or which format (-f)")
	bad(r.Compress != nil && r.Check == nil && r.given("min-savings") && !r.Output.InPlace, "--min-savings needs --in-place")
	bad(r.Compress != nil && r.Check == nil && r.given("formats") && r.autoFormat != formatAuto, "--formats needs -f auto")
	bad(r.report.json && r.report.checkFormat != "" && r.report.checkFormat != checkJSON, "--json and --format %s exclude each other", r.report.checkFormat)
	bad(r.given("frame") && r.given("first-frame"), "--frame and --first-frame exclude each other")
	bad(r.given("gravity") && r.Resize.Fit != stages.FitCover, "--gravity needs --fit cover")
	bad(stdin > 1, "standard input (-) is given %d times", stdin)
	bad(stdin > 0 && r.filesFrom == "-", "standard input cannot be both a picture and the list of --files-from")
	bad(stdin > 0 && r.Output.InPlace, "--in-place cannot be used with standard input (-)")
	bad(r.Output.Path == "-" && (stdin != 1 || len(r.Discover.Inputs) != 1 || r.filesFrom != ""),
		"--output - needs the one input -, as in: imgpool %s", r.overStandardStreams())
	bad(r.toStdout() && r.report.json, "--json and the picture cannot both go to standard output: use -o FILE")
	bad(r.report.quiet && r.report.verbose, "--quiet and --verbose exclude each other")
	bad(r.report.quiet && (r.report.progress == progressBar || r.report.progress == progressPlain),
		"--quiet and --progress %s exclude each other", r.report.progress)
	return errs
}

// overStandardStreams is the command as a filter, for who used --output -
// otherwise.
func (r *request) overStandardStreams() string {
	switch {
	case r.Compress != nil:
		return "compress - -o - < in.png > out.png"
	case r.convert:
		return "convert -f webp - -o - < in.png > out.webp"
	}
	return "resize -w 800 - -o - < in.jpg > out.jpg"
}
