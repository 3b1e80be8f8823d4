package resample

import (
	"bytes"
	"testing"
)

// Blocks, rests and mirrored runs against one pixel at a time.
func TestPickEveryShape(t *testing.T) {
	const side = 64 // pixels of source and output, either way
	for _, size := range []int{1, 2, 4, 8} {
		stride := side * size
		src := make([]byte, side*stride)
		noise(src, uint32(size))
		for _, w := range []int{1, 2, 7, 8, 9, 16, 19} {
			for _, h := range []int{1, 7, 8, 17, 24} {
				for _, step := range []int32{1, -1, 2, 0} {
					xs, ys := make([]int32, w), make([]int32, h)
					for i := range xs {
						xs[i] = 20 + int32(i)*step
					}
					for k := range ys {
						ys[k] = int32(k*7) % 20
					}
					for _, transpose := range []bool{false, true} {
						got, want := make([]byte, len(src)), make([]byte, len(src))
						pickBytes(got, stride, src, stride, xs, ys, size, transpose)
						for k, y := range ys {
							for i, x := range xs {
								at := k*stride + i*size
								if transpose {
									at = i*stride + k*size
								}
								copy(want[at:at+size], src[int(y)*stride+int(x)*size:])
							}
						}
						if !bytes.Equal(got, want) {
							t.Fatalf("%d x %d of %d bytes, step %d, transpose %v: differs", w, h, size, step, transpose)
						}
					}
				}
			}
		}
	}
}
