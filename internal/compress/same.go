package compress

import (
	"bytes"
	"image"
	"image/color"
	"iter"

	"imgpool/internal/codec"
)

// samePicture says whether two pictures are equal in every sample of every pixel whose alpha is not 0.
func samePicture(a, b image.Image) bool {
	size := a.Bounds().Size()
	if b.Bounds().Size() != size {
		return false
	}
	switch p := a.(type) {
	case *image.NRGBA:
		if q, ok := b.(*image.NRGBA); ok {
			return sameRows(p.Pix, q.Pix, p.Stride, q.Stride, size, 4)
		}
	case *image.NRGBA64:
		if q, ok := b.(*image.NRGBA64); ok {
			return sameRows(p.Pix, q.Pix, p.Stride, q.Stride, size, 8)
		}
	case *image.Gray:
		if q, ok := b.(*image.Gray); ok {
			return sameRows(p.Pix, q.Pix, p.Stride, q.Stride, size, 1)
		}
	case *image.Gray16:
		if q, ok := b.(*image.Gray16); ok {
			return sameRows(p.Pix, q.Pix, p.Stride, q.Stride, size, 2)
		}
	}
	for y := range size.Y {
		for x := range size.X {
			p := color.NRGBA64Model.Convert(a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y)).(color.NRGBA64)
			q := color.NRGBA64Model.Convert(b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y)).(color.NRGBA64)
			if p != q && p.A|q.A != 0 {
				return false
			}
		}
	}
	return true
}

// sameRows compares pixels of n bytes each; those of 4 and 8 bytes have alpha in their last quarter.
func sameRows(p, q []byte, pStride, qStride int, size image.Point, n int) bool {
	row := size.X * n
	for y := range size.Y {
		a, b := p[y*pStride:][:row], q[y*qStride:][:row]
		if bytes.Equal(a, b) {
			continue
		}
		if n < 4 {
			return false
		}
		for x := 0; x < row; x += n {
			a, b := a[x:x+n], b[x:x+n]
			if !bytes.Equal(a, b) && (!zero(a[n-n/4:]) || !zero(b[n-n/4:])) {
				return false
			}
		}
	}
	return true
}

func zero(alpha []byte) bool {
	for _, v := range alpha {
		if v != 0 {
			return false
		}
	}
	return true
}

// sameAnimation says whether two animations show equal frames for equal times, equally often. An error of reading
// either comes back.
func sameAnimation(a, b *codec.Animation) (bool, error) {
	if a.Width != b.Width || a.Height != b.Height || a.Plays != b.Plays {
		return false, nil
	}
	next, stop := iter.Pull2(b.All)
	defer stop()
	for p, err := range a.All {
		if err != nil {
			return false, err
		}
		q, err, ok := next()
		if err != nil {
			return false, err
		}
		if !ok || !sameDelay(p.Delay, q.Delay) || !samePicture(p.Image, q.Image) {
			return false, nil
		}
	}
	_, err, more := next()
	return !more, err
}

func sameDelay(p, q codec.Delay) bool {
	return uint64(p.Num)*uint64(max(q.Den, 1)) == uint64(q.Num)*uint64(max(p.Den, 1))
}
