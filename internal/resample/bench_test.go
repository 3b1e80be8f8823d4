package resample

import (
	"fmt"
	"image"
	"testing"

	"github.com/disintegration/imaging"

	"imgpool/internal/kernel/kerneltest"
)

// The megapixels of the metric are those of the source.
func BenchmarkResize(b *testing.B) {
	for _, c := range []struct{ sw, sh, w, h int }{
		{1200, 900, 800, 600},  // a photo after scaled decoding
		{6000, 4000, 800, 533}, // a full picture
		{400, 300, 800, 600},   // enlarged
	} {
		srcs := pictures(c.sw, c.sh, 1)
		srcs = []image.Image{srcs[6], srcs[0], srcs[2], srcs[1], srcs[3]}
		for _, src := range append(srcs, alphaYCbCr(c.sw, c.sh, image.YCbCrSubsampleRatio420)) {
			for _, orientation := range []int{1, 6} {
				if orientation != 1 && c.sw != 1200 {
					continue
				}
				o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420, Orientation: orientation}
				b.Run(fmt.Sprintf("%s/%dto%d/turn%d", name(src), c.sw, c.w, orientation), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						m, err := Resize(src, Rect{}, c.w, c.h, o)
						if err != nil {
							b.Fatal(err)
						}
						Recycle(m)
					}
					b.ReportMetric(float64(c.sw*c.sh)*float64(b.N)/b.Elapsed().Seconds()/1e6, "MP/s")
				})
			}
		}
	}
}

// The main job, a photo after scaled decoding, on each path of this machine.
func BenchmarkPhoto(b *testing.B) {
	src := pictures(1200, 900, 1)[6]
	o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420}
	kerneltest.BenchEachImpl(b, func(b *testing.B) {
		for b.Loop() {
			Recycle(mustResize(b, src, Rect{}, 800, 600, o))
		}
		b.ReportMetric(1.08*float64(b.N)/b.Elapsed().Seconds(), "MP/s")
	})
}

func BenchmarkWeights(b *testing.B) {
	c := curveOf(imaging.Lanczos)
	var s scratch
	x := span{n: 1200, to: 1199.5, step: 1199.5 / 800, count: 800}
	b.ReportAllocs()
	for b.Loop() {
		s.axes16[0].curve, s.axes16[1].curve = nil, nil
		if err := s.axes8(0, x, x, c); err != nil {
			b.Fatal(err)
		}
	}
}

// A turn without a change of size.
func BenchmarkTurn(b *testing.B) {
	src := pictures(2000, 1500, 1)[6]
	for _, orientation := range []int{1, 3, 6, 8} {
		o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420, Orientation: orientation}
		w, h := 2000, 1500
		if orientation >= 5 {
			w, h = h, w
		}
		b.Run(fmt.Sprint(orientation), func(b *testing.B) {
			for b.Loop() {
				Recycle(mustResize(b, src, Rect{}, w, h, o))
			}
			b.ReportMetric(3e6*float64(b.N)/b.Elapsed().Seconds()/1e6, "MP/s")
		})
	}
}
