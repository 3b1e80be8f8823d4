package main

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"sort"

	"github.com/deepteams/webp"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"imgpool/internal/imgtest"
)

// addFormats makes the folder formats: one small picture for each kind of pixel and file.
func addFormats(f files) error {
	const w, h = 160, 107
	photo, alpha := imgtest.Photo(21, w, h), imgtest.AlphaPhoto(22, w, h)
	deep, deepAlpha := imgtest.DeepPhoto(23, w/2, h/2, false), imgtest.DeepPhoto(24, w/2, h/2, true)
	gray := imgtest.GrayPhoto(25, w, h)
	gray16 := image.NewGray16(image.Rect(0, 0, w/2, h/2))
	for i := range gray16.Rect.Dx() * gray16.Rect.Dy() {
		copy(gray16.Pix[2*i:], deep.Pix[8*i:8*i+2])
	}
	asPNG := func(m image.Image) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(b, m) }
	}
	asWebP := func(m image.Image, lossless bool) func(*bytes.Buffer) error {
		o := webp.DefaultOptions()
		o.Lossless, o.Quality = lossless, 80
		return func(b *bytes.Buffer) error { return webp.Encode(b, m, o) }
	}
	asJPEG := func(b *bytes.Buffer) error { return jpeg.Encode(b, photo, &jpeg.Options{Quality: 85}) }
	for _, c := range []struct {
		name   string
		encode func(*bytes.Buffer) error
	}{
		{"png-rgb8.png", asPNG(photo)},
		{"png-rgb8-alpha.png", asPNG(alpha)},
		{"png-rgb16.png", asPNG(deep)},
		{"png-rgb16-alpha.png", asPNG(deepAlpha)},
		{"png-grey8.png", asPNG(gray)},
		{"png-grey16.png", asPNG(gray16)},
		{"png-palette.png", asPNG(reduce(photo, 64, false))},
		{"png-palette-transparent.png", asPNG(reduce(alpha, 64, true))},
		{"gif-still.gif", func(b *bytes.Buffer) error { return gif.Encode(b, reduce(photo, 256, false), nil) }},
		{"gif-transparent.gif", func(b *bytes.Buffer) error { return gif.Encode(b, reduce(alpha, 256, true), nil) }},
		{"webp-lossy.webp", asWebP(photo, false)},
		{"webp-lossy-alpha.webp", asWebP(alpha, false)},
		{"webp-lossless.webp", asWebP(photo, true)},
		{"webp-lossless-alpha.webp", asWebP(alpha, true)},
		{"tiff-deflate.tif", func(b *bytes.Buffer) error {
			return tiff.Encode(b, photo, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
		}},
		{"tiff-rgb16-alpha.tiff", func(b *bytes.Buffer) error {
			return tiff.Encode(b, deepAlpha, &tiff.Options{Compression: tiff.Deflate})
		}},
		{"bmp-rgb24.bmp", func(b *bytes.Buffer) error { return bmp.Encode(b, rgba(imgtest.Photo(26, w/2, h/2))) }},
		{"jpeg-named.png", asJPEG},
		{"png-named.jpg", asPNG(photo)},
		{"jpeg-without-extension", asJPEG},
		{"jpeg-with-data-after-its-end.jpg", func(b *bytes.Buffer) error {
			err := asJPEG(b)
			b.WriteString("what some cameras append to a picture\xff\xd8\xff")
			return err
		}},
		{"svg-cannot-be-read.svg", func(b *bytes.Buffer) error {
			_, err := b.WriteString("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>\n")
			return err
		}},
	} {
		if err := f.put("formats/"+c.name, c.encode); err != nil {
			return err
		}
	}
	return nil
}

// reduce makes a picture with a palette of the n colours that occur most, once each channel is cut to four bits.
func reduce(m *image.NRGBA, n int, transparent bool) *image.Paletted {
	counts := map[color.NRGBA]int{}
	for i := 0; i < len(m.Pix); i += 4 {
		if m.Pix[i+3] >= 128 {
			counts[color.NRGBA{m.Pix[i] & 0xf0, m.Pix[i+1] & 0xf0, m.Pix[i+2] & 0xf0, 255}]++
		}
	}
	key := func(c color.NRGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }
	var colours []color.NRGBA
	for c := range counts {
		colours = append(colours, c)
	}
	sort.Slice(colours, func(i, j int) bool {
		if a, b := counts[colours[i]], counts[colours[j]]; a != b {
			return a > b
		}
		return key(colours[i]) < key(colours[j])
	})
	var palette color.Palette
	if transparent {
		palette = append(palette, color.NRGBA{})
	}
	for _, c := range colours[:min(len(colours), n-len(palette))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(m.Rect, palette)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			c := m.NRGBAAt(x, y)
			if c.A = 255; transparent && m.NRGBAAt(x, y).A < 128 {
				c = color.NRGBA{}
			}
			out.Set(x, y, c)
		}
	}
	return out
}
