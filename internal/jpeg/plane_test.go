package jpeg

import "testing"

// TestPlaneClass: a class is as large as what it is for, by a quarter at most,
// and one class has one size.
func TestPlaneClass(t *testing.T) {
	sizes := map[int]int64{}
	for n := int64(1); n < 1<<34; n += 1 + n/17 {
		class, size := planeClass(n)
		if size < n || size > max(4096, n+n/4+4) {
			t.Fatalf("%d bytes for %d", size, n)
		}
		if class < 0 || class >= len(planePools) || sizes[class] != 0 && sizes[class] != size {
			t.Fatalf("class %d of %d bytes and of %d", class, size, sizes[class])
		}
		sizes[class] = size
	}
	for _, size := range sizes {
		if _, again := planeClass(size); again != size {
			t.Errorf("a buffer of %d bytes is replaced by one of %d", size, again)
		}
	}
}
