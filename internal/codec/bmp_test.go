package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"math"
	"testing"

	"golang.org/x/image/bmp"

	"imgpool/internal/imgtest"
)

// rawBMP describes a BMP that a test builds by hand.
type rawBMP struct {
	header        int // size of the information header
	width, height int32
	bits          uint16
	compression   uint32
	masks         []uint32
	palette       []byte // as stored
	gap           int    // bytes between palette and pixels
	pixels        []byte
}

func (b rawBMP) build() []byte {
	le := binary.LittleEndian
	info := make([]byte, max(b.header, 40))
	le.PutUint32(info, uint32(b.header))
	if b.header == bmpCore {
		le.PutUint16(info[4:], uint16(b.width))
		le.PutUint16(info[6:], uint16(b.height))
		le.PutUint16(info[8:], 1)
		le.PutUint16(info[10:], b.bits)
	} else {
		le.PutUint32(info[4:], uint32(b.width))
		le.PutUint32(info[8:], uint32(b.height))
		le.PutUint16(info[12:], 1)
		le.PutUint16(info[14:], b.bits)
		le.PutUint32(info[16:], b.compression)
	}
	info = info[:b.header]
	var masks []byte
	for _, m := range b.masks {
		masks = le.AppendUint32(masks, m)
	}
	if b.header >= bmpV2 {
		copy(info[40:], masks)
		masks = nil
	}
	offset := bmpFileHeader + len(info) + len(masks) + len(b.palette) + b.gap
	head := append([]byte("BM"), make([]byte, 12)...)
	le.PutUint32(head[2:], uint32(offset+len(b.pixels)))
	le.PutUint32(head[10:], uint32(offset))
	return bytes.Join([][]byte{head, info, masks, b.palette, make([]byte, b.gap), b.pixels}, nil)
}

// Two rows of two pixels in many ways: black, red above green, blue; files go from bottom to top.
func TestBMPKinds(t *testing.T) {
	four := []byte{0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0} // black, red, green, blue as stored
	core := []byte{0, 0, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0}
	black, red, green, blue := color.NRGBA{A: 255}, color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}
	all := []color.NRGBA{black, red, green, blue}
	pixels32 := []byte{0, 255, 0, 255, 255, 0, 0, 128, 0, 0, 0, 255, 0, 0, 255, 0}
	cases := []struct {
		name string
		bmp  rawBMP
		want []color.NRGBA
	}{
		{"8 bits", rawBMP{bmpInfo, 2, 2, 8, 0, nil, four, 0, []byte{2, 3, 0, 0, 0, 1, 0, 0}}, all},
		{"8 bits, top down", rawBMP{bmpInfo, 2, -2, 8, 0, nil, four, 0, []byte{0, 1, 0, 0, 2, 3, 0, 0}}, all},
		{"8 bits behind a gap", rawBMP{bmpInfo, 2, 2, 8, 0, nil, four, 10, []byte{2, 3, 0, 0, 0, 1, 0, 0}}, all},
		{"8 bits, OS/2", rawBMP{bmpCore, 2, 2, 8, 0, nil, core, 0, []byte{2, 3, 0, 0, 0, 1, 0, 0}}, all},
		{"8 bits, OS/2 version 2", rawBMP{64, 2, 2, 8, 0, nil, four, 0, []byte{2, 3, 0, 0, 0, 1, 0, 0}}, all},
		{"4 bits", rawBMP{bmpInfo, 2, 2, 4, 0, nil, four, 0, []byte{0x23, 0, 0, 0, 0x01, 0, 0, 0}}, all},
		{"2 bits", rawBMP{bmpInfo, 2, 2, 2, 0, nil, four, 0, []byte{0xB0, 0, 0, 0, 0x10, 0, 0, 0}}, all},
		{"1 bit", rawBMP{bmpInfo, 2, 2, 1, 0, nil, four[:8], 0, []byte{0xC0, 0, 0, 0, 0x40, 0, 0, 0}}, []color.NRGBA{black, red, red, red}},
		{"16 bits", rawBMP{bmpInfo, 2, 2, 16, 0, nil, nil, 0, []byte{0xE0, 3, 0x1F, 0, 0, 0, 0, 0x7C}}, all},
		{"16 bits, masks", rawBMP{bmpInfo, 2, 2, 16, 3, []uint32{0xF800, 0x7E0, 0x1F}, nil, 0, []byte{0xE0, 7, 0x1F, 0, 0, 0, 0, 0xF8}}, all},
		{"24 bits", rawBMP{bmpInfo, 2, 2, 24, 0, nil, nil, 0, []byte{0, 255, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}}, all},
		{"32 bits", rawBMP{bmpInfo, 2, 2, 32, 0, nil, nil, 0, pixels32}, all},
		{"32 bits, no alpha in version 4", rawBMP{bmpV4, 2, 2, 32, 0, nil, nil, 0, pixels32}, all},
		{"32 bits, alpha", rawBMP{bmpV3, 2, 2, 32, 3, []uint32{0xFF0000, 0xFF00, 0xFF, 0xFF000000}, nil, 0, pixels32},
			[]color.NRGBA{black, {255, 0, 0, 0}, green, {0, 0, 255, 128}}},
		{"32 bits, alpha masks behind the header", rawBMP{bmpInfo, 2, 2, 32, 6, []uint32{0xFF0000, 0xFF00, 0xFF, 0xFF000000}, nil, 0, pixels32},
			[]color.NRGBA{black, {255, 0, 0, 0}, green, {0, 0, 255, 128}}},
		{"32 bits, alpha 0 everywhere", rawBMP{bmpV5, 2, 2, 32, 3, []uint32{0xFF0000, 0xFF00, 0xFF, 0xFF000000}, nil, 0,
			[]byte{0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0}}, all},
		{"RLE8", rawBMP{bmpInfo, 2, 2, 8, 1, nil, four, 0, []byte{1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1}}, all},
		{"RLE8, literal", rawBMP{bmpInfo, 3, 1, 8, 1, nil, four, 0, []byte{0, 3, 1, 2, 3, 0, 0, 1}}, []color.NRGBA{red, green, blue}},
		{"RLE8, moved", rawBMP{bmpInfo, 2, 2, 8, 1, nil, four, 0, []byte{0, 2, 1, 1, 1, 3, 0, 1}}, []color.NRGBA{black, blue, black, black}},
		{"RLE4", rawBMP{bmpInfo, 2, 2, 4, 2, nil, four, 0, []byte{2, 0x23, 0, 0, 2, 0x01, 0, 1}}, all},
		{"RLE4, literal", rawBMP{bmpInfo, 3, 1, 4, 2, nil, four, 0, []byte{0, 3, 0x12, 0x30, 0, 1}}, []color.NRGBA{red, green, blue}},
	}
	for _, c := range cases {
		h, d := decode(t, c.bmp.build(), DecodeOptions{})
		m, ok := d.Image.(*image.NRGBA)
		if !ok {
			t.Errorf("%s came as %T", c.name, d.Image)
			continue
		}
		for i, want := range c.want {
			if got := m.NRGBAAt(i%h.Width, i/h.Width); got != want {
				t.Errorf("%s: pixel %d is %v, want %v", c.name, i, got, want)
			}
		}
	}
}

// A palette of greys alone makes a grey picture.
func TestBMPGrey(t *testing.T) {
	_, d := decode(t, rawBMP{bmpInfo, 2, 1, 1, 0, nil, []byte{10, 10, 10, 0, 200, 200, 200, 0}, 0, []byte{0x40, 0, 0, 0}}.build(), DecodeOptions{})
	if m, ok := d.Image.(*image.Gray); !ok || m.Pix[0] != 10 || m.Pix[1] != 200 {
		t.Errorf("got %T %v", d.Image, d.Image)
	}
}

func TestBMPRefuses(t *testing.T) {
	pixels := make([]byte, 64)
	cases := []struct {
		name, want string
		bmp        rawBMP
	}{
		{"JPEG", "BMP with a JPEG inside is not supported", rawBMP{bmpInfo, 2, 2, 0, 4, nil, nil, 0, pixels}},
		{"PNG", "BMP with a PNG inside is not supported", rawBMP{bmpInfo, 2, 2, 0, 5, nil, nil, 0, pixels}},
		{"Huffman", "Huffman-coded BMP is not supported", rawBMP{64, 2, 2, 1, 3, nil, nil, 0, pixels}},
		{"RLE24", "RLE24-coded BMP is not supported", rawBMP{64, 2, 2, 24, 4, nil, nil, 0, pixels}},
		{"compression 9", "BMP with compression 9 is not supported", rawBMP{bmpInfo, 2, 2, 8, 9, nil, nil, 0, pixels}},
		{"7 bits", "broken BMP: 7 bits per pixel with compression 0", rawBMP{bmpInfo, 2, 2, 7, 0, nil, nil, 0, pixels}},
		{"RLE8 of 24 bits", "broken BMP: 24 bits per pixel with compression 1", rawBMP{bmpInfo, 2, 2, 24, 1, nil, nil, 0, pixels}},
		{"width 0", "broken BMP: size 0 x 2", rawBMP{bmpInfo, 0, 2, 24, 0, nil, nil, 0, pixels}},
		{"negative width", "broken BMP: size -2 x 2", rawBMP{bmpInfo, -2, 2, 24, 0, nil, nil, 0, pixels}},
		{"lowest height", "broken BMP: size 1 x 2147483648", rawBMP{bmpInfo, 1, math.MinInt32, 24, 0, nil, nil, 0, pixels}},
		{"data missing", "the file ends early, 50 % of the picture is there", rawBMP{bmpInfo, 8, 8, 16, 0, nil, nil, 0, pixels}},
		{"runs missing", "the file ends early, 50 % of the picture is there", rawBMP{bmpInfo, 2, 2, 8, 1, nil, fourColours, 0, []byte{2, 1, 0, 0}}},
		{"runs cut", "the file ends early, 0 % of the picture is there", rawBMP{bmpInfo, 2, 2, 8, 1, nil, fourColours, 0, []byte{0, 9, 1}}},
	}
	for _, c := range cases {
		file := c.bmp.build()
		h, err := ReadHeader(file)
		if err == nil {
			_, err = Decode(file, h, DecodeOptions{})
		}
		if err == nil || err.Error() != c.want {
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

// Another decoder reads what is written here.
func TestBMPForOthers(t *testing.T) {
	for name, img := range pictures(31, 17) {
		file := encode(t, img, EncodeOptions{Format: BMP})
		other, err := bmp.Decode(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := imgtest.MaxDiff(expected(img, BMP, color.NRGBA{}), other); diff != 0 {
			t.Errorf("%s: %.2f levels away", name, diff)
		}
	}
}

func TestBMPMask(t *testing.T) {
	for _, c := range []struct {
		mask, pixel uint32
		want        uint8
	}{
		{0, 0xFFFFFFFF, 0}, {0xFF, 0x80, 128}, {0xFF0000, 0x7F0000, 127}, {0x1F, 0x1F, 255}, {0x1F, 16, 132}, {1, 1, 255},
		{0xFFFFFFFF, 0xFFFFFFFF, 255}, {0x80000000, 0x80000000, 255}, {0x3FF, 0x200, 128},
	} {
		m := newBMPMask(c.mask)
		if got := m.value(c.pixel); got != c.want {
			t.Errorf("mask %#x of %#x: got %d, want %d", c.mask, c.pixel, got, c.want)
		}
	}
}
