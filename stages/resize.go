package stages

import (
	"context"
	"fmt"

	"imgpool/internal/codec"
	"imgpool/internal/colour"
	"imgpool/internal/resample"
)

// resizer brings a picture to its planned size, upright and in its colours.
type resizer struct {
	cfg Config
}

// resize handles one picture and hands the same one on.
func (r *resizer) resize(_ context.Context, p *Picture) (*Picture, error) {
	if p.frames != nil {
		if err := r.resizeFrames(p); err != nil {
			p.Release()
			return nil, err
		}
		return p, nil
	}
	if p.Image == nil { // nothing to do for a plan without pixels
		return p, nil
	}
	filter, err := filterByName(r.cfg.Resize.Filter)
	if err != nil {
		p.Release()
		return nil, err
	}
	// Crop is in pixels of the full-size picture, the resampler wants it in
	// pixels of what was decoded.
	sx, sy := p.Width/float64(p.Header.Width), p.Height/float64(p.Header.Height)
	from := resample.Rect{X0: p.Plan.Crop.X0 * sx, Y0: p.Plan.Crop.Y0 * sy, X1: p.Plan.Crop.X1 * sx, Y1: p.Plan.Crop.Y1 * sy}
	out, err := resample.Resize(p.Image, from, p.Plan.Width, p.Plan.Height, resample.Options{
		Filter:      filter,
		Orientation: p.Plan.Orientation,
		Subsampling: p.Plan.Subsampling,
		Light:       lightOf(p.Plan, p.Header, &p.colours),
	})
	if err != nil {
		p.Release()
		return nil, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err}
	}
	p.dropImage()
	p.Image, p.releaseImage = out, func() { resample.Recycle(out) }
	if p.colours.convert {
		r.convert(p)
	}
	if p.gainMap != nil {
		if err := p.gainMap.resize(); err != nil {
			p.Release()
			return nil, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err}
		}
	}
	loseAlpha(p, p.Image)
	if err := sharpen(p.Image, p.Plan); err != nil {
		p.Release()
		return nil, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err}
	}
	return p, nil
}

// convert converts the colours of p, which is at its final size.
func (r *resizer) convert(p *Picture) {
	convert := colour.ConvertPacked
	if f := p.Plan.Format; f == codec.JPEG || f == codec.WebP && !p.Header.Lossless {
		convert = colour.Convert // the output has luma and chroma planes as well
	}
	out, err := convert(p.Image, p.colours.from, p.colours.to)
	if err != nil {
		p.warn(fmt.Sprintf("colour profile not usable, taken as %s: %v", withoutProfile(p.Header), err))
	}
	if out != p.Image { // made anew, from planes or inks
		p.dropImage()
		p.Image = out
	}
}
