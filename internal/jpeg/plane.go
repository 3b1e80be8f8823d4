package jpeg

import (
	"math/bits"
	"sync"
)

// plane is the pixels of one component, padded to whole MCUs.
type plane struct {
	pix    []byte // stride*height bytes
	stride int    // bytes from one row to the next
}

// planeBuffer is the memory of all planes of one picture. It is pooled in
// classes of capacity, because fresh memory costs more than decoding at 1/8:
// the kernel has to hand out and clear every page.
type planeBuffer struct {
	mem   []byte
	class int
}

// planePools holds idle buffers by class; the garbage collector empties them.
var planePools [4 * 64]sync.Pool

// planeClass returns the capacity class for n bytes, n >= 1: classes are a
// quarter of an octave apart, so that at most a quarter is wasted.
func planeClass(n int64) (class int, size int64) {
	const least = 12 // 4 KiB
	n = max(n, 1<<least)
	octave := max(bits.Len64(uint64(n-1))-1, least-1) // 2^octave < n <= 2^(octave+1)
	step := int64(1) << (octave - 2)
	quarter := (n - 1<<octave + step - 1) / step // 1..4
	return 4*octave + int(quarter) - 1, 1<<octave + quarter*step
}

// newPlaneBuffer returns a buffer of n bytes with undefined content.
func newPlaneBuffer(n int) *planeBuffer {
	class, size := planeClass(int64(n))
	b, _ := planePools[class].Get().(*planeBuffer)
	if b == nil {
		b = &planeBuffer{mem: make([]byte, size), class: class}
	}
	return b
}

// release gives the buffer back to its pool.
func (b *planeBuffer) release() { planePools[b.class].Put(b) }
