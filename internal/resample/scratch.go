package resample

import (
	"image"
	"sync"
)

// scratch is the memory of one call, kept between calls.
type scratch struct {
	axes16 [4]axis[int16] // luma x and y, chroma x and y
	axes32 [2]axis[int32]
	row16  buffers[int16]
	row32  buffers[int32]
	bytes  []byte
}

// buffers is the working memory of the passes for one type of sample.
type buffers[T int16 | int32] struct {
	source  []T // eight rows as the horizontal pass reads them, plane after plane
	window  []T // rows after the first pass, plane after plane
	columns []T // result of the horizontal pass
	strip   []T // scratch of the horizontal pass
	out     []T // one row per plane after the second pass
	rows    [][]T
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// pixels holds pixel memory that Recycle was given.
var pixels sync.Pool // of *[]byte

// grow returns a slice of n elements, in the memory of s if that is enough.
// Its content is undefined.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// alloc returns n bytes of undefined content.
func alloc(n int) []byte {
	if p, _ := pixels.Get().(*[]byte); p != nil && cap(*p) >= n {
		return (*p)[:n]
	}
	return make([]byte, n)
}

// Recycle takes the memory of a picture that Resize made, for use by a later
// call. The caller must hold no other reference to the picture or its pixels.
// Calling it is optional. A picture of another origin is all right if its
// memory is the caller's to give away; other types are ignored.
func Recycle(img image.Image) {
	var pix []byte
	switch m := img.(type) {
	case *image.YCbCr:
		pix = m.Y // Resize carves all planes out of one allocation, Y first
		m.Y, m.Cb, m.Cr = nil, nil, nil
	case *image.NYCbCrA:
		pix = m.Y
		m.Y, m.Cb, m.Cr, m.A = nil, nil, nil, nil
	case *image.Gray:
		pix, m.Pix = m.Pix, nil
	case *image.Gray16:
		pix, m.Pix = m.Pix, nil
	case *image.NRGBA:
		pix, m.Pix = m.Pix, nil
	case *image.NRGBA64:
		pix, m.Pix = m.Pix, nil
	case *image.CMYK:
		pix, m.Pix = m.Pix, nil
	}
	if cap(pix) > 0 {
		pixels.Put(&pix)
	}
}
