package codec

import (
	"bytes"
	"image"
	"testing"

	"imgpool/internal/imgtest"
)

func BenchmarkPNGDecode(b *testing.B) {
	file := encode(b, imgtest.Photo(1, 800, 533), EncodeOptions{Format: PNG})
	h := header(b, file)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Decode(file, h, DecodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	photo := imgtest.Photo(1, 800, 533)
	for f := JPEG; f <= BMP; f++ {
		img := image.Image(photo)
		if f == JPEG || f == WebP {
			img = planar(photo, image.YCbCrSubsampleRatio420)
		}
		b.Run(f.String(), func(b *testing.B) {
			b.SetBytes(int64(len(photo.Pix)))
			for b.Loop() {
				var buf bytes.Buffer
				if err := Encode(&buf, img, EncodeOptions{Format: f}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
