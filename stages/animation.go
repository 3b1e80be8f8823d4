package stages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math"

	"imgpool/internal/codec"
	"imgpool/internal/colour"
	"imgpool/internal/resample"
	"imgpool/pipeline"
)

// firstAllowance is what the output of an animation may take at first, as a
// multiple of its input. Few need more, and none can be told in advance.
const firstAllowance = 4

// animated says that p goes through the stages as an animation: frame by
// frame, each of them decoded, resized and encoded before the next.
func animated(h *codec.Header, d DecodeOptions) bool { return h.Animated() && d.Frame == 0 }

// frames is how many frames of h a run has to look at.
func frames(h *codec.Header, d DecodeOptions) int64 {
	switch {
	case !h.Animated():
		return 1
	case d.Frame > 0:
		return int64(min(d.Frame, h.Frames))
	}
	return int64(h.Frames)
}

// severalFrames decides about a picture with more than one frame that is not
// to become an animation: it is skipped, unless one frame of it is wanted. Of
// several pages the first is taken, but not in place of them all.
func (d *decoder) severalFrames(p *Picture) error {
	h := p.Header
	format := d.layout.format
	if format == codec.Unknown {
		format = h.Format
	}
	switch frame := d.cfg.Decode.Frame; {
	case frame > h.Frames:
		return &FileError{Stage: "decode", Path: p.File.Path, Reason: ReasonFrame, Err: fmt.Errorf("has %d frames, not %d", h.Frames, frame)}
	case frame > 0 && h.Animated(), frame == 1:
		return nil
	case h.Animated() && format.CanAnimate():
		return nil
	case frame == 0 && h.Format == codec.TIFF && d.layout.inPlace:
		return pipeline.Skip(ReasonPages)
	case frame == 0 && h.Format == codec.TIFF:
		return nil
	}
	return pipeline.Skip(ReasonAnimated)
}

// animationCost is what p will need from decode to the end of encode beyond
// the file's own bytes and its output's.
func animationCost(p *Picture, r ResizeOptions, e EncodeOptions) int64 {
	filter, _ := filterByName(r.Filter)
	resized, scratch := resample.Cost((*image.NRGBA)(nil), p.Header.Width, p.Header.Height, p.Plan.Width, p.Plan.Height,
		resample.Options{Filter: filter, Orientation: p.Plan.Orientation, Light: costOfLight(p.Plan, p.Header)})
	// A resized frame is given back when the next one is there.
	return p.Header.AnimationCost() + 2*resized + scratch + sharpenCost(p.Plan) + codec.EncodeAnimationCost(p.Plan.Width, p.Plan.Height, e.codec(p))
}

// outputCost is the memory that an output of n bytes may take as it grows.
func outputCost(n int64) int64 { return 3 * n }

// openAnimation makes p's frames available. The bytes read stay until the end.
func (d *decoder) openAnimation(p *Picture) error {
	a, err := codec.ReadAnimation(p.Data, p.Header, codec.DecodeOptions{AllowTruncated: d.cfg.Decode.AllowTruncated})
	if err != nil {
		return d.cfg.codecFailure("decode", p.File.Path, ReasonCorrupt, err)
	}
	p.frames = a
	return nil
}

// verifyAnimation goes through all frames of a file that will be copied.
func (d *decoder) verifyAnimation(p *Picture) error {
	if err := d.openAnimation(p); err != nil {
		return err
	}
	for _, err := range p.frames.All {
		if err != nil {
			return d.cfg.codecFailure("decode", p.File.Path, ReasonCorrupt, err)
		}
	}
	p.frames = nil
	return nil
}

// resizeFrames makes p's frames come out at the planned size, each when it is
// asked for.
func (r *resizer) resizeFrames(p *Picture) error {
	filter, err := filterByName(r.cfg.Resize.Filter)
	if err != nil {
		return err
	}
	source, plan, colours := p.frames, p.Plan, &p.colours
	o := resample.Options{Filter: filter, Orientation: plan.Orientation, Light: lightOf(plan, p.Header, colours)}
	fail := func(stage string, err error) error { return r.cfg.codecFailure(stage, p.File.Path, ReasonCorrupt, err) }
	all := func(yield func(codec.Frame, error) bool) {
		for f, err := range source.All {
			if err != nil {
				yield(f, fail("decode", err))
				return
			}
			out, err := resample.Resize(f.Image, plan.Crop, plan.Width, plan.Height, o)
			if err != nil {
				yield(f, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err})
				return
			}
			if colours.convert {
				// In place. A profile that cannot be used was found out before.
				if _, err := colour.ConvertPacked(out, colours.from, colours.to); err != nil {
					yield(f, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err})
					return
				}
			}
			if err := sharpen(out, plan); err != nil {
				yield(f, &FileError{Stage: "resize", Path: p.File.Path, Reason: ReasonInternal, Err: err})
				return
			}
			loseAlpha(p, out)
			f.Image = out.(*image.NRGBA)
			more := yield(f, nil)
			resample.Recycle(out)
			if !more {
				return
			}
		}
	}
	p.frames = &codec.Animation{Width: plan.Width, Height: plan.Height, Plays: source.Plays, All: all}
	return nil
}

// encodeFrames writes p's animation into buf. Its length is not known before:
// if it outgrows the allowance that was charged, it is begun again with as
// much as the whole budget gives.
func (e *encoder) encodeFrames(ctx context.Context, p *Picture, buf *bytes.Buffer, o codec.EncodeOptions) error {
	err := codec.EncodeAnimation(buf, p.frames, o, p.allowance)
	if !errors.Is(err, codec.ErrTooLong) {
		return err
	}
	// Waiting while holding a charge could leave all workers waiting for each
	// other, so p pays back first.
	rest := p.charged - outputCost(p.allowance)
	*buf = bytes.Buffer{}
	p.budget.payBack(p.charged)
	p.charged = 0
	if err := p.budget.charge(ctx, p.budget.total); err != nil {
		return err
	}
	p.charged = p.budget.total
	p.allowance = max(p.budget.total-rest, 0) / outputCost(1)
	err = codec.EncodeAnimation(buf, p.frames, o, p.allowance)
	if errors.Is(err, codec.ErrTooLong) {
		dear := &errTooDear{min(2*p.budget.total, math.MaxInt64/2), p.budget.total}
		return &FileError{Stage: "encode", Path: p.File.Path, Reason: ReasonMemory, Hint: dear.hint(),
			Err: fmt.Errorf("its output takes more than the memory budget of %s", formatBytes(p.budget.total))}
	}
	return err
}
