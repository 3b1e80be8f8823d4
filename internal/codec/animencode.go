package codec

import (
	"bytes"
	"errors"
	"fmt"
	"image"
)

// ErrTooLong is what EncodeAnimation fails with when its output would grow beyond the limit.
var ErrTooLong = errors.New("codec: the animation takes more bytes than the limit")

// EncodeAnimation appends a to dst as a file of o.Format: GIF, PNG or WebP. Frames are cut down to what has changed.
// Delays are rounded to what the format can state (GIF 1/100 s, WebP 1/1000 s) in such a way that no frame begins more
// than half a unit off. It may go through a's frames twice. limit is how many bytes of output it may hold at any time,
// a's frames not counted; beyond, it fails with ErrTooLong. Errors of a come back as they are, others are those of
// [Encode]. When it fails dst is as it was.
func EncodeAnimation(dst *bytes.Buffer, a *Animation, o EncodeOptions, limit int64) error {
	if !o.Format.CanAnimate() {
		return UnsupportedError("animation in " + o.Format.String())
	}
	if side := o.Format.MaxSide(); a.Width > side || a.Height > side {
		return UnsupportedError(fmt.Sprintf("a %s file with a side of more than %d pixels", o.Format, side))
	}
	start := dst.Len()
	var err error
	switch o.Format {
	case GIF:
		err = encodeGIFFrames(dst, a, limit)
	case PNG:
		err = encodePNGFrames(dst, a, o, limit)
	case WebP:
		err = encodeWebPFrames(dst, a, o, limit)
	}
	if err != nil {
		dst.Truncate(start)
	}
	return err
}

// EncodeAnimationCost returns the most bytes that EncodeAnimation allocates for frames of w x h pixels beyond three times
// its limit, which the growing output may take.
func EncodeAnimationCost(w, h int, o EncodeOptions) int64 {
	pixels := int64(w) * int64(h)
	cost := EncodeCost((*image.NRGBA)(nil), w, h, o) + 8*pixels // the frame before, and a part of this one
	if o.Format == GIF {
		cost += cost // a global palette is tried as well
	}
	return cost
}

// clock turns delays into whole units without letting rounding errors add up.
type clock struct {
	unit           int64 // nanoseconds
	longest        int64 // delay in units
	elapsed, shown int64 // nanoseconds, units
}

func (c *clock) next(d Delay) int64 {
	c.elapsed += d.nanoseconds()
	n := min((c.elapsed+c.unit/2)/c.unit-c.shown, c.longest)
	c.shown += n
	return n
}

// changes is the smallest rectangle outside of which two pictures of the same size look the same.
func changes(a, b *image.NRGBA) image.Rectangle {
	return bounds(a, b, func(p, q []byte) bool {
		return p[3]|q[3] != 0 && (p[0] != q[0] || p[1] != q[1] || p[2] != q[2] || p[3] != q[3])
	})
}

// bounds is the smallest rectangle around the pixels for which differ is true. Pixels of the same bytes do not differ.
func bounds(a, b *image.NRGBA, differ func(p, q []byte) bool) (r image.Rectangle) {
	w := a.Rect.Dx()
	for y := range a.Rect.Dy() {
		p, q := a.Pix[y*a.Stride:][:4*w], b.Pix[y*b.Stride:][:4*w]
		if bytes.Equal(p, q) {
			continue
		}
		lo, hi := 0, w
		for lo < w && !differ(p[4*lo:4*lo+4], q[4*lo:4*lo+4]) {
			lo++
		}
		for hi > lo && !differ(p[4*hi-4:4*hi], q[4*hi-4:4*hi]) {
			hi--
		}
		r = r.Union(image.Rect(lo, y, hi, y+1))
	}
	return r
}

// copyFrame makes dst, which may be nil, equal to src.
func copyFrame(dst, src *image.NRGBA) *image.NRGBA {
	if dst == nil {
		dst = image.NewNRGBA(src.Rect)
	}
	w := 4 * src.Rect.Dx()
	for y := range src.Rect.Dy() {
		copy(dst.Pix[y*dst.Stride:][:w], src.Pix[y*src.Stride:])
	}
	return dst
}

// part returns a part of a picture as one of its own that shares the pixels.
func part(m *image.NRGBA, r image.Rectangle) *image.NRGBA {
	return &image.NRGBA{Pix: m.Pix[m.PixOffset(r.Min.X, r.Min.Y):], Stride: m.Stride, Rect: image.Rectangle{Max: r.Size()}}
}
