package resample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/disintegration/imaging"
)

// alphaYCbCr is a picture of noise with alpha.
func alphaYCbCr(w, h int, ratio image.YCbCrSubsampleRatio) *image.NYCbCrA {
	m := image.NewNYCbCrA(image.Rect(0, 0, w, h), ratio)
	noise(m.Y, 1)
	noise(m.Cb, 2)
	noise(m.Cr, 3)
	noise(m.A, 4)
	return m
}

func TestYCbCrWithAlphaAgainstReference(t *testing.T) {
	const w, h = 26, 19
	for _, ratio := range ratios {
		for orientation := 1; orientation <= 8; orientation++ {
			src := alphaYCbCr(w, h, ratio)
			o := Options{Filter: imaging.Lanczos, Orientation: orientation, Subsampling: image.YCbCrSubsampleRatio420}
			got := mustResize(t, src, Rect{}, 15, 17, o).(*image.NYCbCrA)

			// Luma with alpha behaves like grey with alpha.
			grey := image.NewNRGBA(src.Rect)
			for i := range src.A {
				for k := range 3 {
					grey.Pix[4*i+k] = src.Y[i]
				}
				grey.Pix[4*i+3] = src.A[i]
			}
			shown := image.NewNRGBA(got.Rect)
			for i := range got.A {
				for k := range 3 {
					shown.Pix[4*i+k] = got.Y[i]
				}
				shown.Pix[4*i+3] = got.A[i]
			}
			if e := errorsOf(shown, reference(grey, Rect{}, 15, 17, o)); e > 1 {
				t.Errorf("%v orientation %d: luma is off by %.3f", ratio, orientation, e)
			}

			// An opaque picture is a YCbCr picture.
			for i := range src.A {
				src.A[i] = 255
			}
			got = mustResize(t, src, Rect{}, 15, 17, o).(*image.NYCbCrA)
			if e := errorsOf(&got.YCbCr, reference(&src.YCbCr, Rect{}, 15, 17, o)); e > 1 {
				t.Errorf("%v orientation %d: an opaque picture is off by %.3f", ratio, orientation, e)
			}
			if bytes.ContainsFunc(got.A, func(r rune) bool { return r == 0 }) {
				t.Errorf("%v orientation %d: alpha is lost", ratio, orientation)
			}
		}
	}
}

// Chroma of transparent pixels must not show: half of the picture is red and
// visible, half green and not.
func TestChromaOfTransparentPixelsDoesNotBleed(t *testing.T) {
	src := image.NewNYCbCrA(image.Rect(0, 0, 32, 8), image.YCbCrSubsampleRatio420)
	for i := range src.Y {
		src.Y[i] = 80
		if i%32 < 16 {
			src.A[i] = 255
		}
	}
	for i := range src.Cb {
		src.Cb[i], src.Cr[i] = 90, 240
		if i%16 >= 8 {
			src.Cb[i], src.Cr[i] = 60, 20
		}
	}
	got := mustResize(t, src, Rect{}, 21, 5, Options{Filter: imaging.Linear, Subsampling: image.YCbCrSubsampleRatio444}).(*image.NYCbCrA)
	for i, a := range got.A {
		if a > 8 && (got.Cb[i] < 89 || got.Cb[i] > 91 || got.Cr[i] < 239 || got.Cr[i] > 241) {
			t.Errorf("pixel %d with alpha %d has chroma %d, %d", i, a, got.Cb[i], got.Cr[i])
		}
	}
}

func TestSubPicturesAreAsTheirCopies(t *testing.T) {
	part := image.Rect(3, 5, 24, 22) // odd: chroma begins in the middle of a sample
	for _, src := range append(pictures(31, 27, 11), alphaYCbCr(31, 27, image.YCbCrSubsampleRatio420)) {
		sub := src.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(part)
		from := Rect{2, 1, 19.5, 16}
		whole := Rect{5, 6, 22.5, 21}
		switch src.(type) {
		case *image.YCbCr, *image.NYCbCrA:
			// Chroma samples that the part shares with its neighbours belong to
			// both, so both calls see the same samples of chroma and luma.
			from.X0, whole.X0 = 3, 6
		}
		o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420}
		got := mustResize(t, sub, from, 12, 9, o)
		want := mustResize(t, src, whole, 12, 9, o)
		if !bytes.Equal(allBytes(got), allBytes(want)) {
			t.Errorf("%s: a sub-picture is resized differently", name(src))
		}
	}
}

// allBytes returns the samples of a picture.
func allBytes(m image.Image) []byte {
	switch m := m.(type) {
	case *image.YCbCr:
		return bytes.Join([][]byte{m.Y, m.Cb, m.Cr}, nil)
	case *image.NYCbCrA:
		return bytes.Join([][]byte{m.Y, m.Cb, m.Cr, m.A}, nil)
	case *image.Gray:
		return m.Pix
	case *image.Gray16:
		return m.Pix
	case *image.NRGBA:
		return m.Pix
	case *image.NRGBA64:
		return m.Pix
	}
	return nil
}

func TestBadArgumentsAreErrors(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 10, 10))
	for what, call := range map[string]func() (image.Image, error){
		"no picture":    func() (image.Image, error) { return Resize(nil, Rect{}, 1, 1, Options{}) },
		"empty":         func() (image.Image, error) { return Resize(&image.Gray{}, Rect{}, 1, 1, Options{}) },
		"no width":      func() (image.Image, error) { return Resize(gray, Rect{}, 0, 1, Options{}) },
		"no height":     func() (image.Image, error) { return Resize(gray, Rect{}, 1, -1, Options{}) },
		"huge":          func() (image.Image, error) { return Resize(gray, Rect{}, 1, MaxSide+1, Options{}) },
		"orientation 9": func() (image.Image, error) { return Resize(gray, Rect{}, 1, 1, Options{Orientation: 9}) },
		"outside":       func() (image.Image, error) { return Resize(gray, Rect{0, 0, 10.1, 10}, 1, 1, Options{}) },
		"negative":      func() (image.Image, error) { return Resize(gray, Rect{-1, 0, 10, 10}, 1, 1, Options{}) },
		"turned round":  func() (image.Image, error) { return Resize(gray, Rect{5, 5, 4, 6}, 1, 1, Options{}) },
		"not a number":  func() (image.Image, error) { return Resize(gray, Rect{math.NaN(), 0, 10, 10}, 1, 1, Options{}) },
		"infinite":      func() (image.Image, error) { return Resize(gray, Rect{0, 0, math.Inf(1), 10}, 1, 1, Options{}) },
		"type":          func() (image.Image, error) { return Resize(image.NewRGBA(gray.Rect), Rect{}, 1, 1, Options{}) },
		"short": func() (image.Image, error) {
			return Resize(&image.Gray{Pix: make([]byte, 99), Stride: 10, Rect: gray.Rect}, Rect{}, 1, 1, Options{})
		},
		"short chroma": func() (image.Image, error) {
			m := image.NewYCbCr(gray.Rect, image.YCbCrSubsampleRatio420)
			m.Cr = m.Cr[:24]
			return Resize(m, Rect{}, 1, 1, Options{})
		},
		"subsampling": func() (image.Image, error) {
			return Resize(image.NewYCbCr(gray.Rect, 0), Rect{}, 1, 1, Options{Subsampling: 99})
		},
		"filter without weight": func() (image.Image, error) {
			f := imaging.ResampleFilter{Support: 1, Kernel: func(float64) float64 { return 0 }}
			return Resize(gray, Rect{}, 3, 3, Options{Filter: f})
		},
		"filter of no numbers": func() (image.Image, error) {
			f := imaging.ResampleFilter{Support: 2, Kernel: func(float64) float64 { return math.NaN() }}
			return Resize(gray, Rect{}, 3, 3, Options{Filter: f})
		},
		"endless filter": func() (image.Image, error) {
			f := imaging.ResampleFilter{Support: math.Inf(1), Kernel: func(float64) float64 { return 1 }}
			return Resize(gray, Rect{}, 3, 3, Options{Filter: f})
		},
	} {
		if m, err := call(); err == nil || m != nil {
			t.Errorf("%s: got %v, %v", what, m, err)
		}
	}
}

// A strip one pixel high, and outputs of extreme shape, go through both orders
// of the passes.
func TestExtremeShapes(t *testing.T) {
	for _, c := range []struct{ sw, sh, w, h int }{
		{3000, 1, 7, 5}, {1, 3000, 5, 7}, {5, 3, 2000, 1}, {3, 5, 1, 2000}, {2000, 4, 10, 500}, {4, 2000, 500, 10},
		{1, 1500, 1500, 1}, {1500, 1, 1, 1500},
	} {
		for _, src := range pictures(c.sw, c.sh, 21)[:5] {
			o := Options{Filter: imaging.CatmullRom}
			check(t, src, Rect{}, c.w, c.h, o, fmt.Sprint(c))
			o.Orientation = 8
			check(t, src, Rect{}, c.w, c.h, o, fmt.Sprint(c, " turned"))
		}
		// An opaque picture with alpha is a picture without.
		for _, ratio := range ratios {
			src := alphaYCbCr(c.sw, c.sh, ratio)
			for i := range src.A {
				src.A[i] = 255
			}
			o := Options{Filter: imaging.Lanczos, Orientation: 6, Subsampling: image.YCbCrSubsampleRatio420}
			got := mustResize(t, src, Rect{}, c.w, c.h, o).(*image.NYCbCrA)
			if e := errorsOf(&got.YCbCr, reference(&src.YCbCr, Rect{}, c.w, c.h, o)); e > 1 {
				t.Errorf("%v %v: off by %.3f", c, ratio, e)
			}
		}
	}
}

// The bytes are the same in any state of the pools and at any number of callers.
func TestConcurrentCallsAgree(t *testing.T) {
	srcs := pictures(130, 90, 31)
	o := Options{Filter: imaging.Lanczos, Orientation: 6, Subsampling: image.YCbCrSubsampleRatio420}
	var want [][]byte
	for _, m := range srcs {
		want = append(want, bytes.Clone(allBytes(mustResize(t, m, Rect{}, 50, 70, o))))
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 4 * len(srcs) {
				k := (i*7 + n) % len(srcs)
				m, err := Resize(srcs[k], Rect{}, 50, 70, o)
				if err != nil || !bytes.Equal(allBytes(m), want[k]) {
					t.Errorf("%s: result differs (%v)", name(srcs[k]), err)
					return
				}
				Recycle(m)
			}
		})
	}
	wg.Wait()
}

// One digest over all types, filters and many geometries: any change of the
// arithmetic shows, on any machine.
func TestBytesAreTheSameEverywhere(t *testing.T) {
	names := []string{"lanczos", "catmullrom", "mitchell", "linear", "box", "nearest"}
	sum := sha256.New()
	for i, src := range append(pictures(211, 157, 77), alphaYCbCr(211, 157, image.YCbCrSubsampleRatio420)) {
		for k, n := range names {
			for _, s := range [][2]int{{100, 75}, {211, 80}, {47, 157}, {33, 300}, {9, 7}, {210, 156}} {
				o := Options{Filter: filters[n], Orientation: (i+k)%8 + 1, Subsampling: ratios[(i+k)%len(ratios)]}
				sum.Write(allBytes(mustResize(t, src, Rect{1.25, 0.5, 210.75, 156.9}, s[0], s[1], o)))
			}
		}
	}
	const want = "2826b1cd094eece380631f34f3bd82730ad1e03c0c4504eb1aac2f6a8f8d9e3c"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("digest is %s, want %s", got, want)
	}
}

func TestNoGarbagePerPicture(t *testing.T) {
	src := image.NewYCbCr(image.Rect(0, 0, 640, 480), image.YCbCrSubsampleRatio420)
	o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420}
	run := func() { Recycle(mustResize(t, src, Rect{}, 400, 300, o)) }
	run()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const calls = 20
	for range calls {
		run()
	}
	runtime.ReadMemStats(&after)
	// A collection in between may empty the pools once.
	if n := (after.TotalAlloc - before.TotalAlloc) / calls; n > 128<<10 {
		t.Errorf("a call leaves %d bytes of garbage", n)
	}
}

func TestCostCoversWhatIsTaken(t *testing.T) {
	plain := Options{Filter: imaging.Lanczos, Orientation: 6, Subsampling: image.YCbCrSubsampleRatio420}
	light := plain
	light.Light = testLight
	for _, o := range []Options{plain, light} {
		for _, size := range [][4]int{{640, 480, 200, 150}, {300, 20, 900, 400}, {64, 900, 64, 100}} {
			for _, src := range append(pictures(size[0], size[1], 41), alphaYCbCr(size[0], size[1], 0)) {
				output, working := Cost(src, size[0], size[1], size[2], size[3], o)
				m, err := Resize(src, Rect{}, size[2], size[3], o)
				if err != nil {
					t.Fatal(err)
				}
				if n := int64(len(allBytes(m))); n > output {
					t.Errorf("%s %v: output of %d bytes, %d foreseen", name(src), size, n, output)
				}
				if n := new(scratch).measure(t, src, size[2], size[3], o); n > working+working/16 {
					t.Errorf("%s %v: working memory of %d bytes, %d foreseen", name(src), size, n, working)
				}
			}
		}
	}
}

// measure runs a call on fresh scratch memory and counts what it then holds.
func (s *scratch) measure(t *testing.T, src image.Image, w, h int, o Options) (n int64) {
	t.Helper()
	j, err := newJob(src.Bounds(), Rect{}, w, h, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.run(src, s); err != nil {
		t.Fatal(err)
	}
	for i := range s.axes16 {
		a := &s.axes16[i]
		n += int64(4*(cap(a.pos)+cap(a.count)+cap(a.even)) + 2*(cap(a.weights)+cap(a.padded)) + 8*(cap(a.values)+cap(a.sums)))
	}
	for i := range s.axes32 {
		a := &s.axes32[i]
		n += int64(4*(cap(a.pos)+cap(a.count)+cap(a.even)) + 4*(cap(a.weights)+cap(a.padded)) + 8*(cap(a.values)+cap(a.sums)))
	}
	b, d := &s.row16, &s.row32
	n += 2 * int64(cap(b.source)+cap(b.window)+cap(b.columns)+cap(b.strip)+cap(b.out))
	n += 4 * int64(cap(d.source)+cap(d.window)+cap(d.columns)+cap(d.strip)+cap(d.out))
	return n + int64(cap(s.bytes))
}
