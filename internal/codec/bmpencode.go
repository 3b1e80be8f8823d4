package codec

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"
)

// bmpSRGB marks the colours of a BMP as sRGB ("sRGB", read as a number).
const bmpSRGB = 0x73524742

// encodeBMP writes an uncompressed BMP: grey with a palette, opaque colour with 24 bits per pixel, both with the header
// that everybody reads, and transparency with 32 bits and a version 4 header, the oldest that has an alpha channel which
// readers trust.
func encodeBMP(dst *bytes.Buffer, img image.Image, _ EncodeOptions) error {
	rows := bmpRowsOf(to8(img))
	size := img.Bounds().Size()
	stride := ceilDiv(size.X*rows.bits, 32) * 4
	header := bmpInfo
	if rows.bits == 32 {
		header = bmpV4
	}
	offset := bmpFileHeader + header + 4*rows.colours
	total := int64(offset) + int64(stride)*int64(size.Y)
	if total > math.MaxUint32 {
		return UnsupportedError("a BMP of more than 4 GiB")
	}
	head := make([]byte, offset)
	le := binary.LittleEndian
	copy(head, "BM")
	le.PutUint32(head[2:], uint32(total))
	le.PutUint32(head[10:], uint32(offset))
	info := head[bmpFileHeader:]
	le.PutUint32(info, uint32(header))
	le.PutUint32(info[4:], uint32(size.X))
	le.PutUint32(info[8:], uint32(size.Y))
	le.PutUint16(info[12:], 1)
	le.PutUint16(info[14:], uint16(rows.bits))
	le.PutUint32(info[20:], uint32(int64(stride)*int64(size.Y)))
	le.PutUint32(info[24:], 2835) // 72 dpi in pixels per metre
	le.PutUint32(info[28:], 2835)
	if rows.bits == 32 {
		le.PutUint32(info[16:], bmpBitfields)
		for i, mask := range []uint32{0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000} {
			le.PutUint32(info[40+4*i:], mask)
		}
		le.PutUint32(info[56:], bmpSRGB)
	}
	for i := range rows.colours {
		copy(info[header+4*i:], []byte{byte(i), byte(i), byte(i), 0})
	}
	dst.Grow(int(total))
	dst.Write(head)
	row := make([]byte, stride)
	for y := size.Y - 1; y >= 0; y-- {
		rows.row(y, row)
		dst.Write(row)
	}
	return nil
}

// bmpRows gives the rows of a picture in the order of BMP: blue, green, red, alpha.
type bmpRows struct {
	bits    int
	colours int // of the grey palette
	row     func(y int, dst []byte)
}

func bmpRowsOf(img image.Image) bmpRows {
	if m, ok := img.(*image.Gray); ok {
		return bmpRows{8, 256, func(y int, dst []byte) { copy(dst[:m.Rect.Dx()], m.Pix[y*m.Stride:]) }}
	}
	m := toNRGBA(img)
	n := 4
	if m.Opaque() {
		n = 3
	}
	return bmpRows{8 * n, 0, func(y int, dst []byte) {
		src := m.Pix[y*m.Stride:][:4*m.Rect.Dx()]
		for ; len(src) >= 4; src, dst = src[4:], dst[n:] {
			dst[0], dst[1], dst[2] = src[2], src[1], src[0]
			if n == 4 {
				dst[3] = src[3]
			}
		}
	}}
}

// bmpEncodeCost counts a converted copy of the picture and the file, whose size is known beforehand.
func bmpEncodeCost(k pixelKind, w, h int64, _ EncodeOptions) int64 {
	return k.packed()*w*h + (4*w+4)*h + 4*w
}
