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
	return f.lossy(f.requantiser(f.data, f.header))
}

// recoding is what recoding keeps.
func (f *file) recoding() codec.RecodeOptions {
	return codec.RecodeOptions{Effort: f.options.effort(), Blocks: f.keep, All: f.options.Metadata == meta.All && f.header.Format == codec.JPEG}
}

// requantiser is the coder that gives the JPEG in data coarser steps.
func (f *file) requantiser(data []byte, h *codec.Header) coder {
	encode := func(quality int) ([]byte, error) {
		var out bytes.Buffer
		if _, err := codec.RequantiseJPEG(&out, data, h, quality, f.recoding()); err != nil {
			return nil, err
		}
		return f.joined(out.Bytes()), nil
	}
	c := coder{format: codec.JPEG, low: lowest, high: 100, curve: search.JPEG, encode: encode}
	// Above the quality of the file nothing changes. One whose tables tell none is searched as if it were made of pixels.
	if source, err := jpeg.SourceQuality(data); err == nil && source > 0 {
		c.high, c.curve = max(source, c.low), search.JPEGFrom(source)
		c.known = search.Known{Quality: source, Bytes: len(f.best.Data)}
	}
	return c
}

// asJPEG is the coder that makes a JPEG of a picture in another format: one of the highest quality, which is then given
// coarser steps, because those are chosen with more care than the encoder takes.
func (f *file) asJPEG() coder {
	type base struct {
		data []byte
		h    *codec.Header
	}
	var bases [2]base // with chroma halved, and not
	c := coder{format: codec.JPEG, low: lowest, high: 100, curve: search.JPEG}
	c.encode = func(quality int) ([]byte, error) {
		full := quality >= fullChromaQuality
		b := &bases[0]
		if full {
			b = &bases[1]
		}
		if b.data == nil {
			data, err := f.encode(codec.EncodeOptions{Format: codec.JPEG, Quality: 100, Chroma444: full, Background: white})
			if err != nil {
				return nil, err
			}
			b.data = data
			if b.h, err = codec.ReadHeader(data); err != nil {
				return nil, err
			}
		}
		return f.requantiser(b.data, b.h).encode(quality)
	}
	return c
}

// fullChromaQuality is the quality from which on chroma is not subsampled.
const fullChromaQuality = 90

// has says that the file has a block of that name.
func (f *file) has(name string) bool {
	return slices.ContainsFunc(f.header.Blocks, func(b codec.Block) bool { return b.Name == name })
}
