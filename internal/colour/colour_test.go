package colour

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"sync"
	"testing"

	"imgpool/internal/imgtest"
)

// planar makes a YCbCr picture with the given subsampling, position and colours.
func planar(src *image.NRGBA, r image.Rectangle, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	m := image.NewYCbCr(r, ratio)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := src.NRGBAAt(x-r.Min.X, y-r.Min.Y)
			m.Y[m.YOffset(x, y)], m.Cb[m.COffset(x, y)], m.Cr[m.COffset(x, y)] = color.RGBToYCbCr(c.R, c.G, c.B)
		}
	}
	return m
}

var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
}

// inSRGB holds colours that lie inside of sRGB also when they are read as Display P3.
func inSRGB(w, h int) *image.NRGBA {
	m := imgtest.Photo(51, w, h)
	for i := range m.Pix {
		if i%4 != 3 {
			m.Pix[i] = 70 + m.Pix[i]/3
		}
	}
	return m
}

func TestIsSRGB(t *testing.T) {
	gamma22 := imgtest.SRGB
	gamma22.Gamma = 2.2
	for _, c := range []struct {
		name    string
		profile []byte
		want    bool
	}{
		{"no profile", nil, true},
		{"sRGB", imgtest.SRGB.Profile(), true},
		{"sRGB as a table", imgtest.SRGB.TableProfile(33), true},
		{"sRGB with gamma 2.2", gamma22.Profile(), false},
		{"Display P3", imgtest.DisplayP3.Profile(), false},
		{"Adobe RGB", imgtest.AdobeRGB.Profile(), false},
		{"grey with sRGB's curve", imgtest.GrayProfile(0), true},
		{"grey with gamma 2.2", imgtest.GrayProfile(2.2), false},
		{"broken", []byte("broken"), false},
	} {
		if got := IsSRGB(c.profile); got != c.want {
			t.Errorf("%s: IsSRGB = %v", c.name, got)
		}
	}
}

// Known colours: Adobe RGB's and Display P3's primaries are sRGB's or lie outside, and greys stay grey.
func TestKnownColours(t *testing.T) {
	for _, c := range []struct {
		name      string
		profile   []byte
		from, to  [3]uint8
		tolerance uint8
	}{
		{"P3 red", imgtest.DisplayP3.Profile(), [3]uint8{255, 0, 0}, [3]uint8{255, 0, 0}, 0},
		{"P3 that is sRGB red", imgtest.DisplayP3.Profile(), [3]uint8{234, 51, 35}, [3]uint8{255, 0, 0}, 3},
		{"P3 that is sRGB green", imgtest.DisplayP3.Profile(), [3]uint8{117, 251, 76}, [3]uint8{0, 255, 0}, 3},
		{"P3 white", imgtest.DisplayP3.Profile(), [3]uint8{255, 255, 255}, [3]uint8{255, 255, 255}, 0},
		{"P3 black", imgtest.DisplayP3.Profile(), [3]uint8{0, 0, 0}, [3]uint8{0, 0, 0}, 0},
		{"P3 grey", imgtest.DisplayP3.Profile(), [3]uint8{77, 77, 77}, [3]uint8{77, 77, 77}, 0},
		{"Adobe RGB that is sRGB green", imgtest.AdobeRGB.Profile(), [3]uint8{144, 255, 60}, [3]uint8{0, 255, 0}, 3},
		{"ProPhoto grey", imgtest.ProPhoto.Profile(), [3]uint8{128, 128, 128}, [3]uint8{146, 146, 146}, 0},
	} {
		m := image.NewNRGBA(image.Rect(0, 0, 1, 1))
		m.SetNRGBA(0, 0, color.NRGBA{c.from[0], c.from[1], c.from[2], 9})
		if _, err := Convert(m, c.profile, SRGB); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for i, want := range c.to {
			if got := m.Pix[i]; max(got, want)-min(got, want) > c.tolerance {
				t.Errorf("%s: %v becomes %v, want %v", c.name, c.from, m.Pix[:3], c.to)
				break
			}
		}
		if m.Pix[3] != 9 {
			t.Errorf("%s: alpha changed to %d", c.name, m.Pix[3])
		}
	}
}

// The greys of a profile whose channels have one curve stay equal in all channels, in each of 65536 levels.
func TestGreysStayGrey(t *testing.T) {
	for _, s := range []imgtest.ColourSpace{imgtest.DisplayP3, imgtest.AdobeRGB, imgtest.ProPhoto, imgtest.Rec2020} {
		px := make([]pixel, 65536)
		for i := range px {
			px[i] = pixel{int32(i), int32(i), int32(i)}
		}
		lookUp(source{profile: s.Profile()}, SRGB).t.convert(px)
		for i, p := range px {
			if max(p.r, p.g, p.b)-min(p.r, p.g, p.b) > 1 || i > 0 && p.g < px[i-1].g {
				t.Fatalf("%s: level %d becomes %v after %v", s.Name, i, p, px[max(0, i-1)])
			}
		}
		if px[0] != (pixel{}) || px[65535] != (pixel{65535, 65535, 65535}) {
			t.Errorf("%s: black becomes %v, white %v", s.Name, px[0], px[65535])
		}
	}
}

// reference converts one colour in floating point, by the definition of the profile.
func reference(s imgtest.ColourSpace, c [3]float64) (out [3]float64) {
	p, err := parse(s.Profile())
	if err != nil {
		panic(err)
	}
	var xyz [3]float64
	for i, name := range []string{"r", "g", "b"} {
		column, _ := p.xyz(name + "XYZ")
		light := math.Pow(c[i], math.Round(s.Gamma*256)/256) // as the profile stores it
		if s.Gamma == 0 {
			if light = c[i] / 12.92; c[i] > 0.04045 {
				light = math.Pow((c[i]+0.055)/1.055, 2.4)
			}
		}
		for j := range 3 {
			xyz[j] += column[j] * light
		}
	}
	for i := range 3 {
		l := min(1, max(0, fromXYZ[SRGB][i][0]*xyz[0]+fromXYZ[SRGB][i][1]*xyz[1]+fromXYZ[SRGB][i][2]*xyz[2]))
		if out[i] = 12.92 * l; l > 0.0031308 {
			out[i] = 1.055*math.Pow(l, 1/2.4) - 0.055
		}
	}
	return out
}

// At 16 bits, integers are within 6 of 65535 levels of floating point for a curve given as a formula, and within the
// coarseness of the table (1024 points of 16 bits) otherwise.
func TestPrecision(t *testing.T) {
	for _, c := range []struct {
		space imgtest.ColourSpace
		limit int
	}{{imgtest.AdobeRGB, 6}, {imgtest.ProPhoto, 6}, {imgtest.DisplayP3, 24}} {
		m := imgtest.DeepPhoto(52, 100, 80, false)
		src := append([]uint8(nil), m.Pix...)
		if _, err := Convert(m, c.space.Profile(), SRGB); err != nil {
			t.Fatal(err)
		}
		worst := 0
		for i := 0; i < len(src); i += 8 {
			v := func(k int) float64 { return float64(binary.BigEndian.Uint16(src[i+2*k:])) / 65535 }
			for k, want := range reference(c.space, [3]float64{v(0), v(1), v(2)}) {
				got := int(binary.BigEndian.Uint16(m.Pix[i+2*k:]))
				worst = max(worst, int(math.Abs(float64(got)-want*65535)))
			}
		}
		if worst > c.limit {
			t.Errorf("%s: worst error %d of 65535 levels", c.space.Name, worst)
		}
	}
}

// Planes give what packed pixels give, but for the rounding of luma and chroma; also away from the origin and at odd sizes.
func TestPlanesAgreeWithPackedPixels(t *testing.T) {
	profile := imgtest.AdobeRGB.Profile()
	for _, ratio := range ratios {
		for _, r := range []image.Rectangle{image.Rect(0, 0, 64, 48), image.Rect(3, 5, 40, 38), image.Rect(1, 1, 2, 2), image.Rect(0, 0, 7, 1)} {
			src := imgtest.Photo(53, 4, 4)
			for i := range src.Pix { // one colour: subsampling must not matter
				src.Pix[i] = []uint8{200, 120, 60, 255}[i%4]
			}
			flat := image.NewNRGBA(image.Rectangle{Max: r.Size()})
			for i := range flat.Pix {
				flat.Pix[i] = src.Pix[i%4]
			}
			m := planar(flat, r, ratio)
			packed, err := ConvertPacked(m, profile, SRGB)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Convert(m, profile, SRGB); err != nil {
				t.Fatal(err)
			}
			if _, err := Convert(flat, profile, SRGB); err != nil {
				t.Fatal(err)
			}
			if d := imgtest.MaxDiff(packed, flat); d > 2 {
				t.Errorf("%v at %v: packed differs by %v levels", ratio, r, d)
			}
			if d := imgtest.MaxDiff(m, flat); d > 3 {
				t.Errorf("%v at %v: planes differ by %v levels", ratio, r, d)
			}
		}
		m := planar(inSRGB(96, 64), image.Rect(0, 0, 96, 64), ratio)
		packed, err := ConvertPacked(m, profile, SRGB)
		if err != nil {
			t.Fatal(err)
		}
		want := packYCbCr(m, identity{})
		if _, err := Convert(want, profile, SRGB); err != nil {
			t.Fatal(err)
		}
		if d := imgtest.MaxDiff(packed, want); d > 2.01 {
			t.Errorf("%v: packed differs by %v levels from packing first", ratio, d)
		}
		before := packYCbCr(m, identity{})
		if _, err := Convert(m, profile, SRGB); err != nil {
			t.Fatal(err)
		}
		if p := imgtest.PSNR(packYCbCr(m, identity{}), want); p < 42 {
			t.Errorf("%v: planes are %.1f dB from packed pixels", ratio, p)
		}
		if p := imgtest.PSNR(before, want); p > 38 {
			t.Errorf("%v: nothing was converted (%.1f dB)", ratio, p)
		}
	}
}

// A conversion that changes nothing leaves every byte of the planes: no chroma is lost on the way.
func TestPlanesAreNotWornOut(t *testing.T) {
	for _, ratio := range ratios {
		for _, r := range []image.Rectangle{image.Rect(0, 0, 65, 49), image.Rect(3, 5, 40, 38)} {
			m := planar(inSRGB(r.Dx(), r.Dy()), r, ratio)
			y, cb, cr := bytes.Clone(m.Y), bytes.Clone(m.Cb), bytes.Clone(m.Cr)
			convertYCbCr(m, identity{})
			if !bytes.Equal(y, m.Y) || !bytes.Equal(cb, m.Cb) || !bytes.Equal(cr, m.Cr) {
				t.Errorf("%v at %v: planes changed", ratio, r)
			}
		}
	}
}

func TestAllTypes(t *testing.T) {
	profile := imgtest.DisplayP3.Profile()
	alpha := image.NewNYCbCrA(image.Rect(0, 0, 20, 10), image.YCbCrSubsampleRatio420)
	alpha.YCbCr = *planar(inSRGB(20, 10), alpha.Rect, image.YCbCrSubsampleRatio420)
	for i := range alpha.A {
		alpha.A[i] = uint8(i)
	}
	opacity := bytes.Clone(alpha.A)
	if packed, err := ConvertPacked(alpha, profile, SRGB); err != nil || packed.(*image.NRGBA).NRGBAAt(7, 3).A != 67 {
		t.Errorf("alpha is lost when packing: %v", err)
	}
	for _, m := range []image.Image{alpha, inSRGB(9, 9), imgtest.DeepPhoto(1, 9, 9, true), imgtest.GrayPhoto(1, 9, 9), image.NewGray16(image.Rect(0, 0, 3, 3))} {
		got, err := Convert(m, profile, SRGB)
		if err != nil || got != m {
			t.Errorf("%T: got another picture (%T) or error %v", m, got, err)
		}
	}
	if !bytes.Equal(opacity, alpha.A) {
		t.Error("alpha changed")
	}
	if got, err := Convert(image.NewRGBA(image.Rect(0, 0, 1, 1)), profile, SRGB); err == nil || got == nil {
		t.Error("a type that is not supported was taken")
	}
	for _, m := range []image.Image{image.NewYCbCr(image.Rectangle{}, image.YCbCrSubsampleRatio420), image.NewNRGBA(image.Rectangle{}), image.NewGray(image.Rectangle{})} {
		if _, err := Convert(m, profile, SRGB); err != nil {
			t.Errorf("empty %T: %v", m, err)
		}
		if _, err := ConvertPacked(m, profile, SRGB); err != nil {
			t.Errorf("empty %T: %v", m, err)
		}
	}
}

// Grey profiles fit grey pictures, also those whose greys come in three equal channels, and no others.
func TestGrayProfiles(t *testing.T) {
	profile := imgtest.GrayProfile(1)
	want := map[uint8]uint8{0: 0, 55: 128, 255: 255} // linear 55/255 is sRGB 128
	for from, to := range want {
		g := &image.Gray{Pix: []uint8{from}, Stride: 1, Rect: image.Rect(0, 0, 1, 1)}
		g16 := &image.Gray16{Pix: []uint8{from, from}, Stride: 2, Rect: image.Rect(0, 0, 1, 1)}
		n := &image.NRGBA{Pix: []uint8{from, from, from, 7}, Stride: 4, Rect: image.Rect(0, 0, 1, 1)}
		for _, m := range []image.Image{g, g16, n} {
			if _, err := Convert(m, profile, SRGB); err != nil {
				t.Fatalf("%T: %v", m, err)
			}
		}
		if g.Pix[0] != to || g16.Pix[0] != to || n.Pix[0] != to || n.Pix[1] != to || n.Pix[2] != to || n.Pix[3] != 7 {
			t.Errorf("%d becomes %v, %v, %v, want %d", from, g.Pix, g16.Pix, n.Pix, to)
		}
	}
	for _, m := range []image.Image{inSRGB(4, 4), imgtest.DeepPhoto(1, 4, 4, false), planar(inSRGB(4, 4), image.Rect(0, 0, 4, 4), 0)} {
		if _, err := Convert(m, profile, SRGB); err == nil || !strings.Contains(err.Error(), "grey") {
			t.Errorf("%T in colour: error = %v", m, err)
		}
		if _, err := ConvertPacked(m, profile, SRGB); err == nil {
			t.Errorf("%T in colour, packed: no error", m)
		}
	}
}

// The bytes are the same on every machine. This hash was made on amd64.
func TestSameBytesEverywhere(t *testing.T) {
	h := sha256.New()
	for _, s := range []imgtest.ColourSpace{imgtest.DisplayP3, imgtest.AdobeRGB, imgtest.ProPhoto, imgtest.Rec2020} {
		m := imgtest.DeepPhoto(54, 64, 48, false)
		if _, err := Convert(m, s.Profile(), SRGB); err != nil {
			t.Fatal(err)
		}
		h.Write(m.Pix)
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); got != "a049caa5155e0c7f" {
		t.Errorf("pixels have hash %s", got)
	}
}

// Many goroutines with more profiles than the cache holds.
func TestConcurrentUse(t *testing.T) {
	var profiles [][]byte
	for i := range cacheSize + 5 {
		s := imgtest.DisplayP3
		s.Gamma = 1.5 + float64(i)/10
		profiles = append(profiles, s.Profile())
	}
	profiles = append(profiles, imgtest.DisplayP3.TableProfile(9), []byte("broken"))
	want := make([][]byte, len(profiles))
	for i, p := range profiles {
		m := inSRGB(32, 16)
		Convert(m, p, SRGB) // the last one fails and changes nothing
		want[i] = m.Pix
	}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 60 {
				k := (i*5 + w) % len(profiles)
				m := inSRGB(32, 16)
				if _, err := Convert(m, profiles[k], SRGB); (err != nil) != (k == len(profiles)-1) || !bytes.Equal(m.Pix, want[k]) {
					t.Errorf("profile %d: other pixels than before, or error %v", k, err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(cache.entries); n != len(cache.order) || n > cacheSize {
		t.Errorf("the cache holds %d profiles in an order of %d", n, len(cache.order))
	}
}

func BenchmarkConvert(b *testing.B) {
	matrixProfile, tableProfile := imgtest.DisplayP3.Profile(), imgtest.DisplayP3.TableProfile(33)
	const w, h = 800, 600
	src := imgtest.Photo(55, w, h)
	for _, c := range []struct {
		name    string
		m       image.Image
		profile []byte
	}{
		{"420/matrix", planar(src, src.Rect, image.YCbCrSubsampleRatio420), matrixProfile},
		{"444/matrix", planar(src, src.Rect, image.YCbCrSubsampleRatio444), matrixProfile},
		{"420/table", planar(src, src.Rect, image.YCbCrSubsampleRatio420), tableProfile},
		{"NRGBA/matrix", src, matrixProfile},
		{"Gray/curve", imgtest.GrayPhoto(55, w, h), imgtest.GrayProfile(2.2)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(w * h)
			for b.Loop() {
				if _, err := Convert(c.m, c.profile, SRGB); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("build/matrix", func(b *testing.B) {
		for b.Loop() {
			new(entry).build(source{profile: matrixProfile}, SRGB)
		}
	})
	b.Run("build/table", func(b *testing.B) {
		for b.Loop() {
			new(entry).build(source{profile: tableProfile}, SRGB)
		}
	})
}
