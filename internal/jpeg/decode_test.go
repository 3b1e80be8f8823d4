package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// sequentialScales are the scales for luma and chroma that tests go through;
// the unequal ones are those of a 4:2:0 file written as 4:4:4, and the reverse.
var sequentialScales = [][2]int{{1, 1}, {2, 2}, {4, 4}, {8, 8}, {2, 1}, {4, 2}, {8, 4}, {1, 2}, {4, 8}}

// checkAgainstReference decodes data at all scales and requires what the
// reference decoder gives: the same error or the same planes, and the same
// share of missing blocks.
func checkAgainstReference(t testing.TB, d *Decoder, name string, data []byte) {
	t.Helper()
	ref, refErr := refDecode(data)
	for _, scale := range sequentialScales {
		o := Options{ScaleLuma: scale[0], ScaleChroma: scale[1], AllowTruncated: true}
		if err := compareToReference(d, data, o, ref, refErr); err != nil {
			t.Errorf("%s at 1/%d, 1/%d: %v", name, scale[0], scale[1], err)
			return
		}
	}
}

func compareToReference(d *Decoder, data []byte, o Options, ref *refPicture, refErr error) error {
	p, err := d.Decode(data, o)
	if h, _ := Parse(data); h != nil && refErr == nil {
		if _, bad := newFrame(h).setScales(o); bad != nil {
			if err != bad {
				return fmt.Errorf("error %v, want %v", err, bad)
			}
			return nil
		}
	}
	if refErr != nil {
		if err == nil || err.Error() != refErr.Error() && !errors.As(err, new(UnsupportedError)) {
			return fmt.Errorf("error %v, the reference has %v", err, refErr)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer p.Release()
	percent, truncated := 100.0, false
	if p.Incomplete != nil {
		percent, truncated = p.Incomplete.Percent, p.Incomplete.Truncated
	}
	if percent != ref.percent() || truncated != (ref.truncated && percent < 100) {
		return fmt.Errorf("%v%% (truncated: %v), the reference has %v%% (%v)", percent, truncated, ref.percent(), ref.truncated)
	}
	for i, got := range planesOf(p.Image) {
		scale := o.ScaleLuma
		if i > 0 {
			scale = o.ScaleChroma
		}
		w, h := ref.frame.visible(i, scale)
		want := ref.plane(i, scale)
		if x, y, bad := differing(got, want, w, h); bad {
			return fmt.Errorf("component %d is %d at (%d, %d), the reference has %d", i,
				got.pix[y*got.stride+x], x, y, want.pix[y*want.stride+x])
		}
	}
	return nil
}

// checkAgainstJpegn requires jpegn's planes at the given scales.
func checkAgainstJpegn(t testing.TB, d *Decoder, name string, data []byte, scales ...int) {
	t.Helper()
	for _, scale := range scales {
		want, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale})
		if err != nil {
			t.Errorf("%s at 1/%d: jpegn: %v", name, scale, err)
			return
		}
		p, err := d.Decode(data, Options{ScaleLuma: scale})
		if err != nil {
			t.Errorf("%s at 1/%d: %v", name, scale, err)
			return
		}
		h, _ := Parse(data)
		theirs := planesOf(want)
		for i, got := range planesOf(p.Image) {
			if theirs == nil {
				break // sampling that makes jpegn give RGBA
			}
			w, h := newFrame(h).visible(i, scale)
			if x, y, bad := differing(got, theirs[i], w, h); bad {
				t.Errorf("%s at 1/%d: component %d differs from jpegn at (%d, %d)", name, scale, i, x, y)
			}
		}
		p.Release()
	}
}

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

// damaged calls f with variations of data: cut off, with bytes changed, with
// restart markers lost, doubled and renumbered.
func damaged(data []byte, f func(name string, data []byte)) {
	rng := rand.New(rand.NewPCG(7, uint64(len(data))))
	for n := range data {
		if n%37 == 0 || n > len(data)-20 {
			f(fmt.Sprintf("cut to %d bytes", n), data[:n])
		}
	}
	for range 60 {
		b := bytes.Clone(data)
		for range 1 + rng.IntN(3) {
			b[rng.IntN(len(b))] = byte(rng.IntN(256))
		}
		f("bytes changed", b)
	}
	for i := 2; i+1 < len(data); i++ {
		if data[i] != 0xFF || data[i+1] < mRST0 || data[i+1] > mRST7 {
			continue
		}
		f(fmt.Sprintf("marker at %d removed", i), append(bytes.Clone(data[:i]), data[i+2:]...))
		f(fmt.Sprintf("marker at %d doubled", i), append(bytes.Clone(data[:i+2]), data[i:]...))
		for d := range 8 {
			b := bytes.Clone(data)
			b[i+1] = mRST0 + (b[i+1]+byte(d))&7
			f(fmt.Sprintf("marker at %d renumbered by %d", i, d), b)
		}
	}
}

// TestDamaged requires of damaged files what the reference makes of them:
// planes, share of missing blocks, errors.
func TestDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		var d Decoder
		for i, sampling := range [][][2]int{{{1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}} {
			for _, interval := range []int{0, 2} {
				s := newSynth(rng, 50, 40, 1, sampling...)
				s.interval = interval
				if i == 2 {
					s.scans = [][]int{{0}, {1}, {2}}
				}
				damaged(s.bytes(), func(name string, data []byte) {
					checkAgainstReference(t, &d, fmt.Sprintf("%v: %s", sampling, name), data)
				})
			}
		}
	})
}

// TestIncomplete holds what callers see of damaged files.
func TestIncomplete(t *testing.T) {
	s := newSynth(rand.New(rand.NewPCG(10, 11)), 256, 256, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.interval = 16 // a row of MCUs
	whole := s.bytes()
	marker := func(n byte) int { return bytes.LastIndex(whole, []byte{0xFF, mRST0 + n}) }
	for _, c := range []struct {
		name    string
		data    []byte
		want    string
		percent float64
	}{
		{"no end of image", whole[:len(whole)-2], "", 100},
		{"half", whole[:marker(7)], "the file is truncated: 50.0% of the picture could be decoded", 50},
		{"half, end of image", append(bytes.Clone(whole[:marker(7)]), 0xFF, mEOI), "corrupt data: 50.0% of the picture could be decoded", 50},
		{"an interval lost", append(bytes.Clone(whole[:marker(5)]), whole[marker(6):]...), "corrupt data: 93.8% of the picture could be decoded", 93.75},
	} {
		if p, err := Decode(c.data, Options{ScaleLuma: 4}); c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if p.Release(); p.Incomplete != nil {
				t.Errorf("%s: %v", c.name, p.Incomplete)
			}
		} else if p != nil || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		p, err := Decode(c.data, Options{ScaleLuma: 4, AllowTruncated: true})
		if err != nil {
			t.Errorf("%s, allowed: %v", c.name, err)
			continue
		}
		if got := p.Incomplete; (got != nil) != (c.want != "") || got != nil && (got.Percent != c.percent || got.Error() != c.want) {
			t.Errorf("%s, allowed: %v, want %s", c.name, got, c.want)
		}
		p.Release()
	}
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

// TestReuse decodes pictures of changing size with one decoder and dirty
// buffers; each must come out as with a fresh one.
func TestReuse(t *testing.T) {
	var used Decoder
	rng := rand.New(rand.NewPCG(14, 15))
	for i := range 40 {
		s := newSynth(rng, 8+rng.IntN(300), 8+rng.IntN(300), 1+i%2, samplings[2+rng.IntN(5)]...)
		data := s.bytes()
		data = data[:len(data)-rng.IntN(len(data)/4)]
		o := Options{ScaleLuma: 1 << rng.IntN(4), AllowTruncated: true}
		a, errA := used.Decode(data, o)
		b, errB := new(Decoder).Decode(data, o)
		if errA != nil || errB != nil {
			t.Fatal(i, errA, errB)
		}
		f := newFrame(s.header())
		other := planesOf(b.Image)
		for i, p := range planesOf(a.Image) {
			w, h := f.visible(i, o.ScaleLuma)
			if x, y, bad := differing(p, other[i], w, h); bad {
				t.Fatalf("picture %d: component %d differs at (%d, %d)", i, i, x, y)
			}
		}
		a.Release() // b keeps its buffer: the next one gets a's
	}
}

// TestAllocations holds that a warm decoder takes next to no memory.
func TestAllocations(t *testing.T) {
	data := newSynth(rand.New(rand.NewPCG(16, 17)), 400, 300, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}).bytes()
	var d Decoder
	n := testing.AllocsPerRun(20, func() {
		p, err := d.Decode(data, Options{ScaleLuma: 2})
		if err != nil {
			t.Fatal(err)
		}
		p.Release()
	})
	if n > 40 {
		t.Errorf("%v allocations for a picture, want at most 40", n)
	}
}

// TestCost holds that a cold decoder does not take more than Cost says, and
// that Cost says not much more.
func TestCost(t *testing.T) {
	for _, scale := range []int{1, 2, 4, 8} {
		data := newSynth(rand.New(rand.NewPCG(18, 19)), 1200, 900, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1}).bytes()
		h, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{ScaleLuma: scale}
		var before, after runtime.MemStats
		runtime.GC() // empties the plane pools
		runtime.GC()
		runtime.ReadMemStats(&before)
		p, err := new(Decoder).Decode(data, o)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		p.Release()
		took, cost := int64(after.TotalAlloc-before.TotalAlloc), Cost(h, len(data), o)
		if took > cost || took < cost/3 {
			t.Errorf("1/%d: took %d bytes, Cost is %d", scale, took, cost)
		}
	}
}

// TestGCStress decodes while the collector runs all the time: assembly must
// hold no pointer that the collector has to know of.
func TestGCStress(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	s := newSynth(rand.New(rand.NewPCG(20, 21)), 500, 400, 1, [2]int{2, 2}, [2]int{1, 1}, [2]int{1, 1})
	s.interval = 5
	data := s.bytes()
	for n := range 12 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			var garbage [][]byte
			for i := range 20 {
				garbage = append(garbage, make([]byte, 1<<16))
				p, err := Decode(data, Options{ScaleLuma: 1 << (i % 4)})
				if err != nil {
					t.Fatal(err)
				}
				p.Release()
			}
			runtime.KeepAlive(garbage)
		})
	}
}

// FuzzDecode compares with the reference decoder, on every path.
func FuzzDecode(f *testing.F) {
	variants(func(_ string, s *synth) { f.Add(s.bytes()) })
	corpus(f, "broken", func(_ string, data []byte) {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Parse(data)
		if err == nil && (h.Width*h.Height > 1<<16 || h.Progressive) {
			return
		}
		var d Decoder
		kerneltest.Generic(func() { checkAgainstReference(t, &d, "generic", data) })
		checkAgainstReference(t, &d, "fastest", data)
	})
}

// FuzzValid writes valid files from the fuzzer's choices; they must decode
// completely and as jpegn decodes them.
func FuzzValid(f *testing.F) {
	for i := range 40 {
		f.Add(uint64(i), uint16(10*i+1), uint16(7*i+1), uint8(i), uint8(i%5), uint8(i*37))
	}
	f.Fuzz(func(t *testing.T, seed uint64, w, h uint16, sampling, interval, freedom uint8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		kind := samplings[2+int(sampling)%6]
		s := newSynth(rng, 1+int(w)%200, 1+int(h)%200, int(freedom)%2, kind...)
		s.interval = int(interval)
		s.oddCodes = freedom&4 != 0
		s.wideQuant = freedom&8 != 0
		if freedom&16 != 0 {
			s.scans = [][]int{{0}, {1}, {2}}
		}
		s.moderate()
		data := s.bytes()
		var d Decoder
		checkAgainstJpegn(t, &d, "valid file", data, 1, 2, 4, 8)
		checkAgainstReference(t, &d, "valid file", data)
	})
}
