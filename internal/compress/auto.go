package compress

import (
	"image"
	"image/color"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/colour"
	"imgpool/internal/meta"
	"imgpool/internal/optimize/png"
	"imgpool/internal/optimize/search"
)

// white is what a picture would lie on in a format without alpha; those are not used for transparent pictures.
var white = color.NRGBA{R: 255, G: 255, B: 255, A: 255}

// choose offers the picture in the other formats that are allowed, at like quality.
func (f *file) choose() error {
	if len(f.options.Formats) == 0 || !f.mayChange() {
		return nil
	}
	own := f.best
	own.Sizes = nil
	sizes := []Size{{f.header.Format, int64(len(own.Data))}}
	if !slices.Contains(f.options.Formats, f.header.Format) {
		// Any allowed format wins that is smaller than the file was.
		f.best.Data, f.best.Method = f.data, Kept
	}
	for _, format := range f.options.Formats {
		if format == f.header.Format {
			continue
		}
		best := f.best
		if err := f.as(format); err != nil {
			return err
		}
		if f.best.Format == format {
			sizes = append(sizes, Size{format, int64(len(f.best.Data))})
		} else {
			best.Trials, best.Warnings = f.best.Trials, f.best.Warnings
			f.best = best
		}
	}
	if f.best.Format == own.Format { // no other format was smaller
		own.Trials, own.Warnings = f.best.Trials, f.best.Warnings
		f.best = own
	}
	f.best.Sizes = sizes
	return nil
}

// mayChange says that the picture would be shown the same in another format, and not lose twice.
func (f *file) mayChange() bool {
	h := f.header
	switch {
	case h.Orientation != 1 || h.Model == codec.CMYK || h.Model == codec.YCCK || h.Depth > 8 || h.Frames > 1:
		return false
	case h.Format == codec.JPEG:
		return !slices.Contains(h.Extras, codec.GainMap) && !f.options.Lossless
	case h.Format == codec.PNG:
		return !f.has("gAMA") && !f.has("cICP") && !f.has("cHRM") || f.has("sRGB") || len(h.ICC) > 0
	}
	return h.Lossless
}

// as offers the picture in the given format, where that holds it.
func (f *file) as(format codec.Format) error {
	if !format.CanWrite() || max(f.header.Width, f.header.Height) > format.MaxSide() || !f.holdsProfile(format) {
		return nil
	}
	img, err := f.picture()
	if err != nil {
		return err
	}
	if format == codec.JPEG && !opaque(img) {
		return nil
	}
	t := meta.Target{Width: f.header.Width, Height: f.header.Height, Orientation: 1, Room: format.MetadataRoom()}
	keep := f.keep
	f.keep, _ = meta.Filter(f.header.Metadata(), f.options.Metadata, t)
	defer func() { f.keep = keep }()
	lossless := format == codec.PNG || format == codec.TIFF || format == codec.BMP
	if lossless || format == codec.WebP {
		if err := f.asLossless(format, img); err != nil {
			return err
		}
	}
	if size := img.Bounds().Size(); f.options.Lossless || lossless || min(size.X, size.Y) < smallestScored {
		return nil
	}
	c := f.coder(format)
	c.low = lowestLike
	if f.options.MaxBytes > 0 {
		return f.lossy(c)
	}
	return f.reach(c, f.likeQuality())
}

// smallestScored is the side, in pixels, below which scores mean little, and lowestLike the quality below which no score
// is believed.
const (
	smallestScored = 64
	lowestLike     = 20
)

// likeQuality is the score that stands for what is asked for.
func (f *file) likeQuality() float64 {
	if f.options.Target > 0 {
		return f.options.Target
	}
	return search.JPEG.Score(f.options.quality())
}

// asLossless offers the same pixels in another format.
func (f *file) asLossless(format codec.Format, img image.Image) error {
	if f.header.Format == codec.JPEG { // far too large, always
		return nil
	}
	var data []byte
	var err error
	if format == codec.PNG && len(f.keep.EXIF)+len(f.keep.XMP) == 0 && !keepsProfile(f.header) {
		data, err = png.Encode(f.ctx, img, f.pngOptions())
	} else {
		data, err = f.encode(codec.EncodeOptions{Format: format, Lossless: true})
	}
	if err == nil && len(data) < len(f.best.Data) {
		f.take(data, format, Recoded)
	}
	return err
}

// holdsProfile says that files of the format show the colours as the file does. A profile for grey goes with pictures that
// are stored as grey.
func (f *file) holdsProfile(format codec.Format) bool {
	h := f.header
	if !keepsProfile(h) {
		return true
	}
	grey := colour.ForGrey(h.ICC)
	return format.CanProfile(grey) && (!grey || format == codec.PNG || h.Model == codec.Gray && !h.Alpha)
}

// keepsProfile says that colours are not what they are taken for without a profile.
func keepsProfile(h *codec.Header) bool { return len(h.ICC) > 0 && !colour.IsSRGB(h.ICC) }

// opaque says that no pixel is transparent.
func opaque(img image.Image) bool {
	switch m := img.(type) {
	case *image.YCbCr, *image.Gray, *image.Gray16:
		return true
	case interface{ Opaque() bool }:
		return m.Opaque()
	}
	return false
}
