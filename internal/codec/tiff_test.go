package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"imgpool/internal/imgtest"
)

func TestTIFFKinds(t *testing.T) {
	grey := func(v ...uint8) (c []color.NRGBA) {
		for _, v := range v {
			c = append(c, color.NRGBA{v, v, v, 255})
		}
		return c
	}
	rgb := []color.NRGBA{{10, 20, 30, 255}, {40, 50, 60, 255}}
	bigEndian := tiffOf(2, 1, 1, 1, 16, []byte{0x12, 0x34, 0xFF, 0xFF})
	bigEndian.order = binary.BigEndian
	big := tiffOf(2, 1, 2, 3, 8, []byte{10, 20, 30, 40, 50, 60})
	big.big = true
	tiles := tiffOf(3, 2, 1, 1, 8, []byte{1, 2, 4, 5}, []byte{3, 0, 6, 0}).set(tiffTileWidth, 2).set(tiffTileLength, 2)
	tiles.tiled = true
	cases := []struct {
		name string
		tiff rawTIFF
		want []color.NRGBA
	}{
		{"bilevel", tiffOf(9, 1, 1, 1, 1, []byte{0xA0, 0x80}), grey(255, 0, 255, 0, 0, 0, 0, 0, 255)},
		{"bilevel, white is 0", tiffOf(3, 1, 0, 1, 1, []byte{0xA0}), grey(0, 255, 0)},
		{"2 bits", tiffOf(4, 1, 1, 1, 2, []byte{0x1B}), grey(0, 85, 170, 255)},
		{"3 bits, white is 0", tiffOf(3, 1, 0, 1, 3, []byte{0x05, 0x80}), grey(255, 219, 146)},
		{"4 bits", tiffOf(3, 1, 1, 1, 4, []byte{0x0F, 0x80}), grey(0, 255, 136)},
		{"8 bits in strips", tiffOf(1, 3, 1, 1, 8, []byte{7, 8}, []byte{9}).set(tiffRowsPerStrip, 2), grey(7, 8, 9)},
		{"16 bits, big endian", bigEndian, grey(0x12, 255)},
		{"12 bits", tiffOf(2, 1, 1, 1, 12, []byte{0xFF, 0xF0, 0x00}), grey(255, 0)},
		{"RGB", tiffOf(2, 1, 2, 3, 8, []byte{10, 20, 30, 40, 50, 60}), rgb},
		{"BigTIFF", big, rgb},
		{"RGB in planes", tiffOf(2, 1, 2, 3, 8, []byte{10, 40}, []byte{20, 50}, []byte{30, 60}).set(tiffPlanarConfig, 2), rgb},
		{"RGB with a sample too many", tiffOf(2, 1, 2, 4, 8, []byte{10, 20, 30, 99, 40, 50, 60, 99}), rgb},
		{"RGBA", tiffOf(1, 1, 2, 4, 8, []byte{10, 20, 30, 40}).set(tiffExtraSamples, 2), []color.NRGBA{{10, 20, 30, 40}}},
		{"RGBA, premultiplied", tiffOf(2, 1, 2, 4, 8, []byte{10, 20, 30, 51, 9, 9, 9, 0}).set(tiffExtraSamples, 1), []color.NRGBA{{50, 100, 150, 51}, {}}},
		{"grey with alpha", tiffOf(1, 1, 1, 2, 8, []byte{70, 80}).set(tiffExtraSamples, 2), []color.NRGBA{{70, 70, 70, 80}}},
		{"palette", tiffOf(2, 1, 3, 1, 1, []byte{0x40}).set(tiffColorMap, 0, 65535, 0x8080, 0, 0, 0x4040), []color.NRGBA{{0, 128, 0, 255}, {255, 0, 64, 255}}},
		// Lab 50.2, 40, -30, black and white; LittleCMS is within 2 levels.
		{"Lab", tiffOf(3, 1, 8, 3, 8, []byte{128, 40, 226, 0, 0, 0, 255, 0, 0}), []color.NRGBA{{166, 92, 172, 255}, {0, 0, 0, 255}, {255, 255, 255, 255}}},
		{"ICC Lab of 16 bits", tiffOf(1, 1, 9, 3, 16, []byte{0x80, 0x80, 0, 0xA8, 0, 0x62}), []color.NRGBA{{166, 92, 172, 255}}},
		{"deflate and prediction", tiffOf(3, 1, 1, 1, 8, deflated([]byte{10, 5, 5})).set(tiffCompression, tiffDeflate).set(tiffPredictor, 2), grey(10, 15, 20)},
		{"16 bits of prediction", tiffOf(2, 1, 1, 1, 16, deflated([]byte{0, 0x40, 0, 0x40})).set(tiffCompression, tiffDeflate).set(tiffPredictor, 2), grey(64, 128)},
		{"signed", tiffOf(3, 1, 1, 1, 8, []byte{0x80, 0, 0x7F}).set(tiffSampleFormat, 2), grey(0, 128, 255)},
		{"signed 16 bits", tiffOf(2, 1, 1, 1, 16, []byte{0, 0, 0xFF, 0x7F}).set(tiffSampleFormat, 2), grey(128, 255)},
		{"32 bits and prediction", tiffOf(2, 1, 1, 1, 32, deflated([]byte{0, 0, 0, 0x40, 0, 0, 0, 0x40})).set(tiffCompression, tiffDeflate).set(tiffPredictor, 2), grey(64, 128)},
		{"64 bits", tiffOf(1, 1, 1, 1, 64, []byte{0, 0, 0, 0, 0, 0, 0, 0x40}), grey(64)},
		{"prediction of nothing", tiffOf(2, 1, 1, 1, 8, []byte{64, 64}).set(tiffPredictor, 2), grey(64, 64)},
		{"12 bits of prediction", tiffOf(2, 1, 1, 1, 12, deflated([]byte{0xFF, 0xF0, 0x01})).set(tiffCompression, tiffDeflate).set(tiffPredictor, 2), grey(255, 0)},
		{"16-bit floating point", tiffOf(4, 1, 1, 1, 16, []byte{0, 0x3C, 0, 0x38, 0, 0x7C, 0, 0xFE}).set(tiffSampleFormat, 3), grey(255, 128, 255, 0)},
		{"32-bit floating point", tiffOf(3, 1, 1, 1, 32, []byte{0, 0, 0x80, 0x3F, 0, 0, 0, 0x3F, 0, 0, 0, 0xBF}).set(tiffSampleFormat, 3), grey(255, 128, 0)},
		{"64-bit floating point", tiffOf(1, 1, 1, 1, 64, []byte{0, 0, 0, 0, 0, 0, 0xE0, 0x3F}).set(tiffSampleFormat, 3), grey(128)},
		// The bytes of 1.0 and 0.5, big endian, in planes: 3F 3F, 80 00, 00 00, 00 00.
		{"floating-point predictor", tiffOf(2, 1, 1, 1, 32, deflated([]byte{0x3F, 0, 0x41, 0x80, 0, 0, 0, 0})).set(tiffCompression, tiffDeflate).set(tiffSampleFormat, 3).set(tiffPredictor, 3), grey(255, 128)},
		{"reversed bits", tiffOf(3, 1, 1, 1, 1, []byte{0x05}).set(tiffFillOrder, 2), grey(255, 0, 255)},
		{"PackBits", tiffOf(6, 1, 1, 1, 8, []byte{0xFD, 9, 0x80, 1, 1, 2}).set(tiffCompression, tiffPackBits), grey(9, 9, 9, 9, 1, 2)},
		{"tiles", tiles, grey(1, 2, 3, 4, 5, 6)},
	}
	for _, c := range cases {
		h, d := decode(t, c.tiff.build(), DecodeOptions{})
		m := toNRGBA(to8(d.Image))
		for i, want := range c.want {
			if got := m.NRGBAAt(i%h.Width, i/h.Width); got != want {
				t.Errorf("%s: pixel %d is %v, want %v", c.name, i, got, want)
			}
		}
	}
}

// Inks come out as they are, or, where image.CMYK cannot hold them, as a picture without a profile looks.
func TestTIFFInks(t *testing.T) {
	inks := []byte{255, 0, 0, 0, 0, 0, 0, 51, 1, 2, 3, 4}
	h, d := decode(t, tiffOf(3, 1, 5, 4, 8, inks).build(), DecodeOptions{})
	m, ok := d.Image.(*image.CMYK)
	if !ok || !h.Inks() || !bytes.Equal(m.Pix, inks) {
		t.Fatalf("got %T, Inks %v: %v", d.Image, h.Inks(), d.Image)
	}
	looks := toNRGBA(m)
	deep, alpha := []byte{}, []byte{}
	for i, v := range inks {
		deep = append(deep, v, v)
		if alpha = append(alpha, v); i%4 == 3 {
			alpha = append(alpha, 77)
		}
	}
	h, d = decode(t, tiffOf(3, 1, 5, 4, 16, deep).build(), DecodeOptions{})
	if m, ok := to8(d.Image).(*image.NRGBA); !ok || h.Inks() || !bytes.Equal(m.Pix, looks.Pix) {
		t.Errorf("16 bits: Inks %v, %v, want %v", h.Inks(), d.Image, looks.Pix)
	}
	h, d = decode(t, tiffOf(3, 1, 5, 5, 8, alpha).set(tiffExtraSamples, 2).build(), DecodeOptions{})
	for i := 3; i < len(looks.Pix); i += 4 {
		looks.Pix[i] = 77
	}
	if m, ok := d.Image.(*image.NRGBA); !ok || h.Inks() || !bytes.Equal(m.Pix, looks.Pix) {
		t.Errorf("alpha: Inks %v, %v, want %v", h.Inks(), d.Image, looks.Pix)
	}
}

// Fax data come out the right way round, whatever the photometric interpretation.
func TestTIFFFax(t *testing.T) {
	// Group 4, 8 pixels, one row: 3 white and 5 black ones (horizontal mode 001, white 3 = 1000, black 5 = 0011), then the
	// end of the block.
	row := []byte{0b00110000, 0b01100000, 0b00000001, 0b00000000, 0b00010000}
	for photometric, want := range [][2]uint8{{255, 0}, {0, 255}} {
		f := tiffOf(8, 1, uint64(photometric), 1, 1, row).set(tiffCompression, tiffFax4)
		_, d := decode(t, f.build(), DecodeOptions{})
		pix := d.Image.(*image.Gray).Pix
		if pix[0] != want[0] || pix[2] != want[0] || pix[3] != want[1] || pix[7] != want[1] {
			t.Errorf("photometric interpretation %d: %v", photometric, pix)
		}
	}
}

func TestTIFFHeader(t *testing.T) {
	base := tiffOf(2, 1, 1, 1, 8, []byte{1, 2}).set(tiffOrientation, 6)
	for _, big := range []bool{false, true} {
		f := base
		f.big, f.pages, f.subfile = big, 4, []uint64{0, 1, 4, 2} // a page, a preview, a mask, a page
		h := header(t, f.build())
		if h.Frames != 3 || h.Orientation != 6 || h.Depth != 8 || h.Model != Gray {
			t.Errorf("%d frames, orientation %d, %d bits, %v", h.Frames, h.Orientation, h.Depth, h.Model)
		}
		f.loop = true
		if h := header(t, f.build()); h.Frames != 3 {
			t.Errorf("pages in a circle: %d frames", h.Frames)
		}
	}
	var buf bytes.Buffer
	profile := imgtest.AdobeRGB.Profile()
	if err := Encode(&buf, imgtest.Photo(1, 9, 9), EncodeOptions{Format: TIFF, ICC: profile, XMP: []byte("<x/>")}); err != nil {
		t.Fatal(err)
	}
	h := header(t, buf.Bytes())
	if !bytes.Equal(h.ICC, profile) || string(h.XMP) != "<x/>" || blockNames(h) != "XMP, ICC" {
		t.Errorf("profile of %d bytes, XMP %q, blocks %s", len(h.ICC), h.XMP, blockNames(h))
	}
}

func TestTIFFRefuses(t *testing.T) {
	base := tiffOf(2, 1, 2, 3, 8, []byte{10, 20, 30, 40, 50, 60})
	cases := []struct {
		name, want string
		tiff       rawTIFF
	}{
		{"no JPEG", "broken JPEG: no frame header", base.set(tiffCompression, tiffJPEG)},
		{"no WebP", "broken TIFF: a block is unknown, not webp", base.set(tiffCompression, tiffWebP)},
		{"JPEG in planes", "JPEG-compressed TIFF in planes or not of 8 bits is not supported", base.set(tiffCompression, tiffJPEG).set(tiffPlanarConfig, 2)},
		{"LZMA", "LZMA-compressed TIFF is not supported", base.set(tiffCompression, 34925)},
		{"compression 4711", "compression 4711 TIFF is not supported", base.set(tiffCompression, 4711)},
		{"kinds differ", "TIFF with samples of different kinds is not supported", base.set(tiffSampleFormat, 1, 2, 1)},
		{"complex", "TIFF with complex samples is not supported", base.set(tiffSampleFormat, 6)},
		{"floating point", "floating-point 8-bit TIFF is not supported", base.set(tiffSampleFormat, 3)},
		{"predictor", "broken TIFF: predictor 3", base.set(tiffCompression, tiffLZW).set(tiffPredictor, 3)},
		{"depths differ", "TIFF with samples of different sizes is not supported", base.set(tiffBitsPerSample, 8, 8, 4)},
		{"24 bits", "24-bit TIFF is not supported", tiffOf(1, 1, 1, 1, 24, make([]byte, 4))},
		{"no fax data", "the file ends early, 0 % of the picture is there", tiffOf(8, 1, 1, 1, 1, []byte{0}).set(tiffCompression, tiffRLE)},
		{"no such fax code", "broken TIFF: fax data have a code that does not exist", tiffOf(8, 1, 1, 1, 1, make([]byte, 9)).set(tiffCompression, tiffRLE)},
		{"LogLuv", "TIFF with photometric interpretation 32845 is not supported", base.set(tiffPhotometric, 32845)},
		{"Lab of 12 bits", "CIELab TIFF of this kind is not supported", tiffOf(1, 1, 8, 3, 12, make([]byte, 5))},
		{"no tables", "broken TIFF: a table of JPEG data is missing", base.set(tiffCompression, tiffOldJPEG)},
		{"raw", "a raw photo (DNG) is not supported", base.set(tiffDNGVersion, 1)},
		{"width 0", "broken TIFF: size 0 x 1", base.set(tiffWidth, 0)},
		{"too few samples", "broken TIFF: 2 samples per pixel", base.set(tiffSamplesPerPixel, 2).set(tiffBitsPerSample, 8, 8)},
		{"no palette", "broken TIFF: no palette", tiffOf(1, 1, 3, 1, 8, []byte{1})},
		{"strips missing", "broken TIFF: 1 strips or tiles are listed, there should be 1000", base.set(tiffHeight, 1000).set(tiffRowsPerStrip, 1)},
		{"huge tiles", "broken TIFF: tiles of 5000000 x 5000000", base.set(tiffTileWidth, 5000000).set(tiffTileLength, 5000000)},
		{"many tiles", "broken TIFF: 1 strips or tiles are listed, there should be", func() rawTIFF {
			f := base.set(tiffTileWidth, 1).set(tiffTileLength, 1).set(tiffWidth, 1<<31-1).set(tiffHeight, 1<<31-1)
			f.tiled = true
			return f
		}()},
		{"data beyond the end", "the file ends early, 0 % of the picture is there", base.set(tiffStripByteCounts, 50000).set(tiffStripOffsets, 8)},
		{"rows missing", "the file ends early, 50 % of the picture is there", base.set(tiffHeight, 2)},
		{"no stream", "broken TIFF: zlib: invalid header", base.set(tiffCompression, tiffDeflate)},
	}
	for _, c := range cases {
		file := c.tiff.build()
		h, err := ReadHeader(file)
		if err == nil {
			_, err = Decode(file, h, DecodeOptions{})
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		var truncated TruncatedError
		if errors.As(err, &truncated) {
			if d, err := Decode(file, h, DecodeOptions{AllowTruncated: true}); err != nil || len(d.Warnings) != 1 {
				t.Errorf("%s, allowed: %v", c.name, err)
			}
		}
	}
}

// Another decoder reads what is written here, in strips and in all colour types.
func TestTIFFForOthers(t *testing.T) {
	images := pictures(301, 217) // several strips
	for name, img := range images {
		if strings.HasPrefix(name, "ycbcr") {
			continue
		}
		file := encode(t, img, EncodeOptions{Format: TIFF})
		other, err := tiff.Decode(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := imgtest.MaxDiff(expected(img, TIFF, color.NRGBA{}), other); diff != 0 {
			t.Errorf("%s: %.2f levels away", name, diff)
		}
	}
}

// Whatever the other encoder writes is read here.
func TestTIFFFromOthers(t *testing.T) {
	for name, img := range pictures(61, 47) {
		for _, c := range []tiff.CompressionType{tiff.Uncompressed, tiff.Deflate} {
			for _, predictor := range []bool{false, true} {
				var buf bytes.Buffer
				if err := tiff.Encode(&buf, img, &tiff.Options{Compression: c, Predictor: predictor}); err != nil {
					t.Fatal(err)
				}
				_, d := decode(t, buf.Bytes(), DecodeOptions{})
				other, err := tiff.Decode(bytes.NewReader(buf.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				if diff := imgtest.MaxDiff(other, d.Image); diff > 1 { // premultiplied alpha is rounded there
					t.Errorf("%s: %.2f levels away", fmt.Sprint(name, c, predictor), diff)
				}
			}
		}
	}
}
