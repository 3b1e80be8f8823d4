package resample

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/disintegration/imaging"
)

// tolerance is the promise: one level of 8 bits, two of 16.
func tolerance(m image.Image) float64 {
	switch m.(type) {
	case *image.Gray16, *image.NRGBA64:
		return 2
	}
	return 1
}

func mustResize(t testing.TB, src image.Image, from Rect, w, h int, o Options) image.Image {
	t.Helper()
	got, err := Resize(src, from, w, h, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != image.Rect(0, 0, w, h) || fmt.Sprintf("%T", got) != fmt.Sprintf("%T", src) {
		t.Fatalf("%T of %v became %T of %v", src, src.Bounds(), got, got.Bounds())
	}
	return got
}

// name describes a picture in messages.
func name(m image.Image) string {
	if y, ok := m.(*image.YCbCr); ok {
		return y.SubsampleRatio.String()
	}
	return fmt.Sprintf("%T", m)
}

// check compares Resize with the reference.
func check(t *testing.T, src image.Image, from Rect, w, h int, o Options, what string) {
	t.Helper()
	got := mustResize(t, src, from, w, h, o)
	if e := errorsOf(got, reference(src, from, w, h, o)); e > tolerance(src) {
		t.Errorf("%s %s: off by %.3f", name(src), what, e)
	}
}

func TestReferenceForAllTypesAndFilters(t *testing.T) {
	sizes := [][2]int{{40, 31}, {27, 20}, {13, 10}, {5, 4}, {1, 1}, {53, 41}, {90, 70}, {40, 9}, {9, 60}}
	for _, src := range pictures(40, 31, 1) {
		for fname, f := range filters {
			for _, s := range sizes {
				for _, sub := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio444} {
					o := Options{Filter: f, Subsampling: sub}
					check(t, src, Rect{}, s[0], s[1], o, fmt.Sprintf("%s to %v %v", fname, s, sub))
				}
			}
		}
	}
}

func TestReferenceForFractionalRectangles(t *testing.T) {
	rects := []Rect{
		{0, 0, 36.25, 28.5}, {3, 5, 30, 20}, {0.5, 0.25, 12.75, 30.9}, {17.3, 8.1, 18.2, 9.4}, {0, 0, 37, 28.125},
	}
	for _, src := range pictures(37, 31, 7) {
		for _, r := range rects {
			for _, s := range [][2]int{{37, 31}, {16, 11}, {7, 23}} {
				o := Options{Filter: imaging.Lanczos, Subsampling: image.YCbCrSubsampleRatio420}
				check(t, src, r, s[0], s[1], o, fmt.Sprintf("%v to %v", r, s))
			}
		}
	}
}

func TestReferenceForOddSizesInAllOrientations(t *testing.T) {
	for w := 1; w <= 9; w++ {
		h := (w*4)%9 + 1
		for _, src := range pictures(w, h, uint32(w)) {
			for orientation := 1; orientation <= 8; orientation++ {
				for _, s := range [][2]int{{w, h}, {h, w}, {3, 2}, {1, 1}, {9, 8}, {5, 11}} {
					o := Options{Filter: imaging.CatmullRom, Orientation: orientation, Subsampling: image.YCbCrSubsampleRatio420}
					check(t, src, Rect{}, s[0], s[1], o, fmt.Sprintf("%dx%d orientation %d to %v", w, h, orientation, s))
				}
			}
		}
	}
}

func TestReferenceForOutputSubsamplings(t *testing.T) {
	for _, src := range pictures(33, 27, 3)[4:] {
		for _, sub := range ratios {
			for _, orientation := range []int{1, 3, 6, 8} {
				o := Options{Filter: imaging.Lanczos, Orientation: orientation, Subsampling: sub}
				check(t, src, Rect{}, 21, 19, o, fmt.Sprintf("orientation %d to %v", orientation, sub))
				check(t, src, Rect{1.5, 2, 30.75, 27}, 21, 19, o, fmt.Sprintf("part, orientation %d to %v", orientation, sub))
			}
		}
	}
}

// Large ratios have hundreds of weights per sample, each with its own rounding.
func TestReferenceForLargeReductions(t *testing.T) {
	for _, src := range pictures(900, 35, 5)[:5] {
		for fname, f := range filters {
			o := Options{Filter: f}
			check(t, src, Rect{}, 6, 30, o, fname)
			check(t, src, Rect{}, 30, 4, Options{Filter: f, Orientation: 6}, fname)
		}
	}
}

// turns are imaging's counterparts of the EXIF orientations.
var turns = [9]func(image.Image) *image.NRGBA{
	1: imaging.Clone, 2: imaging.FlipH, 3: imaging.Rotate180, 4: imaging.FlipV,
	5: imaging.Transpose, 6: imaging.Rotate270, 7: imaging.Transverse, 8: imaging.Rotate90,
}

func TestOrientationsAgreeWithImaging(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 23, 14))
	noise(src.Pix, 9)
	for orientation := 1; orientation <= 8; orientation++ {
		up := turns[orientation](src)
		b := up.Bounds()
		same := mustResize(t, src, Rect{}, b.Dx(), b.Dy(), Options{Filter: imaging.Lanczos, Orientation: orientation})
		if !bytes.Equal(same.(*image.NRGBA).Pix, up.Pix) {
			t.Errorf("orientation %d: a turn alone changes pixels", orientation)
		}
		for fname, f := range filters {
			got := mustResize(t, src, Rect{}, 11, 17, Options{Filter: f, Orientation: orientation}).(*image.NRGBA)
			want := mustResize(t, up, Rect{}, 11, 17, Options{Filter: f}).(*image.NRGBA)
			for i := range got.Pix {
				// Exact at the level of the passes; the order of the axes may differ.
				if d := int(got.Pix[i]) - int(want.Pix[i]); got.Pix[i|3] == 255 && (d > 1 || d < -1) {
					t.Fatalf("orientation %d %s: byte %d is %d, turned first %d", orientation, fname, i, got.Pix[i], want.Pix[i])
				}
			}
		}
	}
}

func TestSmoothPicturesAgreeWithImaging(t *testing.T) {
	src := smooth(160, 120)
	for fname, f := range filters {
		for _, s := range [][2]int{{160, 120}, {100, 75}, {41, 33}, {20, 15}, {200, 150}, {80, 120}, {333, 50}} {
			want := imaging.Resize(src, s[0], s[1], f)
			got := mustResize(t, src, Rect{}, s[0], s[1], Options{Filter: f}).(*image.NRGBA)
			gray := image.NewGray(src.Rect)
			for i := range gray.Pix {
				gray.Pix[i] = src.Pix[4*i]
			}
			gotGray := mustResize(t, gray, Rect{}, s[0], s[1], Options{Filter: f}).(*image.Gray)
			for i := range want.Pix {
				if d := int(got.Pix[i]) - int(want.Pix[i]); d > 1 || d < -1 {
					t.Fatalf("%s to %v: byte %d is %d, imaging has %d", fname, s, i, got.Pix[i], want.Pix[i])
				}
			}
			for i, g := range gotGray.Pix {
				if d := int(g) - int(want.Pix[4*i]); d > 1 || d < -1 {
					t.Fatalf("grey %s to %v: pixel %d is %d, imaging has %d", fname, s, i, g, want.Pix[4*i])
				}
			}
		}
	}
}

func TestFlatStaysFlat(t *testing.T) {
	flat := func(pix []byte, pattern ...byte) {
		for i := range pix {
			pix[i] = pattern[i%len(pattern)]
		}
	}
	r := image.Rect(0, 0, 61, 47)
	for _, v := range []byte{0, 1, 2, 77, 127, 128, 200, 254, 255} {
		gray, deep, col := image.NewGray(r), image.NewNRGBA64(r), image.NewNRGBA(r)
		yuv := image.NewYCbCr(r, image.YCbCrSubsampleRatio420)
		flat(gray.Pix, v)
		flat(deep.Pix, v, 3, 99, v, 255, v, 255, 255)
		flat(col.Pix, v, 255-v, 33, 255)
		flat(yuv.Y, v)
		flat(yuv.Cb, 255-v)
		flat(yuv.Cr, v/2)
		for fname, f := range filters {
			for _, s := range [][2]int{{61, 47}, {40, 30}, {7, 5}, {1, 1}, {100, 90}, {3, 80}} {
				o := Options{Filter: f, Subsampling: image.YCbCrSubsampleRatio420}
				uniform := func(what string, pix []byte, pattern ...byte) {
					for i, p := range pix {
						if p != pattern[i%len(pattern)] {
							t.Fatalf("%s %s to %v: byte %d is %d, not %d", what, fname, s, i, p, pattern[i%len(pattern)])
						}
					}
				}
				uniform("grey", mustResize(t, gray, Rect{0.3, 0, 60.9, 47}, s[0], s[1], o).(*image.Gray).Pix, v)
				uniform("deep", mustResize(t, deep, Rect{}, s[0], s[1], o).(*image.NRGBA64).Pix, v, 3, 99, v, 255, v, 255, 255)
				uniform("colour", mustResize(t, col, Rect{}, s[0], s[1], o).(*image.NRGBA).Pix, v, 255-v, 33, 255)
				y := mustResize(t, yuv, Rect{}, s[0], s[1], o).(*image.YCbCr)
				uniform("luma", y.Y[:s[0]*s[1]], v)
				uniform("Cb", y.Cb, 255-v)
				uniform("Cr", y.Cr, v/2)
			}
		}
	}
}

func TestLiteralBytes(t *testing.T) {
	row := func(p ...byte) *image.Gray {
		return &image.Gray{Pix: p, Stride: len(p), Rect: image.Rect(0, 0, len(p), 1)}
	}
	for _, c := range []struct {
		name   string
		src    *image.Gray
		from   Rect
		w      int
		filter imaging.ResampleFilter
		want   []byte
	}{
		{"box halves", row(0, 100, 200, 255), Rect{}, 2, imaging.Box, []byte{50, 228}},
		{"half rounds up", row(0, 1, 0, 255), Rect{}, 2, imaging.Box, []byte{1, 128}},
		{"linear impulse", row(0, 0, 0, 240, 0, 0, 0, 0), Rect{}, 4, imaging.Linear, []byte{0, 90, 30, 0}},
		{"linear enlarges", row(0, 100), Rect{}, 4, imaging.Linear, []byte{0, 25, 75, 100}},
		{"nearest halves", row(1, 2, 3, 4), Rect{}, 2, imaging.NearestNeighbor, []byte{2, 4}},
		{"nearest doubles", row(1, 2, 3), Rect{}, 6, imaging.NearestNeighbor, []byte{1, 1, 2, 2, 3, 3}},
		{"crop copies", row(1, 2, 3, 4, 5), Rect{1, 0, 4, 1}, 3, imaging.Lanczos, []byte{2, 3, 4}},
		{"crop does not see beyond", row(255, 10, 10, 255), Rect{1, 0, 3, 1}, 5, imaging.Lanczos, []byte{10, 10, 10, 10, 10}},
		{"edge overshoots and clamps", row(0, 0, 0, 0, 255, 255, 255, 255), Rect{}, 16, imaging.Lanczos,
			[]byte{0, 0, 0, 2, 8, 0, 0, 54, 201, 255, 255, 247, 253, 255, 255, 255}},
		{"catmull-rom edge", row(50, 50, 150, 150), Rect{}, 8, imaging.CatmullRom, []byte{50, 48, 43, 70, 130, 157, 152, 150}},
		{"one pixel", row(9), Rect{}, 3, imaging.MitchellNetravali, []byte{9, 9, 9}},
	} {
		got := mustResize(t, c.src, c.from, c.w, 1, Options{Filter: c.filter}).(*image.Gray).Pix
		if !bytes.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTransparentColourDoesNotBleed(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 8, 1))
	for x := range 8 {
		c := color.NRGBA{200, 0, 0, 255}
		if x >= 4 {
			c = color.NRGBA{0, 255, 0, 0}
		}
		src.SetNRGBA(x, 0, c)
	}
	got := mustResize(t, src, Rect{}, 5, 1, Options{Filter: imaging.Linear}).(*image.NRGBA)
	for x := range 5 {
		if c := got.NRGBAAt(x, 0); c.A > 0 && (c.R < 199 || c.R > 201 || c.G != 0) {
			t.Errorf("pixel %d is %v", x, c)
		}
	}
}
