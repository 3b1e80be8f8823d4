package codec

import (
	"image"
	"iter"
)

// Animation is a sequence of pictures that are read or made one at a time: it never holds more than one of them.
type Animation struct {
	Width, Height int // in pixels, at least 1; every frame has this size
	Plays         int // how often it is played, 0 = for ever
	// All goes through the frames, from the first one each time. An error ends it. A frame's picture is valid until the
	// next one is asked for, and must not be changed.
	All iter.Seq2[Frame, error]
}

// Frame is one picture of an animation as a viewer shows it: with all earlier ones that it builds upon.
type Frame struct {
	Image *image.NRGBA // its bounds begin at (0,0)
	Delay Delay
}

// Delay is how long a frame is shown: Num/Den seconds. Den is at least 1.
type Delay struct{ Num, Den uint32 }

// nanoseconds returns the delay rounded to nearest.
func (d Delay) nanoseconds() int64 {
	den := int64(max(d.Den, 1))
	return (int64(d.Num)*1e9 + den/2) / den
}

// CanAnimate says whether format f holds animations that imgpool reads and writes.
func (f Format) CanAnimate() bool { return f == GIF || f == PNG || f == WebP }

// Animated says that the file is an animation, not a still picture or a document of several pages.
func (h *Header) Animated() bool { return h.Frames > 1 && h.Format.CanAnimate() }

// ReadAnimation returns the animation in data, whose header is h as ReadHeader returned it for the same data. data must
// not change while the animation is in use. Going through the frames takes time linear in their number and size and in
// the size of data, and allocates what [Header.AnimationCost] says. The errors are those of [Decode]; with
// o.AllowTruncated the animation ends, with what is there, where they would come up. o.Scale is ignored.
func ReadAnimation(data []byte, h *Header, o DecodeOptions) (*Animation, error) {
	if err := h.check(data); err != nil {
		return nil, err
	}
	if !h.Format.CanAnimate() {
		return nil, UnsupportedError("animation in " + h.Format.String())
	}
	if h.Damage != nil && !o.AllowTruncated {
		return nil, h.Damage
	}
	a := &Animation{Width: h.Width, Height: h.Height}
	var open func() frameReader
	switch h.Format {
	case GIF:
		a.Plays = gifPlays(data, h)
		open = func() frameReader { return newGIFFrames(data, h) }
	case PNG:
		a.Plays = pngPlays(data, h)
		open = func() frameReader { return newPNGFrames(data, h) }
	case WebP:
		a.Plays = webpPlays(data, h)
		open = func() frameReader { return newWebPFrames(data, h) }
	}
	a.All = func(yield func(Frame, error) bool) { showFrames(open(), newCanvas(h), o.AllowTruncated, yield) }
	return a, nil
}

// DecodeFrame makes the pixels of frame n, counted from 1, of an animation. It has the errors of [Decode], and fails with
// a FormatError when there are fewer frames.
func DecodeFrame(data []byte, h *Header, n int, o DecodeOptions) (*Decoded, error) {
	if n == 1 && !hiddenDefault(h) {
		return Decode(data, h, o)
	}
	a, err := ReadAnimation(data, h, o)
	if err != nil {
		return nil, err
	}
	i := 0
	for f, err := range a.All {
		if err != nil {
			return nil, err
		}
		if i++; i == n {
			return decoded(f.Image), nil
		}
	}
	return nil, formatErrorf("%s: there are only %d frames", h.Format, i)
}

// AnimationCost returns the most bytes that going through the frames of an animation takes: the canvas, what it was
// before the frame at hand, and that frame as its format's decoder makes it. The bytes of the file are not counted.
func (h *Header) AnimationCost() int64 {
	pixels := int64(h.Width) * int64(h.Height)
	one := *h
	if l, ok := h.layout.(*webpLayout); ok {
		// Later frames may be of the other kind, and as large as the canvas.
		worst := *l
		worst.rect = image.Rect(0, 0, h.Width, h.Height)
		worst.image.kind = "VP8L"
		one.layout = &worst
	}
	return 8*pixels + one.DecodeCost(DecodeOptions{}) + 8*pixels
}

// disposal is what becomes of a frame before the next one is drawn.
type disposal uint8

const (
	disposeNone disposal = iota
	disposeBackground
	disposePrevious
)

// frameDrawing is a frame as it is stored.
type frameDrawing struct {
	rect    image.Rectangle // where it lies; within the canvas but for GIF
	dispose disposal
	delay   Delay
	// draw puts the frame onto the canvas. It fails with a FormatError or a TruncatedError, and has drawn then what
	// there is.
	draw func(m *image.NRGBA) error
}

// frameReader gives the stored frames in their order, without decoding any. ok is false behind the last one.
type frameReader interface {
	next() (f frameDrawing, ok bool, err error)
}

// canvas is what frames are drawn on.
type canvas struct {
	image *image.NRGBA
	saved []byte // the pixels under a frame that is to vanish again
}

func newCanvas(h *Header) *canvas {
	return &canvas{image: image.NewNRGBA(image.Rect(0, 0, h.Width, h.Height))}
}

// showFrames draws frame by frame and yields the canvas after each.
func showFrames(r frameReader, c *canvas, allowTruncated bool, yield func(Frame, error) bool) {
	for shown := 0; ; shown++ {
		f, ok, err := r.next()
		if err != nil && (!allowTruncated || shown == 0) {
			yield(Frame{}, err)
			return
		}
		if !ok || err != nil {
			return
		}
		rect := f.rect.Intersect(c.image.Rect)
		if f.dispose == disposePrevious {
			c.save(rect)
		}
		err = f.draw(c.image)
		if err != nil && !allowTruncated {
			yield(Frame{}, err)
			return
		}
		if !yield(Frame{c.image, f.delay}, nil) || err != nil {
			return
		}
		switch f.dispose {
		case disposeBackground:
			c.clear(rect)
		case disposePrevious:
			c.restore(rect)
		}
	}
}

// rows calls f with the bytes of each row of r.
func (c *canvas) rows(r image.Rectangle, f func(row []byte)) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		f(c.image.Pix[c.image.PixOffset(r.Min.X, y):][:4*r.Dx()])
	}
}

func (c *canvas) save(r image.Rectangle) {
	c.saved = c.saved[:0]
	c.rows(r, func(row []byte) { c.saved = append(c.saved, row...) })
}

func (c *canvas) restore(r image.Rectangle) {
	left := c.saved
	c.rows(r, func(row []byte) { left = left[copy(row, left):] })
}

func (c *canvas) clear(r image.Rectangle) {
	c.rows(r, func(row []byte) { clear(row) })
}
