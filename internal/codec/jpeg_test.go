package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
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

func TestJPEGScales(t *testing.T) {
	photo := imgtest.Photo(1, 101, 67)
	for name, img := range map[string]image.Image{"colour": photo, "grey": imgtest.GrayPhoto(1, 101, 67)} {
		file := encode(t, img, EncodeOptions{Format: JPEG, Quality: 95})
		for _, c := range []struct{ wish, scale int }{{0, 1}, {1, 1}, {2, 2}, {3, 2}, {4, 4}, {8, 8}, {16, 8}} {
			_, d := decode(t, file, DecodeOptions{Scale: c.wish})
			size := image.Pt(ceilDiv(101, c.scale), ceilDiv(67, c.scale))
			if d.Image.Bounds() != (image.Rectangle{Max: size}) || d.Width != 101/float64(c.scale) || d.Height != 67/float64(c.scale) {
				t.Errorf("%s at 1/%d: %v, %g x %g", name, c.wish, d.Image.Bounds(), d.Width, d.Height)
			}
			_, planes := d.Image.(*image.YCbCr)
			if planes != (name == "colour") {
				t.Errorf("%s at 1/%d came as %T", name, c.wish, d.Image)
			}
		}
	}
}

// The rules of libjpeg: JFIF means YCbCr, else the Adobe marker decides, else the names of the components.
func TestJPEGColourRules(t *testing.T) {
	red := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for i := 0; i < len(red.Pix); i += 4 {
		copy(red.Pix[i:], []byte{200, 40, 30, 255})
	}
	file := encode(t, red, EncodeOptions{Format: JPEG, Quality: 100, Chroma444: true})
	jfif := header(t, file).layout.(*jpegLayout).segments[0]
	bare := bytes.Join([][]byte{file[:2], file[jfif.end:]}, nil)
	adobe := func(transform byte) []byte { return segment(mAPP14, idAdobe, []byte{0, 100, 0, 0, 0, 0, transform}) }
	named := func(file []byte) []byte {
		out := bytes.Clone(file)
		for _, s := range header(t, file).layout.(*jpegLayout).segments {
			first, step := s.payload+6, 3
			if s.marker == mSOS {
				first, step = s.payload+1, 2
			} else if s.marker != mSOF0 {
				continue
			}
			for i := range 3 {
				out[first+i*step] = "RGB"[i]
			}
		}
		return out
	}
	y, cb, cr := color.RGBToYCbCr(200, 40, 30)
	asStored := color.NRGBA{y, cb, cr, 255}
	meant := color.NRGBA{200, 40, 30, 255}
	cases := []struct {
		name string
		file []byte
		want color.NRGBA
	}{
		{"JFIF", file, meant},
		{"no marker", bare, meant},
		{"Adobe 1", insert(bare, adobe(1)), meant},
		{"Adobe 0", insert(bare, adobe(0)), asStored},
		{"JFIF and Adobe 0", insert(file, adobe(0)), meant},
		{"named R, G, B", named(bare), asStored},
		{"JFIF, named R, G, B", named(file), meant},
		{"Adobe 1, named R, G, B", named(insert(bare, adobe(1))), meant},
	}
	for _, c := range cases {
		h, d := decode(t, c.file, DecodeOptions{})
		got := toNRGBA(d.Image).NRGBAAt(8, 8)
		if near(got, c.want) > 3 || (h.Model == RGB) != (c.want == asStored) {
			t.Errorf("%s: got %v as %v, want %v", c.name, got, h.Model, c.want)
		}
	}
}

// near returns the largest difference of a channel.
func near(a, b color.NRGBA) (d int) {
	for _, p := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}, {a.A, b.A}} {
		d = max(d, int(p[0])-int(p[1]), int(p[1])-int(p[0]))
	}
	return d
}

// fourComponents makes a CMYK JPEG of one colour: three components are coded, the frame and scan headers announce a
// fourth, and the coded data of each MCU are those of four equal blocks with a difference of 0, which need no more than
// the zero codes of the tables.
func fourComponents(t *testing.T, factors [4]byte, adobe int) []byte {
	t.Helper()
	one := encode(t, image.NewGray(image.Rect(0, 0, 8, 8)), EncodeOptions{Format: JPEG})
	l := header(t, one).layout.(*jpegLayout)
	out := []byte{0xFF, mSOI}
	if adobe >= 0 {
		out = append(out, segment(mAPP14, idAdobe, []byte{0, 100, 0, 0, 0, 0, byte(adobe)})...)
	}
	// One code of one bit for "no difference" and one for "end of block".
	table := func(id byte) []byte { return segment(mDHT, []byte{id}, []byte{1}, make([]byte, 15), []byte{0}) }
	for i, s := range l.segments {
		if s.marker == mDQT {
			out = append(out, segment(mDQT, l.payload(one, i))...)
		}
	}
	out = append(out, table(0x00)...)
	out = append(out, table(0x10)...)
	frame := []byte{8, 0, 16, 0, 16, 4}
	scan := []byte{4}
	blocks, hmax := 0, byte(1)
	for i, f := range factors {
		frame = append(frame, byte(i+1), f<<4|f, 0)
		scan = append(scan, byte(i+1), 0)
		blocks += int(f) * int(f)
		hmax = max(hmax, f)
	}
	out = append(out, segment(mSOF0, frame)...)
	out = append(out, segment(mSOS, scan, []byte{0, 63, 0})...)
	mcus := (2 / int(hmax)) * (2 / int(hmax))
	// Each block is two zero bits; the rest of the last byte is ones.
	bits := 2 * blocks * mcus
	coded := make([]byte, ceilDiv(bits, 8))
	if rest := bits % 8; rest > 0 {
		coded[len(coded)-1] = 1<<(8-rest) - 1
	}
	out = append(out, coded...)
	return append(out, 0xFF, mEOI)
}

// All samples of these files are 128: half of each ink.
func TestJPEGFourComponents(t *testing.T) {
	half := color.NRGBA{64, 64, 64, 255}    // (1 - 1/2) * (1 - 1/2)
	neutral := color.NRGBA{64, 64, 64, 255} // YCCK of Y 128, no chroma: the same
	cases := []struct {
		name    string
		factors [4]byte
		adobe   int
		model   Model
		want    color.NRGBA
	}{
		{"CMYK", [4]byte{1, 1, 1, 1}, 0, CMYK, half},
		{"CMYK without an Adobe marker", [4]byte{1, 1, 1, 1}, -1, CMYK, half},
		{"YCCK", [4]byte{1, 1, 1, 1}, 2, YCCK, neutral},
		{"YCCK, chroma halved", [4]byte{2, 1, 1, 2}, 2, YCCK, neutral},
	}
	for _, c := range cases {
		file := fourComponents(t, c.factors, c.adobe)
		for _, scale := range []int{1, 2} {
			h, d := decode(t, file, DecodeOptions{Scale: scale})
			m, ok := d.Image.(*image.NRGBA)
			if !ok || h.Model != c.model || near(m.NRGBAAt(3, 3), c.want) > 2 {
				t.Errorf("%s at 1/%d: %T, %v, %v", c.name, scale, d.Image, h.Model, d.Image.At(3, 3))
			}
		}
	}
	file := fourComponents(t, [4]byte{2, 1, 1, 1}, 2)
	var unsupported UnsupportedError
	if _, err := Decode(file, header(t, file), DecodeOptions{}); !errors.As(err, &unsupported) {
		t.Errorf("YCCK with only the luma sampled twice: got %v", err)
	}
}

// With an Adobe marker 255 stands for no ink, without one for full ink.
func TestCMYKToNRGBA(t *testing.T) {
	src := image.NewCMYK(image.Rect(0, 0, 2, 1))
	copy(src.Pix, []byte{0, 255, 0, 0, 255, 0, 51, 51})
	want := []byte{255, 0, 255, 255, 0, 204, 163, 255}
	if got := cmykToNRGBA(src, false).Pix; !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for i := range src.Pix {
		src.Pix[i] ^= 0xFF
	}
	if got := cmykToNRGBA(src, true).Pix; !bytes.Equal(got, want) {
		t.Errorf("inverted: got %v, want %v", got, want)
	}
}

// A height of 0 means that a DNL segment behind the first scan has it.
func TestJPEGHeightFromDNL(t *testing.T) {
	photo := imgtest.Photo(1, 40, 30)
	file := encode(t, photo, EncodeOptions{Format: JPEG})
	_, want := decode(t, file, DecodeOptions{})
	l := header(t, file).layout.(*jpegLayout)
	frame, scan := l.segments[l.frame].payload, l.segments[len(l.segments)-1]
	out := bytes.Clone(file[:scan.end])
	out[frame+1], out[frame+2] = 0, 0
	out = append(out, segment(mDNL, []byte{0, 30})...)
	out = append(out, file[scan.end:]...)
	h, d := decode(t, out, DecodeOptions{})
	if h.Height != 30 || imgtest.MaxDiff(want.Image, d.Image) != 0 {
		t.Errorf("height %d, %.1f levels away", h.Height, imgtest.MaxDiff(want.Image, d.Image))
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

// Others read what is written here: same pixels as our own decoder finds, and the subsampling that was asked for.
func TestJPEGForOthers(t *testing.T) {
	photo := imgtest.Photo(1, 61, 47)
	for _, o := range []EncodeOptions{
		{Format: JPEG}, {Format: JPEG, Chroma444: true}, {Format: JPEG, Progressive: true, Quality: 40},
	} {
		for _, img := range []image.Image{photo, planar(photo, image.YCbCrSubsampleRatio422)} {
			file := encode(t, img, o)
			other, err := stdjpeg.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			h, d := decode(t, file, DecodeOptions{})
			if imgtest.MaxDiff(other, d.Image) > 4 { // another inverse transform, rounded
				t.Errorf("%+v: %.1f levels away", o, imgtest.MaxDiff(other, d.Image))
			}
			want := image.YCbCrSubsampleRatio420
			if o.Chroma444 {
				want = image.YCbCrSubsampleRatio444
			}
			if h.Subsampling != want || h.Progressive != o.Progressive {
				t.Errorf("%+v: %v, progressive %v", o, h.Subsampling, h.Progressive)
			}
		}
	}
}

// Planes of the subsampling that is wanted are coded as they are, so that a second generation is close to the first.
func TestJPEGKeepsPlanes(t *testing.T) {
	first := encode(t, imgtest.Photo(1, 64, 64), EncodeOptions{Format: JPEG, Quality: 90})
	_, d := decode(t, first, DecodeOptions{})
	_, again := decode(t, encode(t, d.Image, EncodeOptions{Format: JPEG, Quality: 90}), DecodeOptions{})
	if got := imgtest.PSNR(d.Image, again.Image); got < 45 {
		t.Errorf("the second generation is %.1f dB from the first", got)
	}
}
