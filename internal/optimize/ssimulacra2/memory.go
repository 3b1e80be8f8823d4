package ssimulacra2

import (
	"sync"

	"imgpool/internal/kernel/ssim"
)

// samples holds the memory of released references.
var samples sync.Pool // of *[]float32

// recycled returns n samples of undefined content.
func recycled(n int) []float32 {
	if p, _ := samples.Get().(*[]float32); p != nil && cap(*p) >= n {
		return (*p)[:n]
	}
	return make([]float32, n)
}

// Release gives the memory of r to references made later. Calling it is
// optional; r must not be used afterwards.
func (r *Reference) Release() {
	for _, levels := range r.levels {
		for i := range levels {
			samples.Put(&levels[i].samples)
		}
	}
	r.levels = [2][]planes{}
}

// Cost returns how many bytes a reference of w times h pixels and a comparison
// with it take, at most, within a few per cent: about 20 a pixel, 36 if the
// reference is transparent. They are taken by [NewReference] and free after
// Release.
func Cost(w, h int, transparent bool) int64 {
	reference, light := int64(0), int64(0)
	width, height := w, h
	for i := range levels(w, h) {
		size := 3 * 4 * int64(strideOf(width)) * int64(height)
		reference += size
		if i == 1 || i == 2 {
			light += size
		}
		width, height = (width+1)/2, (height+1)/2
	}
	if transparent {
		reference *= 2
	}
	rows := 4 * int64(rowCount) * int64(strideOf(w)+2*ssim.Margin)
	return reference + light + rows
}
