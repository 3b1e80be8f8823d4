package cli

import (
	"fmt"
	"slices"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// request is what a command line asks for.
type request struct {
	// Config is the job. What needs the outside world (FilesFrom, Stdin,
	// Stdout, Count) is not set yet.
	stages.Config
	// filesFrom names the file with more inputs, "-" is standard input.
	filesFrom string

	// autoFormat is auto where imgpool compress is to choose formats.
	autoFormat string

	// convert says that the command is convert: a format is wanted, a size is not.
	convert bool

	report  reportOptions
	profile profileOptions
	help    bool

	opts []*option
}

// reportOptions say what the user is told.
type reportOptions struct {
	json, quiet, verbose, stats bool
	progress                    string // auto, bar, plain or none; empty is auto
	checkFormat                 string // of imgpool check: text, json, github; empty is for the place to say
}

// formatAuto lets imgpool compress choose.
const formatAuto = "auto"

// The ways to show progress.
const (
	progressAuto  = "auto"
	progressBar   = "bar"
	progressPlain = "plain"
	progressNone  = "none"
)

// newRequest is a request with the defaults of imgpool resize and the options
// that fill it in.
func newRequest() *request {
	r := &request{}
	r.Resize.Gravity = stages.GravityCentre
	r.Output.Verb = "resized"
	for _, group := range [][]*option{
		r.sizeOptions(), r.pictureOptions(), r.fileOptions(), r.outputOptions(),
		r.poolOptions(), r.reportFlags(), r.profile.options(),
	} {
		r.opts = append(r.opts, group...)
	}
	return r
}

// newCompressRequest is a request with the defaults of imgpool compress.
func newCompressRequest() *request {
	r := &request{}
	r.Output.Verb, r.Compress = stages.VerbCompress, &stages.CompressOptions{}
	for _, group := range [][]*option{
		r.compressOptions(), r.formatOptions(), only(r.pictureOptions(), "metadata", "max-pixels"), r.fileOptions(),
		append(r.outputOptions(), r.savingsOption()), without(r.poolOptions(), "resize-workers"), r.reportFlags(), r.profile.options(),
	} {
		r.opts = append(r.opts, group...)
	}
	return r
}

// newCheckRequest is a request with the defaults of imgpool check.
func newCheckRequest() *request {
	r := newCompressRequest()
	r.Check, r.opts = &stages.CheckOptions{}, nil
	for _, group := range [][]*option{
		r.checkOptions(), without(r.compressOptions(), "max-bytes"), only(r.pictureOptions(), "metadata", "max-pixels"),
		without(r.fileOptions(), "copy-others"), without(r.poolOptions(), "resize-workers"), r.checkReportFlags(),
	} {
		r.opts = append(r.opts, group...)
	}
	return r
}

// only takes the named options of a group.
func only(opts []*option, names ...string) []*option {
	return slices.DeleteFunc(opts, func(o *option) bool { return !slices.Contains(names, o.name) })
}

// without takes a group but for the named options.
func without(opts []*option, names ...string) []*option {
	return slices.DeleteFunc(opts, func(o *option) bool { return slices.Contains(names, o.name) })
}

func (r *request) compressOptions() []*option {
	c := r.Compress
	return []*option{
		{name: "quality", short: "q", arg: "N", group: groupOutput,
			usage: "quality of what is coded with loss, 1 to 100 (default: 80)", set: wholeTo(&c.Quality, 1, 100)},
		{name: "lossless", group: groupOutput,
			usage: "the same pixels wherever alpha is not 0", set: switchTo(&c.Lossless)},
		{name: "target", arg: "SCORE", group: groupOutput,
			usage: "the least SSIMULACRA 2 score, not a quality: 90 cannot be told apart", set: scoreTo(&c.Target)},
		{name: "effort", arg: "N", group: groupOutput,
			usage: "time for fewer bytes, from 1 to 9 (default: 4)", set: wholeTo(&c.Effort, 1, 9)},
		{name: "max-bytes", arg: "SIZE", group: groupOutput,
			usage: "the best quality that fits, as in 200k; fails if none does", set: bytesTo(&c.MaxBytes)},
	}
}

// savingsOption belongs to --in-place.
func (r *request) savingsOption() *option {
	return &option{name: "min-savings", arg: "N", group: groupWhere,
		usage: "what it takes to replace a file in place: 1% (default), 2k, 500B", set: savingsTo(&r.Compress.MinSavings)}
}

func (r *request) formatOptions() []*option {
	c := r.Compress
	return []*option{
		{name: "format", short: "f", arg: "NAME", group: groupOutput,
			usage: "keep (default), or auto: the smallest of --formats at like quality", set: nameTo(&r.autoFormat, "keep", formatAuto)},
		{name: "formats", arg: "LIST", group: groupOutput,
			usage: "what -f auto chooses from (default: jpeg,png,webp,avif)", set: formatsTo(&c.Formats)},
	}
}

func (r *request) checkOptions() []*option {
	c := r.Check
	return []*option{
		{name: "min-savings", arg: "N", group: groupRules,
			usage: "what could be smaller by 1% (default), 2k, 500B; 100%: do not look", set: savingsTo(&r.Compress.MinSavings)},
		{name: "max-bytes", arg: "SIZE", group: groupRules,
			usage: "tell of files that are larger, as in 200k", set: bytesTo(&c.MaxBytes)},
		{name: "max-width", arg: "PX", group: groupRules,
			usage: "tell of wider pictures", set: wholeTo(&c.MaxWidth, 1, stages.MaxSide)},
		{name: "max-height", arg: "PX", group: groupRules,
			usage: "tell of higher pictures", set: wholeTo(&c.MaxHeight, 1, stages.MaxSide)},
		{name: "formats", arg: "LIST", group: groupRules,
			usage: "tell of files in other formats, as in jpeg,png,webp (default: all)", set: formatsTo(&c.Formats)},
		{name: "allow-gps", group: groupRules,
			usage: "do not tell of pictures that say where they were taken", set: switchTo(&c.AllowGPS)},
	}
}

func (r *request) checkReportFlags() []*option {
	o := &r.report
	format := &option{name: "format", arg: "HOW", group: groupReport,
		usage: "text (default), json, github: annotations (default in GitHub Actions)",
		set:   nameTo(&o.checkFormat, checkText, checkJSON, checkGitHub)}
	return append([]*option{format}, r.reportFlags()...)
}

func (r *request) sizeOptions() []*option {
	c := &r.Resize
	return []*option{
		{name: "width", short: "w", arg: "PX", group: groupSize,
			usage: "width in pixels; with --height, the box to --fit", set: wholeTo(&c.Width, 1, stages.MaxSide)},
		{name: "height", arg: "PX", group: groupSize,
			usage: "height in pixels", set: wholeTo(&c.Height, 1, stages.MaxSide)},
		{name: "long-edge", arg: "PX", group: groupSize,
			usage: "the longer side in pixels", set: wholeTo(&c.LongEdge, 1, stages.MaxSide)},
		{name: "short-edge", arg: "PX", group: groupSize,
			usage: "the shorter side in pixels", set: wholeTo(&c.ShortEdge, 1, stages.MaxSide)},
		{name: "percent", arg: "N", group: groupSize,
			usage: "per cent of width and height", set: percentTo(&c.Percent)},
		{name: "fit", arg: "HOW", group: groupSize,
			usage: "inside the box (default), cover: fill it and crop, fill: distort", set: choiceTo(&c.Fit, fits...)},
		{name: "gravity", arg: "WHERE", group: groupSize,
			usage: "what --fit cover keeps: centre (default), north, northeast, ...", set: choiceTo(&c.Gravity, gravities...)},
		{name: "enlarge", group: groupSize,
			usage: "let small pictures grow (default: never)", set: switchTo(&c.Enlarge)},
		{name: "filter", arg: "NAME", group: groupSize,
			usage: "lanczos (default), catmullrom, mitchell, linear, box, nearest",
			set:   nameTo(&c.Filter, "lanczos", "catmullrom", "mitchell", "linear", "box", "nearest")},
		{name: "linear", group: groupSize,
			usage: "resample in linear light: brighter fine detail, several times slower", set: switchTo(&c.Linear)},
		{name: "sharpen", arg: "AMOUNT", group: groupSize,
			usage: "sharpen what became smaller, in per cent; 50 to 150 is usual", set: wholeTo(&c.Sharpen, 0, stages.MaxSharpen)},
	}
}

func (r *request) pictureOptions() []*option {
	e, d := &r.Encode, &r.Decode
	return []*option{
		{name: "format", short: "f", arg: "NAME", group: groupOutput,
			usage: "keep (default), jpeg, png, webp, avif, jxl, gif, tiff, bmp", set: formatTo(&e.Format)},
		{name: "quality", short: "q", arg: "N", group: groupOutput,
			usage: "quality of lossy formats, 1 to 100 (default: 80)", set: wholeTo(&e.Quality, 1, 100)},
		{name: "progressive", group: groupOutput,
			usage: "write progressive JPEGs", set: switchTo(&e.Progressive)},
		{name: "background", arg: "COLOUR", group: groupOutput,
			usage: "under transparency where a format has no alpha (default: white)", set: colourTo(&e.Background)},
		{name: "profile", arg: "SPACE", group: groupOutput,
			usage: "srgb: convert colours (default); keep: leave them; p3: Display P3", set: choiceTo(&e.Profile, profilePolicies...)},
		{name: "metadata", arg: "POLICY", group: groupOutput,
			usage: "copyright: author, rights (default); none; safe: no positions; all", set: choiceTo(&e.Metadata, metadataPolicies...)},
		{name: "keep-gainmap", group: groupOutput,
			usage: "resize the gain map of Ultra HDR JPEGs, too", set: switchTo(&e.KeepGainMap)},
		{name: "frame", arg: "N", group: groupOutput,
			usage: "take frame N of animations, counted from 1, as a still", set: wholeTo(&d.Frame, 1, 1<<30)},
		{name: "first-frame", group: groupOutput,
			usage: "take the first frame of animations as a still: --frame 1", set: firstFrameTo(&d.Frame)},
		{name: "allow-truncated", group: groupOutput,
			usage: "take pictures whose data end early, with a warning", set: switchTo(&d.AllowTruncated)},
		{name: "max-pixels", arg: "N", group: groupOutput,
			usage: "refuse larger pictures (default: 268M)", set: pixelsTo(&d.MaxPixels)},
	}
}

func (r *request) fileOptions() []*option {
	d := &r.Discover
	return []*option{
		{name: "include", arg: "GLOB", group: groupFiles,
			usage: "only files that match, as in '**/*.{jpg,png}' (repeatable)", set: listTo(&d.Include)},
		{name: "exclude", arg: "GLOB", group: groupFiles,
			usage: "no file or folder that matches (repeatable)", set: listTo(&d.Exclude)},
		{name: "files-from", arg: "FILE", group: groupFiles,
			usage: "more inputs, one a line or NUL-separated; - is standard input", set: textTo(&r.filesFrom)},
		{name: "no-recurse", group: groupFiles,
			usage: "do not enter folders below the inputs", set: switchTo(&d.NoRecurse)},
		{name: "hidden", group: groupFiles,
			usage: "also files and folders whose names start with a dot", set: switchTo(&d.Hidden)},
		{name: "copy-others", group: groupFiles,
			usage: "copy files that are no image into the output", set: switchTo(&d.CopyOthers)},
	}
}

func (r *request) outputOptions() []*option {
	o := &r.Output
	return []*option{
		{name: "output", short: "o", arg: "PATH", group: groupWhere,
			usage: "output file or folder (default: beside the input)", set: textTo(&o.Path)},
		{name: "name", arg: "TEMPLATE", group: groupWhere,
			usage: "output name of {dir} {name} {ext} {width} {height} {format}", set: textTo(&o.Name)},
		{name: "in-place", group: groupWhere,
			usage: "replace each input by its result", set: switchTo(&o.InPlace)},
		{name: "overwrite", group: groupWhere,
			usage: "also replace files that imgpool did not write", set: switchTo(&o.Overwrite)},
		{name: "dry-run", short: "n", group: groupWhere,
			usage: "list what would be written where; write nothing", set: switchTo(&r.DryRun)},
	}
}

func (r *request) poolOptions() []*option {
	p := &r.Pools
	return []*option{
		{name: "jobs", short: "j", arg: "N", group: groupPools,
			usage: "workers of each stage (default: the number of CPUs)", set: wholeTo(&p.Jobs, 1, 4096)},
		{name: "decode-workers", arg: "N", group: groupPools,
			usage: "workers that read and decode", set: wholeTo(&p.Decode, 1, 4096)},
		{name: "resize-workers", arg: "N", group: groupPools,
			usage: "workers that resize", set: wholeTo(&p.Resize, 1, 4096)},
		{name: "encode-workers", arg: "N", group: groupPools,
			usage: "workers that encode and write (default: twice --jobs)", set: wholeTo(&p.Encode, 1, 4096)},
		{name: "queue", arg: "N", group: groupPools,
			usage: "files that may wait for decode (default: 64)", set: wholeTo(&p.Queue, 1, 1<<20)},
		{name: "rate", arg: "N/s", group: groupPools,
			usage: "files started per time, as in 50/s, 100/m (default: no limit)", set: rateTo(&p.Rate, &p.RateUnit)},
		{name: "memory", arg: "SIZE", group: groupPools,
			usage: "budget for pictures in flight (default: a quarter of the memory)", set: bytesTo(&p.Memory)},
	}
}

func (r *request) reportFlags() []*option {
	o := &r.report
	return []*option{
		{name: "json", group: groupReport,
			usage: "a JSON object per input on standard output, a summary last", set: switchTo(&o.json)},
		{name: "progress", arg: "HOW", group: groupReport,
			usage: "auto: a bar on a terminal (default); bar, plain, none",
			set:   nameTo(&o.progress, progressAuto, progressBar, progressPlain, progressNone)},
		{name: "stats", group: groupReport,
			usage: "print what each stage's workers did, and the bottleneck", set: switchTo(&o.stats)},
		{name: "quiet", group: groupReport,
			usage: "no progress and no summary, only failures", set: switchTo(&o.quiet)},
		{name: "verbose", short: "v", group: groupReport,
			usage: "a line for every file, with the reason where it was skipped", set: switchTo(&o.verbose)},
		{name: "fail-fast", group: groupReport,
			usage: "stop at the first file that fails", set: switchTo(&r.FailFast)},
		helpOption(&r.help),
	}
}

// helpOption is the --help of every command. The library reads it by its name.
func helpOption(dst *bool) *option {
	return &option{name: "help", short: "h", group: groupReport, usage: "show this help", set: switchTo(dst)}
}

// given tells whether any of the named flags stood on the command line.
func (r *request) given(names ...string) bool {
	for _, o := range r.opts {
		for _, name := range names {
			if o.name == name && o.given {
				return true
			}
		}
	}
	return false
}

// resolve makes the request whole from its options and inputs, or reports
// everything that is wrong with it as one usage error. It looks at nothing
// but the command line.
func (r *request) resolve(inputs []string) error {
	r.Discover.Inputs = inputs
	if err := problems(r.opts); err != nil {
		return &usageError{err}
	}
	errs := r.conflicts()
	if r.autoFormat == formatAuto && len(r.Compress.Formats) == 0 {
		r.Compress.Formats = []codec.Format{codec.JPEG, codec.PNG, codec.WebP, codec.AVIF}
	}
	check := r.Config
	if r.filesFrom != "" {
		check.Discover.FilesFrom = noFiles{}
	}
	if err := check.Validate(); err != nil {
		errs = append([]error{err}, errs...)
	}
	if len(errs) == 0 {
		return nil
	}
	return &usageError{joined(errs)}
}

// noFiles stands for the list of --files-from while a request is checked.
type noFiles struct{}

func (noFiles) Read([]byte) (int, error) { return 0, fmt.Errorf("not opened yet") }

// toStdout tells whether the picture itself goes to standard output.
func (r *request) toStdout() bool {
	if r.DryRun || r.Output.InPlace || r.Check != nil {
		return false
	}
	return r.Output.Path == "-" || r.Output.Path == "" && len(r.Discover.Inputs) == 1 && r.Discover.Inputs[0] == "-"
}
