package codec

import (
	"bytes"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// meanDifference is the mean distance of 8-bit samples.
func meanDifference(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	x, y := toNRGBA(to8(a)), toNRGBA(to8(b))
	if x.Rect != y.Rect {
		t.Fatalf("sizes differ: %v and %v", x.Rect, y.Rect)
	}
	sum := 0
	for i := range x.Pix {
		d := int(x.Pix[i]) - int(y.Pix[i])
		sum += max(d, -d)
	}
	return float64(sum) / float64(len(x.Pix))
}

// What is written comes back with its size, its alpha and nearly its pixels.
func TestAVIFAndJXLRoundTrip(t *testing.T) {
	for name, img := range pictures(37, 21) {
		for _, f := range []Format{AVIF, JXL} {
			data := encode(t, img, EncodeOptions{Format: f, Quality: 95, Chroma444: true})
			h, d := decode(t, data, DecodeOptions{})
			alpha := strings.Contains(name, "a16") || name == "rgba" || name == "ycbcra420"
			if h.Format != f || h.Width != 37 || h.Height != 21 || h.Orientation != 1 || alpha && !h.Alpha {
				t.Errorf("%v of %s: header %+v", f, name, h)
			}
			if alpha {
				continue // colours under transparency are not kept; TestAVIFAlpha looks at the rest
			}
			if diff := meanDifference(t, img, d.Image); diff > 4 {
				t.Errorf("%v of %s: mean difference %.2f", f, name, diff)
			}
			d.Release()
		}
	}
}

// Alpha comes back, and what shows through it on a background too.
func TestAVIFAndJXLAlpha(t *testing.T) {
	img := imgtest.AlphaPhoto(2, 48, 32)
	for _, f := range []Format{AVIF, JXL} {
		_, d := decode(t, encode(t, img, EncodeOptions{Format: f, Quality: 95, Chroma444: true}), DecodeOptions{})
		got, want := flatten(toNRGBA(d.Image), color.NRGBA{255, 255, 255, 255}), flatten(img, color.NRGBA{255, 255, 255, 255})
		if diff := meanDifference(t, want, got); diff > 4 {
			t.Errorf("%v: mean difference on white %.2f", f, diff)
		}
	}
}

func TestAVIFAndJXLLossless(t *testing.T) {
	img := imgtest.Photo(1, 33, 17)
	for _, f := range []Format{AVIF, JXL} {
		_, d := decode(t, encode(t, img, EncodeOptions{Format: f, Lossless: true}), DecodeOptions{})
		if diff := meanDifference(t, img, d.Image); diff != 0 {
			t.Errorf("%v: lossless, but the mean difference is %v", f, diff)
		}
	}
}

// The bytes must not depend on how many threads there are.
func TestAVIFAndJXLBytesDoNotDependOnThreads(t *testing.T) {
	img := imgtest.AlphaPhoto(4, 300, 200)
	for _, f := range []Format{AVIF, JXL} {
		var first []byte
		for _, n := range []int{1, 2, 8} {
			before := runtime.GOMAXPROCS(n)
			data := encode(t, img, EncodeOptions{Format: f, Quality: 70})
			runtime.GOMAXPROCS(before)
			if first == nil {
				first = data
			}
			if !bytes.Equal(first, data) {
				t.Errorf("%v: other bytes with GOMAXPROCS %d", f, n)
			}
		}
	}
}

// Every prefix and every file with a damaged byte gives an error or a picture of the size that its header says.
func TestAVIFAndJXLBrokenFiles(t *testing.T) {
	img := imgtest.AlphaPhoto(4, 24, 16)
	try := func(what string, data []byte) {
		h, err := ReadHeader(data)
		if err != nil {
			return
		}
		if int64(h.Width)*int64(h.Height) > 1<<20 {
			return // over the limit of this test
		}
		d, err := Decode(data, h, DecodeOptions{})
		if err == nil && d.Image.Bounds().Size() != image.Pt(h.Width, h.Height) {
			t.Errorf("%s: %v, the header says %dx%d", what, d.Image.Bounds(), h.Width, h.Height)
		}
	}
	for _, f := range []Format{AVIF, JXL} {
		data := encode(t, img, EncodeOptions{Format: f})
		for n := 0; n < len(data); n += 7 {
			try(f.String()+" cut at "+strconv.Itoa(n), bytes.Clone(data[:n]))
			broken := bytes.Clone(data)
			broken[n] ^= byte(0x41 + n)
			try(f.String()+" changed at "+strconv.Itoa(n), broken)
		}
	}
}

// A coded picture that is larger than the container says must not reach the decoder.
func TestAVIFSizesMustAgree(t *testing.T) {
	data := encode(t, imgtest.Photo(1, 40, 30), EncodeOptions{Format: AVIF})
	i := bytes.Index(data, []byte("ispe"))
	data[i+4+4+3] = 39 // the width
	if _, err := ReadHeader(data); err == nil || !strings.Contains(err.Error(), "disagree") {
		t.Errorf("got %v", err)
	}
}

// The real files of the corpus decode to the size that their headers say, or fail with a reason.
func TestStillAVIF(t *testing.T) {
	box := func(brands string) []byte {
		return append([]byte{0, 0, 0, byte(8 + len(brands))}, "ftyp"+brands+"tmapavis"...)
	}
	for brands, want := range map[string]string{
		"avif\x00\x00\x00\x00mif1": "avif\x00\x00\x00\x00mif1",
		"avis\x00\x00\x00\x00avis": "avif\x00\x00\x00\x00avis",
		"avif\x00\x00\x00\x00tmap": "avif\x00\x00\x00\x00avif",
	} {
		data := box(brands)
		if got := stillAVIF(data); !bytes.Equal(got, box(want)) {
			t.Errorf("%q became %q", brands, got)
		}
		if !bytes.Equal(data, box(brands)) {
			t.Errorf("%q: the caller's data have changed", brands)
		}
	}
}

func TestAVIFCorpus(t *testing.T) {
	dir := imgtest.Corpus()
	files, _ := filepath.Glob(filepath.Join(dir, "features", "avif", "*", "*.avif"))
	more, _ := filepath.Glob(filepath.Join(dir, "features", "avif", "*", "*", "*.avif"))
	turned, _ := filepath.Glob(filepath.Join(dir, "features", "exif-orientation", "pillow", "avif", "*.avif"))
	for _, path := range append(append(files, more...), turned...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		h, err := ReadHeader(data)
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		d, err := Decode(data, h, DecodeOptions{})
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		if d.Image.Bounds().Size() != image.Pt(h.Width, h.Height) {
			t.Errorf("%s: %v, the header says %dx%d", path, d.Image.Bounds(), h.Width, h.Height)
		}
	}
}

// Metadata come back as they were written, and change no pixel. The profile of JPEG XL is not written.
func TestAVIFAndJXLMetadata(t *testing.T) {
	o := EncodeOptions{EXIF: meta.OrientationBlock(1), XMP: []byte("<x:xmpmeta/>"), ICC: imgtest.AdobeRGB.Profile()}
	for name, img := range map[string]image.Image{"opaque": imgtest.Photo(1, 31, 19), "alpha": imgtest.AlphaPhoto(1, 31, 19)} {
		for _, f := range []Format{AVIF, JXL} {
			_, plain := decode(t, encode(t, img, EncodeOptions{Format: f}), DecodeOptions{})
			for mask := range 8 {
				with := EncodeOptions{Format: f}
				if mask&1 != 0 {
					with.EXIF = o.EXIF
				}
				if mask&2 != 0 {
					with.XMP = o.XMP
				}
				if mask&4 != 0 && f == AVIF {
					with.ICC = o.ICC
				}
				h, d := decode(t, encode(t, img, with), DecodeOptions{})
				if !bytes.Equal(h.EXIF, with.EXIF) || !bytes.Equal(h.XMP, with.XMP) || !bytes.Equal(h.ICC, with.ICC) {
					t.Errorf("%v, %s, %d: %q %q %d bytes of profile", f, name, mask, h.EXIF, h.XMP, len(h.ICC))
				}
				if diff := meanDifference(t, plain.Image, d.Image); diff != 0 || len(h.Warnings) > 0 {
					t.Errorf("%v, %s, %d: pixels differ by %v, warnings %q", f, name, mask, diff, h.Warnings)
				}
			}
		}
	}
}

// A profile that JPEG XL would need and cannot get is no reason for wrong colours.
func TestJXLRefusesProfiles(t *testing.T) {
	var buf bytes.Buffer
	if err := Encode(&buf, imgtest.Photo(1, 8, 8), EncodeOptions{Format: JXL, ICC: imgtest.AdobeRGB.Profile()}); !isUnsupported(err) {
		t.Errorf("got %v", err)
	}
}

// The stated costs are upper bounds of what is really allocated, once the codecs are compiled.
func TestAVIFAndJXLCosts(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, f := range []Format{AVIF, JXL} {
		decode(t, encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: f}), DecodeOptions{}) // compiles
		for _, size := range []image.Point{{16, 16}, {700, 500}} {
			o := EncodeOptions{Format: f, Quality: 80}
			img := hardPictures(size.X, size.Y)["noise"]
			var file []byte
			used := allocated(func() { file = encode(t, img, o) })
			if cost := EncodeCost(img, size.X, size.Y, o); used > slack*cost {
				t.Errorf("encoding %v at %v took %d bytes, stated are %d", f, size, used, cost)
			}
			h := header(t, file)
			used = allocated(func() {
				if _, err := Decode(file, h, DecodeOptions{}); err != nil {
					t.Fatal(err)
				}
			})
			if cost := h.DecodeCost(DecodeOptions{}); used > cost {
				t.Errorf("decoding %v at %v took %d bytes, stated are %d", f, size, used, cost)
			}
		}
	}
}
