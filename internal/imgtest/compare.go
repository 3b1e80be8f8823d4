package imgtest

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// Straight returns the colour of a pixel without premultiplied alpha, each channel from 0 to 65535.
func Straight(m image.Image, x, y int) color.NRGBA64 {
	switch m := m.(type) {
	case *image.NRGBA64:
		return m.NRGBA64At(x, y)
	case *image.NRGBA:
		c := m.NRGBAAt(x, y)
		return color.NRGBA64{uint16(c.R) * 257, uint16(c.G) * 257, uint16(c.B) * 257, uint16(c.A) * 257}
	}
	return color.NRGBA64Model.Convert(m.At(x, y)).(color.NRGBA64)
}

// over puts one channel on a background of 0 or 65535.
func over(v, a uint16, background float64) float64 {
	t := float64(a) / 65535
	return float64(v)*t + background*(1-t)
}

// sameSize ends the comparison with a message when the pictures differ in size.
func sameSize(a, b image.Image) {
	if a.Bounds().Size() != b.Bounds().Size() {
		panic(fmt.Sprintf("imgtest: pictures of %v and %v cannot be compared", a.Bounds().Size(), b.Bounds().Size()))
	}
}

// each calls f with the difference of every channel of every pixel, in 8-bit levels (255 is white against black), after
// putting both pictures on black and on white. What is invisible does not count.
func each(a, b image.Image, f func(x, y int, d float64)) {
	sameSize(a, b)
	p, q := a.Bounds().Min, b.Bounds().Min
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			c, d := Straight(a, p.X+x, p.Y+y), Straight(b, q.X+x, q.Y+y)
			for _, background := range []float64{0, 65535} {
				f(x, y, (over(c.R, c.A, background)-over(d.R, d.A, background))/257)
				f(x, y, (over(c.G, c.A, background)-over(d.G, d.A, background))/257)
				f(x, y, (over(c.B, c.A, background)-over(d.B, d.A, background))/257)
			}
		}
	}
}

// MaxDiff returns the largest difference of any channel of any pixel, in 8-bit levels: 255 is white against black, 1/257
// is one level of 65535. Pictures with alpha are put on black and on white; what is invisible does not count. The pictures
// must have the same size; their positions and pixel types may differ.
func MaxDiff(a, b image.Image) float64 {
	worst := 0.0
	each(a, b, func(_, _ int, d float64) { worst = max(worst, math.Abs(d)) })
	return worst
}

// MeanDiff returns the mean absolute difference of all channels, measured as [MaxDiff] does.
func MeanDiff(a, b image.Image) float64 {
	sum, n := 0.0, 0
	each(a, b, func(_, _ int, d float64) { sum, n = sum+math.Abs(d), n+1 })
	return sum / max(1, float64(n))
}

// PSNR returns the peak signal-to-noise ratio in decibels over all channels, measured as [MaxDiff] does; +Inf for equal
// pictures. Above 40 the eye sees no difference.
func PSNR(a, b image.Image) float64 {
	sum, n := 0.0, 0
	each(a, b, func(_, _ int, d float64) { sum, n = sum+d*d, n+1 })
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(n)/sum)
}
