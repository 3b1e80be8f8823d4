package palette

import (
	"image"
	"image/color"
)

// Shared is a palette for several pictures, such as the frames of an animation. Add all of them, then Settle, then Paint
// each. It takes what [Quantise] takes for the largest of them.
type Shared struct {
	q       *quantiser
	counter *counter
}

// NewShared returns a palette for pictures to come, all alpha and colours as [Quantise] has them. Options.MinQuality has no
// meaning. The error tells of an option out of its range.
func NewShared(o Options) (*Shared, error) {
	q, err := newQuantiser(o)
	if err != nil {
		return nil, err
	}
	return &Shared{q, newCounter()}, nil
}

// Add counts the colours of a picture.
func (s *Shared) Add(img *image.NRGBA) { count(s.counter, img) }

// Settle chooses the colours. MSE is 0 in the result where the palette has all colours of all pictures. The palette is
// empty if these had no pixels.
func (s *Shared) Settle() (color.Palette, Result) {
	if s.q.hist = newHistogram(s.counter); len(s.q.hist.entries) == 0 {
		return nil, Result{}
	}
	s.q.choose()
	s.q.settler.measure()
	s.q.hist = nil
	return s.q.colours, s.q.result
}

// Paint returns one of the pictures with the colours that were chosen.
func (s *Shared) Paint(img *image.NRGBA) *image.Paletted {
	s.counter.reset()
	c := count(s.counter, img)
	entries := newHistogram(s.counter).entries
	guess := uint8(0) // colours that appear together are often alike
	for i := range entries {
		guess, _ = s.q.settler.nearest(entries[i].at, guess)
		entries[i].choice = guess
	}
	return s.q.paint(c, entries)
}
