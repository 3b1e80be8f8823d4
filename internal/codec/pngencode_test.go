package codec

import (
	"bytes"
	"image/color"
	stdpng "image/png"
	"math/rand/v2"
	"testing"

	"imgpool/internal/imgtest"
)

// What is written uses the smallest colour type that holds the picture, and other decoders find the same pixels.
func TestPNGEncodeTypes(t *testing.T) {
	greyAlpha := imgtest.AlphaPhoto(1, 30, 20)
	for i := 0; i < len(greyAlpha.Pix); i += 4 {
		greyAlpha.Pix[i+1], greyAlpha.Pix[i+2] = greyAlpha.Pix[i], greyAlpha.Pix[i]
	}
	want := map[string][2]int{
		"grey": {0, 8}, "grey16": {0, 16}, "rgb": {2, 8}, "rgba": {6, 8}, "rgb16": {2, 16}, "rgba16": {6, 16},
		"ycbcr420": {2, 8}, "ycbcr444": {2, 8}, "ycbcr422": {2, 8}, "ycbcra420": {6, 8}, "grey with alpha": {4, 8},
	}
	images := pictures(30, 20)
	images["grey with alpha"] = greyAlpha
	for name, img := range images {
		file := encode(t, img, EncodeOptions{Format: PNG})
		h := header(t, file)
		if got := [2]int{int(h.layout.(*pngLayout).colourType), h.Depth}; got != want[name] {
			t.Errorf("%s: colour type and depth %v, want %v", name, got, want[name])
		}
		other, err := stdpng.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := imgtest.MaxDiff(expected(img, PNG, color.NRGBA{}), other); diff != 0 {
			t.Errorf("%s: %.2f levels away", name, diff)
		}
	}
}

// The fast paths of the Paeth filter do what the general one does.
func TestUnpaeth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		for _, bpp := range []int{3, 4} {
			prev, fast := make([]byte, n*bpp), make([]byte, n*bpp)
			for i := range fast {
				prev[i], fast[i] = byte(r.Uint32()), byte(r.Uint32())
			}
			slow := bytes.Clone(fast)
			unpaeth(slow, prev, bpp)
			if err := unfilter(4, fast, prev, bpp); err != nil || !bytes.Equal(slow, fast) {
				t.Fatalf("%d pixels of %d bytes: got %v, want %v", n, bpp, fast, slow)
			}
		}
	}
}
