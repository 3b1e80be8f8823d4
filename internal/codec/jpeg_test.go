package codec

import (
	"bytes"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/jpeg"
)

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
	cases := []struct {
		name    string
		factors [4]byte
		adobe   int
		model   Model
		want    color.CMYK
	}{
		{"CMYK", [4]byte{1, 1, 1, 1}, 0, CMYK, color.CMYK{127, 127, 127, 127}},
		{"CMYK without an Adobe marker", [4]byte{1, 1, 1, 1}, -1, CMYK, color.CMYK{128, 128, 128, 128}},
		{"YCCK", [4]byte{1, 1, 1, 1}, 2, YCCK, color.CMYK{128, 128, 128, 127}},
		{"YCCK, chroma halved", [4]byte{2, 1, 1, 2}, 2, YCCK, color.CMYK{128, 128, 128, 127}},
		{"YCCK, all but luma halved", [4]byte{2, 1, 1, 1}, 2, YCCK, color.CMYK{128, 128, 128, 127}},
		{"CMYK, magenta halved", [4]byte{2, 1, 2, 1}, 0, CMYK, color.CMYK{127, 127, 127, 127}},
	}
	for _, c := range cases {
		file := fourComponents(t, c.factors, c.adobe)
		for _, scale := range []int{1, 2} {
			h, d := decode(t, file, DecodeOptions{Scale: scale})
			m, ok := d.Image.(*image.CMYK)
			if !ok || h.Model != c.model || m.Bounds() != image.Rect(0, 0, 16/scale, 16/scale) || m.CMYKAt(3, 3) != c.want {
				t.Errorf("%s at 1/%d: %T of %v, %v, %v", c.name, scale, d.Image, d.Image.Bounds(), h.Model, d.Image.At(3, 3))
			}
		}
	}
}

// Samples lie in the middle of the pixels that they stand for, and continue beyond the edges.
func TestInkUpsampling(t *testing.T) {
	p := &jpeg.InkPlane{Pix: []uint8{0, 80, 99, 160, 240, 99}, Stride: 3, Width: 2, Height: 2, H: 1, V: 1, HMax: 2, VMax: 2}
	want := [][]uint8{{0, 20, 60, 80}, {40, 60, 100, 120}, {120, 140, 180, 200}, {160, 180, 220, 240}}
	u := newUpsampler(p, 4)
	got := make([]uint8, 4)
	for y, w := range want {
		if u.line(got, y); !bytes.Equal(got, w) {
			t.Errorf("row %d is %v, want %v", y, got, w)
		}
	}
	p.H, p.HMax, p.V, p.VMax = 2, 3, 1, 1 // two samples for three pixels
	u = newUpsampler(p, 3)
	if u.line(got[:3], 1); !bytes.Equal(got[:3], []uint8{160, 200, 240}) {
		t.Errorf("two for three: %v", got[:3])
	}
	p.H = 3
	u = newUpsampler(p, 2)
	if u.line(got[:2], 0); !bytes.Equal(got[:2], []uint8{0, 80}) {
		t.Errorf("one for one: %v", got[:2])
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
