package compress

import (
	"context"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// Smallest returns the smallest file that shows the picture in data as o asks for. h is data's header, as
// codec.ReadHeader returned it for the same data; data must not change. Compare the header with your limits first. It
// allocates what [Cost] says. The errors are those of [codec.Decode], a [TooLargeError], or ctx's, which is looked at
// between trials.
func Smallest(ctx context.Context, data []byte, h *codec.Header, o Options) (Result, error) {
	if h.Damage != nil {
		return Result{}, h.Damage
	}
	f := &file{ctx: ctx, data: data, header: h, options: o}
	if err := f.strip(); err != nil {
		return Result{}, err
	}
	if err := f.recode(); err != nil {
		return Result{}, err
	}
	if o.MaxBytes > 0 && int64(len(f.best.Data)) > o.MaxBytes {
		return Result{}, &TooLargeError{int64(len(f.best.Data)), o.MaxBytes}
	}
	return f.best, ctx.Err()
}

// file is one call of Smallest.
type file struct {
	ctx     context.Context
	data    []byte
	header  *codec.Header
	options Options
	// keep is what the policy lets through of the metadata.
	keep meta.Blocks
	best Result
}

// offer takes data as the result if it is the smallest so far.
func (f *file) offer(data []byte, m Method) {
	if len(data) < len(f.best.Data) {
		f.best.Data, f.best.Method = data, m
	}
}

// strip begins with the input less the metadata that have to go.
func (f *file) strip() error {
	h, o := f.header, f.options
	f.best = Result{Data: f.data, Format: h.Format, Method: Kept}
	t := meta.Target{Width: h.Width, Height: h.Height, Orientation: h.Orientation, Room: h.Format.MetadataRoom()}
	var warnings []string
	f.keep, warnings = meta.Filter(h.Metadata(), o.Metadata, t)
	f.best.Warnings = append(f.best.Warnings, warnings...)
	if o.Metadata == meta.All || len(h.Blocks) == 0 || !h.Format.CanStrip() {
		return nil
	}
	stripped, changed, err := codec.ReplaceMetadata(f.data, h, f.keep, false)
	if err != nil || !changed {
		return err
	}
	if len(stripped) > len(f.data) { // what is kept takes more in another form
		t.Room = meta.Room{EXIF: h.Format.MetadataRoom().EXIF}
		f.keep, _ = meta.Filter(h.Metadata(), meta.None, t)
		if stripped, _, err = codec.ReplaceMetadata(f.data, h, f.keep, false); err != nil {
			return err
		}
	}
	if len(stripped) <= len(f.data) {
		f.best.Data, f.best.Method = stripped, Stripped
	}
	return nil
}

// recode offers what the format's own writer makes of the picture. Formats without one are looked at only, so that no
// damaged file is passed on as whole.
func (f *file) recode() error {
	switch f.header.Format {
	case codec.GIF, codec.TIFF, codec.BMP:
		return f.again()
	case codec.WebP:
		if f.header.Lossless {
			return f.again()
		}
	}
	return f.verify()
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
	f.best.Warnings = append(f.best.Warnings, d.Warnings...)
	d.Release()
	return nil
}
