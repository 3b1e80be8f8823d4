package palette

import (
	"errors"
	"fmt"
	"image"
	"image/color"
)

// ErrQuality is returned when a palette of the size allowed cannot reach the least quality.
var ErrQuality = errors.New("a palette does not reach the quality asked for")

// Dither says how colours that the palette lacks are shown.
type Dither uint8

const (
	DitherOn   Dither = iota // mixed from others where one alone would be seen to be wrong
	DitherNone               // as the nearest
)

// Options say what is wanted. The zero value asks for the best palette of 256 colours, dithered.
type Options struct {
	// Quality is what the palette is to reach, 1 to 100 on pngquant's scale. As with pngquant it aims at more, and the
	// more so the smaller the picture is. It gets the fewest colours for that.
	// Default: 100, which keeps pictures of no more than MaxColours colours as they are.
	Quality int
	// MinQuality is the least quality to return a picture with, up to 100. Default: 0, any.
	MinQuality int
	// MaxColours is the size of the palette at most, 3 to 256: one colour for opaque, semitransparent and invisible
	// pixels each. Default: 256, what PNG and GIF hold.
	MaxColours int
	// Dither says how colours that the palette lacks are shown. Default: DitherOn.
	Dither Dither
	// Effort, 1 to 9, trades time for a better palette. Default: 4.
	Effort int
}

// Result says what a palette came to.
type Result struct {
	Quality int     // on the scale of Options.Quality, of the nearest colours
	Colours int     // number of palette entries
	MSE     float64 // mean squared error by importance, in millionths of the square of full green
}

// Quantise returns the picture with a palette of at most o.MaxColours colours, all of them color.NRGBA. Opaque pixels stay
// opaque and invisible ones become {0, 0, 0, 0}; alphas from 253 on count as opaque, those up to 2 as invisible. The error
// is ErrQuality or tells of an option out of its range or a picture without pixels. It takes 4 bytes a pixel, the result
// included, and up to 8 MiB.
func Quantise(img *image.NRGBA, o Options) (*image.Paletted, Result, error) {
	q, err := newQuantiser(o)
	if err != nil {
		return nil, Result{}, err
	}
	if img.Rect.Empty() {
		return nil, Result{}, errors.New("a picture without pixels has no palette")
	}
	colours := newCounter()
	c := count(colours, img)
	q.hist = newHistogram(colours)
	q.choose()
	if q.result.Quality < o.MinQuality {
		return nil, q.result, fmt.Errorf("%w: %d instead of %d", ErrQuality, q.result.Quality, o.MinQuality)
	}
	return q.paint(c, q.hist.entries), q.result, nil
}

// counted is a picture whose colours were counted.
type counted struct {
	img     *image.NRGBA
	weights []uint8  // importance of each pixel
	pixels  []uint16 // the entry of each pixel
	exact   bool     // whether each entry is one colour
}

func count(colours *counter, img *image.NRGBA) *counted {
	c := &counted{img: img, weights: importance(img)}
	c.pixels = make([]uint16, len(c.weights))
	colours.count(img, c.weights, c.pixels)
	c.exact = colours.bits == 8
	return c
}

func (o Options) withDefaults() (Options, error) {
	for _, v := range []struct {
		name      string
		value     *int
		def       int
		low, high int
	}{
		{"palette quality", &o.Quality, 100, 1, 100},
		{"least palette quality", &o.MinQuality, 0, 0, 100},
		{"number of palette colours", &o.MaxColours, 256, 3, 256},
		{"palette effort", &o.Effort, 4, 1, 9},
	} {
		if *v.value == 0 {
			*v.value = v.def
		}
		if *v.value < v.low || *v.value > v.high {
			return o, fmt.Errorf("%s %d is not within %d to %d", v.name, *v.value, v.low, v.high)
		}
	}
	return o, nil
}

// quantiser makes a palette.
type quantiser struct {
	Options
	hist    *histogram // of what it is for
	settler settler
	colours color.Palette
	result  Result
}

func newQuantiser(o Options) (*quantiser, error) {
	o, err := o.withDefaults()
	return &quantiser{Options: o}, err
}
