package colour

import (
	"bytes"
	"image"
	"math"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
)

// Without a profile no ink is white, all ink is black, and single inks look like those of a press.
func TestInksWithoutProfile(t *testing.T) {
	for inks, want := range map[[4]uint8][3]int{
		{}: {255, 255, 255}, {255, 255, 255, 255}: {0, 0, 0}, {0, 0, 0, 255}: {29, 29, 27},
		{255, 0, 0, 0}: {0, 159, 227}, {0, 255, 0, 0}: {230, 0, 126}, {0, 0, 255, 0}: {255, 237, 0},
		{0, 255, 255, 0}: {227, 6, 19}, {255, 0, 255, 0}: {0, 150, 64}, {255, 255, 0, 0}: {49, 39, 131},
	} {
		m := image.NewCMYK(image.Rect(0, 0, 1, 1))
		copy(m.Pix, inks[:])
		out, err := Convert(m, nil, SRGB)
		if err != nil {
			t.Fatal(err)
		}
		// The colours wanted are the usual rendering of coated offset printing; blacks differ by how black is brought down.
		p := out.(*image.NRGBA).Pix
		for i, w := range want {
			if math.Abs(float64(int(p[i])-w)) > 16 {
				t.Errorf("inks %v are %v, want about %v", inks, p, want)
				break
			}
		}
	}
	last := 256
	for k := range 256 { // greys darken evenly
		m := image.NewCMYK(image.Rect(0, 0, 1, 1))
		m.Pix[3] = uint8(k)
		out, _ := Convert(m, nil, SRGB)
		if v := int(out.(*image.NRGBA).Pix[1]); v > last || last-v > 3 && k > 0 {
			t.Fatalf("black ink of %d is %d after %d", k, v, last)
		} else {
			last = v
		}
	}
}

// A profile that does not fit is told of, and the picture looks as if it had none.
func TestInksWithWrongProfile(t *testing.T) {
	m := inks()
	want, _ := Convert(m, nil, SRGB)
	for name, profile := range map[string][]byte{"RGB": imgtest.AdobeRGB.Profile(), "broken": []byte("x"), "grey": imgtest.GrayProfile(2)} {
		got, err := Convert(m, profile, SRGB)
		if err == nil || !bytes.Equal(got.(*image.NRGBA).Pix, want.(*image.NRGBA).Pix) {
			t.Errorf("%s: %v", name, err)
		}
	}
	photo := imgtest.Photo(1, 5, 5)
	before := bytes.Clone(photo.Pix)
	if _, err := Convert(photo, imgtest.InkProfile(2, 3), SRGB); err == nil || !strings.Contains(err.Error(), "CMYK") || !bytes.Equal(photo.Pix, before) {
		t.Errorf("a profile for CMYK on RGB: %v", err)
	}
}

// Single colours and pictures are converted alike, at 16 bits and at 8.
func TestInks(t *testing.T) {
	profile := imgtest.InkProfile(4, 5)
	m := inks()
	out, err := Convert(m, profile, SRGB)
	if err != nil {
		t.Fatal(err)
	}
	one, err := NewInks(profile, SRGB)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(m.Pix); i += 4 * 101 {
		var v [4]uint16
		for k := range v {
			v[k] = uint16(m.Pix[i+k]) * 257
		}
		for k, c := range one.RGB(v) {
			if to8(int32(c)) != out.(*image.NRGBA).Pix[i+k] {
				t.Fatalf("inks %v: %v here, %v in a picture", v, one.RGB(v), out.(*image.NRGBA).Pix[i:i+3])
			}
		}
	}
	if _, err := NewInks([]byte("x"), SRGB); err == nil {
		t.Error("a broken profile was taken")
	}
}

func FuzzInkProfile(f *testing.F) {
	for _, seed := range [][]byte{imgtest.InkProfile(2, 2), imgtest.InkProfile(4, 2)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parse(data)
		if err != nil {
			return
		}
		d, err := newDevice(p, 4)
		if err != nil {
			return
		}
		for _, v := range []vec{{}, {1, 1, 1, 1}, {0.3, 0.9, 0.1, 0.5}, {math.NaN(), 2, -1, 0}} {
			SRGB.encode(d.light(v))
		}
	})
}
