package codec

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	stdjpeg "image/jpeg"
	"testing"

	"imgpool/internal/imgtest"
)

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
