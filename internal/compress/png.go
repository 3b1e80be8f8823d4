package compress

import (
	"encoding/binary"
	"errors"
	"image"
	"image/draw"
	"iter"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
	"imgpool/internal/optimize/palette"
	"imgpool/internal/optimize/png"
)

// png offers the same pixels in fewer bytes, and a palette where that is good enough. What this step gave a palette before
// does not get another one, which would lose again: see [marked].
func (f *file) png() error {
	h, o := f.header, f.options
	var err error
	if f.ownPalette, err = f.seemsOwn(); err != nil {
		return err
	}
	lossless := o.Lossless || h.Depth > 8 || h.Frames > 1
	if !lossless && !f.ownPalette && o.MaxBytes == 0 && o.Target == 0 {
		return f.pngPalette()
	}
	before := len(f.best.Data)
	if err := f.pngLossless(); err != nil || lossless {
		return err
	}
	if f.ownPalette && o.MaxBytes == 0 && float64(len(f.best.Data)) > float64(before)*(1-ownSavings) {
		return nil
	}
	return f.lossy(f.paletted())
}

// sureSavings is more, as a share, than the way without loss saves of a file that was compressed at all.
const sureSavings = 0.4

// pngPalette offers a palette at the quality asked for. The way without loss takes more time than all else, so it is only
// taken where it may give the smaller file.
func (f *file) pngPalette() error {
	before := f.best
	if err := f.lossy(f.paletted()); err != nil {
		return err
	}
	lossy := f.best
	f.best = before
	raw := 3 * f.header.Width * f.header.Height
	packed := len(before.Data) < raw*3/4 // else anything saves as much
	if lossy.Method == Lossy && packed && float64(len(lossy.Data)) < float64(len(before.Data))*(1-sureSavings) {
		f.best = lossy
		return nil
	}
	if lossy.Method == Lossy {
		far, err := f.farBelowLossless(len(lossy.Data))
		if err != nil {
			return err
		}
		if far {
			f.best = lossy
			return nil
		}
	}
	if err := f.pngLossless(); err != nil {
		return err
	}
	f.best.Trials = lossy.Trials
	if lossy.Method == Lossy && f.pays(lossy.Data) {
		f.best = lossy
	}
	return nil
}

// pngLossless offers the same pixels in fewer bytes.
func (f *file) pngLossless() error {
	out, err := f.optimised(f.best.Data)
	var format png.FormatError
	if errors.As(err, &format) { // if the rest is sound, the file stays as it is
		return f.verify()
	}
	if err == nil {
		if f.ownPalette && len(out) < len(f.best.Data) {
			mark(out)
		}
		f.offer(out, Recoded)
	}
	return err
}

// optimised returns a PNG in fewer bytes, or data itself.
func (f *file) optimised(data []byte) ([]byte, error) {
	return png.Optimize(f.ctx, data, f.pngOptions())
}

func (f *file) pngOptions() png.Options {
	all := f.options.Metadata == meta.All
	effort := f.options.effort()
	if f.ownPalette { // as it was written, so that nothing is found the second time
		effort = max(effort-paletteEase, png.MinEffort)
	}
	return png.Options{Effort: effort, MaxPixels: int64(f.header.Width) * int64(f.header.Height) * int64(f.header.Frames+1),
		Keep: func(kind string, _ []byte) bool { return all || !describesStorage[kind] }}
}

// describesStorage lists the chunks that tell how samples came about. No picture looks other without them.
var describesStorage = map[string]bool{"bKGD": true, "hIST": true, "sBIT": true, "sPLT": true}

// pngError turns an error of package png into one of codec's.
func (f *file) pngError(err error) error {
	var format png.FormatError
	if errors.As(err, &format) {
		return codec.FormatError("PNG: " + string(format))
	}
	return err
}

// paletteRange is how far below the quality asked for a palette may be, as pngquant's users have it: 60-80.
const paletteRange = 20

// paletteEase is by how much the effort for a palette's pixels is below that for others: there the next steps take the same
// time and save a tenth as much.
const paletteEase = 3

// paletted is the coder that gives the picture a palette of as few colours as the quality asks for.
func (f *file) paletted() coder {
	c := coder{format: codec.PNG, low: lowest, high: 100}
	if f.options.MaxBytes > 0 || f.options.Target > 0 { // many trials
		c.finish = func(trial []byte) ([]byte, error) {
			data, err := f.optimised(trial)
			var format png.FormatError
			if errors.As(err, &format) { // a chunk of the source's that is not understood
				return trial, nil
			}
			if err == nil && len(data) < len(trial) {
				mark(data)
			}
			return data, err
		}
	}
	c.encode = func(quality int) ([]byte, error) {
		img, err := f.picture()
		if err != nil {
			return nil, err
		}
		o, write := palette.Options{Quality: quality, Effort: f.options.effort()}, f.pngOptions()
		if c.finish == nil {
			o.MinQuality = max(quality-paletteRange, 0)
			write.Effort = max(f.options.effort()-paletteEase, png.MinEffort)
		} else {
			write.Effort = png.MinEffort
		}
		few, _, err := palette.Quantise(toNRGBA(img), o)
		if err != nil {
			return nil, err
		}
		data, err := png.Encode(f.ctx, few, write)
		if err != nil {
			return nil, f.pngError(err)
		}
		data = f.withChunks(data)
		mark(data)
		return data, nil
	}
	return c
}

// withChunks puts the chunks of the best PNG so far into the PNG in data, but for those that tell of its own pixels.
func (f *file) withChunks(data []byte) []byte {
	if f.header.Format != codec.PNG {
		return data
	}
	const first = 8 + 25 // signature and IHDR
	out := slices.Clone(data[:first])
	for kind, chunk := range ancillary(f.stripped) {
		if !describesStorage[kind] {
			out = append(out, chunk...)
		}
	}
	return append(out, data[first:]...)
}

// ancillarySize is the bytes of the chunks that the best PNG so far has besides its picture.
func (f *file) ancillarySize() int {
	n := 0
	for _, chunk := range ancillary(f.best.Data) {
		n += len(chunk)
	}
	return n
}

// ancillary yields the types and the bytes of a PNG's chunks that no picture needs, tRNS being none of them.
func ancillary(data []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for at := len(pngSignature); at+12 <= len(data); {
			end := at + 12 + int(binary.BigEndian.Uint32(data[at:]))
			if end < at || end > len(data) {
				return
			}
			kind := string(data[at+4 : at+8])
			if kind[0]&0x20 != 0 && kind != "tRNS" && !yield(kind, data[at:end]) {
				return
			}
			at = end
		}
	}
}

// toNRGBA is img, converted if it is of another type.
func toNRGBA(img image.Image) *image.NRGBA {
	if m, ok := img.(*image.NRGBA); ok {
		return m
	}
	m := image.NewNRGBA(img.Bounds())
	draw.Draw(m, m.Rect, img, img.Bounds().Min, draw.Src)
	return m
}
