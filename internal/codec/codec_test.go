package codec

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math"
	"runtime"
	"testing"

	"imgpool/internal/imgtest"
)

// Every type of picture survives every format: exactly where the format is lossless and has room for it, at a believable
// distance otherwise.
func TestRoundTrips(t *testing.T) {
	white := color.NRGBA{255, 255, 255, 255}
	for name, img := range pictures(101, 67) {
		for f := JPEG; f <= BMP; f++ {
			for _, lossless := range []bool{false, true} {
				if lossless && f != WebP {
					continue
				}
				o := EncodeOptions{Format: f, Quality: 95, Chroma444: true, Lossless: lossless, Background: white}
				h, d := decode(t, encode(t, img, o), DecodeOptions{})
				if h.Format != f || h.Width != 101 || h.Height != 67 || d.Width != 101 || d.Height != 67 {
					t.Errorf("%v of %s: %v, %d x %d", f, name, h.Format, h.Width, h.Height)
					continue
				}
				want := expected(img, f, white)
				floor := math.Inf(1)
				switch {
				case f == JPEG:
					floor = 32
				case f == WebP && !lossless:
					floor = 27 // chroma at half the resolution, and this photo has much of it
				case f == GIF:
					floor = 24
				}
				if got := imgtest.PSNR(want, d.Image); got < floor {
					t.Errorf("%v of %s (lossless: %v): %.1f dB, want %.1f", f, name, lossless, got, floor)
				}
				d.Release()
			}
		}
	}
}

// expected is what a lossless file of format f holds of img.
func expected(img image.Image, f Format, bg color.NRGBA) image.Image {
	switch f {
	case PNG, TIFF:
		if _, deep := img.(*image.NRGBA64); deep {
			return img
		}
		if _, deep := img.(*image.Gray16); deep {
			return img
		}
	case JPEG:
		return flatten(to8(img), bg)
	case GIF:
		m := toNRGBA(to8(img))
		out := image.NewNRGBA(m.Rect)
		threshold(out, m)
		return out
	}
	return toNRGBA(to8(img))
}

// The bytes depend on the picture and the options, not on how many processors there are.
func TestBytesDoNotDependOnGOMAXPROCS(t *testing.T) {
	old := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(old)
	for name, img := range pictures(223, 130) {
		if name != "rgba" && name != "grey16" && name != "ycbcr420" {
			continue
		}
		for f := JPEG; f <= BMP; f++ {
			for _, special := range []bool{false, true} { // progressive JPEG, lossless WebP
				if special && f != JPEG && f != WebP {
					continue
				}
				o := EncodeOptions{Format: f, Progressive: special, Lossless: special}
				var first []byte
				for _, n := range []int{1, 2, 8} {
					runtime.GOMAXPROCS(n)
					file := encode(t, img, o)
					if first == nil {
						first = file
					}
					if !bytes.Equal(file, first) {
						t.Errorf("%v of %s: other bytes with %d processors than with 1", f, name, n)
					}
				}
			}
		}
	}
}

// Decoding does not depend on the number of processors either.
func TestPixelsDoNotDependOnGOMAXPROCS(t *testing.T) {
	old := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(old)
	for name, file := range samples(t) {
		runtime.GOMAXPROCS(1)
		_, one := decode(t, file, DecodeOptions{})
		runtime.GOMAXPROCS(8)
		_, eight := decode(t, file, DecodeOptions{})
		if imgtest.MaxDiff(one.Image, eight.Image) != 0 {
			t.Errorf("%s: other pixels with 8 processors than with 1", name)
		}
	}
}

// A picture that is a part of a larger one is encoded as that part alone.
func TestEncodeTakesParts(t *testing.T) {
	part := image.Rect(7, 5, 48, 44)
	for name, img := range pictures(60, 50) {
		sub := img.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(part)
		file := encode(t, sub, EncodeOptions{Format: PNG})
		_, d := decode(t, file, DecodeOptions{})
		if d.Image.Bounds().Size() != part.Size() {
			t.Errorf("%s: size %v", name, d.Image.Bounds())
			continue
		}
		want := image.NewNRGBA64(image.Rectangle{Max: part.Size()})
		draw.Draw(want, want.Rect, img, part.Min, draw.Src)
		if diff := imgtest.MaxDiff(want, d.Image); diff > 1 {
			t.Errorf("%s: %.2f levels away", name, diff)
		}
	}
}

// Types that Decode never returns are taken as well.
func TestEncodeTakesOtherTypes(t *testing.T) {
	photo := imgtest.Photo(1, 20, 10)
	other := image.NewRGBA(photo.Rect)
	draw.Draw(other, other.Rect, photo, image.Point{}, draw.Src)
	_, d := decode(t, encode(t, other, EncodeOptions{Format: PNG}), DecodeOptions{})
	if imgtest.MaxDiff(photo, d.Image) != 0 {
		t.Error("an RGBA picture was changed")
	}
}

func TestEncodeRefuses(t *testing.T) {
	var unsupported UnsupportedError
	cases := []struct {
		name string
		img  image.Image
		o    EncodeOptions
	}{
		{"a format that is only recognised", image.NewGray(image.Rect(0, 0, 1, 1)), EncodeOptions{Format: SVG}},
		{"no format", image.NewGray(image.Rect(0, 0, 1, 1)), EncodeOptions{}},
		{"a wide WebP", image.NewGray(image.Rect(0, 0, 16384, 1)), EncodeOptions{Format: WebP}},
		{"a high JPEG", image.NewGray(image.Rect(0, 0, 1, 65536)), EncodeOptions{Format: JPEG}},
		{"large EXIF in a JPEG", image.NewGray(image.Rect(0, 0, 1, 1)), EncodeOptions{Format: JPEG, EXIF: make([]byte, 65528)}},
		{"large XMP in a JPEG", image.NewGray(image.Rect(0, 0, 1, 1)), EncodeOptions{Format: JPEG, XMP: make([]byte, 65505)}},
	}
	for _, c := range cases {
		buf := bytes.NewBufferString("before")
		if err := Encode(buf, c.img, c.o); !errors.As(err, &unsupported) {
			t.Errorf("%s: got %v", c.name, err)
		}
		if buf.String() != "before" {
			t.Errorf("%s: left %d bytes behind", c.name, buf.Len()-6)
		}
	}
	if err := Encode(new(bytes.Buffer), image.NewGray(image.Rect(0, 0, 0, 5)), EncodeOptions{Format: PNG}); err == nil {
		t.Error("a picture without pixels was written")
	}
}

// A header is good for the data it was read from and no other.
func TestHeaderBelongsToItsData(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 9, 9), EncodeOptions{Format: PNG})
	h, err := ReadHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a copy": bytes.Clone(file), "a part": file[:40], "nothing": nil} {
		if _, err := Decode(data, h, DecodeOptions{}); err == nil {
			t.Errorf("%s was decoded", name)
		}
		if _, _, err := StripMetadata(data, h); err == nil {
			t.Errorf("%s was rewritten", name)
		}
	}
}

func TestReadHeaderRefuses(t *testing.T) {
	var broken FormatError
	if _, err := ReadHeader([]byte("no picture")); !errors.As(err, &broken) {
		t.Errorf("text: got %v", err)
	}
	var unsupported UnsupportedError
	if _, err := ReadHeader([]byte("<svg></svg>")); !errors.As(err, &unsupported) || err.Error() != "reading svg is not supported" {
		t.Errorf("SVG: got %v", err)
	}
}

func TestErrorTexts(t *testing.T) {
	for want, err := range map[string]error{
		"broken JPEG: no frame header":                          FormatError("JPEG: no frame header"),
		"12-bit JPEG is not supported":                          UnsupportedError("12-bit JPEG"),
		"the file ends early, 99 % of the picture is there":     TruncatedError{99.97},
		"broken PNG: the library gave up: index out of range 3": guard("PNG", func() error { panic("index out of range 3") }),
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}
