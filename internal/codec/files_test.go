package codec

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// encode writes a picture or ends the test.
func encode(t testing.TB, img image.Image, o EncodeOptions) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Encode(&buf, img, o); err != nil {
		t.Fatalf("encode %v: %v", o.Format, err)
	}
	return buf.Bytes()
}

// decode reads a file or ends the test.
func decode(t testing.TB, data []byte, o DecodeOptions) (*Header, *Decoded) {
	t.Helper()
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatalf("header: %v", err)
	}
	d, err := Decode(data, h, o)
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	return h, d
}

// planar converts to full range YCbCr with the given subsampling.
func planar(m *image.NRGBA, r image.YCbCrSubsampleRatio) *image.YCbCr {
	full := image.NewYCbCr(m.Rect, image.YCbCrSubsampleRatio444)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			p := m.Pix[m.PixOffset(x, y):]
			i := full.COffset(x, y)
			full.Y[full.YOffset(x, y)], full.Cb[i], full.Cr[i] = color.RGBToYCbCr(p[0], p[1], p[2])
		}
	}
	return withSubsampling(full, r)
}

// planarAlpha is planar with the alpha of m.
func planarAlpha(m *image.NRGBA, r image.YCbCrSubsampleRatio) *image.NYCbCrA {
	p := &image.NYCbCrA{YCbCr: *planar(m, r), A: make([]byte, m.Rect.Dx()*m.Rect.Dy()), AStride: m.Rect.Dx()}
	for i := range p.A {
		p.A[i] = m.Pix[4*i+3]
	}
	return p
}

// deepGrey is a 16-bit grey picture.
func deepGrey(w, h int) *image.Gray16 {
	m := image.NewGray16(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.SetGray16(i%w, i/w, color.Gray16{Y: uint16(i * 65535 / (w*h - 1))})
	}
	return m
}

// pictures holds a picture of every type that Decode returns, with odd sides.
func pictures(w, h int) map[string]image.Image {
	photo, cutout := imgtest.Photo(1, w, h), imgtest.AlphaPhoto(2, w, h)
	return map[string]image.Image{
		"grey":      imgtest.GrayPhoto(1, w, h),
		"grey16":    deepGrey(w, h),
		"rgb":       photo,
		"rgba":      cutout,
		"rgb16":     imgtest.DeepPhoto(1, w, h, false),
		"rgba16":    imgtest.DeepPhoto(2, w, h, true),
		"ycbcr420":  planar(photo, image.YCbCrSubsampleRatio420),
		"ycbcr422":  planar(photo, image.YCbCrSubsampleRatio422),
		"ycbcr444":  planar(photo, image.YCbCrSubsampleRatio444),
		"ycbcra420": planarAlpha(cutout, image.YCbCrSubsampleRatio420),
	}
}

// animation is a GIF of n frames, the later ones smaller than the canvas.
func animation(t testing.TB, n int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range n {
		p := image.NewPaletted(image.Rect(min(i, 1), 0, 16, 12), color.Palette{color.Black, color.White, color.RGBA{R: 255, A: 255}})
		p.Pix[i] = 2
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 10)
	}
	var buf bytes.Buffer
	if err := gif.EncodeAll(&buf, g); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// samples holds small files of each kind that is written here, with and without metadata.
func samples(t testing.TB) map[string][]byte {
	files := map[string][]byte{"gif-animated": animation(t, 3)}
	blocks := EncodeOptions{EXIF: meta.OrientationBlock(6), XMP: []byte("<x:xmpmeta/>"), ICC: imgtest.AdobeRGB.Profile()}
	for name, img := range pictures(21, 13) {
		for f := JPEG; f <= BMP; f++ {
			files[f.String()+"-"+name] = encode(t, img, EncodeOptions{Format: f})
		}
	}
	photo := imgtest.AlphaPhoto(3, 21, 13)
	for f := JPEG; f <= BMP; f++ {
		o := blocks
		o.Format = f
		files[f.String()+"-blocks"] = encode(t, photo, o)
	}
	files["jpeg-progressive"] = encode(t, photo, EncodeOptions{Format: JPEG, Progressive: true})
	files["webp-lossless"] = encode(t, photo, EncodeOptions{Format: WebP, Lossless: true})
	return files
}
