package compress

import (
	"bytes"
	"context"
	"math"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
	"imgpool/internal/optimize/ssimulacra2"
)

// Smallest returns the smallest file that shows the picture in data as o asks for. h is data's header, as
// codec.ReadHeader returned it for the same data; data must not change. Compare the header with your limits first. It
// allocates what [Cost] says. The errors are those of [codec.Decode], a [TooLargeError], or ctx's, which is looked at
// between trials.
func Smallest(ctx context.Context, data []byte, h *codec.Header, o Options) (Result, error) {
	if h.Damage != nil {
		return Result{}, h.Damage
	}
	f := &file{ctx: ctx, data: data, header: h, options: o, least: math.MaxInt64}
	defer f.release()
	f.filter()
	if f.extras() {
		f.best.Holds = f.missing[0]
		if err := f.verify(); err != nil {
			return Result{}, err
		}
		return f.finish()
	}
	if err := f.strip(); err != nil {
		return Result{}, err
	}
	f.stripped = f.best.Data
	if err := f.own(); err != nil {
		return Result{}, err
	}
	if err := f.choose(); err != nil {
		return Result{}, err
	}
	return f.finish()
}

// finish holds the best file against the limit, and tells what it lacks.
func (f *file) finish() (Result, error) {
	if size, limit := int64(len(f.best.Data)), f.options.MaxBytes; limit > 0 && size > limit {
		return Result{}, &TooLargeError{min(size, f.least), limit}
	}
	if f.best.Method != Kept {
		if f.best.Format == codec.PNG && f.best.Method == Recoded && !marked(f.best.Data) {
			setZlibHeader(f.best.Data, zlibLevel(f.options.effort()))
		}
		f.best.Lost, f.best.Dropped = f.missing, f.filtered
	}
	return f.best, f.ctx.Err()
}

// file is one call of Smallest.
type file struct {
	ctx     context.Context
	data    []byte
	header  *codec.Header
	options Options
	// keep is what the policy lets through of the metadata, and filtered the warnings of that.
	keep     meta.Blocks
	filtered []string
	// missing are the extras that a file written anew lacks. gainMap is the one that goes along, nil for none, and second
	// its file without metadata.
	missing []codec.Extra
	gainMap *codec.GainMapFile
	second  []byte
	// stripped is the input less the metadata that have to go.
	stripped []byte
	best     Result
	// ownPalette says that the file seems to be a PNG that this package gave a palette.
	ownPalette bool
	// least is the smallest file that was seen, whether it meets the goal or not.
	least int64

	decoded   *codec.Decoded
	reference *ssimulacra2.Reference
}

// offer takes data as the result if it is the smallest so far, and by enough.
func (f *file) offer(data []byte, m Method) {
	if len(data) < len(f.best.Data) && !f.settled(data) {
		f.take(data, f.header.Format, m)
	}
}

// warn adds warnings, each once: a picture may be decoded more often.
func (f *file) warn(texts ...string) {
	for _, text := range texts {
		if !slices.Contains(f.best.Warnings, text) {
			f.best.Warnings = append(f.best.Warnings, text)
		}
	}
}

// filter begins with the input, and with what of its metadata is to be kept.
func (f *file) filter() {
	f.best = Result{Data: f.data, Format: f.header.Format, Method: Kept}
	f.keep, f.filtered = meta.Filter(f.header.Metadata(), f.options.Metadata, f.target())
}

// target is the file itself, as metadata see it.
func (f *file) target() meta.Target {
	h := f.header
	return meta.Target{Width: h.Width, Height: h.Height, Orientation: h.Orientation, Room: h.Format.MetadataRoom()}
}

// strip goes on with the input less the metadata that have to go.
func (f *file) strip() error {
	h, o := f.header, f.options
	if o.Metadata == meta.All || len(h.Blocks) == 0 || !h.Format.CanStrip() {
		return nil
	}
	stripped, changed, err := codec.ReplaceMetadata(f.data, h, f.keep, false)
	if err != nil || !changed {
		return err
	}
	if len(stripped) > len(f.data) { // what is kept takes more in another form
		t := f.target()
		t.Room = meta.Room{EXIF: h.Format.MetadataRoom().EXIF}
		f.keep, _ = meta.Filter(h.Metadata(), meta.None, t)
		if stripped, _, err = codec.ReplaceMetadata(f.data, h, f.keep, false); err != nil {
			return err
		}
	}
	if stripped = f.joined(stripped); len(stripped) <= len(f.data) && !bytes.Equal(stripped, f.data) {
		f.best.Data, f.best.Method = stripped, Stripped
	}
	return nil
}

// own offers what the picture takes in its own format. Formats without a writer of their own are looked at only, so that
// no damaged file is passed on as whole.
func (f *file) own() error {
	switch f.header.Format {
	case codec.JPEG:
		return f.jpeg()
	case codec.PNG:
		return f.png()
	case codec.WebP:
		return f.webp()
	case codec.GIF, codec.TIFF, codec.BMP:
		return f.again()
	case codec.AVIF, codec.JXL:
		if err := f.verify(); err != nil || f.options.MaxBytes == 0 || f.options.Lossless {
			return err
		}
		return f.lossy(f.coder(f.header.Format))
	}
	return f.verify()
}

// webp writes a lossless WebP again. What is lossy already stays as it is, unless it has to become smaller.
func (f *file) webp() error {
	if err := f.again(); err != nil {
		return err
	}
	o := f.options
	if f.header.Animated() || o.Lossless || o.MaxBytes == 0 && (o.Target == 0 || !f.header.Lossless) {
		return nil
	}
	return f.lossy(f.coder(codec.WebP))
}

// verify makes sure that the whole file can be decoded.
func (f *file) verify() error {
	if f.header.Animated() {
		a, err := codec.ReadAnimation(f.data, f.header, codec.DecodeOptions{})
		if err != nil {
			return err
		}
		for _, err := range a.All {
			if err != nil {
				return err
			}
		}
		return nil
	}
	scale := 1
	if f.header.Format == codec.JPEG { // all coded data are read, and few pixels made
		scale = 8
	}
	d, err := codec.Decode(f.data, f.header, codec.DecodeOptions{Scale: scale})
	if err != nil {
		return err
	}
	f.warn(d.Warnings...)
	d.Release()
	return nil
}
