package stages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"time"

	"imgpool/internal/codec"
	"imgpool/internal/compress"
	"imgpool/internal/meta"
	"imgpool/internal/resample"
	"imgpool/pipeline"
)

// decoder turns a file into a picture: reads it, plans it, waits for memory,
// decodes it.
type decoder struct {
	cfg    Config
	layout *layout
	places *places
	budget *budget
}

// decode handles one file. The picture it returns holds budget and buffers
// until it is released.
func (d *decoder) decode(ctx context.Context, f *File) (*Picture, error) {
	p := &Picture{File: f, budget: d.budget, started: time.Now()}
	if err := d.prepare(ctx, p); err != nil {
		p.Release()
		return nil, err
	}
	return p, nil
}

// prepare does decode's steps in order.
func (d *decoder) prepare(ctx context.Context, p *Picture) error {
	if err := d.places.look(p); err != nil {
		return err
	}
	if p.File.Verbatim && d.layout.nowhere { // its format says it all
		p.Plan.Action = ActCopy
		return nil
	}
	if err := d.charge(ctx, p, p.File.Size); err != nil {
		return err
	}
	if err := d.read(p); err != nil {
		return err
	}
	if p.File.Verbatim {
		p.Plan.Action = ActCopy
		return nil
	}
	if err := d.plan(p); err != nil {
		return err
	}
	p.gainMap = d.gainMapOf(p)
	d.lossesOf(p)
	compressing := p.Plan.Action == ActCompress
	if (d.cfg.DryRun || d.layout.nowhere) && !compressing {
		return nil
	}
	if err := d.chargeRest(ctx, p); err != nil || compressing {
		return err
	}
	d.metadata(p)
	if p.Plan.Action != ActEncode {
		return d.verify(p)
	}
	return d.pixels(p)
}

// verify decodes a picture whose bytes will be copied, so that a damaged one
// fails and is not spread. A JPEG is decoded at 1/8: all of its coded data are
// read, and few pixels made.
func (d *decoder) verify(p *Picture) error {
	if p.Header.Animated() {
		if err := d.verifyAnimation(p); err != nil {
			return err
		}
		return d.fits(p)
	}
	scale := 1
	if p.Header.Format == codec.JPEG {
		scale = 8
	}
	decoded, err := codec.Decode(p.Data, p.Header, codec.DecodeOptions{Scale: scale, AllowTruncated: d.cfg.Decode.AllowTruncated})
	if err != nil {
		return d.cfg.codecFailure("decode", p.File.Path, ReasonCorrupt, err)
	}
	p.Warnings = append(p.Warnings, decoded.Warnings...)
	decoded.Release()
	return d.fits(p)
}

// fits ends a picture that is to be copied onto itself.
func (d *decoder) fits(p *Picture) error {
	if p.Plan.Action == ActCopy && d.layout.inPlace {
		return pipeline.Skip(ReasonFits)
	}
	return nil
}

// charge takes n bytes of the budget for p.
func (d *decoder) charge(ctx context.Context, p *Picture, n int64) error {
	err := d.budget.charge(ctx, n)
	var dear *errTooDear
	if errors.As(err, &dear) {
		return &FileError{Stage: "decode", Path: p.File.Path, Reason: ReasonMemory, Hint: dear.hint(), Err: err}
	}
	if err == nil {
		p.charged = n
	}
	return err
}

// chargeRest adds what decoding to encoding will need to p's charge. If that
// is not free at once, everything is given back and asked for in one piece.
func (d *decoder) chargeRest(ctx context.Context, p *Picture) error {
	rest := d.cost(p)
	if p.Plan.Action == ActEncode && animated(p.Header, d.cfg.Decode) {
		p.allowance = firstAllowance*p.File.Size + 1<<20
		p.allowance = max(min(p.allowance, (d.budget.total-p.charged-rest)/outputCost(1)), 1<<10)
		rest += outputCost(p.allowance)
	}
	if p.charged+rest <= d.budget.total && d.budget.more(rest) {
		p.charged += rest
		return nil
	}
	all := p.charged + rest
	header, plan, warnings := p.Header, p.Plan, p.Warnings
	p.Release()
	if err := d.charge(ctx, p, all); err != nil {
		return err
	}
	if err := d.read(p); err != nil {
		return err
	}
	// The header's blocks lie in the bytes that were given back.
	again, err := codec.ReadHeader(p.Data)
	if err != nil || again.Width != header.Width || again.Height != header.Height {
		return &FileError{Stage: "decode", Path: p.File.Path, Reason: ReasonRead, Err: errors.New("changed while it was read")}
	}
	p.Header, p.Plan, p.Warnings = again, plan, warnings
	d.colours(p)
	p.gainMap = d.gainMapOf(p)
	return nil
}

// read brings the whole file into memory.
func (d *decoder) read(p *Picture) error {
	f := p.File
	if f.data != nil {
		p.Data = f.data
		return nil
	}
	fail := func(err error) error {
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonRead, Err: cause(err)}
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return fail(err)
	}
	defer file.Close()
	p.buffer = getBuffer()
	p.buffer.Grow(int(f.Size) + bytes.MinRead)
	// A file that grows is cut at the size that was charged, and then fails
	// as a picture does whose data end early.
	if _, err := p.buffer.ReadFrom(io.LimitReader(file, f.Size)); err != nil {
		return fail(err)
	}
	p.Data = p.buffer.Bytes()
	return nil
}

// plan reads the header, holds it against the limits, and decides.
func (d *decoder) plan(p *Picture) error {
	f := p.File
	h, err := codec.ReadHeader(p.Data)
	if err != nil {
		return d.cfg.codecFailure("decode", f.Path, ReasonCorrupt, err)
	}
	p.Header, f.Format = h, h.Format
	p.Warnings = append(p.Warnings, h.Warnings...)
	if h.Width < 1 || h.Height < 1 {
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonCorrupt, Err: fmt.Errorf("has no pixels (%dx%d)", h.Width, h.Height)}
	}
	if h.Width > MaxSide || h.Height > MaxSide {
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonTooLarge, Err: fmt.Errorf("is %dx%d: sides are limited to %d pixels", h.Width, h.Height, MaxSide)}
	}
	if n := int64(h.Width) * int64(h.Height); n > d.cfg.Decode.MaxPixels/frames(h, d.cfg.Decode) {
		if n *= frames(h, d.cfg.Decode); animated(h, d.cfg.Decode) {
			return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonTooLarge, Hint: fmt.Sprintf("--max-pixels %d takes it", n), Err: fmt.Errorf("is %d frames of %dx%d: more than %d pixels", h.Frames, h.Width, h.Height, d.cfg.Decode.MaxPixels)}
		}
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonTooLarge, Hint: fmt.Sprintf("--max-pixels %d takes it", n), Err: fmt.Errorf("is %dx%d: more than %d pixels", h.Width, h.Height, d.cfg.Decode.MaxPixels)}
	}
	if d.cfg.Compress != nil {
		p.Plan = compressPlan(h)
		if d.cfg.Check != nil && d.cfg.Compress.MinSavings.none() {
			p.Plan.Action = ActCopy
		}
		return d.sameFormat(p)
	}
	if h.Frames > 1 {
		if err := d.severalFrames(p); err != nil {
			return err
		}
	}
	encode := d.cfg.Encode
	encode.Format = d.layout.format
	d.colours(p)
	p.Warnings = append(p.Warnings, p.colours.warnings...)
	p.Plan, err = makePlan(h, d.cfg.Resize, encode, p.colours.convert, d.dropsMetadata(p))
	if err != nil {
		return &FileError{Stage: "decode", Path: f.Path, Reason: ReasonTooLarge, Err: err}
	}
	if h.Animated() && d.cfg.Decode.Frame > 0 {
		p.Plan.Action = ActEncode // a still is wanted, whatever fits
	}
	return nil
}

// colours decides what becomes of p's colours.
func (d *decoder) colours(p *Picture) {
	format := d.layout.format
	if format == codec.Unknown {
		format = p.Header.Format
	}
	e := d.cfg.Encode
	p.colours = makeColours(p.Header, format, e.Profile, e.Metadata == MetadataAll)
}

// pixels decodes p and lets go of the bytes that are not needed any more.
func (d *decoder) pixels(p *Picture) error {
	if animated(p.Header, d.cfg.Decode) {
		return d.openAnimation(p)
	}
	decode := codec.Decode
	if p.Header.Animated() {
		decode = func(data []byte, h *codec.Header, o codec.DecodeOptions) (*codec.Decoded, error) {
			return codec.DecodeFrame(data, h, d.cfg.Decode.Frame, o)
		}
	}
	decoded, err := decode(p.Data, p.Header, p.Plan.decode(d.cfg.Decode))
	if err != nil {
		return d.cfg.codecFailure("decode", p.File.Path, ReasonCorrupt, err)
	}
	p.Image, p.Width, p.Height, p.releaseImage = decoded.Image, decoded.Width, decoded.Height, decoded.Release
	p.Warnings = append(p.Warnings, decoded.Warnings...)
	if p.gainMap != nil {
		if err := p.gainMap.decode(); err != nil {
			p.dropGainMap()
			p.lose(string(codec.GainMap), "%s", extraSentence(codec.GainMap, p.Header))
		}
	}
	h := *p.Header
	h.ICC, h.EXIF, h.XMP = nil, nil, nil
	p.colours.own()
	p.Header = &h
	p.dropData()
	return nil
}

// metadata takes from p's bytes what the policy lets through to the output. A
// copy takes it all along by itself.
func (d *decoder) metadata(p *Picture) {
	if p.Plan.Action == ActCopy {
		return
	}
	t := meta.Target{Width: p.Plan.Width, Height: p.Plan.Height, Orientation: 1, Room: p.Plan.Format.MetadataRoom()}
	if p.Plan.Action == ActStrip {
		t.Orientation = p.Header.Orientation
	} else if p.colours.convert {
		t.ColourSpace = exifColourSpace[p.colours.to]
	}
	var warnings []string
	p.metadata, warnings = meta.Filter(p.Header.Metadata(), d.cfg.Encode.Metadata, t)
	p.Warnings = append(p.Warnings, warnings...)
}

// decode says to the codec how to decode.
func (p Plan) decode(o DecodeOptions) codec.DecodeOptions {
	return codec.DecodeOptions{Scale: p.Scale, ChromaScale: p.ChromaScale, AllowTruncated: o.AllowTruncated}
}

// cost is what p will need from decode to the end of encode, in bytes, beyond
// the file's own.
func (d *decoder) cost(p *Picture) int64 {
	if p.Plan.Action == ActCompress {
		return compress.Cost(p.Header, p.File.Size, d.cfg.compress())
	}
	return pictureCost(p, d.cfg.Decode, d.cfg.Resize, d.cfg.Encode)
}

// pictureCost is what p will need from decode to the end of encode, in bytes,
// beyond the file's own.
func pictureCost(p *Picture, d DecodeOptions, r ResizeOptions, e EncodeOptions) int64 {
	plan := p.Plan
	switch {
	case animated(p.Header, d) && plan.Action == ActEncode:
		return animationCost(p, r, e)
	case p.Header.Animated(): // a still of it, or a look at all of it
		still := *p
		h := *p.Header
		h.Frames, h.Model, h.Alpha = 1, codec.RGB, true // frames come as NRGBA
		still.Header = &h
		return pictureCost(&still, d, r, e) + p.Header.AnimationCost()
	}
	filter, _ := filterByName(r.Filter)
	scale := plan.Scale
	width, height := (p.Header.Width+scale-1)/scale, (p.Header.Height+scale-1)/scale
	resized, scratch := resample.Cost(pixelType(p.Header), width, height, plan.Width, plan.Height,
		resample.Options{Filter: filter, Orientation: plan.Orientation, Subsampling: plan.Subsampling, Light: costOfLight(plan, p.Header)})
	if p.colours.convert {
		resized *= 2 // before and after the conversion
	}
	return p.Header.DecodeCost(p.Plan.decode(d)) + resized + scratch + sharpenCost(plan) + p.gainMap.cost(d, e) + codec.EncodeCost(resizedType(p.Header, plan), plan.Width, plan.Height, e.codec(p))
}

// pixelType is a value of the type that decoding h gives at most: as large as
// any that it may give.
func pixelType(h *codec.Header) image.Image {
	switch {
	case h.Inks():
		return (*image.CMYK)(nil)
	case h.Depth > 8 && h.Model == codec.Gray && !h.Alpha:
		return (*image.Gray16)(nil)
	case h.Depth > 8:
		return (*image.NRGBA64)(nil)
	case h.Model == codec.Gray && !h.Alpha:
		return (*image.Gray)(nil)
	case h.Model == codec.YCbCr && !h.Alpha:
		return (*image.YCbCr)(nil)
	}
	return (*image.NRGBA)(nil)
}
