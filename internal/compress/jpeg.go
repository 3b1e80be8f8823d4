package compress

import (
	"bytes"
	"errors"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/jpeg"
	"imgpool/internal/meta"
	"imgpool/internal/optimize/search"
)

// jpeg offers the same coefficients in fewer bytes, or fewer of them where the file's quality is above what is asked for.
// A file whose steps are as coarse as that already loses nothing.
func (f *file) jpeg() error {
	o := f.options
	if o.Metadata == meta.All && f.has("trailer") {
		return f.verify()
	}
	var out bytes.Buffer
	err := codec.RecodeJPEG(&out, f.data, f.header, f.recoding())
	var unsupported codec.UnsupportedError
	if errors.As(err, &unsupported) {
		return f.verify()
	}
	if err != nil {
		return err
	}
	f.offer(f.joined(out.Bytes()), Recoded)
	if o.Lossless || o.Target > 0 && o.Again && f.best.Method == Kept {
		return nil
	}
	return f.lossy(f.requantiser())
}

// recoding is what recoding keeps.
func (f *file) recoding() codec.RecodeOptions {
	return codec.RecodeOptions{Effort: f.options.effort(), Blocks: f.keep, All: f.options.Metadata == meta.All}
}

// requantiser is the coder that gives the file coarser steps.
func (f *file) requantiser() coder {
	encode := func(quality int) ([]byte, error) {
		var out bytes.Buffer
		if _, err := codec.RequantiseJPEG(&out, f.data, f.header, quality, f.recoding()); err != nil {
			return nil, err
		}
		return f.joined(out.Bytes()), nil
	}
	c := coder{format: codec.JPEG, low: lowest, high: 100, curve: search.JPEG, encode: encode}
	// Above the quality of the file nothing changes. One whose tables tell none is searched as if it were made of pixels.
	if source, err := jpeg.SourceQuality(f.data); err == nil && source > 0 {
		c.high, c.curve = max(source, c.low), search.JPEGFrom(source)
		c.known = search.Known{Quality: source, Bytes: len(f.best.Data)}
	}
	return c
}

// fullChromaQuality is the quality from which on chroma is not subsampled.
const fullChromaQuality = 90

// has says that the file has a block of that name.
func (f *file) has(name string) bool {
	return slices.ContainsFunc(f.header.Blocks, func(b codec.Block) bool { return b.Name == name })
}
