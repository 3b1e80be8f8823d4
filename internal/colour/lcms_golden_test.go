package colour

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
)

// spaces are profiles of the kinds that pictures come with, in a fixed order.
var spaces = []struct {
	name    string
	profile []byte
}{
	{"Adobe RGB", imgtest.AdobeRGB.Profile()}, {"Display P3", imgtest.DisplayP3.Profile()},
	{"ProPhoto", imgtest.ProPhoto.Profile()}, {"Rec. 2020", imgtest.Rec2020.Profile()},
	{"Adobe RGB, table", imgtest.AdobeRGB.TableProfile(17)},
	{"inks, lut16", imgtest.InkProfile(2, 9)}, {"inks, lutAToB", imgtest.InkProfile(4, 7)},
	{"grey 1.8", imgtest.GrayProfile(1.8)}, {"grey 2.2", imgtest.GrayProfile(2.2)},
}

// sampler makes a picture of patches for a profile, the same each time.
func sampler(profile []byte) image.Image {
	const w, h = 24, 8
	rng := rand.New(rand.NewPCG(3, 4))
	r := image.Rect(0, 0, w, h)
	fill := func(pix []uint8, channels int) {
		for i := range pix {
			pix[i] = uint8(rng.Uint32())
		}
		for i := range channels { // full and none of each
			copy(pix[channels*i:], bytes.Repeat([]byte{0}, channels))
			pix[channels*i+i] = 255
			copy(pix[channels*(channels+i):], bytes.Repeat([]byte{255}, channels))
			pix[channels*(channels+i)+i] = 0
		}
	}
	switch string(profile[16:20]) {
	case "CMYK":
		m := image.NewCMYK(r)
		fill(m.Pix, 4)
		return m
	case "GRAY":
		m := image.NewGray(r)
		fill(m.Pix, 1)
		return m
	}
	m := image.NewNRGBA(r)
	fill(m.Pix, 4)
	for i := 3; i < len(m.Pix); i += 4 {
		m.Pix[i] = 255
	}
	return m
}

// What lcms makes of the samplers is on record, so that the distance to it is known where vips is not installed.
func TestGoldenLCMS(t *testing.T) {
	const path = "testdata/lcms.txt"
	if imgtest.Updating() {
		var b strings.Builder
		fmt.Fprintln(&b, "# sRGB by lcms (vips icc_transform, relative colorimetric, black point compensation); go test -run GoldenLCMS -update")
		for _, s := range spaces {
			fmt.Fprintf(&b, "%s:", s.name)
			ref := lcms(t, sampler(s.profile), s.profile)
			for y := range ref.Bounds().Dy() {
				for x := range ref.Bounds().Dx() {
					c := imgtest.Straight(ref, x, y)
					fmt.Fprintf(&b, " %02x%02x%02x", c.R>>8, c.G>>8, c.B>>8)
				}
			}
			fmt.Fprintln(&b)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(data)))
	if len(lines) != 1+len(spaces) {
		t.Fatalf("%s has %d lines", path, len(lines))
	}
	for i, s := range spaces {
		name, list, _ := strings.Cut(lines[1+i], ":")
		m := sampler(s.profile)
		ref := image.NewNRGBA(m.Bounds())
		colours := strings.Fields(list)
		if name != s.name || len(colours) != len(ref.Pix)/4 {
			t.Fatalf("line %d of %s is of %q, with %d colours", 2+i, path, name, len(colours))
		}
		for k, c := range colours {
			if _, err := fmt.Sscanf(c, "%02x%02x%02x", &ref.Pix[4*k], &ref.Pix[4*k+1], &ref.Pix[4*k+2]); err != nil {
				t.Fatal(err)
			}
			ref.Pix[4*k+3] = 255
		}
		got, err := Convert(m, s.profile, SRGB)
		if err != nil {
			t.Fatal(err)
		}
		wantClose(t, s.name, got, ref)
	}
}
