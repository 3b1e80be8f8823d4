package cli

import (
	"image/color"
	"testing"
	"time"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// check parses each value with the set function that is made for dst.
func check[T comparable](t *testing.T, name string, set func(*T) func(string) error, good map[string]T, bad ...string) {
	t.Helper()
	for s, want := range good {
		var got T
		if err := set(&got)(s); err != nil || got != want {
			t.Errorf("%s %q: %v, %v, want %v", name, s, got, err, want)
		}
	}
	for _, s := range bad {
		var got, zero T
		if err := set(&got)(s); err == nil || got != zero {
			t.Errorf("%s %q: %v, %v, want an error and no value", name, s, got, err)
		}
	}
}

func TestBytes(t *testing.T) {
	check(t, "size", bytesTo, map[string]int64{
		"1": 1, "200k": 200e3, "200kB": 200e3, "200K": 200e3, "1GiB": 1 << 30, "1gib": 1 << 30, "1Gi": 1 << 30,
		"1.5 MiB": 3 << 19, "500MB": 500e6, "2T": 2e12, "64b": 64, "0.5k": 500,
	}, "", "0", "-1", "k", "1x", "1kk", "1iB", "NaN", "inf", "1e30", "99999999T", "1 2", "0.1")
}

func TestFormats(t *testing.T) {
	set := func(dst *[2]codec.Format) func(string) error {
		return func(s string) error {
			var list []codec.Format
			err := formatsTo(&list)(s)
			if copy(dst[:], list); len(list) > len(dst) {
				t.Errorf("formats %q: %v", s, list)
			}
			return err
		}
	}
	check(t, "formats", set, map[string][2]codec.Format{
		"webp": {codec.WebP}, "jpg, PNG": {codec.JPEG, codec.PNG}, "png,jpeg,jpg,.png": {codec.PNG, codec.JPEG},
	}, "", ",", "foo")
}

func TestPixels(t *testing.T) {
	check(t, "pixels", pixelsTo, map[string]int64{"268M": 268e6, "268MP": 268e6, "1000": 1000}, "", "0", "M", "-5M", "1B")
}

func TestWhole(t *testing.T) {
	width := func(dst *int) func(string) error { return wholeTo(dst, 1, 65535) }
	check(t, "width", width, map[string]int{"1": 1, "800": 800, "65535": 65535, "+8": 8}, "", "0", "-5", "65536", "800px", "8.5", "0x10")
}

func TestPercent(t *testing.T) {
	check(t, "percent", percentTo, map[string]float64{"50": 50, "50%": 50, "12.5 %": 12.5, "10000": 10000}, "", "0", "-1", "%", "NaN", "10001", "Inf")
}

func TestRate(t *testing.T) {
	type pace struct {
		n   float64
		per time.Duration
	}
	set := func(p *pace) func(string) error { return rateTo(&p.n, &p.per) }
	check(t, "rate", set, map[string]pace{
		"50/s": {50, time.Second}, "100/m": {100, time.Minute}, "100/min": {100, time.Minute},
		"1000/h": {1000, time.Hour}, "50": {50, time.Second}, "0.5/s": {0.5, time.Second},
	}, "", "0/s", "-1/s", "5/", "5/d", "/s", "NaN/s", "Inf/s")
}

func TestColour(t *testing.T) {
	set := func(c *color.NRGBA) func(string) error {
		return func(s string) error {
			var p *color.NRGBA
			err := colourTo(&p)(s)
			if p != nil {
				*c = *p
			}
			return err
		}
	}
	check(t, "colour", set, map[string]color.NRGBA{
		"white": {255, 255, 255, 255}, "Black": {0, 0, 0, 255}, "#f80": {255, 136, 0, 255}, "f80": {255, 136, 0, 255},
		"#12aBcD": {0x12, 0xab, 0xcd, 255}, "12abcd": {0x12, 0xab, 0xcd, 255},
	}, "", "#", "#ff", "#12345", "#1234567", "#gggggg", "#ffffff00", "transparent", "+fffff")
}

func TestChoices(t *testing.T) {
	gravity := func(g *stages.Gravity) func(string) error { return choiceTo(g, gravities...) }
	check(t, "gravity", gravity, map[string]stages.Gravity{
		"centre": {X: 0.5, Y: 0.5}, "center": {X: 0.5, Y: 0.5}, "North": {X: 0.5, Y: 0}, "southeast": {X: 1, Y: 1}, "west": {X: 0, Y: 0.5},
	}, "", "up", "north east")
	check(t, "format", formatTo, map[string]codec.Format{
		"keep": codec.Unknown, "jpeg": codec.JPEG, "jpg": codec.JPEG, "WebP": codec.WebP, "tif": codec.TIFF,
	}, "", "heic", "svg", "jpegg")
	check(t, "switch", switchTo, map[string]bool{"true": true, "false": false, "1": true}, "", "maybe")
	filter := func(s *string) func(string) error { return nameTo(s, "lanczos", "box") }
	check(t, "filter", filter, map[string]string{"lanczos": "lanczos", "BOX": "box"}, "", "lancos")
	check(t, "text", textTo, map[string]string{"a b": "a b", " ": " ", "--x": "--x"}, "")
}

func TestOneOfSuggests(t *testing.T) {
	if err := oneOf("lancos", []string{"lanczos", "box"}); err.Error() != "did you mean lanczos?" {
		t.Error(err)
	}
	if err := oneOf("zzz", []string{"lanczos", "box"}); err.Error() != "want one of lanczos, box" {
		t.Error(err)
	}
}
