package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"

	"imgpool/internal/jpeg"
	"imgpool/internal/meta"
)

// encodeJPEG writes JPEG with optimised Huffman tables. YCbCr planes are coded as they are if their subsampling is the
// one wanted.
func encodeJPEG(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	ratio := image.YCbCrSubsampleRatio420
	if o.Chroma444 {
		ratio = image.YCbCrSubsampleRatio444
	}
	switch m := flatten(to8(img), o.Background).(type) {
	case *image.Gray:
		img = m
	case *image.YCbCr:
		img = withSubsampling(m, ratio)
	case *image.NRGBA:
		img = withSubsampling(toPlanes(m), ratio)
	}
	start := dst.Len()
	err := jpeg.Encode(dst, img, jpeg.EncodeOptions{Quality: o.quality(), Effort: o.Effort, WriteOptions: jpeg.WriteOptions{
		Progressive: o.Progressive, ICC: o.ICC, EXIF: o.EXIF, XMP: o.XMP,
	}})
	if more := appendJPEGBlocks(nil, meta.Blocks{Photoshop: o.Photoshop, Comments: o.Comments}); err == nil && len(more) > 0 {
		insertBehindAPP1(dst, start, more)
	}
	var unsupported jpeg.UnsupportedError
	if errors.As(err, &unsupported) {
		return UnsupportedError(string(unsupported) + " in a JPEG")
	}
	return err
}

// insertBehindAPP1 puts segments into the file that begins at start: behind its first segment, EXIF and XMP, and in front of
// the profile, in the order in which stripJPEG leaves them.
func insertBehindAPP1(dst *bytes.Buffer, start int, segments []byte) {
	dst.Write(segments)
	file := dst.Bytes()[start:]
	at := 4 + int(binary.BigEndian.Uint16(file[4:])) // start of image, marker, segment
	for file[at+1] == mAPP1 {
		at += 2 + int(binary.BigEndian.Uint16(file[at+2:]))
	}
	copy(file[at+len(segments):], file[at:len(file)-len(segments)])
	copy(file[at:], segments)
}

// toPlanes converts an opaque picture to luma and chroma, as JFIF (ITU-T T.871, clause 7) defines them.
func toPlanes(m *image.NRGBA) *image.YCbCr {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	dst := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio444)
	for y := range h {
		src := m.Pix[y*m.Stride : y*m.Stride+4*w]
		row := y * w
		for x := range w {
			s := src[4*x : 4*x+4 : 4*x+4]
			dst.Y[row+x], dst.Cb[row+x], dst.Cr[row+x] = color.RGBToYCbCr(s[0], s[1], s[2])
		}
	}
	return dst
}

// jpegEncodeCost counts planes converted from pixels, the encoder's working memory, and the output twice, once while it
// grows. The encoder states its need for noise at quality 100; at qualities for photos noise takes two thirds of that
// without effort, and about 0.4 bytes per sample of output instead of 1.3.
func jpegEncodeCost(k pixelKind, w, h int64, o EncodeOptions) int64 {
	samples := 1.5
	if o.Chroma444 {
		samples = 3
	}
	cost := jpeg.EncodeCost(int(w), int(h), samples, jpeg.EncodeOptions{Effort: o.Effort, WriteOptions: jpeg.WriteOptions{Progressive: o.Progressive}})
	output := 1.3
	if o.quality() <= 92 {
		output = 0.4
		if o.Effort == 0 {
			cost = cost * 2 / 3
		}
	}
	if !k.planar && !k.grey || k.alpha || k.deep {
		cost += 5 * w * h
	}
	return cost + int64(2*output*samples*float64(w*h))
}
