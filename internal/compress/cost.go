package compress

import (
	"image"

	"imgpool/internal/codec"
)

// Cost returns the most bytes that [Smallest] allocates for a file of size bytes with header h, its result included.
func Cost(h *codec.Header, size int64, _ Options) int64 {
	const results = 3 // the stripped file, and an output as it grows
	cost := results * size
	if h.Animated() {
		o := codec.EncodeOptions{Format: h.Format, Lossless: true}
		return cost + 2*h.AnimationCost() + codec.EncodeAnimationCost(h.Width, h.Height, o) + results*size
	}
	decode := h.DecodeCost(codec.DecodeOptions{})
	switch h.Format {
	case codec.GIF, codec.TIFF, codec.BMP, codec.WebP:
		return cost + 2*decode + codec.EncodeCost(pixelType(h), h.Width, h.Height, codec.EncodeOptions{Format: h.Format, Lossless: true})
	}
	return cost + decode
}

// pixelType is a value of the costliest type that decoding h may give.
func pixelType(h *codec.Header) image.Image {
	if h.Depth > 8 {
		return (*image.NRGBA64)(nil)
	}
	return (*image.NRGBA)(nil)
}
