package stages

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"imgpool/internal/codec"
)

// Validate reports all problems of c together, or nil.
func (c Config) Validate() error {
	var p problems
	p.add(c.Check != nil && c.Compress == nil, "check needs to know how to compress")
	p.add(len(c.Discover.Inputs) == 0 && c.Discover.FilesFrom == nil, "no input: name a file, a folder, or - for standard input")
	c.Resize.validate(&p)
	c.Pools.validate(&p)
	p.add(c.Decode.Frame < 0, "--frame must be 1 or more")
	p.add(c.Encode.Quality < 0 || c.Encode.Quality > 100, "--quality must be from 1 to 100")
	f := c.Encode.Format
	p.add(f != codec.Unknown && !f.CanWrite(), "--format: this build cannot write %s", f)
	if c.Output.InPlace {
		p.add(c.Output.Path != "", "--in-place cannot be combined with --output")
		p.add(c.Output.Name != "", "--in-place cannot be combined with --name")
		p.add(f != codec.Unknown, "--in-place cannot be combined with --format")
		p.add(c.Discover.CopyOthers, "--in-place cannot be combined with --copy-others")
	}
	if err := validName(c.Output.Name); err != nil {
		p = append(p, err)
	}
	if c.Compress != nil {
		c.Compress.validate(&p, c.Output)
	}
	p = append(p, validGlobs(c.Discover)...)
	// Globs come from a map, users see one order.
	slices.SortFunc(p, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(p...)
}

// problems are what is wrong with a configuration.
type problems []error

// add adds one if it is there.
func (p *problems) add(there bool, format string, args ...any) {
	if there {
		*p = append(*p, fmt.Errorf(format, args...))
	}
}

// validate reports what is wrong with the geometry.
func (r *ResizeOptions) validate(p *problems) {
	side := func(name string, v int) {
		p.add(v < 0 || v > MaxSide, "%s must be from 1 to %d pixels", name, MaxSide)
	}
	side("--width", r.Width)
	side("--height", r.Height)
	side("--long-edge", r.LongEdge)
	side("--short-edge", r.ShortEdge)
	p.add(r.Percent < 0 || r.Percent > 10000 || math.IsNaN(r.Percent), "--percent must be above 0 and at most 10000")
	ways := 0
	for _, used := range []bool{r.Width > 0 || r.Height > 0, r.LongEdge > 0, r.ShortEdge > 0, r.Percent > 0} {
		if used {
			ways++
		}
	}
	p.add(ways > 1, "only one of --width/--height, --long-edge, --short-edge and --percent can be used")
	p.add(r.Fit != FitInside && (r.Width == 0 || r.Height == 0), "--fit cover and --fit fill need both --width and --height")
	if _, err := filterByName(r.Filter); err != nil {
		*p = append(*p, err)
	}
	p.add(r.Sharpen < 0 || r.Sharpen > MaxSharpen, "--sharpen must be from 0 to %d per cent", MaxSharpen)
}

// validate reports what is wrong with the pools.
func (o *PoolOptions) validate(p *problems) {
	workers := func(name string, v int) {
		p.add(v < 0 || v > 4096, "%s must be from 1 to 4096", name)
	}
	workers("--jobs", o.Jobs)
	workers("--decode-workers", o.Decode)
	workers("--resize-workers", o.Resize)
	workers("--encode-workers", o.Encode)
	p.add(o.Queue < 0 || o.Queue > 1<<20, "--queue must be from 1 to %d", 1<<20)
	p.add(o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0), "--rate must be above 0, as in 50/s")
	p.add(o.Memory < 0, "--memory must be above 0, as in 1GiB")
}

// validName reports an unknown or unclosed field of a name template.
func validName(name string) error {
	rest := name
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			return nil
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return fmt.Errorf("--name %q: a { has no }", name)
		}
		switch field := rest[open+1 : open+end]; field {
		case "dir", "name", "ext", "width", "height", "format":
		default:
			return fmt.Errorf("--name %q: unknown field {%s}: use {dir} {name} {ext} {width} {height} {format}", name, field)
		}
		rest = rest[open+end+1:]
	}
}
