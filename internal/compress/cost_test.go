package compress

import (
	"bytes"
	"context"
	"runtime"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// Coarser steps for a JPEG take coefficients and no pixels.
func TestCostOfJPEG(t *testing.T) {
	var b bytes.Buffer
	if err := codec.Encode(&b, imgtest.Photo(7, 1200, 900), codec.EncodeOptions{Format: codec.JPEG, Quality: 95}); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(data))
	for _, o := range []Options{{}, {Lossless: true}} {
		runtime.GC() // empties the pools
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Smallest(context.Background(), data, h, o); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if took, cost := int64(after.TotalAlloc-before.TotalAlloc), Cost(h, size, o); took > cost {
			t.Errorf("%+v: took %d bytes, Cost is %d", o, took, cost)
		}
	}
	lossless, lossy := Cost(h, size, Options{Lossless: true}), Cost(h, size, Options{})
	if lossless >= lossy {
		t.Errorf("Cost is %d without loss, and %d with it", lossless, lossy)
	}
	if cost := Cost(h, size, Options{MaxBytes: size / 3}); cost != lossy {
		t.Errorf("for a limit: Cost is %d, and %d for a quality", cost, lossy)
	}
	if cost := Cost(h, size, Options{Target: 90}); cost <= lossy {
		t.Errorf("with a score: Cost is %d, and %d for a quality", cost, lossy)
	}
}
