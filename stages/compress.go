package stages

import (
	"context"
	"fmt"

	"imgpool/internal/codec"
	"imgpool/internal/compress"
	"imgpool/internal/index"
	"imgpool/pipeline"
)

// VerbCompress is the verb of runs that ask for fewer bytes.
const VerbCompress = "compressed"

// CompressOptions say how a run gets fewer bytes out of pictures.
type CompressOptions struct {
	// Lossless keeps every pixel whose alpha is not 0.
	Lossless bool
	// MaxBytes is what an output may take at most. Default: 0, no limit.
	MaxBytes int64
	// MinSavings is what has to be saved for a result to be taken: what it is
	// worth to replace a file. Default: 1 % in place and for checks, 0 else.
	MinSavings *Savings
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

// compress says to package compress what is asked for.
func (c Config) compress() compress.Options {
	return compress.Options{Lossless: c.Compress.Lossless, Metadata: c.Encode.Metadata, MaxBytes: c.Compress.MaxBytes}
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

// compress finds p's bytes and tells r of them.
func (e *encoder) compress(ctx context.Context, p *Picture, r *Result) ([]byte, error) {
	found, err := compress.Smallest(ctx, p.Data, p.Header, e.cfg.compress())
	if err != nil {
		return nil, err
	}
	r.Outcome, r.OutFormat, r.Method = Written, found.Format, found.Method.String()
	r.Warnings = append(r.Warnings, found.Warnings...)
	r.BytesOut = int64(len(found.Data))
	if found.Method != compress.Kept {
		told := len(p.Warnings)
		loseExtras(p, e.cfg.Encode.Metadata)
		r.Warnings, r.Lost = append(r.Warnings, p.Warnings[told:]...), p.Lost
	}
	enough := e.cfg.Compress.MinSavings.Enough(p.File.Size, r.BytesOut)
	if e.layout.inPlace && !enough {
		return nil, pipeline.Skip(ReasonNoSmaller)
	}
	if found.Method == compress.Kept {
		r.Outcome, r.Reason = Copied, ReasonNoSmaller
	}
	return found.Data, nil
}
