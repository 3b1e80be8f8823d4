package ssimulacra2_test

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math"
	"runtime"
	"sync"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/kernel/kerneltest"
	"imgpool/internal/optimize/ssimulacra2"
)

// mosaic returns m in blocks of n times n pixels of one colour each.
func mosaic(m *image.NRGBA, n int) *image.NRGBA {
	out := image.NewNRGBA(m.Rect)
	for y := 0; y < m.Rect.Dy(); y += n {
		for x := 0; x < m.Rect.Dx(); x += n {
			block := image.Rect(x, y, x+n, y+n).Intersect(m.Rect)
			var sum [4]int
			for by := block.Min.Y; by < block.Max.Y; by++ {
				for bx := block.Min.X; bx < block.Max.X; bx++ {
					p := m.NRGBAAt(bx, by)
					for i, v := range []uint8{p.R, p.G, p.B, p.A} {
						sum[i] += int(v)
					}
				}
			}
			k := block.Dx() * block.Dy()
			mean := color.NRGBA{uint8(sum[0] / k), uint8(sum[1] / k), uint8(sum[2] / k), uint8(sum[3] / k)}
			for by := block.Min.Y; by < block.Max.Y; by++ {
				for bx := block.Min.X; bx < block.Max.X; bx++ {
					out.SetNRGBA(bx, by, mean)
				}
			}
		}
	}
	return out
}

// posterised returns m with the lowest bits of its colours replaced by the highest.
func posterised(m *image.NRGBA, bits int) *image.NRGBA {
	out := image.NewNRGBA(m.Rect)
	for i, v := range m.Pix {
		if out.Pix[i] = v; i%4 != 3 {
			out.Pix[i] = v>>bits<<bits | v>>(8-bits)
		}
	}
	return out
}

func mustScore(t testing.TB, ref, dist image.Image) float64 {
	t.Helper()
	s, err := ssimulacra2.Score(ref, dist)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The scores are those of the published program (version 2.1, built from its
// source). Its recursive filter loses digits in float32, which the tolerance is
// for; the definition itself is tested below.
func TestPublishedScores(t *testing.T) {
	pictures := map[string]*image.NRGBA{
		"photo": imgtest.Photo(3, 400, 300), "odd": imgtest.Photo(4, 131, 97), "tiny": imgtest.Photo(5, 40, 24),
		"clear": imgtest.AlphaPhoto(6, 200, 160),
	}
	changes := map[string]func(*image.NRGBA) *image.NRGBA{
		"mosaic 2":    func(m *image.NRGBA) *image.NRGBA { return mosaic(m, 2) },
		"mosaic 4":    func(m *image.NRGBA) *image.NRGBA { return mosaic(m, 4) },
		"posterise 4": func(m *image.NRGBA) *image.NRGBA { return posterised(m, 4) },
		"posterise 6": func(m *image.NRGBA) *image.NRGBA { return posterised(m, 6) },
	}
	for _, c := range []struct {
		picture, change string
		want            float64
	}{
		{"photo", "mosaic 2", 45.12508955}, {"photo", "mosaic 4", 24.25096964},
		{"photo", "posterise 4", 64.76732073}, {"photo", "posterise 6", -52.91795653},
		{"odd", "mosaic 2", 37.95187196}, {"odd", "mosaic 4", 10.01645222},
		{"odd", "posterise 4", 60.03760884}, {"odd", "posterise 6", -11.26532489},
		{"tiny", "mosaic 2", 66.20741402}, {"tiny", "mosaic 4", 55.30238378},
		{"tiny", "posterise 4", 86.16026267}, {"tiny", "posterise 6", 50.19552808},
		{"clear", "mosaic 2", 42.95476617}, {"clear", "mosaic 4", 23.30308832},
		{"clear", "posterise 4", 75.11346531}, {"clear", "posterise 6", -10.26270262},
	} {
		ref := pictures[c.picture]
		if got := mustScore(t, ref, changes[c.change](ref)); math.Abs(got-c.want) > 0.05 {
			t.Errorf("%s, %s: %.4f, published %.4f", c.picture, c.change, got, c.want)
		}
	}
}

// Against float64 and the recursive filter, down to sizes with a single scale
// and sides that are never even.
func TestAgainstDefinition(t *testing.T) {
	for _, size := range []image.Point{{320, 240}, {131, 97}, {64, 9}, {15, 31}, {8, 8}} {
		ref := imgtest.Photo(uint64(size.X), size.X, size.Y)
		for _, dist := range []*image.NRGBA{mosaic(ref, 2), posterised(ref, 2), posterised(ref, 5)} {
			got, want := mustScore(t, ref, dist), slowScore(ref, dist)
			if math.Abs(got-want) > 0.002 {
				t.Errorf("%v: %.5f, by definition %.5f", size, got, want)
			}
		}
	}
}

// Any difference of a bit could make a search end at another quality.
func TestSameBitsEverywhere(t *testing.T) {
	ref := imgtest.AlphaPhoto(7, 211, 157)
	dist := mosaic(ref, 3)
	kerneltest.ForEachImpl(t, func(t *testing.T) {
		const want = uint64(0x402929804bea61b0)
		if got := math.Float64bits(mustScore(t, ref, dist)); got != want {
			t.Errorf("score %v has the bits %#x, want %#x", math.Float64frombits(got), got, want)
		}
	})
}

func TestSamePixelsScore100(t *testing.T) {
	flat := imgtest.Photo(1, 100, 80)
	ycc := image.NewYCbCr(flat.Rect, image.YCbCrSubsampleRatio420)
	for i := range ycc.Y {
		ycc.Y[i] = flat.Pix[4*i]
	}
	paletted := image.NewPaletted(flat.Rect, color.Palette{color.Black, color.White})
	draw.Draw(paletted, flat.Rect, flat, image.Point{}, draw.Src)
	for _, m := range []image.Image{flat, ycc, paletted, imgtest.AlphaPhoto(2, 90, 70), imgtest.GrayPhoto(3, 90, 70),
		imgtest.DeepPhoto(4, 90, 70, false), imgtest.DeepPhoto(5, 90, 70, true)} {
		if got := mustScore(t, m, m); got != 100 {
			t.Errorf("%T: %v", m, got)
		}
	}
}

// The same picture in another type scores 100 or nearly: types are read alike.
func TestTypesAgree(t *testing.T) {
	grey := imgtest.GrayPhoto(1, 100, 80)
	packed := image.NewNRGBA(grey.Rect)
	draw.Draw(packed, grey.Rect, grey, image.Point{}, draw.Src)
	deep := image.NewNRGBA64(grey.Rect)
	draw.Draw(deep, grey.Rect, grey, image.Point{}, draw.Src)
	ycc := image.NewYCbCr(grey.Rect, image.YCbCrSubsampleRatio420)
	copy(ycc.Y, grey.Pix)
	for _, plane := range [][]byte{ycc.Cb, ycc.Cr} {
		for i := range plane {
			plane[i] = 128
		}
	}
	for _, m := range []image.Image{packed, deep, ycc} {
		if got := mustScore(t, grey, m); got != 100 {
			t.Errorf("grey as %T: %v", m, got)
		}
	}
	colours := imgtest.Photo(2, 100, 80)
	full := image.NewYCbCr(colours.Rect, image.YCbCrSubsampleRatio444)
	back := image.NewNRGBA(colours.Rect)
	for i := range full.Y {
		p := colours.Pix[4*i:]
		full.Y[i], full.Cb[i], full.Cr[i] = color.RGBToYCbCr(p[0], p[1], p[2])
	}
	draw.Draw(back, back.Rect, full, image.Point{}, draw.Src)
	if got := mustScore(t, back, full); got < 96 { // both ways rounded to bytes
		t.Errorf("colours as YCbCr: %v", got)
	}
	alpha, deepAlpha := imgtest.AlphaPhoto(3, 100, 80), image.NewNRGBA64(colours.Rect)
	for i, v := range alpha.Pix {
		deepAlpha.Pix[2*i], deepAlpha.Pix[2*i+1] = v, v
	}
	if got := mustScore(t, alpha, deepAlpha); got != 100 {
		t.Errorf("transparency at 16 bits: %v", got)
	}
}

// What transparent pixels hide does not count, what they show does.
func TestAlpha(t *testing.T) {
	ref := imgtest.AlphaPhoto(1, 120, 90)
	hidden, holed := image.NewNRGBA(ref.Rect), image.NewNRGBA(ref.Rect)
	copy(hidden.Pix, ref.Pix)
	copy(holed.Pix, ref.Pix)
	for i := 0; i < len(ref.Pix); i += 4 {
		if ref.Pix[i+3] == 0 {
			hidden.Pix[i] ^= 0x7f
		}
		if ref.Pix[i+3] == 255 && i%12 == 0 {
			holed.Pix[i+3] = 200
		}
	}
	if got := mustScore(t, ref, hidden); got != 100 {
		t.Errorf("invisible change: %v", got)
	}
	if got := mustScore(t, ref, holed); got > 80 {
		t.Errorf("holes: %v", got)
	}
	opaque := imgtest.Photo(1, 120, 90)
	if got := mustScore(t, opaque, holed); got > 50 {
		t.Errorf("holes in an opaque reference: %v", got)
	}
}

func TestRefuses(t *testing.T) {
	big := image.NewGray(image.Rect(0, 0, 20, 20))
	for _, size := range []image.Rectangle{{}, image.Rect(0, 0, 7, 20), image.Rect(0, 0, 20, 7)} {
		if _, err := ssimulacra2.NewReference(image.NewGray(size)); !errors.Is(err, ssimulacra2.ErrTooSmall) {
			t.Errorf("%v: %v", size, err)
		}
	}
	r, err := ssimulacra2.NewReference(big)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Score(image.NewGray(image.Rect(0, 0, 20, 21))); err == nil {
		t.Error("another size was compared")
	}
}

// One reference serves many, also after others were released.
func TestReferenceIsShared(t *testing.T) {
	ref := imgtest.Photo(1, 90, 60)
	a, b := mosaic(ref, 2), posterised(ref, 4)
	wantA, wantB := mustScore(t, ref, a), mustScore(t, ref, b)
	r, err := ssimulacra2.NewReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				gotA, _ := r.Score(a)
				gotB := mustScore(t, ref, b)
				if gotA != wantA || gotB != wantB {
					t.Errorf("scores %v and %v, alone %v and %v", gotA, gotB, wantA, wantB)
				}
			}
		})
	}
	wg.Wait()
}

func TestCost(t *testing.T) {
	for transparent, m := range map[bool]*image.NRGBA{false: imgtest.Photo(1, 640, 480), true: imgtest.AlphaPhoto(1, 640, 480)} {
		ssimulacra2.ForgetMemory()
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := ssimulacra2.NewReference(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Score(m); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		took := float64(after.TotalAlloc - before.TotalAlloc)
		said := float64(ssimulacra2.Cost(640, 480, transparent))
		if took > 1.02*said || took < 0.9*said {
			t.Errorf("transparent %v: took %.0f bytes, said %.0f", transparent, took, said)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	ref := imgtest.Photo(1, 1200, 800)
	planes := image.NewYCbCr(ref.Rect, image.YCbCrSubsampleRatio420)
	for y := range 800 {
		for x := range 1200 {
			p := ref.Pix[ref.PixOffset(x, y):]
			l, cb, cr := color.RGBToYCbCr(p[0], p[1], p[2])
			planes.Y[planes.YOffset(x, y)], planes.Cb[planes.COffset(x, y)], planes.Cr[planes.COffset(x, y)] = l, cb, cr
		}
	}
	r, err := ssimulacra2.NewReference(ref)
	if err != nil {
		b.Fatal(err)
	}
	for name, dist := range map[string]image.Image{"NRGBA": ref, "YCbCr": planes} {
		b.Run(name, func(b *testing.B) {
			kerneltest.BenchEachImpl(b, func(b *testing.B) {
				b.SetBytes(1200 * 800) // pixels
				for b.Loop() {
					if _, err := r.Score(dist); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
