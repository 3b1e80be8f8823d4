package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// TestCorpus compares with the reference on real and broken files.
func TestCorpus(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		var d Decoder
		corpus(t, "", func(name string, data []byte) {
			if h, err := Parse(data); err == nil && (h.Progressive || h.Width*h.Height > 1<<19) {
				return // progressive_test.go has these; the reference takes seconds for the large ones
			}
			checkAgainstReference(t, &d, name, data)
		})
	})
}

// TestPhotos compares with jpegn on whole photos, for which the reference
// decoder is too slow. Each goes through two of the four scales.
func TestPhotos(t *testing.T) {
	var d Decoder
	n := 0
	corpus(t, "photos", func(name string, data []byte) {
		if h, err := Parse(data); err == nil && !h.Progressive {
			checkAgainstJpegn(t, &d, name, data, 1<<(n%2), 4<<(n%2))
			n++
		}
	})
}

// samplings are sampling factors of files; those with more than 10 blocks in an
// MCU can only be written with one component per scan.
var samplings = [][][2]int{
	{{1, 1}},
	{{2, 2}}, // one component: the factors say nothing
	{{1, 1}, {1, 1}, {1, 1}},
	{{2, 1}, {1, 1}, {1, 1}},
	{{2, 2}, {1, 1}, {1, 1}},
	{{1, 2}, {1, 1}, {1, 1}},
	{{4, 1}, {1, 1}, {1, 1}},
	{{4, 2}, {1, 1}, {1, 1}},
	{{2, 1}, {2, 1}, {2, 1}},
	{{3, 1}, {3, 1}, {3, 1}},
	{{2, 2}, {2, 1}, {2, 1}},
	{{1, 4}, {1, 2}, {1, 2}},
	{{4, 1}, {2, 1}, {2, 1}},
	{{4, 4}, {2, 2}, {2, 2}},
	{{4, 4}, {1, 2}, {1, 2}},
	{{3, 3}, {3, 3}, {3, 3}},
}

// variants writes files of all samplings with every freedom of synth, in turn.
func variants(f func(name string, s *synth)) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 0
	for _, sampling := range samplings {
		blocks := 0
		for _, hv := range sampling {
			blocks += hv[0] * hv[1]
		}
		for _, interval := range []int{0, 1, 3, 7, 100} {
			for range 3 {
				n++
				s := newSynth(rng, 1+rng.IntN(150), 1+rng.IntN(90), n%3, sampling...)
				s.interval = interval
				if n%7 == 0 && len(sampling) == 3 {
					s.scans = [][]int{{2}, {0}, {1}}
				} else if n%7 == 1 && len(sampling) == 3 {
					s.scans = [][]int{{1, 2}, {0}}
				}
				if len(sampling) > 1 && blocks > maxMCUBlocks {
					s.scans = [][]int{{0}, {1}, {2}}
				}
				s.extended = n%5 == 0
				s.wideQuant = n%6 == 0
				s.fill = n % 4
				s.noEnd = n%8 == 0
				s.oddCodes = n%2 == 0
				f(fmt.Sprintf("file %d (%v, interval %d, scans %v)", n, sampling, interval, s.scans), s)
			}
		}
	}
}

// TestSynthesised decodes complete files of every kind: nothing may be missing.
func TestSynthesised(t *testing.T) {
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		var d Decoder
		variants(func(name string, s *synth) {
			data := s.bytes()
			if p, err := d.Decode(data, Options{}); err != nil {
				t.Errorf("%s: %v", name, err)
			} else {
				p.Release()
			}
			checkAgainstReference(t, &d, name, data)
		})
	})
}

// TestSynthesisedAgainstJpegn ties reference and decoder to somebody else's.
func TestSynthesisedAgainstJpegn(t *testing.T) {
	var d Decoder
	variants(func(name string, s *synth) {
		for _, c := range s.comps {
			if c.h == 3 {
				return // jpegn wants powers of two
			}
		}
		s.moderate()
		s.noEnd = false
		checkAgainstJpegn(t, &d, name, s.bytes(), 1, 2, 4, 8)
	})
}

// testPhoto is a picture with edges, a gradient and noise.
func testPhoto(w, h int) *image.NRGBA {
	rng := rand.New(rand.NewPCG(3, 4))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 128 + 90*math.Sin(float64(x*y)/900) + 12*rng.NormFloat64()
			g := uint8(max(0, min(255, v)))
			img.SetNRGBA(x, y, color.NRGBA{g, uint8(255 * x / w), uint8(255 * y / h), 255})
		}
	}
	return img
}

// TestEncodersFiles decodes what an encoder writes: the files that synth writes
// have other statistics, and tables of their own.
func TestEncodersFiles(t *testing.T) {
	img := testPhoto(333, 222)
	for _, quality := range []int{10, 50, 80, 100} {
		for _, optimise := range []bool{false, true} {
			for sub := range 4 {
				var buf bytes.Buffer
				o := &jpegn.EncodeOptions{Quality: quality, OptimizeCoding: optimise, Subsampling: jpegn.Subsampling(sub)}
				if err := jpegn.Encode(&buf, img, o); err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("quality %d, optimised %v, subsampling %d", quality, optimise, sub)
				kerneltest.ForEachImpl(t, func(t *testing.T) {
					var d Decoder
					checkAgainstReference(t, &d, name, buf.Bytes())
					checkAgainstJpegn(t, &d, name, buf.Bytes(), 1, 2, 4, 8)
				})
			}
		}
	}
}

// TestAnnexKTables decodes a file without DHT segments.
func TestAnnexKTables(t *testing.T) {
	s := newSynth(rand.New(rand.NewPCG(5, 6)), 100, 80, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.noTables = true
	s.moderate()
	var d Decoder
	checkAgainstReference(t, &d, "no DHT", s.bytes())
	checkAgainstJpegn(t, &d, "no DHT", s.bytes(), 1, 2, 4, 8)
}

// TestExtent holds the true size of scaled pictures, and the subsampling that a
// separate scale for chroma makes.
func TestExtent(t *testing.T) {
	s := newSynth(rand.New(rand.NewPCG(12, 13)), 101, 67, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	data := s.bytes()
	for _, c := range []struct {
		luma, chroma int
		bounds       image.Rectangle
		w, h         float64
		ratio        image.YCbCrSubsampleRatio
	}{
		{0, 0, image.Rect(0, 0, 101, 67), 101, 67, image.YCbCrSubsampleRatio420},
		{4, 0, image.Rect(0, 0, 26, 17), 25.25, 16.75, image.YCbCrSubsampleRatio420},
		{8, 4, image.Rect(0, 0, 13, 9), 12.625, 8.375, image.YCbCrSubsampleRatio444},
		{2, 1, image.Rect(0, 0, 51, 34), 50.5, 33.5, image.YCbCrSubsampleRatio444},
	} {
		p, err := Decode(data, Options{ScaleLuma: c.luma, ScaleChroma: c.chroma})
		if err != nil {
			t.Fatal(err)
		}
		img := p.Image.(*image.YCbCr)
		if img.Bounds() != c.bounds || p.Width != c.w || p.Height != c.h || img.SubsampleRatio != c.ratio {
			t.Errorf("at %d, %d: %v, %v x %v, %v; want %+v", c.luma, c.chroma, img.Bounds(), p.Width, p.Height, img.SubsampleRatio, c)
		}
		// Every pixel that the bounds promise is there.
		last := img.Bounds().Max.Sub(image.Pt(1, 1))
		img.YCbCrAt(last.X, last.Y)
		p.Release()
	}
	for _, o := range []Options{{ScaleLuma: 3}, {ScaleLuma: 16}, {ScaleLuma: -1}, {ScaleLuma: 1, ScaleChroma: 8}, {ScaleLuma: 8, ScaleChroma: 1}} {
		if _, err := Decode(data, o); !errors.As(err, new(UnsupportedError)) {
			t.Errorf("%+v: %v, want an UnsupportedError", o, err)
		}
	}
}
