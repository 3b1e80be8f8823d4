package jpeg

import (
	"bytes"
	"fmt"
	"image"
	"runtime"
	"testing"
)

// TestEffortOddSizes encodes small pictures of every subsampling with effort and
// lets two other decoders read them.
func TestEffortOddSizes(t *testing.T) {
	for n := 1; n <= 33; n += 1 + n/4 {
		for _, size := range []image.Point{{n, 7}, {19, n}} {
			o := EncodeOptions{Quality: 97, Effort: 1 + n%9}
			g := testGray(size.X, size.Y)
			checkOracles(t, fmt.Sprintf("grey %v", size), encoded(t, g, o), g, 32)
			for _, r := range ratios {
				m := testYCbCr(size.X, size.Y, r)
				checkOracles(t, fmt.Sprintf("%v %v", r, size), encoded(t, m, o), m, 25)
			}
		}
	}
}

// TestEffortPays: effort takes bytes off at every quality, and little off the
// picture, even where it is noise.
func TestEffortPays(t *testing.T) {
	img := testYCbCr(400, 300, image.YCbCrSubsampleRatio420)
	for _, c := range []struct {
		quality int
		bytes   float64 // of the plain progressive file
		dB      float64 // lost, of each plane
	}{{40, 0.75, 2}, {60, 0.75, 2.3}, {80, 0.75, 2.7}, {92, 0.75, 2.7}} {
		plain := encoded(t, img, EncodeOptions{Quality: c.quality, WriteOptions: WriteOptions{Progressive: true}})
		effort := encoded(t, img, EncodeOptions{Quality: c.quality, Effort: 4})
		if share := float64(len(effort)) / float64(len(plain)); share > c.bytes {
			t.Errorf("quality %d: %.3f of the bytes, want %.3f", c.quality, share, c.bytes)
		}
		var psnr [2][]float64
		for i, data := range [][]byte{plain, effort} {
			p, err := Decode(data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			psnr[i] = planePSNR(t, p.Image, img)
		}
		for i := range psnr[0] {
			if lost := psnr[0][i] - psnr[1][i]; lost > c.dB {
				t.Errorf("quality %d: plane %d loses %.2f dB, want %.2f", c.quality, i, lost, c.dB)
			}
		}
		t.Logf("quality %d: %d of %d bytes, %.2f and %.2f dB", c.quality, len(effort), len(plain), psnr[1], psnr[0])
	}
	var b bytes.Buffer
	for _, effort := range []int{-1, 10} {
		if err := Encode(&b, img, EncodeOptions{Effort: effort}); err == nil || b.Len() > 0 {
			t.Errorf("effort %d: error %v, %d bytes", effort, err, b.Len())
		}
	}
}

// TestEffortCost holds that encoding with effort takes no more than EncodeCost
// says, noise at quality 100 included.
func TestEffortCost(t *testing.T) {
	img := testYCbCr(800, 600, image.YCbCrSubsampleRatio420)
	noise := image.NewYCbCr(img.Rect, img.SubsampleRatio)
	for _, p := range [][]byte{noise.Y, noise.Cb, noise.Cr} {
		for i := range p {
			p[i] = byte(i * i >> 3 * 17)
		}
	}
	for name, m := range map[string]*image.YCbCr{"scene": img, "noise": noise} {
		for _, o := range []EncodeOptions{{Quality: 80, Effort: 4}, {Quality: 100, Effort: 1}} {
			var b bytes.Buffer
			b.Grow(4 << 20)
			runtime.GC() // empties the pools
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := Encode(&b, m, o)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if took, cost := int64(after.TotalAlloc-before.TotalAlloc), EncodeCost(800, 600, 1.5, o); took > cost {
				t.Errorf("%s, %+v: took %d bytes, EncodeCost is %d", name, o, took, cost)
			} else {
				t.Logf("%s, quality %d: took %d bytes, EncodeCost is %d", name, o.Quality, took, cost)
			}
		}
	}
}
