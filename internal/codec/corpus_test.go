package codec

import (
	"bytes"
	"errors"
	"image"
	stdgif "image/gif"
	stdpng "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"imgpool/internal/imgtest"
)

// eachCorpusFile calls f with every file of the corpus, if it is there.
func eachCorpusFile(t *testing.T, f func(name string, data []byte)) {
	t.Helper()
	root := imgtest.Corpus()
	if root == "" {
		t.Log("the corpus is not there")
		return
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".tsv") {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			f(strings.TrimPrefix(path, root+string(filepath.Separator)), data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// maxCorpusPixels keeps the test quick and small.
const maxCorpusPixels = 1 << 20

// Every file, however broken, gives a picture or an error of a known type; what others decode exactly is decoded exactly.
func TestCorpus(t *testing.T) {
	counts := map[string]int{}
	eachCorpusFile(t, func(name string, data []byte) {
		h, err := ReadHeader(data)
		if err != nil {
			checkError(t, err)
			counts["refused"]++
			return
		}
		if int64(h.Width)*int64(h.Height) > maxCorpusPixels {
			counts["too large for this test"]++
			return
		}
		d, err := Decode(data, h, DecodeOptions{})
		if err != nil {
			checkError(t, err)
			if _, err := Decode(data, h, DecodeOptions{AllowTruncated: true}); err != nil {
				checkError(t, err)
			}
			counts["not decoded"]++
			return
		}
		counts["decoded"]++
		if other := reference(h, data); other != nil && other.Bounds().Size() == d.Image.Bounds().Size() {
			counts["compared"]++
			if diff := imgtest.MaxDiff(other, d.Image); diff > 1 { // premultiplied alpha is rounded there
				t.Errorf("%s: %.1f levels away", name, diff)
			}
		}
		if h.Format.CanStrip() {
			out, _, err := StripMetadata(data, h)
			if err != nil {
				t.Errorf("%s: strip: %v", name, err)
				return
			}
			_, stripped := decode(t, out, DecodeOptions{})
			if imgtest.MaxDiff(d.Image, stripped.Image) != 0 {
				t.Errorf("%s: stripping changed pixels", name)
			}
		}
	})
	t.Log(counts)
}

// reference decodes with another library where that is exact; nil where it is not or fails.
func reference(h *Header, data []byte) image.Image {
	r := bytes.NewReader(data)
	var img image.Image
	var err error
	switch h.Format {
	case PNG:
		img, err = stdpng.Decode(r)
	case GIF:
		img, err = stdgif.Decode(r)
	case BMP:
		if h.Alpha {
			return nil // others take an alpha of 0 everywhere for alpha
		}
		img, err = bmp.Decode(r)
	case TIFF:
		if l := h.layout.(*tiffLayout); l.compression == tiffFax4 && l.photometric == tiffBlackIsZero {
			return nil // libtiff and this package take 0 for white in fax data and then for black, that library does not
		}
		img, err = tiff.Decode(r)
	default:
		err = errors.New("not exact")
	}
	if err != nil {
		return nil
	}
	return img
}
