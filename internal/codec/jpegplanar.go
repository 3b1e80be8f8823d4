package codec

import (
	"errors"
	"image"

	"imgpool/internal/jpeg"
)

// decodePlanar decodes the JPEGs that people have, grey and YCbCr, with the project's own decoder. It returns nil and
// no error for a file that is not for it: those are left to the library.
func decodePlanar(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	if !isPlanar(h) {
		return nil, nil
	}
	options := planarOptions(h, o)
	p, err := jpeg.Decode(data, options)
	var (
		unsupported jpeg.UnsupportedError
		incomplete  *jpeg.IncompleteError
	)
	switch {
	case errors.As(err, &unsupported):
		return nil, nil
	case errors.As(err, &incomplete):
		return nil, jpegIncomplete(incomplete)
	case err != nil:
		return nil, formatErrorf("JPEG: %v", err)
	}
	scale := options.ScaleLuma
	if p.Image.Bounds() != image.Rect(0, 0, ceilDiv(h.Width, scale), ceilDiv(h.Height, scale)) {
		p.Release()
		return nil, FormatError("JPEG: header and data disagree about the size")
	}
	d := &Decoded{Image: p.Image, Width: p.Width, Height: p.Height, Release: p.Release}
	if p.Incomplete != nil && h.Damage == nil {
		d.Warnings = append(d.Warnings, p.Incomplete.Error())
	}
	return d, nil
}

// isPlanar says that the project's own decoder would see in the file what ReadHeader saw.
func isPlanar(h *Header) bool {
	l := h.layout.(*jpegLayout)
	switch {
	case h.Depth != 8 || h.Model != Gray && h.Model != YCbCr:
		return false
	case h.Model == Gray:
		return len(l.components) == 1
	case len(l.components) != 3 || l.adobe == 0 || l.components[0].id == 'R':
		return false
	}
	_, planar := l.planar()
	return planar
}

// planarOptions turns the wish for scales into what the decoder takes: the chroma scale only where its planes still are
// a subsampling that image.YCbCr knows.
func planarOptions(h *Header, o DecodeOptions) jpeg.Options {
	p := jpeg.Options{ScaleLuma: 1, AllowTruncated: o.AllowTruncated}
	for p.ScaleLuma < 8 && 2*p.ScaleLuma <= o.Scale {
		p.ScaleLuma *= 2
	}
	p.ScaleChroma = p.ScaleLuma
	if h.Model == YCbCr && (o.ChromaScale == 2*p.ScaleLuma || 2*o.ChromaScale == p.ScaleLuma) {
		x, y := chromaFactors(h.Subsampling)
		x, y = x*o.ChromaScale, y*o.ChromaScale
		_, ok := ratioOf(x/p.ScaleLuma, y/p.ScaleLuma)
		if ok && x%p.ScaleLuma == 0 && y%p.ScaleLuma == 0 && o.ChromaScale <= 8 {
			p.ScaleChroma = o.ChromaScale
		}
	}
	return p
}

// ratioOf is the reverse of chromaFactors.
func ratioOf(x, y int) (image.YCbCrSubsampleRatio, bool) {
	for r := image.YCbCrSubsampleRatio444; r <= image.YCbCrSubsampleRatio410; r++ {
		if rx, ry := chromaFactors(r); rx == x && ry == y {
			return r, true
		}
	}
	return 0, false
}

// jpegIncomplete gives the decoder's finding the types of this package.
func jpegIncomplete(e *jpeg.IncompleteError) error {
	if e.Truncated {
		return TruncatedError{Percent: e.Percent}
	}
	return formatErrorf("JPEG: %v", e)
}

// planarCost is what decodePlanar allocates in bytes; ok is false for files that are not for it.
func planarCost(h *Header, o DecodeOptions) (cost int64, ok bool) {
	if !isPlanar(h) {
		return 0, false
	}
	header, err := jpeg.Parse(h.data)
	if err != nil {
		return 0, false
	}
	cost = jpeg.Cost(header, len(h.data), planarOptions(h, o))
	return cost, cost > 0
}
