package jpeg

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// BenchmarkDecode decodes one picture with the statistics of a photo.
func BenchmarkDecode(b *testing.B) {
	var buf bytes.Buffer
	if err := jpegn.Encode(&buf, testPhoto(1024, 768), &jpegn.EncodeOptions{Quality: 85}); err != nil {
		b.Fatal(err)
	}
	for _, scale := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("scale%d", scale), func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				b.SetBytes(int64(buf.Len()))
				var d Decoder
				for b.Loop() {
					p, err := d.Decode(buf.Bytes(), Options{ScaleLuma: scale})
					if err != nil {
						b.Fatal(err)
					}
					p.Release()
				}
			})
		})
	}
}

// BenchmarkColdTables decodes a small picture whose tables are in no cache.
func BenchmarkColdTables(b *testing.B) {
	data := newSynth(rand.New(rand.NewPCG(1, 1)), 160, 120, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}).bytes()
	var d Decoder
	for b.Loop() {
		d.sequential = sequentialState{}
		p, err := d.Decode(data, Options{ScaleLuma: 2})
		if err != nil {
			b.Fatal(err)
		}
		p.Release()
	}
}

// BenchmarkPhotos compares with jpegn on the baseline photos of the corpus, by
// turns in one process. It reports the geometric mean of how many times as fast
// the decoder is; each photo counts with the fastest of all rounds (-benchtime
// 7x gives 7).
func BenchmarkPhotos(b *testing.B) {
	for _, scale := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("scale%d", scale), func(b *testing.B) {
			var d Decoder
			ours := map[string]float64{}
			theirs := map[string]float64{}
			fastest := func(times map[string]float64, name string, f func()) {
				start := time.Now()
				f()
				t := time.Since(start).Seconds()
				if old, ok := times[name]; !ok || t < old {
					times[name] = t
				}
			}
			for b.Loop() {
				corpus(b, "photos", func(name string, data []byte) {
					if h, err := Parse(data); err != nil || h.Progressive {
						return
					}
					fastest(ours, name, func() {
						p, err := d.Decode(data, Options{ScaleLuma: scale})
						if err != nil {
							b.Fatal(err)
						}
						p.Release()
					})
					fastest(theirs, name, func() {
						if _, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale}); err != nil {
							b.Fatal(err)
						}
					})
				})
			}
			sum, total := 0.0, 0.0
			for name, t := range ours {
				sum += math.Log(theirs[name] / t)
				total += t
			}
			if len(ours) > 0 {
				b.ReportMetric(math.Exp(sum/float64(len(ours))), "x-jpegn")
				b.ReportMetric(1e3*total/float64(len(ours)), "ms/photo")
			}
		})
	}
}
