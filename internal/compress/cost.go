package compress

import (
	"image"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/optimize/png"
	"imgpool/internal/optimize/ssimulacra2"
)

// Cost returns the most bytes that [Smallest] allocates for a file of size bytes with header h, its result included.
func Cost(h *codec.Header, size int64, o Options) int64 {
	const results = 3 // the stripped file, and an output as it grows
	if h.Animated() {
		e := codec.EncodeOptions{Format: h.Format, Lossless: true, Effort: o.effort()}
		return 2*results*size + 2*h.AnimationCost() + codec.EncodeAnimationCost(h.Width, h.Height, e)
	}
	cost := h.DecodeCost(codec.DecodeOptions{})
	if h.Format == codec.JPEG { // no pixels, but where the file has to be looked at only
		cost = max(h.DecodeCost(codec.DecodeOptions{Scale: 8}), h.RecodeCost(size, !o.Lossless))
	}
	if h.Format == codec.PNG || slices.Contains(o.Formats, codec.PNG) {
		// The optimiser holds everything itself; a palette needs the picture.
		cost += png.Cost(h.Width, h.Height, h.Depth > 8) + 12*int64(h.Width)*int64(h.Height) + 8<<20
	}
	if writesAgain(h.Format) {
		cost = max(cost, 2*h.DecodeCost(codec.DecodeOptions{})+encodeCost(h, h.Format, codec.EncodeOptions{Lossless: true, Effort: o.effort()}))
	}
	if slices.Contains(h.Extras, codec.GainMap) {
		size *= 2 // the picture with its map again, each time
	}
	lossy := lossyCost(h, o)
	if h.Format == codec.JPEG && o.Target > 0 { // the coefficients stay beside the pixels
		return results*size + cost + lossy
	}
	return results*size + max(cost, lossy)
}

// lossyCost is what trying other pixels and other formats takes: the picture, what it is compared with, and for each
// format in turn an encoder and its result decoded.
func lossyCost(h *codec.Header, o Options) int64 {
	var formats []codec.Format
	// A JPEG becomes no pixels to get coarser steps, only to get a score.
	if !o.Lossless && h.Format.CanWrite() && (o.Target > 0 || o.MaxBytes > 0 && h.Format != codec.JPEG) {
		formats = append(formats, h.Format)
	}
	formats = append(formats, o.Formats...)
	if len(formats) == 0 {
		return 0
	}
	trial := int64(0)
	for _, f := range formats {
		trial = max(trial, trialPixels(f)*int64(h.Width)*int64(h.Height))
		if f == codec.JPEG && h.Format == codec.JPEG { // coarser steps: counted with the coefficients
			continue
		}
		for _, lossless := range []bool{false, true} {
			e := codec.EncodeOptions{Lossless: lossless, Effort: o.effort(), Quality: 100, Progressive: true, Chroma444: true}
			trial = max(trial, encodeCost(h, f, e)+trialPixels(f)*int64(h.Width)*int64(h.Height))
		}
	}
	cost := h.DecodeCost(codec.DecodeOptions{}) + trial
	if o.Target > 0 || len(o.Formats) > 0 {
		cost += ssimulacra2.Cost(h.Width, h.Height, h.Alpha)
	}
	return cost
}

// trialPixels is the bytes a pixel takes to decode what was just encoded.
func trialPixels(f codec.Format) int64 {
	switch f {
	case codec.AVIF, codec.JXL:
		return 100
	}
	return 24
}

// writesAgain says that files of format f are written anew by the codec.
func writesAgain(f codec.Format) bool {
	return f == codec.GIF || f == codec.TIFF || f == codec.BMP || f == codec.WebP
}

func encodeCost(h *codec.Header, f codec.Format, o codec.EncodeOptions) int64 {
	o.Format = f
	return codec.EncodeCost(pixelType(h), h.Width, h.Height, o)
}

// pixelType is a value of the costliest type that decoding h may give.
func pixelType(h *codec.Header) image.Image {
	switch {
	case h.Depth > 8:
		return (*image.NRGBA64)(nil)
	case h.Model == codec.YCbCr && !h.Alpha:
		return (*image.YCbCr)(nil)
	}
	return (*image.NRGBA)(nil)
}
