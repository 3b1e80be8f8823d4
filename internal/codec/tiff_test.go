package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	stdjpeg "image/jpeg"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
	"golang.org/x/image/tiff"

	"imgpool/internal/imgtest"
)

// rawTIFF describes a TIFF that a test builds by hand: one strip or tile after the other.
type rawTIFF struct {
	big     bool // BigTIFF
	order   binary.AppendByteOrder
	entries map[uint16][]uint64 // shorts, or longs where a value is larger
	blocks  [][]byte
	tiled   bool
	pages   int      // further pages, copies of the first
	subfile []uint64 // NewSubfileType of the further pages
	loop    bool     // the last page is followed by the first
	opaque  map[uint16][]byte
}

func (f rawTIFF) build() []byte {
	o := f.order
	out := []byte("II")
	if o.String() == "BigEndian" {
		out = []byte("MM")
	}
	if f.big {
		out = o.AppendUint16(out, 43)
		out = o.AppendUint16(out, 8)
		out = o.AppendUint16(out, 0)
		out = o.AppendUint64(out, 0)
	} else {
		out = o.AppendUint16(out, 42)
		out = o.AppendUint32(out, 0)
	}
	next := len(out) - f.word()
	var offsets, counts []uint64
	for _, b := range f.blocks {
		offsets, counts = append(offsets, uint64(len(out))), append(counts, uint64(len(b)))
		out = append(out, b...)
	}
	first := 0
	for page := range 1 + f.pages {
		entries := map[uint16][]uint64{tiffStripOffsets: offsets, tiffStripByteCounts: counts}
		if f.tiled {
			entries = map[uint16][]uint64{tiffTileOffsets: offsets, tiffTileByteCounts: counts}
		}
		if page > 0 && page <= len(f.subfile) {
			entries[tiffNewSubfileType] = f.subfile[page-1 : page]
		}
		for tag, v := range f.entries {
			entries[tag] = v
		}
		directory, rest, after := f.directory(entries, len(out))
		f.putWord(out[next:], len(out))
		if page == 0 {
			first = len(out)
		}
		next = len(out) + after
		out = append(append(out, directory...), rest...)
	}
	if f.loop {
		f.putWord(out[next:], first)
	}
	return out
}

// word is the size of an offset.
func (f rawTIFF) word() int {
	if f.big {
		return 8
	}
	return 4
}

func (f rawTIFF) putWord(p []byte, v int) {
	order := binary.ByteOrder(binary.LittleEndian)
	if f.order.String() == "BigEndian" {
		order = binary.BigEndian
	}
	if f.big {
		order.PutUint64(p, uint64(v))
	} else {
		order.PutUint32(p, uint32(v))
	}
}

// directory builds a directory that will stand at an offset, what its values need behind it, and where in it the offset
// of the next one is.
func (f rawTIFF) directory(entries map[uint16][]uint64, at int) (directory, rest []byte, next int) {
	o := f.order
	appendWord := func(b []byte, v uint64) []byte {
		if f.big {
			return o.AppendUint64(b, v)
		}
		return o.AppendUint32(b, uint32(v))
	}
	if f.big {
		directory = o.AppendUint64(nil, uint64(len(entries)))
	} else {
		directory = o.AppendUint16(nil, uint16(len(entries)))
	}
	size := len(directory) + len(entries)*(4+2*f.word()) + f.word()
	for tag := uint16(0); tag < 65535; tag++ {
		values, ok := entries[tag]
		if !ok {
			continue
		}
		typ := uint16(3)
		if f.opaque[tag] != nil {
			typ = 7
		}
		for _, v := range values {
			if v > 65535 {
				typ = 4
			}
		}
		var content []byte
		content = append(content, f.opaque[tag]...)
		for _, v := range values {
			if typ == 3 {
				content = o.AppendUint16(content, uint16(v))
			} else {
				content = o.AppendUint32(content, uint32(v))
			}
		}
		directory = o.AppendUint16(directory, tag)
		directory = o.AppendUint16(directory, typ)
		directory = appendWord(directory, uint64(len(values)+len(f.opaque[tag])))
		if len(content) <= f.word() {
			directory = append(directory, append(content, make([]byte, 8)...)[:f.word()]...)
			continue
		}
		directory = appendWord(directory, uint64(at+size+len(rest)))
		rest = append(rest, content...)
	}
	return appendWord(directory, 0), rest, size - f.word()
}

// tiffOf describes a TIFF of w x h pixels with the given entries.
func tiffOf(w, h int, photometric, samples, bits uint64, blocks ...[]byte) rawTIFF {
	depths := make([]uint64, samples)
	for i := range depths {
		depths[i] = bits
	}
	return rawTIFF{order: binary.LittleEndian, blocks: blocks, entries: map[uint16][]uint64{
		tiffWidth: {uint64(w)}, tiffHeight: {uint64(h)}, tiffBitsPerSample: depths, tiffPhotometric: {photometric}, tiffSamplesPerPixel: {samples},
	}}
}

// set adds an entry.
func (f rawTIFF) set(tag uint16, values ...uint64) rawTIFF {
	entries := map[uint16][]uint64{tag: values}
	for t, v := range f.entries {
		if t != tag {
			entries[t] = v
		}
	}
	f.entries = entries
	return f
}

// bytes adds an entry of bytes without a type.
func (f rawTIFF) bytes(tag uint16, content []byte) rawTIFF {
	f.opaque = map[uint16][]byte{tag: content}
	return f.set(tag)
}

func deflated(p []byte) []byte {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	z.Write(p)
	z.Close()
	return buf.Bytes()
}

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

// Strips that are pictures of other formats are as those are by themselves, JPEG ones with their tables apart.
func TestTIFFPictures(t *testing.T) {
	const w, h, rows = 40, 24, 16
	colour, grey := imgtest.Photo(3, w, h), image.NewGray(image.Rect(0, 0, w, h))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(i % w * 6)
	}
	for _, c := range []struct {
		name        string
		img         image.Image
		format      Format
		compression uint64
		photometric uint64
		samples     uint64
	}{
		{"YCbCr JPEG", colour, JPEG, tiffJPEG, tiffYCbCr, 3},
		{"grey JPEG", grey, JPEG, tiffJPEG, tiffBlackIsZero, 1},
		{"WebP", colour, WebP, tiffWebP, tiffRGB, 3},
	} {
		var strips [][]byte
		var tables []byte
		want := image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := 0; y < h; y += rows {
			strip := c.img.(interface {
				SubImage(image.Rectangle) image.Image
			}).SubImage(image.Rect(0, y, w, min(y+rows, h)))
			data := encode(t, strip, EncodeOptions{Format: c.format, Quality: 90})
			_, d := decode(t, data, DecodeOptions{})
			draw.Draw(want, image.Rect(0, y, w, min(y+rows, h)), toNRGBA(d.Image), image.Point{}, draw.Src)
			if c.format == JPEG {
				tables, data = splitTables(data)
			}
			strips = append(strips, data)
		}
		f := tiffOf(w, h, c.photometric, c.samples, 8, strips...).set(tiffCompression, c.compression).set(tiffRowsPerStrip, rows)
		if tables != nil {
			f = f.bytes(tiffJPEGTables, tables)
		}
		_, d := decode(t, f.build(), DecodeOptions{})
		if diff := imgtest.MaxDiff(want, d.Image); diff != 0 {
			t.Errorf("%s: %.2f levels away", c.name, diff)
		}
	}
}

// JPEG data of the old kind come from the same coded data as a file: tables by tags with a scan for each strip, or one file.
func TestTIFFOldJPEG(t *testing.T) {
	const w, h, rows = 40, 24, 16
	photo := imgtest.Photo(3, w, h)
	want := image.NewNRGBA(photo.Rect)
	var strips [][]byte
	var quant, huffman [4][]byte // by identifier; tables of one strip serve all, as the encoder's are fixed by the quality
	for y := 0; y < h; y += rows {
		var buf bytes.Buffer
		strip := photo.SubImage(image.Rect(0, y, w, min(y+rows, h)))
		if err := stdjpeg.Encode(&buf, strip, nil); err != nil {
			t.Fatal(err)
		}
		_, d := decode(t, buf.Bytes(), DecodeOptions{})
		draw.Draw(want, image.Rect(0, y, w, min(y+rows, h)), toNRGBA(d.Image), image.Point{}, draw.Src)
		for p := buf.Bytes()[2:]; len(p) > 4; {
			n := 2 + int(binary.BigEndian.Uint16(p[2:]))
			body := p[4:n]
			switch p[1] {
			case mDQT:
				for ; len(body) > 0; body = body[65:] {
					quant[body[0]&3] = body[1:65]
				}
			case mDHT:
				for len(body) > 0 {
					size := 17
					for _, c := range body[1:17] {
						size += int(c)
					}
					huffman[body[0]>>4*2+body[0]&1] = body[1:size]
					body = body[size:]
				}
			case mSOS:
				strips = append(strips, p[n:len(p)-2])
				n = len(p)
			}
			p = p[n:]
		}
	}
	tables := append(append(strips, quant[:2]...), huffman[:]...)
	f := tiffOf(w, h, tiffYCbCr, 3, 8, tables...).set(tiffCompression, tiffOldJPEG).set(tiffRowsPerStrip, rows)
	at := func(block int) (offset uint64) {
		offset = 8
		for _, b := range tables[:block] {
			offset += uint64(len(b))
		}
		return offset
	}
	n := len(strips)
	f = f.set(tiffJPEGQTables, at(n), at(n+1), at(n+1)).set(tiffJPEGDCTables, at(n+2), at(n+3), at(n+3)).set(tiffJPEGACTables, at(n+4), at(n+5), at(n+5))
	_, d := decode(t, f.build(), DecodeOptions{})
	if diff := imgtest.MaxDiff(want, d.Image); diff != 0 {
		t.Errorf("tables by tags: %.2f levels away", diff)
	}
	whole := encode(t, photo, EncodeOptions{Format: JPEG})
	f = tiffOf(w, h, tiffYCbCr, 3, 8, whole).set(tiffCompression, tiffOldJPEG).set(tiffJPEGInterchange, 8).set(tiffJPEGInterchangeLength, uint64(len(whole)))
	_, direct := decode(t, whole, DecodeOptions{})
	if _, d := decode(t, f.build(), DecodeOptions{}); imgtest.MaxDiff(toNRGBA(direct.Image), d.Image) != 0 {
		t.Error("a whole file comes out otherwise")
	}
}

// splitTables takes the quantisation tables out of a JPEG.
func splitTables(data []byte) (tables, rest []byte) {
	tables, rest = []byte{0xFF, mSOI}, []byte{0xFF, mSOI}
	for p := data[2:]; ; {
		n := 2 + int(binary.BigEndian.Uint16(p[2:]))
		switch p[1] {
		case mDQT:
			tables = append(tables, p[:n]...)
		case mSOS:
			return append(tables, 0xFF, mEOI), append(rest, p...)
		default:
			rest = append(rest, p[:n]...)
		}
		p = p[n:]
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
