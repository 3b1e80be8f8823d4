package stages

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"imgpool/internal/codec"
	"imgpool/internal/compress"
	"imgpool/internal/index"
	"imgpool/internal/meta"
)

// VerbCompress is the verb of runs that ask for fewer bytes.
const VerbCompress = "compressed"

// CompressOptions say how a run gets fewer bytes out of pictures.
type CompressOptions struct {
	// Lossless keeps every pixel whose alpha is not 0.
	Lossless bool
	// Quality of what is coded with loss, 1 to 100. Default: 80, or with
	// MaxBytes whatever fits.
	Quality int
	// Effort is how much time to take for fewer bytes, 1 to 9. Default: 4,
	// because more gains little.
	Effort int
	// Target is the least score of what is coded with loss, on the scale of
	// SSIMULACRA 2, up to 100. Default: 0, Quality counts.
	Target float64
	// Formats are those to choose the smallest from for each picture, whose
	// name then gets that extension. Default: none, formats are kept.
	Formats []codec.Format
	// MaxBytes is what an output may take at most: the best quality that fits
	// is taken. Default: 0, no limit.
	MaxBytes int64
	// MinSavings is what has to be saved for a result to be taken: what it is
	// worth to replace a file. Default: 1 % in place and for checks, 0 else.
	MinSavings *Savings
}

// validate reports what is wrong with o.
func (o *CompressOptions) validate(p *problems, out OutputOptions) {
	p.add(o.Quality < 0 || o.Quality > 100, "--quality must be from 1 to 100")
	p.add(o.Effort < 0 || o.Effort > 9, "--effort must be from 1 to 9")
	p.add(!(o.Target >= 0 && o.Target <= 100), "--target must be above 0 and up to 100")
	p.add(o.Lossless && o.Quality > 0, "--lossless and --quality exclude each other")
	p.add(o.Lossless && o.Target > 0, "--lossless and --target exclude each other")
	p.add(o.Quality > 0 && o.Target > 0, "--quality and --target exclude each other")
	p.add(o.MaxBytes > 0 && o.Target > 0, "--max-bytes and --target exclude each other")
	p.add(out.InPlace && len(o.Formats) > 0, "--in-place cannot be combined with --format auto")
	p.add(strings.Contains(out.Name, "{format}") && len(o.Formats) > 0, "{format} in --name cannot be combined with --format auto: names are settled first ({ext} is the right one)")
	for _, f := range o.Formats {
		if p.add(!f.CanWrite(), "--formats: this build cannot write %s", f); f.CanWrite() {
			err := f.Unavailable()
			p.add(err != nil, "--formats: %s cannot be used: %v", f, err)
		}
	}
}

// defaultSavings is the least that is worth replacing a file, in per cent.
const defaultSavings = 1

// Savings is a share or a number of bytes to be saved. The zero value is any.
type Savings struct {
	Percent float64 // of the input's bytes
	Bytes   int64   // where not 0, in place of Percent
}

// Enough says that going from before to after bytes saves that much.
func (s Savings) Enough(before, after int64) bool {
	saved := before - after
	if s.Bytes > 0 {
		return saved >= s.Bytes
	}
	return saved > 0 && float64(saved)*100 >= s.Percent*float64(before)
}

// none says that nothing can save that much: no use in trying.
func (s Savings) none() bool { return s.Bytes == 0 && s.Percent >= 100 }

// compress says to package compress what is asked for. A check takes files as they would be replaced, so that it has
// nothing to say of those that were.
func (c Config) compress() compress.Options {
	o := c.Compress
	return compress.Options{Lossless: o.Lossless, Quality: o.Quality, Target: o.Target, Effort: o.Effort,
		Again: c.Output.InPlace || c.Check != nil, Formats: o.Formats, MaxBytes: o.MaxBytes, Metadata: c.Encode.Metadata}
}

// how stands for everything besides the input that an output's bytes depend on.
func (c Config) how() index.Sum {
	if c.Compress == nil {
		return index.Sum{}
	}
	return index.SumOf(fmt.Appendf(nil, "%s\n%+v\n%+v", c.Version, c.compress(), *c.Compress.MinSavings))
}

// compressPlan leaves a picture's format and geometry as they are.
func compressPlan(h *codec.Header) Plan {
	p := Plan{Action: ActCompress, Format: h.Format, Width: h.Width, Height: h.Height, Orientation: h.Orientation, Scale: 1, ChromaScale: 1}
	if h.Orientation >= 5 {
		p.Width, p.Height = p.Height, p.Width
	}
	return p
}

// sameFormat refuses an output whose name says another format than p has.
func (d *decoder) sameFormat(p *Picture) error {
	if f := d.layout.format; f != codec.Unknown && f != p.Header.Format {
		return &FileError{Stage: "decode", Path: p.File.Path, Reason: ReasonName, Hint: "imgpool convert changes formats",
			Err: fmt.Errorf("is %s, and %s would be %s", p.Header.Format, p.File.Out, f)}
	}
	return nil
}

// tooLarge is the failure of a picture of a kind that is not read and takes
// more than --max-bytes.
func (c Config) tooLarge(p *Picture) error {
	if c.Compress == nil || !p.File.Verbatim || p.File.Format == codec.Unknown {
		return nil
	}
	if size, limit := int64(len(p.Data)), c.Compress.MaxBytes; limit > 0 && size > limit {
		return &compress.TooLargeError{Least: size, Limit: limit}
	}
	return nil
}

// compress finds p's bytes and tells r of them.
func (e *encoder) compress(ctx context.Context, p *Picture, r *Result) ([]byte, error) {
	o := e.cfg.compress()
	if p.File.keepFormat {
		o.Formats = nil
	}
	found, err := compress.Smallest(ctx, p.Data, p.Header, o)
	if err != nil {
		return nil, err
	}
	r.Outcome, r.OutFormat, r.BytesOut = Written, found.Format, int64(len(found.Data))
	p.Warnings = append(p.Warnings, found.Warnings...)
	used := !e.layout.inPlace || e.cfg.Compress.MinSavings.Enough(p.File.Size, r.BytesOut)
	e.tell(p, found, used)
	if !used {
		*r = Result{Outcome: Skipped, Reason: ReasonNoSmaller, InWidth: r.InWidth, InHeight: r.InHeight}
		return nil, nil
	}
	r.Compressed = &Compressed{Method: found.Method.String(), Quality: found.Quality, Score: found.Score, Trials: found.Trials}
	for _, s := range found.Sizes {
		r.Compressed.Sizes = append(r.Compressed.Sizes, FormatSize(s))
	}
	if found.Method == compress.Kept {
		r.Outcome, r.Reason = Copied, ReasonNoSmaller
	}
	if found.Format != p.Header.Format {
		err = e.rename(p, r)
	}
	return found.Data, err
}

// tell warns of what p's output lacks, or of what it should lack where the
// file is kept. A check changes nothing.
func (e *encoder) tell(p *Picture, found compress.Result, used bool) {
	policy, h := e.cfg.Encode.Metadata, p.Header
	if e.cfg.Check != nil {
		return
	}
	if found.Holds != "" {
		p.warn(fmt.Sprintf("holds more than its picture (%s): kept as it is, with its metadata", found.Holds))
	}
	switch {
	case used && found.Method != compress.Kept:
		p.Warnings = append(p.Warnings, found.Dropped...)
		h.Extras = found.Lost
		loseExtras(p, policy)
	case policy == MetadataAll || !meta.HasPosition(h.Metadata()):
	case found.Method == compress.Kept:
		p.warn("still says where it was taken (GPS): it is kept as it is")
	default:
		p.warn("still says where it was taken (GPS): it saves too little to be replaced (--min-savings 0 does)")
	}
}

// rename gives p's output, which has become another format, the name of that.
func (e *encoder) rename(p *Picture, r *Result) error {
	f := p.File
	if f.Out == "" || e.cfg.Check != nil {
		return nil
	}
	f.Out = withExt(f.Out, f.Format, r.OutFormat)
	r.Output = f.Out
	p.replace, p.Existing = false, false
	return e.places.look(p)
}

// withExt is the output path of a picture whose format changes.
func withExt(out string, from, to codec.Format) string {
	if ext := filepath.Ext(out); from.HasExt(ext) {
		out = out[:len(out)-len(ext)]
	}
	return out + to.Ext()
}
