package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// segment is a marker segment.
func segment(marker byte, content ...[]byte) []byte {
	return appendJPEGSegment(nil, marker, bytes.Join(content, nil))
}

// insert puts segments behind the start-of-image marker of a JPEG.
func insert(file []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{file[:2], bytes.Join(segments, nil), file[2:]}, nil)
}

// header reads a header or ends the test.
func header(t testing.TB, data []byte) *Header {
	t.Helper()
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatalf("header: %v", err)
	}
	return h
}

// blockNames lists the metadata blocks of a header.
func blockNames(h *Header) string {
	var names []string
	for _, b := range h.Blocks {
		names = append(names, b.Name)
	}
	return strings.Join(names, ", ")
}

func TestJPEGHeader(t *testing.T) {
	photo := imgtest.Photo(1, 50, 30)
	profile := bytes.Repeat([]byte("0123456789"), 14000) // in three segments
	file := encode(t, photo, EncodeOptions{
		Format: JPEG, Progressive: true, ICC: profile, EXIF: meta.OrientationBlock(8), XMP: []byte("<x/>"),
	})
	file = insert(file, segment(mCOM, []byte("hello")), segment(mAPP13, idIPTC), segment(mAPP2, idMPF), segment(mAPP0+5, []byte("private")))
	h := header(t, append(file, "and more"...))
	if h.Width != 50 || h.Height != 30 || h.Orientation != 8 || h.Depth != 8 || h.Model != YCbCr || h.Frames != 1 {
		t.Errorf("got %d x %d, orientation %d, %d bits, %v, %d frames", h.Width, h.Height, h.Orientation, h.Depth, h.Model, h.Frames)
	}
	if !h.Progressive || h.Lossless || h.Alpha || h.Subsampling != image.YCbCrSubsampleRatio420 || h.Damage != nil {
		t.Errorf("got progressive %v, lossless %v, alpha %v, %v, damage %v", h.Progressive, h.Lossless, h.Alpha, h.Subsampling, h.Damage)
	}
	if !bytes.Equal(h.ICC, profile) || string(h.XMP) != "<x/>" || !bytes.Equal(h.EXIF, meta.OrientationBlock(8)) {
		t.Errorf("got a profile of %d bytes, XMP %q, EXIF %x", len(h.ICC), h.XMP, h.EXIF)
	}
	if got, want := blockNames(h), "comment, IPTC, MPF, APP5, EXIF, XMP, ICC, ICC, ICC, trailer"; got != want {
		t.Errorf("blocks %s, want %s", got, want)
	}
}

func TestJPEGProfileChunks(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: JPEG})
	chunk := func(n, of byte, content string) []byte { return segment(mAPP2, idICC, []byte{n, of}, []byte(content)) }
	cases := []struct {
		name   string
		chunks [][]byte
		want   string
		warned bool
	}{
		{"in order", [][]byte{chunk(1, 3, "a"), chunk(2, 3, "b"), chunk(3, 3, "c")}, "abc", false},
		{"out of order", [][]byte{chunk(3, 3, "c"), chunk(1, 3, "a"), chunk(2, 3, "b")}, "abc", false},
		{"one missing", [][]byte{chunk(1, 3, "a"), chunk(3, 3, "c")}, "", true},
		{"one twice", [][]byte{chunk(1, 2, "a"), chunk(1, 2, "a"), chunk(2, 2, "b")}, "", true},
		{"counts differ", [][]byte{chunk(1, 2, "a"), chunk(2, 3, "b")}, "", true},
		{"number 0", [][]byte{chunk(0, 1, "a")}, "", true},
		{"too short", [][]byte{segment(mAPP2, idICC, []byte{1})}, "", true},
		{"none", nil, "", false},
	}
	for _, c := range cases {
		h := header(t, insert(file, c.chunks...))
		if string(h.ICC) != c.want || len(h.Warnings) > 0 != c.warned {
			t.Errorf("%s: got %q, warnings %q", c.name, h.ICC, h.Warnings)
		}
	}
}

// The end of the image is found by walking: neither what stands behind it nor a thumbnail inside counts.
func TestJPEGEndOfImage(t *testing.T) {
	whole := encode(t, imgtest.Photo(1, 200, 150), EncodeOptions{Format: JPEG})
	thumbnail := encode(t, imgtest.Photo(1, 16, 16), EncodeOptions{Format: JPEG})
	cut := whole[:len(whole)*2/3]
	cases := []struct {
		name   string
		file   []byte
		whole  bool
		blocks string
	}{
		{"whole", whole, true, ""},
		{"with a trailer", append(bytes.Clone(whole), "trailer"...), true, "trailer"},
		{"with a second picture behind it", append(bytes.Clone(whole), thumbnail...), true, "trailer"},
		{"with a thumbnail", insert(whole, segment(mAPP0+10, thumbnail)), true, "APP10"},
		{"cut", cut, false, ""},
		{"cut, ending like a whole one", append(bytes.Clone(cut[:len(cut)-1]), 0xD9), false, ""},
		{"cut, with a whole thumbnail", insert(cut, segment(mAPP0+10, thumbnail)), false, "APP10"},
	}
	for _, c := range cases {
		h := header(t, c.file)
		_, err := Decode(c.file, h, DecodeOptions{})
		var truncated TruncatedError
		if errors.As(err, &truncated) == c.whole || blockNames(h) != c.blocks {
			t.Errorf("%s: %v, blocks %q", c.name, err, blockNames(h))
		}
		_, _, err = StripMetadata(c.file, h)
		if (err == nil) != c.whole {
			t.Errorf("%s: rewritten with error %v", c.name, err)
		}
	}
}

// The percentage of a sequential file is that of its MCUs; only the end marker missing is no damage.
func TestJPEGPercent(t *testing.T) {
	photo := imgtest.Photo(1, 256, 256)
	for name, o := range map[string]EncodeOptions{
		"4:2:0":       {Format: JPEG},
		"4:4:4":       {Format: JPEG, Chroma444: true},
		"progressive": {Format: JPEG, Progressive: true},
	} {
		file := encode(t, photo, o)
		if h := header(t, file[:len(file)-2]); h.Damage != nil || len(h.Warnings) != 1 {
			t.Errorf("%s without its end marker: damage %v, warnings %q", name, h.Damage, h.Warnings)
		}
		last := -1.0
		for _, share := range []int{20, 40, 60, 80, 95} {
			data := file[:len(file)*share/100]
			h := header(t, data)
			var truncated TruncatedError
			if !errors.As(h.Damage, &truncated) {
				t.Fatalf("%s cut to %d %%: damage %v", name, share, h.Damage)
			}
			if truncated.Percent < last || truncated.Percent >= 100 {
				t.Errorf("%s cut to %d %%: %.1f %%, before %.1f %%", name, share, truncated.Percent, last)
			}
			// The photo's detail is spread unevenly, bytes and rows go together only roughly.
			if off := truncated.Percent - float64(share); !o.Progressive && (off > 30 || off < -30) {
				t.Errorf("%s cut to %d %%: %.1f %%", name, share, truncated.Percent)
			}
			last = truncated.Percent
			d, err := Decode(data, h, DecodeOptions{AllowTruncated: true})
			if err != nil {
				t.Fatalf("%s cut to %d %%: %v", name, share, err)
			}
			if d.Image.Bounds().Dx() != 256 || len(d.Warnings) != 1 {
				t.Errorf("%s cut to %d %%: %v, warnings %q", name, share, d.Image.Bounds(), d.Warnings)
			}
		}
	}
}

// With restart markers the percentage goes on counting behind each of them.
func TestJPEGPercentWithRestarts(t *testing.T) {
	file := restarts(t)
	whole := header(t, file)
	if whole.Damage != nil {
		t.Fatalf("the whole file: %v", whole.Damage)
	}
	if got := jpegPercent(file, whole); got != 100 {
		t.Errorf("the whole file: %.1f %%", got)
	}
	l := whole.layout.(*jpegLayout)
	scan := l.segments[len(l.segments)-1]
	half := header(t, file[:(scan.payload+scan.end)/2])
	var truncated TruncatedError
	if !errors.As(half.Damage, &truncated) || truncated.Percent < 45 || truncated.Percent > 55 {
		t.Errorf("half of the scan: %v", half.Damage)
	}
}

// restarts returns a grey JPEG of 64 x 64 pixels with a restart marker behind each of its 64 blocks. All blocks are
// equal, so that the coded data of one can be repeated.
func restarts(t *testing.T) []byte {
	one := encode(t, image.NewGray(image.Rect(0, 0, 8, 8)), EncodeOptions{Format: JPEG})
	l := header(t, one).layout.(*jpegLayout)
	scan := l.segments[len(l.segments)-1]
	headEnd := scan.payload + int(binary.BigEndian.Uint16(one[scan.start+2:])) - 2
	block := one[headEnd:scan.end]
	file := bytes.Clone(one[:scan.start])
	frame := l.segments[l.frame].payload
	binary.BigEndian.PutUint16(file[frame+1:], 64)
	binary.BigEndian.PutUint16(file[frame+3:], 64)
	file = append(file, segment(mDRI, []byte{0, 1})...)
	file = append(file, one[scan.start:headEnd]...)
	for i := range 64 {
		if i > 0 {
			file = append(file, 0xFF, byte(mRST0+(i-1)&7))
		}
		file = append(file, block...)
	}
	return append(file, 0xFF, mEOI)
}

func TestJPEGUnsupported(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 16, 16), EncodeOptions{Format: JPEG})
	frame := header(t, file).layout.(*jpegLayout)
	at := frame.segments[frame.frame]
	patch := func(offset int, v byte) []byte {
		out := bytes.Clone(file)
		out[offset] = v
		return out
	}
	cases := []struct {
		name, want string
		file       []byte
	}{
		{"12 bits", "12-bit JPEG is not supported", patch(at.payload, 12)},
		{"lossless", "lossless JPEG is not supported", patch(at.start+1, 0xC3)},
		{"arithmetic", "arithmetic-coded JPEG is not supported", patch(at.start+1, 0xC9)},
		{"arithmetic progressive", "arithmetic-coded JPEG is not supported", patch(at.start+1, 0xCA)},
		{"lossless arithmetic", "lossless arithmetic-coded JPEG is not supported", patch(at.start+1, 0xCB)},
		{"hierarchical", "hierarchical JPEG is not supported", patch(at.start+1, 0xC5)},
		{"JPEG-LS", "JPEG-LS is not supported", patch(at.start+1, 0xF7)},
		{"two components", "JPEG of 2 components is not supported", patch(at.payload+5, 2)},
		{"width 0", "broken JPEG: the width is 0", patch(at.payload+4, 0)},
		{"height 0", "broken JPEG: the height is 0", patch(at.payload+2, 0)},
		{"factor 5", "broken JPEG: sampling factors 5 x 2", patch(at.payload+7, 0x52)},
		{"table 4", "broken JPEG: quantisation table 4", patch(at.payload+8, 4)},
	}
	for _, c := range cases {
		if _, err := ReadHeader(c.file); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	three := patch(at.payload+7, 0x31)
	if _, err := Decode(three, header(t, three), DecodeOptions{}); err == nil || err.Error() != "JPEG with a sampling factor of 3 is not supported" {
		t.Errorf("factor 3: got %v", err)
	}
	huge := patch(at.payload+1, 0xFF)
	huge[at.payload+3] = 0xFF
	if _, err := Decode(huge, header(t, huge), DecodeOptions{}); err == nil || !strings.Contains(err.Error(), "cannot hold") {
		t.Errorf("a small file of 65296 x 65296 pixels: got %v", err)
	}
}

func TestJPEGDamageInside(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 100, 100), EncodeOptions{Format: JPEG})
	l := header(t, file).layout.(*jpegLayout)
	scan := l.segments[len(l.segments)-1]
	middle := (scan.payload + scan.end) / 2
	for _, marker := range []byte{mTEM, 0x30, 0xBF, mSOI, 0xF0, 0xFD} {
		data := bytes.Clone(file)
		data[middle], data[middle+1] = 0xFF, marker
		h := header(t, data)
		if _, err := Decode(data, h, DecodeOptions{}); err == nil || !strings.Contains(err.Error(), "invalid marker") {
			t.Errorf("marker %#02x: got %v", marker, err)
		}
		if d, err := Decode(data, h, DecodeOptions{AllowTruncated: true}); err != nil || len(d.Warnings) != 1 {
			t.Errorf("marker %#02x, allowed: got %v", marker, err)
		}
	}
}

// Nobody may buy much work with small files.
func TestJPEGBounds(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 16, 16), EncodeOptions{Format: JPEG})
	l := header(t, file).layout.(*jpegLayout)
	scan := l.segments[len(l.segments)-1]
	many := bytes.Clone(file[:scan.start])
	for range maxJPEGScans + 1 {
		many = append(many, file[scan.start:scan.end]...)
	}
	if _, err := ReadHeader(append(many, 0xFF, mEOI)); err == nil || !strings.Contains(err.Error(), "scans") {
		t.Errorf("%d scans: got %v", maxJPEGScans+1, err)
	}
	comments := bytes.Repeat([]byte{0xFF, mCOM, 0, 2}, maxJPEGSegments+1)
	if _, err := ReadHeader(insert(file, comments)); err == nil || !strings.Contains(err.Error(), "segments") {
		t.Errorf("%d segments: got %v", maxJPEGSegments+1, err)
	}
}
