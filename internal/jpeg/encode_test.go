package jpeg

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/kernel/kerneltest"
)

// ratios are all the subsamplings that an image.YCbCr has.
var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
}

// scene fills a plane with slopes, an edge, texture and noise: a little of what
// photos have.
func scene(pix []byte, stride, w, h int, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	fx, fy := 0.02+0.2*rnd.Float64(), 0.02+0.2*rnd.Float64()
	for y := range h {
		for x := range w {
			v := 128 + 60*math.Sin(fx*float64(x)+float64(seed)) + 40*math.Cos(fy*float64(y))
			if (x-w/2)*(x-w/2)+(y-h/3)*(y-h/3) < w*h/16 {
				v = 255 - v
			}
			pix[y*stride+x] = byte(max(0, min(255, v+float64(rnd.IntN(9)-4))))
		}
	}
}

func testYCbCr(w, h int, r image.YCbCrSubsampleRatio) *image.YCbCr {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), r)
	scene(m.Y, m.YStride, w, h, 1)
	cw, ch := m.CStride, len(m.Cb)/m.CStride
	scene(m.Cb, m.CStride, cw, ch, 2)
	scene(m.Cr, m.CStride, cw, ch, 3)
	return m
}

func testGray(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	scene(m.Pix, m.Stride, w, h, 4)
	return m
}

func encoded(t testing.TB, img image.Image, o EncodeOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Encode(&b, img, o); err != nil {
		t.Fatalf("encode %T %v: %v", img, img.Bounds(), err)
	}
	return b.Bytes()
}

// planePSNR compares two pictures' planes within their bounds; +Inf is equal.
func planePSNR(t testing.TB, a, b image.Image) []float64 {
	t.Helper()
	pa, err := samplePlanes(a)
	if err != nil {
		t.Fatal(err)
	}
	pb, err := samplePlanes(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(pa) != len(pb) {
		t.Fatalf("%d planes and %d planes", len(pa), len(pb))
	}
	var out []float64
	for i := range pa {
		if pa[i].w != pb[i].w || pa[i].rows != pb[i].rows {
			t.Fatalf("plane %d: %dx%d and %dx%d", i, pa[i].w, pa[i].rows, pb[i].w, pb[i].rows)
		}
		sum := 0.0
		for y := range pa[i].rows {
			for x := range pa[i].w {
				d := float64(pa[i].pix[y*pa[i].stride+x]) - float64(pb[i].pix[y*pb[i].stride+x])
				sum += d * d
			}
		}
		out = append(out, 10*math.Log10(255*255*float64(pa[i].w*pa[i].rows)/sum))
	}
	return out
}

// decoders that know nothing of this package's encoder.
var oracles = []struct {
	name   string
	decode func([]byte) (image.Image, error)
}{
	{"jpegn", func(b []byte) (image.Image, error) { return jpegn.Decode(bytes.NewReader(b)) }},
	{"image/jpeg", func(b []byte) (image.Image, error) { return stdjpeg.Decode(bytes.NewReader(b)) }},
}

// checkOracles decodes data with each oracle and holds the result to a PSNR
// against img.
func checkOracles(t *testing.T, what string, data []byte, img image.Image, floor float64) {
	t.Helper()
	for _, o := range oracles {
		got, err := o.decode(data)
		if err != nil {
			t.Fatalf("%s: %s: %v", what, o.name, err)
		}
		if got.Bounds() != img.Bounds() {
			t.Fatalf("%s: %s: bounds %v, want %v", what, o.name, got.Bounds(), img.Bounds())
		}
		for i, p := range planePSNR(t, got, img) {
			if p < floor {
				t.Fatalf("%s: %s: plane %d has %.2f dB, want %.2f", what, o.name, i, p, floor)
			}
		}
	}
}

// TestOddSizes encodes every size of 1 to 17 pixels, every subsampling, both
// modes, and lets two other decoders read them.
func TestEncodeOddSizes(t *testing.T) {
	for _, progressive := range []bool{false, true} {
		o := EncodeOptions{Quality: 97, WriteOptions: WriteOptions{Progressive: progressive}}
		for w := 1; w <= 17; w++ {
			for h := 1; h <= 17; h++ {
				g := testGray(w, h)
				checkOracles(t, fmt.Sprintf("grey %dx%d progressive=%v", w, h, progressive), encoded(t, g, o), g, 33)
				for _, r := range ratios {
					if r == image.YCbCrSubsampleRatio410 && (w+h)%2 == 1 {
						continue // the slowest one, half of the sizes
					}
					m := testYCbCr(w, h, r)
					checkOracles(t, fmt.Sprintf("%v %dx%d progressive=%v", r, w, h, progressive), encoded(t, m, o), m, 30)
				}
			}
		}
	}
}

// TestEncodeIsDeterministic: the bytes depend on neither the processors nor the
// instruction set nor what the pooled encoder did before.
func TestEncodeIsDeterministic(t *testing.T) {
	imgs := []image.Image{testGray(203, 77), testYCbCr(131, 90, image.YCbCrSubsampleRatio420), testYCbCr(64, 64, image.YCbCrSubsampleRatio444)}
	for _, o := range []EncodeOptions{{Quality: 80}, {Quality: 70, Effort: 4}, {Quality: 92, WriteOptions: WriteOptions{Progressive: true}}} {
		var want [][]byte
		for _, m := range imgs {
			want = append(want, bytes.Clone(encoded(t, m, o)))
		}
		for _, procs := range []int{1, 2, 8} {
			old := runtime.GOMAXPROCS(procs)
			kerneltest.ForEachImpl(t, func(t *testing.T) {
				for i := len(imgs) - 1; i >= 0; i-- {
					if !bytes.Equal(encoded(t, imgs[i], o), want[i]) {
						t.Errorf("%+v: other bytes with GOMAXPROCS=%d", o, procs)
					}
				}
			})
			runtime.GOMAXPROCS(old)
		}
	}
}
