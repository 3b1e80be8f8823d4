package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image/jpeg"
	"image/png"

	"github.com/gen2brain/jpegn"

	"imgpool/internal/imgtest"
)

// addBroken makes the folder broken: files that must fail, or be skipped, without harm.
func addBroken(f files) error {
	photo := imgtest.Photo(31, 240, 160)
	var baseline, progressive, still bytes.Buffer
	if err := jpeg.Encode(&baseline, photo, &jpeg.Options{Quality: 80}); err != nil {
		return err
	}
	if err := jpegn.Encode(&progressive, rgba(photo), &jpegn.EncodeOptions{Quality: 80, Progressive: true}); err != nil {
		return err
	}
	if err := png.Encode(&still, imgtest.Photo(32, 80, 60)); err != nil {
		return err
	}
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	if _, err := z.Write(make([]byte, 800_000)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	wrongCRC := bytes.Clone(still.Bytes())
	wrongCRC[29] ^= 1 // the checksum of IHDR
	for name, data := range map[string][]byte{
		"truncated-baseline.jpg":               baseline.Bytes()[:baseline.Len()*6/10],
		"truncated-progressive.jpg":            progressive.Bytes()[:progressive.Len()/2],
		"truncated-only-end-marker.jpg":        baseline.Bytes()[:baseline.Len()-2],
		"truncated-in-header.jpg":              baseline.Bytes()[:100],
		"truncated.png":                        still.Bytes()[:still.Len()/2],
		"wrong-checksum.png":                   wrongCRC,
		"claims-64250x64250.jpg":               hugeJPEG(64250),
		"claims-65535x65535-in-1-kilobyte.png": pngFile(65535, 65535, pixels.Bytes()),
		"claims-65535x65535.gif":               []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x80\x00\x00\x00\xff\xff\xff\x02\x02D\x01\x00;"),
		"width-0.png":                          pngFile(0, 10, pixels.Bytes()[:20]),
		"empty.jpg":                            {},
		"text-named.jpg":                       []byte("This is not a picture.\n"),
		"only-a-signature.png":                 still.Bytes()[:8],
		"only-a-signature.jpg":                 {0xff, 0xd8, 0xff},
	} {
		f["broken/"+name] = data
	}
	return nil
}

// hugeJPEG is a baseline JPEG whose header claims n x n pixels, with next to no data.
func hugeJPEG(n uint16) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0} // start, one quantisation table of ones
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc0, 0, 11, 8) // baseline frame, 8 bits
	b = binary.BigEndian.AppendUint16(b, n)
	b = binary.BigEndian.AppendUint16(b, n)
	b = append(b, 1, 1, 0x11, 0) // one component
	for class := range 2 {       // Huffman tables with one code of one bit, for the value 0
		b = append(b, 0xff, 0xc4, 0, 20, byte(class<<4), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0) // the scan
	return append(b, 0, 0, 0, 0, 0xff, 0xd9)
}

// pngFile is an 8-bit RGB PNG with the given size and compressed data.
func pngFile(w, h uint32, data []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 2, 0, 0, 0)
	b := []byte("\x89PNG\r\n\x1a\n")
	b = appendChunk(b, "IHDR", head)
	b = appendChunk(b, "IDAT", data)
	return appendChunk(b, "IEND", nil)
}

// appendChunk appends a PNG chunk: length, name, data, checksum of the last two.
func appendChunk(b []byte, name string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
