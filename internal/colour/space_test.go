package colour

import (
	"bytes"
	"image"
	"math"
	"testing"

	"imgpool/internal/imgtest"
)

// The matrices on the way out are the inverse of the colorants on the way in.
func TestSpacesAreTheirPrimaries(t *testing.T) {
	for s, p := range map[Space]Primaries{SRGB: SRGBPrimaries, DisplayP3: p3Primaries} {
		m, _, err := p.colorants()
		if err != nil {
			t.Fatal(err)
		}
		inverse, ok := invert(m)
		for i := range 3 {
			for j := range 3 {
				if !ok || math.Abs(inverse[i][j]-fromXYZ[s][i][j]) > 1e-9 {
					t.Errorf("%v: row %d, column %d is %v, want %v", s, i, j, fromXYZ[s][i][j], inverse[i][j])
				}
			}
		}
	}
}

// Our own profile of a space is that space, others can read it, and what goes there comes back.
func TestDisplayP3(t *testing.T) {
	profile := DisplayP3.Profile()
	if !Is(profile, DisplayP3) || !Is(imgtest.DisplayP3.Profile(), DisplayP3) || Is(profile, SRGB) || Is(nil, DisplayP3) || !Is(SRGB.Profile(), SRGB) {
		t.Error("spaces are not told apart")
	}
	if len(profile) > 600 {
		t.Errorf("the profile has %d bytes", len(profile))
	}
	m := imgtest.Photo(5, 40, 30)
	before := bytes.Clone(m.Pix)
	if _, err := Convert(m, nil, DisplayP3); err != nil || bytes.Equal(before, m.Pix) {
		t.Fatalf("%v, changed %v", err, !bytes.Equal(before, m.Pix))
	}
	if _, err := Convert(m, profile, SRGB); err != nil {
		t.Fatal(err)
	}
	for i, v := range m.Pix {
		if d := int(v) - int(before[i]); d < -3 || d > 3 {
			t.Fatalf("byte %d: %d comes back as %d", i, before[i], v)
		}
	}
	red := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	copy(red.Pix, []byte{255, 0, 0, 255})
	if Convert(red, nil, DisplayP3); !bytes.Equal(red.Pix, []byte{234, 51, 35, 255}) {
		t.Errorf("sRGB's red is %v in Display P3", red.Pix)
	}
}

func TestDisplayP3AgainstLCMS(t *testing.T) {
	m := colours()
	ref := lcms(t, m, DisplayP3.Profile())
	got, err := Convert(m, imgtest.DisplayP3.Profile(), SRGB)
	if err != nil {
		t.Fatal(err)
	}
	wantClose(t, "our profile of Display P3", got, ref)
}

func TestCodedProfile(t *testing.T) {
	for _, c := range []struct {
		primaries, transfer uint8
		srgb, fails         bool
	}{
		{1, 13, true, false}, {2, 2, true, false}, {1, 1, true, false}, {2, 6, true, false},
		{9, 14, false, false}, {12, 13, false, false}, {11, 17, false, false}, {1, 8, false, false}, {10, 8, false, false},
		{1, 4, false, false}, {5, 5, false, false}, {9, 16, false, false}, {9, 18, false, false},
		{3, 13, false, true}, {0, 13, false, true}, {255, 13, false, true}, {1, 3, false, true}, {1, 9, false, true},
	} {
		profile, err := CodedProfile(c.primaries, c.transfer)
		if (err != nil) != c.fails || (profile == nil) != (c.srgb || c.fails) {
			t.Errorf("%d/%d: %d bytes, %v", c.primaries, c.transfer, len(profile), err)
		}
		if err := Check(profile, false); err != nil {
			t.Errorf("%d/%d: %v", c.primaries, c.transfer, err)
		}
	}
	p3, _ := CodedProfile(12, 13)
	if !Is(p3, DisplayP3) {
		t.Error("12/13 is not Display P3")
	}
}

// The curves of high dynamic range meet their definitions: paper white at 203 cd/m2, and both end at white, without a step.
func TestHighRangeCurves(t *testing.T) {
	for _, c := range []struct{ got, want, within float64 }{
		{pqLight(0), 0, 1e-9}, {pqLight(0.5), 92.2457 / 203, 1e-4}, {pqLight(0.5806889), 1, 1e-3}, {pqLight(1), 10000.0 / 203, 1e-6},
		{hlgLight(0), 0, 1e-9}, {hlgLight(0.5), math.Pow(1.0/12, 1.2) * 1000 / 203, 1e-6}, {hlgLight(1), 1000.0 / 203, 1e-4},
		{toned(0.5), 0.5, 0}, {toned(highest), 1, 1e-12}, {toned(100), 1, 1e-12},
	} {
		if math.Abs(c.got-c.want) > c.within {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	last := 0.0
	for l := 0.0; l < 6; l += 0.01 {
		v := toned(l)
		if v < last || v-last > 0.0101 {
			t.Fatalf("light %v comes to %v after %v", l, v, last)
		}
		last = v
	}
}

func TestRGBProfileRefuses(t *testing.T) {
	for name, p := range map[string]Primaries{
		"one point": {{0.3, 0.3}, {0.3, 0.3}, {0.3, 0.3}, d65}, "a line": {{0.1, 0.1}, {0.2, 0.2}, {0.3, 0.3}, d65},
		"no white": {{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, {0, 0}}, "far out": {{64, 33}, {0.30, 0.60}, {0.15, 0.06}, d65},
		"not a number": {{math.NaN(), 0.33}, {0.30, 0.60}, {0.15, 0.06}, d65},
	} {
		if b, err := RGBProfile("x", p, SRGBTransfer); err == nil {
			t.Errorf("%s: %d bytes", name, len(b))
		}
	}
}
