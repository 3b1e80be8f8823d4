package compress

import (
	"bytes"
	"errors"
	"slices"

	"imgpool/internal/codec"
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
	r, err := codec.NewJPEGRecoder(f.data, f.header, f.recoding())
	var unsupported codec.UnsupportedError
	if errors.As(err, &unsupported) {
		return f.verify()
	}
	if err != nil {
		return err
	}
	if !o.Lossless && o.MaxBytes == 0 && o.Target == 0 && f.gainMap == nil {
		return f.coarser(r)
	}
	if err := f.recoded(r); err != nil {
		return err
	}
	if o.Lossless || o.Target > 0 && o.Again && f.best.Method == Kept {
		return nil
	}
	if c := f.requantiser(r); c.high >= c.low {
		return f.lossy(c)
	}
	return nil
}

// coarser offers the file with the steps of the quality asked for, or as it is in fewer bytes: that is not looked at where
// coarser steps surely save more.
func (f *file) coarser(r *codec.JPEGRecoder) error {
	var out bytes.Buffer
	quality := f.options.quality()
	changed, err := r.Requantise(&out, quality)
	f.best.Trials++
	switch {
	case err != nil:
		return err
	case !changed:
		f.offer(out.Bytes(), Recoded)
	case f.pays(out.Bytes()):
		f.take(out.Bytes(), codec.JPEG, Lossy)
		f.best.Quality = quality
	default:
		return f.recoded(r)
	}
	return nil
}

// recoded offers the same coefficients in fewer bytes.
func (f *file) recoded(r *codec.JPEGRecoder) error {
	var out bytes.Buffer
	if err := r.Recode(&out); err != nil {
		return err
	}
	f.offer(f.joined(out.Bytes()), Recoded)
	return nil
}

// recoding is what recoding keeps.
func (f *file) recoding() codec.RecodeOptions {
	return codec.RecodeOptions{Effort: f.options.effort(), Blocks: f.keep, All: f.options.Metadata == meta.All}
}

// requantiser is the coder that gives the file coarser steps. Above a quality nothing changes, and no trial is to find that.
func (f *file) requantiser(r *codec.JPEGRecoder) coder {
	encode := func(quality int) ([]byte, error) {
		var out bytes.Buffer
		if _, err := r.Requantise(&out, quality); err != nil {
			return nil, err
		}
		return f.joined(out.Bytes()), nil
	}
	return coder{format: codec.JPEG, low: lowest, high: r.Finest(), model: coarserJPEG{r}, encode: encode,
		known: search.Known{Quality: 100, Bytes: len(f.best.Data)}}
}

// coarserJPEG is what is expected of a file with coarser steps.
type coarserJPEG struct{ recoder *codec.JPEGRecoder }

// Bytes implements search.Model.
func (c coarserJPEG) Bytes(quality int) float64 {
	return search.Log2(c.recoder.Estimate(quality).Bytes)
}

// lossScores are means over photos of qualities 80 to 96, by the logarithm of the loss.
var lossScores = search.Line{{-10, 97}, {-8, 94.5}, {-7, 92.6}, {-6, 90.7}, {-5, 87.6}, {-4.5, 86.2}, {-4, 84.3}, {-3.5, 82.2}, {-3, 79},
	{-2.5, 74.6}, {-2, 68.3}, {-1.5, 61.3}, {-1, 52.7}, {-0.5, 41.6}, {0, 27.5}, {0.5, 10.5}, {1, -6}, {1.5, -30}, {2, -55}}

// Score implements search.Model.
func (c coarserJPEG) Score(quality int) float64 {
	const scale = 1 << 10 // Log2 is for numbers of 1 and more
	return lossScores.At(search.Log2(c.recoder.Estimate(quality).Loss*scale) - 10)
}

// has says that the file has a block of that name.
func (f *file) has(name string) bool {
	return slices.ContainsFunc(f.header.Blocks, func(b codec.Block) bool { return b.Name == name })
}
