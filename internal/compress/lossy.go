package compress

import (
	"bytes"
	"errors"
	"image"
	"math"

	"imgpool/internal/codec"
	"imgpool/internal/optimize/palette"
	"imgpool/internal/optimize/search"
	"imgpool/internal/optimize/ssimulacra2"
)

// coder writes the picture with loss.
type coder struct {
	format    codec.Format
	low, high int // qualities that may be used
	model     search.Model
	known     search.Known // what is there already, by the same kind of coder
	encode    func(quality int) ([]byte, error)
	// finish, where not nil, makes of a trial the file that is meant, with the
	// same pixels and no more bytes.
	finish func(trial []byte) ([]byte, error)
}

// lowest is the least quality that is used to get below a number of bytes: with less, nothing is recognised any more.
const lowest = 10

// coder returns the codec's own coder of a format.
func (f *file) coder(format codec.Format) coder {
	c := coder{format: format, low: lowest, high: 100}
	c.encode = func(quality int) ([]byte, error) {
		return f.encode(codec.EncodeOptions{Format: format, Quality: quality, Chroma444: true, Background: white})
	}
	switch format {
	case codec.JPEG:
		c.model = search.JPEG
	case codec.WebP:
		c.model = search.WebP
	case codec.AVIF:
		c.model = search.AVIF
	}
	return c
}

// encode writes the picture with the codec, and with what is kept of its metadata.
func (f *file) encode(o codec.EncodeOptions) ([]byte, error) {
	img, err := f.picture()
	if err != nil {
		return nil, err
	}
	o.Effort = f.options.effort()
	o.Chroma444 = o.Chroma444 && fullChroma(img)
	o.EXIF, o.XMP = f.keep.EXIF, f.keep.XMP
	if keepsProfile(f.header) {
		o.ICC = f.header.ICC
	}
	var out bytes.Buffer
	err = codec.Encode(&out, img, o)
	return out.Bytes(), err
}

// fullChroma says that a picture has chroma of full resolution. JPEG with effort halves that where nobody is to see it;
// where somebody would, the bytes that it takes are worth it at every quality.
func fullChroma(img image.Image) bool {
	m, planar := img.(*image.YCbCr)
	return !planar || m.SubsampleRatio == image.YCbCrSubsampleRatio444
}

// lossySavings is what coding with loss has to save over the lossless way, as a share: less is not worth a generation.
const lossySavings = 0.02

// lossy looks for the file of c that meets the goal, and offers it. Nothing is offered where that cannot be.
func (f *file) lossy(c coder) error {
	o := f.options
	switch {
	case o.MaxBytes > 0:
		return f.fit(c, o.MaxBytes)
	case o.Target > 0:
		return f.reach(c, o.Target)
	}
	data, err := c.encode(o.quality())
	f.best.Trials++
	if errors.Is(err, palette.ErrQuality) {
		return nil
	}
	if err == nil && f.pays(data) {
		f.take(data, c.format, Lossy)
		f.best.Quality = o.quality()
	}
	return err
}

// fit offers the file of the best quality that fits, unless there is one without loss.
func (f *file) fit(c coder, limit int64) error {
	if int64(len(f.best.Data)) <= limit {
		return nil
	}
	if q := f.options.Quality; q > 0 {
		c.high = max(min(c.high, q), c.low)
	}
	found, err := search.Fit(f.ctx, f.within(c), limit, c.encode)
	f.best.Trials += found.Trials
	if err == nil && c.finish != nil {
		found.Data, err = c.finish(found.Data)
	}
	if err != nil {
		return err
	}
	if size := int64(len(found.Data)); size <= limit {
		f.take(found.Data, c.format, Lossy)
		f.best.Quality = found.Quality
	} else {
		f.least = min(f.least, size)
	}
	return nil
}

// errLarger ends a search that cannot win any more.
var errLarger = errors.New("larger than what is there")

// reach offers the smallest file of c that scores at least target.
func (f *file) reach(c coder, target float64) error {
	if f.header.Inks() { // not for a screen, and not for a score
		return nil
	}
	trials := 0
	found, err := search.Reach(f.ctx, f.within(c), target, func(quality int) ([]byte, float64, error) {
		trials++
		data, err := c.encode(quality)
		if err != nil {
			return nil, 0, err
		}
		score, err := f.score(data)
		if err == nil && score < target && !f.pays(data) {
			err = errLarger
		}
		return data, score, err
	})
	f.best.Trials += trials
	if err == nil && c.finish != nil {
		found.Data, err = c.finish(found.Data)
	}
	switch {
	case errors.Is(err, errLarger), errors.Is(err, ssimulacra2.ErrTooSmall):
		return nil
	case err == nil && found.Met && f.pays(found.Data):
		f.take(found.Data, c.format, Lossy)
		f.best.Quality, f.best.Score = found.Quality, found.Score
	}
	return err
}

// pays says that a file with loss is enough smaller than the best so far, where that has lost nothing.
func (f *file) pays(data []byte) bool {
	if f.best.Method == Lossy {
		return len(data) < len(f.best.Data)
	}
	return float64(len(data)) < math.Floor(float64(len(f.best.Data))*(1-lossySavings))
}

// take makes data the result.
func (f *file) take(data []byte, format codec.Format, m Method) {
	f.best.Data, f.best.Format, f.best.Method, f.best.Quality, f.best.Score = data, format, m, 0, 0
}

// within is where to search with c.
func (f *file) within(c coder) search.Range {
	return search.Range{Low: c.low, High: c.high, Model: c.model, Pixels: f.header.Width * f.header.Height, Known: c.known}
}
