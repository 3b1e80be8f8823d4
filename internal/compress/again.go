package compress

import (
	"bytes"
	"errors"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// again writes the picture anew with the codec of its own format and offers the result where it shows the same.
func (f *file) again() error {
	if !f.canWriteAgain() {
		return f.verify()
	}
	o := codec.EncodeOptions{Format: f.header.Format, Lossless: true, Effort: f.options.effort(), ICC: f.header.ICC,
		ColourChunks: f.header.ColourChunks(), EXIF: f.keep.EXIF, XMP: f.keep.XMP}
	if f.header.Animated() {
		return f.framesAgain(o)
	}
	d, err := codec.Decode(f.data, f.header, codec.DecodeOptions{})
	if err != nil {
		return err
	}
	defer d.Release()
	f.best.Warnings = append(f.best.Warnings, d.Warnings...)
	var out bytes.Buffer
	if err := codec.Encode(&out, d.Image, o); err != nil || out.Len() >= len(f.best.Data) {
		return nil // a picture that is not for this writer stays as it is
	}
	h, err := codec.ReadHeader(out.Bytes())
	if err != nil {
		return err
	}
	written, err := codec.Decode(out.Bytes(), h, codec.DecodeOptions{})
	if err != nil {
		return err
	}
	defer written.Release()
	if samePicture(d.Image, written.Image) {
		f.offer(out.Bytes(), Recoded)
	}
	return nil
}

// canWriteAgain says whether writing the picture anew loses nothing that the pixels do not show.
func (f *file) canWriteAgain() bool {
	h := f.header
	switch h.Format {
	case codec.TIFF:
		// What a directory says beyond the picture is not written again, and colours for print would become sRGB.
		return h.Frames == 1 && len(h.Extras) == 0 && h.Orientation == 1 && h.Model != codec.CMYK && f.options.Metadata != meta.All
	case codec.WebP:
		return h.Lossless
	}
	return true
}

// framesAgain is again for an animation.
func (f *file) framesAgain(o codec.EncodeOptions) error {
	a, err := codec.ReadAnimation(f.data, f.header, codec.DecodeOptions{})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = codec.EncodeAnimation(&out, a, o, int64(len(f.best.Data)))
	if errors.Is(err, codec.ErrTooLong) || err == nil && out.Len() >= len(f.best.Data) {
		return f.verify()
	}
	if err != nil {
		return err
	}
	h, err := codec.ReadHeader(out.Bytes())
	if err != nil {
		return err
	}
	b, err := codec.ReadAnimation(out.Bytes(), h, codec.DecodeOptions{})
	if err != nil {
		return err
	}
	same, err := sameAnimation(a, b)
	if err == nil && same {
		f.offer(out.Bytes(), Recoded)
	}
	return err
}
