package codec

import (
	"bytes"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// moduleFiles lists files of a library's own tests: nothing here writes HEIC.
func moduleFiles(t *testing.T, module, pattern string) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no files %s: %v", module, pattern, err)
	}
	return files
}

// The libraries' own pictures decode to the size and the depth that their headers say, and every part of them that is
// cut or changed gives an error or such a picture.
func TestHEIFAndJXLLibraryFiles(t *testing.T) {
	files := moduleFiles(t, "github.com/gen2brain/heic", "*.heic")
	files = append(files, moduleFiles(t, "github.com/gen2brain/jpegxl", "*.jxl")...)
	files = append(files, moduleFiles(t, "github.com/gen2brain/avif", "*.avif")...)
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		h, d := decode(t, data, DecodeOptions{})
		if d.Image.Bounds() != image.Rect(0, 0, h.Width, h.Height) {
			t.Errorf("%s: %v, the header says %dx%d", path, d.Image.Bounds(), h.Width, h.Height)
		}
		deep := h.Depth > 8 && h.Format != HEIC
		if _, is := d.Image.(*image.NRGBA64); is != deep {
			t.Errorf("%s: %d bits come as %T", path, h.Depth, d.Image)
		}
		if h.Depth > 8 && h.Format == HEIC && !h.Shallow {
			t.Errorf("%s: bits are lost without a word", path)
		}
		for n := range min(len(data), 1200) { // headers only: nothing is decoded
			broken := bytes.Clone(data)
			broken[n] ^= 0x55
			ReadHeader(broken)
			ReadHeader(bytes.Clone(data[:n]))
		}
	}
}

// Files of boxes that lie fail, whatever about.
func TestHEICBrokenBoxes(t *testing.T) {
	brand := "\x00\x00\x00\x10ftypheic\x00\x00\x00\x00"
	for what, body := range map[string]string{
		"nothing":           "",
		"no items":          "\x00\x00\x00\x0cmeta\x00\x00\x00\x00",
		"a box of 3 bytes":  "\x00\x00\x00\x03meta\x00\x00\x00\x00",
		"an endless box":    "\x7f\xff\xff\xffmeta\x00\x00\x00\x00",
		"a 64-bit size":     "\x00\x00\x00\x01meta\xff\xff\xff\xff\xff\xff\xff\xff",
		"a primary of none": "\x00\x00\x00\x1ameta\x00\x00\x00\x00\x00\x00\x00\x0epitm\x00\x00\x00\x00\x00\x01",
	} {
		if h, err := ReadHeader([]byte(brand + body)); err == nil {
			t.Errorf("%s: header %+v", what, h)
		}
	}
}

// A coded picture of another size than the container says, and parameters within the coded data, are refused.
func TestHEICSizesMustAgree(t *testing.T) {
	var data []byte
	for _, path := range moduleFiles(t, "github.com/gen2brain/heic", "test8.heic") {
		data, _ = os.ReadFile(path)
	}
	other := bytes.Clone(data)
	other[bytes.Index(other, []byte("ispe"))+4+4+3]++
	if _, err := ReadHeader(other); err == nil || !strings.Contains(err.Error(), "disagree") {
		t.Errorf("another size: %v", err)
	}
	h := header(t, data)
	l := h.layout.(*heifLayout)
	inside := bytes.Clone(data)
	inside[l.primary.extents[0].start+4] = 33 << 1
	if _, err := ReadHeader(inside); err == nil || !strings.Contains(err.Error(), "parameters") {
		t.Errorf("parameters inside: %v", err)
	}
}

// Matrices and ranges: white, black and the primaries come out as they are.
func TestHEICMatrices(t *testing.T) {
	for _, c := range []CICP{{1, 1, 1, false}, {1, 1, 1, true}, {9, 1, 9, false}, {1, 1, 6, false}} {
		m := image.NewYCbCr(image.Rect(0, 0, 2, 1), image.YCbCrSubsampleRatio444)
		m.Y[0], m.Y[1] = 16, 235
		if c.FullRange {
			m.Y[0], m.Y[1] = 0, 255
		}
		for i := range m.Cb[:2] {
			m.Cb[i], m.Cr[i] = 128, 128
		}
		out, err := c.toRGB(m)
		if err != nil || !bytes.Equal(out.Pix, []byte{0, 0, 0, 255, 255, 255, 255, 255}) {
			t.Errorf("%+v: %v, %v", c, out.Pix, err)
		}
	}
	if _, err := (CICP{Matrix: 14}).toRGB(image.NewYCbCr(image.Rect(0, 0, 1, 1), image.YCbCrSubsampleRatio444)); err == nil {
		t.Error("ICtCp came out as something")
	}
}

// The colours of the library's own pictures: means of the four quarters as heif-convert of libheif 1.15 shows them, for a
// build of the library that lost a plane once decoded without an error.
func TestHEICColours(t *testing.T) {
	for name, want := range map[string][4][3]float64{
		"test.heic":   {{190.1, 94.4, 97.2}, {186.1, 113.4, 115.5}, {148.5, 70.9, 93.7}, {191.0, 114.2, 112.0}},
		"test8.heic":  {{191.7, 95.3, 98.2}, {188.2, 114.7, 116.9}, {149.1, 71.3, 94.3}, {192.2, 114.9, 112.7}},
		"test12.heic": {{139.2, 35.0, 33.4}, {140.0, 57.3, 51.7}, {89.8, 24.8, 32.7}, {144.5, 55.8, 46.1}},
	} {
		data, err := os.ReadFile(moduleFiles(t, "github.com/gen2brain/heic", name)[0])
		if err != nil {
			t.Fatal(err)
		}
		_, d := decode(t, data, DecodeOptions{})
		for i, mean := range quarters(d.Image) {
			for c := range mean {
				if math.Abs(mean[c]-want[i][c]) > 2 {
					t.Errorf("%s: quarter %d is %.1f in the mean, want %.1f", name, i, mean, want[i])
					break
				}
			}
		}
	}
}

// quarters returns the mean RGB, 0 to 255, of the quarters of img, row by row.
func quarters(img image.Image) (mean [4][3]float64) {
	size := img.Bounds().Size()
	var n [4]float64
	for y := range size.Y {
		for x := range size.X {
			i := y*2/size.Y*2 + x*2/size.X
			r, g, b, _ := img.At(x, y).RGBA()
			for c, v := range [3]uint32{r, g, b} {
				mean[i][c] += float64(v) / 257
			}
			n[i]++
		}
	}
	for i := range mean {
		for c := range mean[i] {
			mean[i][c] /= n[i]
		}
	}
	return mean
}
