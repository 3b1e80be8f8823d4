package stages

import (
	"image/color"
	"io"
	"runtime"
	"time"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// Config is everything a run needs to know. The zero value of every field is
// its default; [Config.Validate] tells all that is wrong with it at once.
type Config struct {
	Discover DiscoverOptions
	Output   OutputOptions
	Decode   DecodeOptions
	Resize   ResizeOptions
	Encode   EncodeOptions
	Pools    PoolOptions

	// Compress asks for fewer bytes instead of another size or format.
	// Default: nil, pictures are resized.
	Compress *CompressOptions
	// Check, with Compress, looks for what is wrong and writes nothing.
	// Default: nil, results are written.
	Check *CheckOptions
	// Version of the program: outputs of another one are made again.
	Version string

	// DryRun lists what would be written where; nothing is written.
	DryRun bool
	// FailFast aborts the run at the first file that fails.
	FailFast bool
}

// DiscoverOptions say which files a run takes.
type DiscoverOptions struct {
	// Inputs are files and folders as the user named them; "-" is Stdin.
	Inputs []string
	// FilesFrom yields more inputs, one path a line, read as the run goes.
	// Default: nil, none. A NUL anywhere in the first line makes NUL the separator.
	FilesFrom io.Reader
	// Include and Exclude are doublestar globs, matched against the path
	// below the input folder and against the base name. Default: all, none.
	Include, Exclude []string
	// NoRecurse takes only the files directly in an input folder.
	NoRecurse bool
	// Hidden also takes files and folders whose names start with a dot.
	Hidden bool
	// CopyOthers copies files that are no image instead of skipping them.
	CopyOthers bool
	// Count makes discovery count the files of the inputs before the first
	// one starts, so that progress can show a share. Default: false, because
	// it reads every folder twice.
	Count bool
	// Stdin is what the input "-" reads.
	Stdin io.Reader
}

// OutputOptions say where the results go.
type OutputOptions struct {
	// Path is the output: for one input file a file or an existing folder,
	// as cp has it; else a folder. Default: beside the input.
	Path string
	// Name is the template of an output's path below the output folder, with
	// {dir} {name} {ext} {width} {height} {format}, where {ext} has its dot.
	// Default: the input's own.
	Name string
	// InPlace replaces each input with its result.
	InPlace bool
	// Overwrite replaces files that the run did not expect to be there.
	Overwrite bool
	// Stdout receives the one picture of the input "-" when Path is empty or "-".
	Stdout io.Writer
	// Verb names default outputs: "resized" gives photos-resized/ and resized/.
	Verb string
}

// VerbConvert is the verb of runs that change the format only: a single
// output whose extension changes keeps the input's name.
const VerbConvert = "converted"

// DecodeOptions say what a run accepts.
type DecodeOptions struct {
	// AllowTruncated takes a picture whose data end early, with a warning.
	AllowTruncated bool
	// MaxPixels refuses larger pictures before anything is allocated for
	// their pixels. Default: 268402689 (16383 squared), as sharp has it.
	// All frames of an animation count that are looked at.
	MaxPixels int64
	// Frame takes that frame of an animation, counted from 1, as a still
	// picture. Default: 0, the animation. Still pictures are taken anyway.
	Frame int
}

// Fit says how a picture meets a box of Width and Height.
type Fit uint8

// The ways to fit.
const (
	FitInside Fit = iota // as large as possible within the box
	FitCover             // fills the box, what sticks out is cropped
	FitFill              // exactly the box, the aspect ratio is not kept
)

// Gravity says which part of a picture FitCover keeps: the point at which
// picture and box are aligned, as shares of the width and height.
type Gravity struct{ X, Y float64 }

// GravityCentre is the default.
var GravityCentre = Gravity{0.5, 0.5}

// ResizeOptions are the wanted geometry, of the upright picture.
type ResizeOptions struct {
	// Width and Height in pixels. Default: 0, free.
	Width, Height int
	// LongEdge and ShortEdge in pixels. Default: 0, free.
	LongEdge, ShortEdge int
	// Percent of the width and height, above 0. Default: 0, not used.
	Percent float64
	// Fit is used when both Width and Height are given.
	Fit Fit
	// Gravity is used with FitCover. The zero value keeps the top left
	// corner, so commands set GravityCentre.
	Gravity Gravity
	// Enlarge lets pictures grow. Default: false, never.
	Enlarge bool
	// Filter names the resampling filter: lanczos, catmullrom, mitchell,
	// linear, box or nearest. Default: lanczos.
	Filter string
	// Linear resamples in linear light. Default: false, because samples are
	// what everybody else resamples, in a fraction of the time.
	Linear bool
	// Sharpen is what an unsharp mask adds to pictures that became smaller, in
	// per cent, up to MaxSharpen. Default: 0, nothing.
	Sharpen int
}

// Metadata says which metadata an output keeps.
type Metadata = meta.Policy

// The metadata policies.
const (
	MetadataCopyright = meta.Copyright // author, copyright, licence, origin
	MetadataNone      = meta.None      // nothing but what changes the rendering
	MetadataSafe      = meta.Safe      // without positions, serial numbers, owners, maker notes and thumbnails
	MetadataAll       = meta.All       // everything, orientation and size corrected
)

// EncodeOptions say how the outputs are written.
type EncodeOptions struct {
	// Format of the outputs. Default: codec.Unknown, the input's own.
	Format codec.Format
	// Quality from 1 to 100. Default: 80.
	Quality int
	// Progressive writes progressive JPEGs.
	Progressive bool
	// KeepGainMap resizes the gain map of an Ultra HDR JPEG with its picture.
	// Default: false, because outputs are for the web, and it takes bytes.
	KeepGainMap bool
	// Background is what transparent pixels go onto in a format without
	// alpha. Default: white.
	Background *color.NRGBA
	// Metadata is the policy. Default: MetadataCopyright.
	Metadata Metadata
	// Profile is the policy for colours. Default: ProfileSRGB, because that
	// is what everything shows right.
	Profile ProfilePolicy
}

// PoolOptions size the worker pools.
type PoolOptions struct {
	// Jobs is the number of workers of each stage and GOMAXPROCS.
	// Default: the number of usable CPUs.
	Jobs int
	// Decode, Resize and Encode size one stage's pool. Default: Jobs, and
	// twice that for Encode, whose workers wait for the disk in between.
	Decode, Resize, Encode int
	// Queue is how many discovered files may wait for decode. Queues
	// behind decode hold whole pictures and are never longer than 1.
	// Default: 64.
	Queue int
	// Rate limits how many files start in RateUnit. Default: 0, no limit.
	Rate     float64
	RateUnit time.Duration
	// Memory is the budget in bytes for everything that grows with the
	// pictures in flight. Default: a quarter of the cgroup's limit or of
	// RAM, at least 256 MiB.
	Memory int64
}

// MaxSide is the longest side, in pixels, of any picture read or written.
const MaxSide = 65535

// WithDefaults is c with every default filled in that does not depend on the
// inputs.
func (c Config) WithDefaults() Config {
	p := &c.Pools
	def(&p.Jobs, runtime.GOMAXPROCS(0))
	def(&p.Decode, p.Jobs)
	def(&p.Resize, p.Jobs)
	def(&p.Encode, 2*p.Jobs)
	def(&p.Queue, 64)
	def(&p.RateUnit, time.Second)
	if p.Memory == 0 {
		p.Memory = defaultMemory()
	}
	def(&c.Decode.MaxPixels, 16383*16383)
	def(&c.Encode.Quality, defaultQuality)
	if c.Encode.Background == nil {
		c.Encode.Background = &color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	}
	def(&c.Output.Verb, "resized")
	if c.Compress != nil && c.Compress.MinSavings == nil {
		o := *c.Compress
		o.MinSavings = &Savings{}
		if c.Output.InPlace || c.Check != nil {
			o.MinSavings = &Savings{Percent: defaultSavings}
		}
		c.Compress = &o
	}
	return c
}

// def sets v to its default if it is zero.
func def[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

const defaultQuality = 80

func (e EncodeOptions) quality() int {
	if e.Quality == 0 {
		return defaultQuality
	}
	return e.Quality
}

func (o OutputOptions) verb() string {
	if o.Verb == "" {
		return "resized"
	}
	return o.Verb
}
