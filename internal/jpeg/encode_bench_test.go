package jpeg

import (
	"bytes"
	"image"
	"math"
	"testing"
	"time"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// encodeCorpus returns pictures of about web size to encode: photos of the
// corpus at a quarter of their size, or a made-up scene where there is no
// corpus.
func encodeCorpus(t testing.TB, most int) (imgs []image.Image, pixels int) {
	t.Helper()
	corpus(t, "photos", func(name string, data []byte) {
		if len(imgs) == most || len(data)%5 != 0 {
			return
		}
		img, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: 4})
		if m, ok := img.(*image.YCbCr); err == nil && ok && m.SubsampleRatio == image.YCbCrSubsampleRatio420 {
			imgs = append(imgs, m)
		}
	})
	if len(imgs) == 0 {
		imgs = append(imgs, testYCbCr(800, 600, image.YCbCrSubsampleRatio420))
	}
	for _, m := range imgs {
		pixels += m.Bounds().Dx() * m.Bounds().Dy()
	}
	return imgs, pixels
}

// coders are the encoders that the benchmarks set side by side; with equal
// settings their files have about equal sizes.
func coders(progressive bool) map[string]func(*bytes.Buffer, image.Image) error {
	o := EncodeOptions{Quality: 80, WriteOptions: WriteOptions{Progressive: progressive}}
	theirs := &jpegn.EncodeOptions{Quality: 80, OptimizeCoding: true, Progressive: progressive}
	return map[string]func(*bytes.Buffer, image.Image) error{
		"ours":  func(b *bytes.Buffer, m image.Image) error { return Encode(b, m, o) },
		"jpegn": func(b *bytes.Buffer, m image.Image) error { return jpegn.Encode(b, m, theirs) },
	}
}

func BenchmarkEncode(b *testing.B) {
	imgs, pixels := encodeCorpus(b, 12)
	run := func(b *testing.B, f func(*bytes.Buffer, image.Image) error) {
		var buf bytes.Buffer
		size := 0
		b.SetBytes(int64(pixels))
		b.ReportAllocs()
		for b.Loop() {
			size = 0
			for _, m := range imgs {
				buf.Reset()
				if err := f(&buf, m); err != nil {
					b.Fatal(err)
				}
				size += buf.Len()
			}
		}
		b.ReportMetric(float64(size), "file-bytes")
	}
	for mode, progressive := range map[string]bool{"sequential": false, "progressive": true} {
		b.Run(mode, func(b *testing.B) {
			c := coders(progressive)
			b.Run("jpegn", func(b *testing.B) { run(b, c["jpegn"]) })
			kerneltest.BenchEachImpl(b, func(b *testing.B) { run(b, c["ours"]) })
		})
	}
}

// TestEncodeAgainstJpegn sets both encoders beside each other in one process,
// taking turns. Sizes and PSNR are held to a bound; speed, which other work on
// the machine disturbs, is only told (with -v, the best of several rounds).
func TestEncodeAgainstJpegn(t *testing.T) {
	imgs, pixels := encodeCorpus(t, 12)
	rounds := 1
	if testing.Verbose() {
		rounds = 8
	}
	for _, progressive := range []bool{false, true} {
		c := coders(progressive)
		best := map[string]time.Duration{"ours": math.MaxInt64, "jpegn": math.MaxInt64}
		size, psnr := map[string]int{}, map[string]float64{}
		for round := range rounds {
			for name, f := range c {
				start := time.Now()
				for _, m := range imgs {
					var b bytes.Buffer
					if err := f(&b, m); err != nil {
						t.Fatal(err)
					}
					if round == 0 {
						size[name] += b.Len()
						got, err := jpegn.Decode(bytes.NewReader(b.Bytes()))
						if err != nil {
							t.Fatal(err)
						}
						for _, p := range planePSNR(t, got, m) {
							psnr[name] += p / float64(len(imgs)) / 3
						}
					}
				}
				if round > 0 || rounds == 1 { // the first round also decodes
					best[name] = min(best[name], time.Since(start))
				}
			}
		}
		t.Logf("progressive=%v: %d bytes %.3f dB %.0f MP/s, jpegn %d bytes %.3f dB %.0f MP/s: %.2f times as fast", progressive,
			size["ours"], psnr["ours"], float64(pixels)/best["ours"].Seconds()/1e6,
			size["jpegn"], psnr["jpegn"], float64(pixels)/best["jpegn"].Seconds()/1e6,
			best["jpegn"].Seconds()/best["ours"].Seconds())
		if size["ours"] > size["jpegn"] || psnr["ours"] < psnr["jpegn"]-0.05 {
			t.Errorf("progressive=%v: want no more bytes, at 0.05 dB less at most", progressive)
		}
	}
}
