package compress

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// each calls test with the pictures of a folder that can be read whole.
func each(t *testing.T, dir string, test func(t *testing.T, data []byte, h *codec.Header)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h, err := codec.ReadHeader(data)
		if err != nil || h.Damage != nil {
			return nil
		}
		n++
		rel, _ := filepath.Rel(dir, path)
		t.Run(filepath.ToSlash(rel), func(t *testing.T) { test(t, data, h) })
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d pictures, %v", n, err)
	}
}

func smallest(t *testing.T, data []byte, o Options) (Result, *codec.Header) {
	t.Helper()
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Smallest(context.Background(), data, h, o)
	if err != nil {
		t.Fatal(err)
	}
	out, err := codec.ReadHeader(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	return r, out
}

// sameFrames says whether two files show the same, each of their frames.
func sameFrames(t *testing.T, a, b *codec.Header, dataA, dataB []byte) bool {
	t.Helper()
	if a.Animated() || b.Animated() {
		p, err := codec.ReadAnimation(dataA, a, codec.DecodeOptions{})
		q, err2 := codec.ReadAnimation(dataB, b, codec.DecodeOptions{})
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		same, err := sameAnimation(p, q)
		if err != nil {
			t.Fatal(err)
		}
		return same
	}
	p, err := codec.Decode(dataA, a, codec.DecodeOptions{})
	q, err2 := codec.Decode(dataB, b, codec.DecodeOptions{})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return samePicture(p.Image, q.Image)
}

// lossless holds the promises of Options.Lossless.
func lossless(t *testing.T, data []byte, h *codec.Header) {
	before := bytes.Clone(data)
	r, out := smallest(t, data, Options{Lossless: true})
	if !bytes.Equal(before, data) {
		t.Fatal("the input was changed")
	}
	if len(r.Data) > len(data) {
		t.Errorf("%d bytes became %d", len(data), len(r.Data))
	}
	if (r.Method == Kept) != bytes.Equal(r.Data, data) {
		t.Errorf("method %v, but the bytes are equal: %v", r.Method, bytes.Equal(r.Data, data))
	}
	if out.Format != h.Format || out.Orientation != h.Orientation || !sameFrames(t, h, out, data, r.Data) {
		t.Errorf("shows another picture (%v)", r.Method)
	}
	if again, _ := smallest(t, r.Data, Options{Lossless: true}); again.Method != Kept {
		t.Errorf("the result, %d bytes, was %v to %d", len(r.Data), again.Method, len(again.Data))
	}
}

func TestLossless(t *testing.T) {
	each(t, "../../testdata/formats", lossless)
	for _, dir := range []string{"assets/libjs-jquery-ui-theme-smoothness", "features/gif", "features/png", "features/webp", "features/tiff", "features/bmp", "features/icc"} {
		root := imgtest.Corpus(dir)
		if root == "" {
			continue // the files above are of every kind
		}
		each(t, root, func(t *testing.T, data []byte, h *codec.Header) {
			if len(data) > 40e3 || h.Width*h.Height > 5e4 {
				return // to be quick
			}
			if d, err := codec.Decode(data, h, codec.DecodeOptions{}); err == nil {
				d.Release()
				lossless(t, data, h)
			}
		})
	}
}

func TestMetadataByPolicy(t *testing.T) {
	exif := meta.OrientationBlock(6)
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	err := codec.Encode(&b, img, codec.EncodeOptions{Format: codec.JPEG, EXIF: exif, XMP: []byte("<CANARY/>"), Comments: [][]byte{[]byte("CANARY")}})
	if err != nil {
		t.Fatal(err)
	}
	for policy, want := range map[meta.Policy]bool{meta.None: false, meta.Copyright: false, meta.All: true} {
		r, h := smallest(t, b.Bytes(), Options{Metadata: policy})
		if bytes.Contains(r.Data, []byte("CANARY")) != want || h.Orientation != 6 {
			t.Errorf("%v: canary %v, orientation %d", policy, !want, h.Orientation)
		}
	}
}

func TestErrors(t *testing.T) {
	data, err := os.ReadFile("../../testdata/formats/png-rgb8.png")
	if err != nil {
		t.Fatal(err)
	}
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	var large *TooLargeError
	if _, err := Smallest(context.Background(), data, h, Options{MaxBytes: 100, Lossless: true}); !errors.As(err, &large) || large.Limit != 100 || large.Least > int64(len(data)) {
		t.Errorf("limit of 100 bytes: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Smallest(ctx, data, h, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var truncated codec.TruncatedError
	short := bytes.Clone(data[:len(data)/2])
	if h, err = codec.ReadHeader(short); err != nil {
		t.Fatal(err)
	}
	if _, err := Smallest(context.Background(), short, h, Options{}); !errors.As(err, &truncated) {
		t.Errorf("truncated: %v", err)
	}
}

// photoFile is a picture of the project's own, as a file of the given format.
func photoFile(t *testing.T, format codec.Format) ([]byte, *codec.Header) {
	t.Helper()
	var b bytes.Buffer
	if err := codec.Encode(&b, imgtest.Photo(3, 200, 150), codec.EncodeOptions{Format: format, Quality: 95, Lossless: true}); err != nil {
		t.Fatal(err)
	}
	h, err := codec.ReadHeader(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), h
}

// What fits is the best that does: the next quality takes too much.
func TestMaxBytesIsExact(t *testing.T) {
	data, h := photoFile(t, codec.JPEG)
	for _, limit := range []int64{3000, 5000, 8000} {
		r, _ := smallest(t, data, Options{MaxBytes: limit})
		if int64(len(r.Data)) > limit || r.Method != Lossy || r.Trials < 2 {
			t.Errorf("limit %d: %d bytes, %v, %d trials", limit, len(r.Data), r.Method, r.Trials)
		}
		var next bytes.Buffer
		again, err := codec.NewJPEGRecoder(data, h, codec.RecodeOptions{Effort: defaultEffort})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Requantise(&next, r.Quality+1); err != nil {
			t.Fatal(err)
		}
		if int64(next.Len()) <= limit {
			t.Errorf("limit %d: quality %d was taken, and %d takes %d bytes", limit, r.Quality, r.Quality+1, next.Len())
		}
	}
	r, _ := smallest(t, data, Options{MaxBytes: 1 << 20})
	if r.Method == Lossy {
		t.Error("what fits was coded with loss")
	}
	if r, _ := smallest(t, data, Options{MaxBytes: 8000, Quality: 30}); r.Quality != 30 {
		t.Errorf("quality 30 at most, but %d was taken", r.Quality)
	}
}

// What was coded with loss comes back as it is, so that nothing is lost twice.
func TestLossyTwice(t *testing.T) {
	for _, format := range []codec.Format{codec.JPEG, codec.PNG, codec.WebP} {
		for _, o := range []Options{{}, {Quality: 50}, {MaxBytes: 9000}, {Target: 80, Again: true}} {
			data, _ := photoFile(t, format)
			once, _ := smallest(t, data, o)
			if once.Method != Lossy && (format != codec.WebP || o.MaxBytes+int64(o.Target) > 0) {
				t.Errorf("%v, %+v: %v, %d bytes of %d", format, o, once.Method, len(once.Data), len(data))
			}
			twice, _ := smallest(t, once.Data, o)
			if twice.Method == Lossy || len(twice.Data) < len(once.Data)*99/100 {
				t.Errorf("%v, %+v: %d bytes, then %v, %d bytes", format, o, len(once.Data), twice.Method, len(twice.Data))
			}
		}
	}
}

// The target is reached, with the fewest bytes of the formats allowed.
func TestTargetAndFormats(t *testing.T) {
	data, _ := photoFile(t, codec.PNG)
	png, _ := smallest(t, data, Options{Target: 70})
	auto, h := smallest(t, data, Options{Target: 70, Formats: []codec.Format{codec.JPEG, codec.WebP, codec.PNG}})
	if h.Format == codec.PNG || auto.Format != h.Format || len(auto.Data) >= len(png.Data) || auto.Score < 70 || png.Score < 70 {
		t.Errorf("%v of %d bytes, score %.1f; as PNG %d, score %.1f", h.Format, len(auto.Data), auto.Score, len(png.Data), png.Score)
	}
	if len(auto.Sizes) < 2 {
		t.Errorf("sizes: %v", auto.Sizes)
	}
	transparent := imgtest.Photo(3, 200, 150)
	var b bytes.Buffer
	m := image.NewNRGBA(transparent.Bounds())
	for i := range m.Pix {
		m.Pix[i] = byte(i * i >> 5)
	}
	if err := codec.Encode(&b, m, codec.EncodeOptions{Format: codec.PNG}); err != nil {
		t.Fatal(err)
	}
	if r, _ := smallest(t, b.Bytes(), Options{Formats: []codec.Format{codec.JPEG}}); r.Format != codec.PNG {
		t.Errorf("transparency went into %v", r.Format)
	}
}

// A format without room for the colour profile would show other colours, however small it is.
func TestFormatsHoldProfiles(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 64, 64))
	noise := image.NewNRGBA(grey.Rect)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.Uint32()) | 0xFF*byte(i&3/3) // opaque
		grey.Pix[i/4] = noise.Pix[i/4*4]
	}
	formats := []codec.Format{codec.BMP, codec.GIF, codec.JXL, codec.WebP, codec.AVIF}
	for _, c := range []struct {
		img     image.Image
		profile []byte
		formats []codec.Format
	}{
		{noise, imgtest.AdobeRGB.TableProfile(17), formats[:3]},
		{grey, imgtest.GrayProfile(1.2), formats},
	} {
		var b bytes.Buffer
		if err := codec.Encode(&b, c.img, codec.EncodeOptions{Format: codec.PNG, ICC: c.profile}); err != nil {
			t.Fatal(err)
		}
		for _, f := range c.formats {
			if r, h := smallest(t, b.Bytes(), Options{Formats: []codec.Format{f}}); h.Format != codec.PNG || len(h.ICC) == 0 {
				t.Errorf("%T became %v with a profile of %d bytes (%v)", c.img, h.Format, len(h.ICC), r.Method)
			}
		}
	}
}

// A format that does not hold the picture is not chosen, and no reason to fail.
func TestFormatsThatDoNotHold(t *testing.T) {
	var b bytes.Buffer
	wide := image.NewGray(image.Rect(0, 0, codec.WebP.MaxSide()+1, 1))
	if err := codec.Encode(&b, wide, codec.EncodeOptions{Format: codec.PNG}); err != nil {
		t.Fatal(err)
	}
	if r, h := smallest(t, b.Bytes(), Options{Formats: []codec.Format{codec.WebP, codec.JPEG}}); h.Format != codec.PNG || r.Method == Kept {
		t.Errorf("%v, %v", h.Format, r.Method)
	}
}
