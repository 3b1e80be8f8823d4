package jpeg

import (
	"bytes"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/gen2brain/jpegn"
)

// checkProgressive compares the decoder with the reference decoder on one file,
// at every pair of scales. It reports whether both took it.
func checkProgressive(t testing.TB, name string, data []byte) bool {
	t.Helper()
	h, err := Parse(data)
	if err != nil || !h.Progressive {
		return false
	}
	ref, refErr := refDecode(data)
	taken := false
	for _, o := range scalePairs(h) {
		o.AllowTruncated = true
		p, err := Decode(data, o)
		if err != nil {
			if refErr == nil && !errors.As(err, new(FormatError)) {
				t.Errorf("%s at %+v: %v, but the reference decodes it", name, o, err)
			}
			continue
		}
		if refErr != nil {
			t.Errorf("%s at %+v: decoded, but the reference says %v", name, o, refErr)
			p.Release()
			continue
		}
		taken = true
		comparePlanes(t, name, p, ref, o)
		p.Release()
	}
	return taken
}

// scalePairs lists the scales that a file can be decoded at.
func scalePairs(h *Header) (list []Options) {
	for _, luma := range []int{1, 2, 4, 8} {
		for _, chroma := range []int{luma, luma / 2} {
			o := Options{ScaleLuma: luma, ScaleChroma: chroma}
			if _, err := newFrame(h).setScales(o); err == nil && chroma > 0 {
				list = append(list, o)
			}
		}
	}
	return list
}

// comparePlanes fails the test where p is not what the reference decoded.
func comparePlanes(t testing.TB, name string, p *Picture, ref *refPicture, o Options) {
	t.Helper()
	for i, got := range planesOf(p.Image) {
		scale := o.ScaleLuma
		if i > 0 {
			scale = o.ScaleChroma
		}
		w, h := ref.frame.visible(i, scale)
		if x, y, bad := differing(got, ref.plane(i, scale), w, h); bad {
			t.Errorf("%s at %+v: component %d differs at (%d, %d)", name, o, i, x, y)
		}
	}
	if ref.done < ref.total && p.Incomplete == nil && o.ScaleLuma < 8 {
		t.Errorf("%s at %+v: taken for complete; the reference has %.1f %%", name, o, ref.percent())
	}
}

func TestProgressiveCorpus(t *testing.T) {
	n := 0
	corpus(t, "", func(name string, data []byte) {
		h, err := Parse(data)
		if err != nil || h.Width*h.Height > 1<<21 {
			return
		}
		if checkProgressive(t, name, data) {
			n++
		}
	})
	t.Logf("%d progressive files compared", n)
}

// TestProgressiveAgainstJpegn compares whole photos, for which the reference
// decoder is too slow, with somebody else's decoder.
func TestProgressiveAgainstJpegn(t *testing.T) {
	corpus(t, "photos", func(name string, data []byte) {
		h, err := Parse(data)
		if err != nil || !h.Progressive {
			return
		}
		f := newFrame(h)
		for _, scale := range []int{1, 2, 4, 8} {
			want, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale})
			if err != nil {
				t.Fatalf("%s: jpegn: %v", name, err)
			}
			p, err := Decode(data, Options{ScaleLuma: scale})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := planesOf(p.Image)
			for i, plane := range planesOf(want) {
				w, h := f.visible(i, scale)
				if x, y, bad := differing(got[i], plane, w, h); bad {
					t.Errorf("%s at 1/%d: component %d differs at (%d, %d)", name, scale, i, x, y)
				}
			}
			p.Release()
		}
	})
}

// BenchmarkProgressive decodes the progressive photos of the corpus. Its metric
// min-ms, the sum of each file's least time, stands more noise than the mean.
func BenchmarkProgressive(b *testing.B) {
	var files [][]byte
	corpus(b, "photos", func(name string, data []byte) {
		if h, err := Parse(data); err == nil && h.Progressive {
			files = append(files, data)
		}
	})
	for _, scale := range []int{8, 4, 2, 1} {
		b.Run("scale"+strconv.Itoa(scale), func(b *testing.B) {
			least := make([]time.Duration, len(files))
			for b.Loop() {
				for i, data := range files {
					start := time.Now()
					p, err := Decode(data, Options{ScaleLuma: scale})
					if err != nil {
						b.Fatal(err)
					}
					if d := time.Since(start); least[i] == 0 || d < least[i] {
						least[i] = d
					}
					p.Release()
				}
			}
			var sum time.Duration
			for _, d := range least {
				sum += d
			}
			b.ReportMetric(sum.Seconds()*1e3, "min-ms")
		})
	}
}
