package codec

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image/color"
	stdpng "image/png"
	"math/rand/v2"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// rawPNG describes a PNG that a test builds by hand.
type rawPNG struct {
	width, height     int
	depth, colourType int
	interlaced        bool
	filter            int // 0 to 4, or -1 for a different one in each row
	before, after     []byte
	rows              func(r *rand.Rand, row []byte) // fills a row of samples; random when nil
	parts             int                            // IDAT chunks
}

// chunk builds a PNG chunk.
func chunk(kind string, content []byte) []byte {
	var buf bytes.Buffer
	writePNGChunk(&buf, kind, content)
	return buf.Bytes()
}

// build writes the file: random samples, filtered as asked.
func (p rawPNG) build(t testing.TB) []byte {
	t.Helper()
	h := &Header{Width: p.width, Height: p.height, Depth: p.depth}
	l := &pngLayout{colourType: byte(p.colourType), interlaced: p.interlaced}
	random := rand.New(rand.NewPCG(1, uint64(p.depth*10+p.colourType)))
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	for _, pass := range l.passes(h) {
		f := newPNGFilter(pass.rowBytes, max(l.channels()*p.depth/8, 1))
		for y := range pass.height {
			row := f.current()
			if p.rows != nil {
				p.rows(random, row)
			} else {
				for i := range row {
					row[i] = byte(random.Uint32())
				}
			}
			if rest := pass.width * l.channels() * p.depth % 8; rest > 0 {
				row[len(row)-1] &= 0xFF << (8 - rest)
			}
			best := f.best()
			if p.filter >= 0 {
				best = f.candidates[p.filter]
			} else {
				best = f.candidates[(y+int(best[0]))%5]
			}
			if _, err := z.Write(best); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(p.width))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(p.height))
	interlace := byte(0)
	if p.interlaced {
		interlace = 1
	}
	file := append([]byte(pngSignature), chunk("IHDR", append(ihdr, byte(p.depth), byte(p.colourType), 0, 0, interlace))...)
	file = append(file, p.before...)
	data := packed.Bytes()
	for n := max(p.parts, 1); n > 0; n-- {
		cut := len(data) / n
		file = append(file, chunk("IDAT", data[:cut])...)
		data = data[cut:]
	}
	file = append(file, p.after...)
	return append(file, chunk("IEND", nil)...)
}

// pngKinds are the colour types and depths that exist (clause 11.2.1).
var pngKinds = []struct{ colourType, depth int }{
	{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16},
}

// pngPalette returns a PLTE chunk of n colours.
func pngPalette(n int) []byte {
	content := make([]byte, 3*n)
	for i := range content {
		content[i] = byte(i * 7)
	}
	return chunk("PLTE", content)
}

// Every kind of PNG, interlaced or not, with each filter and with transparency, gives the pixels that the standard
// library's decoder finds.
func TestPNGKinds(t *testing.T) {
	for _, k := range pngKinds {
		var colours []byte
		trns := map[int][]byte{0: {0, 1}, 2: {0, 3, 0, 7, 0, 9}, 3: {0, 128, 255}}[k.colourType]
		if k.colourType == 3 {
			colours = pngPalette(1 << k.depth)
			trns = trns[:min(len(trns), 1<<k.depth)]
		}
		for _, transparent := range []bool{false, true} {
			if transparent && trns == nil {
				continue
			}
			before := colours
			if transparent {
				before = append(bytes.Clone(colours), chunk("tRNS", trns)...)
			}
			for filter := -1; filter <= 4; filter++ {
				for _, interlaced := range []bool{false, true} {
					p := rawPNG{
						width: 37, height: 19, depth: k.depth, colourType: k.colourType,
						interlaced: interlaced, filter: filter, before: before, parts: 3,
					}
					if k.colourType == 2 && k.depth == 8 {
						p.rows = func(r *rand.Rand, row []byte) { // so that the transparent colour occurs
							for i := range row {
								row[i] = []byte{3, 7, 9}[i%3] + byte(r.Uint32()&1)
							}
						}
					}
					name := fmt.Sprintf("type %d, %d bits, transparency %v, filter %d, interlaced %v", k.colourType, k.depth, transparent, filter, interlaced)
					comparePNG(t, name, p.build(t), transparent)
				}
			}
		}
	}
}

// comparePNG compares a decoded file with what the standard library makes of it.
func comparePNG(t *testing.T, name string, file []byte, transparent bool) {
	t.Helper()
	want, err := stdpng.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	h, d := decode(t, file, DecodeOptions{})
	b := want.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			w := color.NRGBA64Model.Convert(want.At(x, y)).(color.NRGBA64)
			g := color.NRGBA64Model.Convert(d.Image.At(x, y)).(color.NRGBA64)
			if w.A == 0 && g.A == 0 {
				continue // the standard library forgets colours that cannot be seen
			}
			if w != g {
				t.Errorf("%s: pixel (%d,%d) is %v, want %v", name, x, y, g, w)
				return
			}
		}
	}
	alpha := transparent || h.Model == RGB && h.layout.(*pngLayout).colourType == 6 || h.layout.(*pngLayout).colourType == 4
	if h.Alpha != alpha {
		t.Errorf("%s: alpha %v", name, h.Alpha)
	}
}

// Depth and greyness survive: no type has more channels or bits than the file.
func TestPNGImageTypes(t *testing.T) {
	for _, k := range pngKinds {
		p := rawPNG{width: 5, height: 5, depth: k.depth, colourType: k.colourType}
		if k.colourType == 3 {
			p.before = pngPalette(2)
		}
		_, d := decode(t, p.build(t), DecodeOptions{})
		want := "*image.NRGBA"
		switch {
		case k.colourType == 0 && k.depth == 16:
			want = "*image.Gray16"
		case k.colourType == 0:
			want = "*image.Gray"
		case k.depth == 16:
			want = "*image.NRGBA64"
		}
		if got := fmt.Sprintf("%T", d.Image); got != want {
			t.Errorf("type %d, %d bits: %s, want %s", k.colourType, k.depth, got, want)
		}
	}
}

func TestPNGMetadata(t *testing.T) {
	profile := imgtest.AdobeRGB.Profile()
	file := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: PNG, ICC: profile, EXIF: meta.OrientationBlock(3), XMP: []byte("<x/>")})
	if _, err := stdpng.Decode(bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	h := header(t, file)
	if !bytes.Equal(h.ICC, profile) || h.Orientation != 3 || string(h.XMP) != "<x/>" || blockNames(h) != "EXIF, XMP, ICC" {
		t.Errorf("profile of %d bytes, orientation %d, XMP %q, blocks %s", len(h.ICC), h.Orientation, h.XMP, blockNames(h))
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write([]byte("<packed/>"))
	z.Close()
	text := append([]byte("XML:com.adobe.xmp\x00\x01\x00en\x00\x00"), packed.Bytes()...)
	p := rawPNG{width: 2, height: 2, depth: 8, before: bytes.Join([][]byte{
		chunk("gAMA", []byte{0, 0, 0xB1, 0x8F}), chunk("iTXt", text), chunk("tEXt", []byte("Author\x00me")), chunk("iTXt", []byte("short")),
	}, nil)}
	h = header(t, append(p.build(t), "behind"...))
	if string(h.XMP) != "<packed/>" || blockNames(h) != "gAMA, XMP, tEXt Author, iTXt short, trailer" {
		t.Errorf("XMP %q, blocks %s", h.XMP, blockNames(h))
	}
}

// A profile that inflates without end is left out, and so is one that is broken.
func TestPNGBrokenProfile(t *testing.T) {
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	z.Write(make([]byte, maxInflated+1))
	z.Close()
	for name, content := range map[string][]byte{
		"bomb":           append([]byte("x\x00\x00"), bomb.Bytes()...),
		"no stream":      []byte("x\x00\x00rubbish"),
		"another method": append([]byte("x\x00\x01"), bomb.Bytes()...),
		"no name":        []byte("rubbish"),
	} {
		p := rawPNG{width: 2, height: 2, depth: 8, before: chunk("iCCP", content)}
		h := header(t, p.build(t))
		if h.ICC != nil || len(h.Warnings) != 1 || h.Damage != nil {
			t.Errorf("%s: a profile of %d bytes, warnings %q", name, len(h.ICC), h.Warnings)
		}
	}
}

func TestPNGFrames(t *testing.T) {
	acTL := func(n byte) []byte { return chunk("acTL", []byte{0, 0, 0, n, 0, 0, 0, 0}) }
	fcTL := chunk("fcTL", make([]byte, 26))
	for name, c := range map[string]struct {
		before, after []byte
		want          int
	}{
		"a still":                     {nil, nil, 1},
		"three frames":                {append(acTL(3), fcTL...), append(bytes.Clone(fcTL), fcTL...), 3},
		"one frame":                   {append(acTL(1), fcTL...), nil, 1},
		"more frames than it says":    {append(acTL(1), fcTL...), fcTL, 2},
		"control behind the picture":  {nil, acTL(3), 1},
		"frames without the control":  {fcTL, fcTL, 1},
		"cut after the first of nine": {append(acTL(9), fcTL...), nil, 9},
	} {
		p := rawPNG{width: 2, height: 2, depth: 8, before: c.before, after: c.after}
		if h := header(t, p.build(t)); h.Frames != c.want {
			t.Errorf("%s: %d frames, want %d", name, h.Frames, c.want)
		}
	}
}

func TestPNGTruncated(t *testing.T) {
	for _, interlaced := range []bool{false, true} {
		for _, colourType := range []int{0, 2, 6} {
			for _, depth := range []int{8, 16} {
				p := rawPNG{width: 64, height: 64, depth: depth, colourType: colourType, interlaced: interlaced, filter: 2, parts: 2}
				file := p.build(t)
				for _, share := range []int{30, 60, 90} {
					data := file[:len(file)*share/100]
					h := header(t, data)
					var truncated TruncatedError
					if _, err := Decode(data, h, DecodeOptions{}); !errors.As(err, &truncated) {
						t.Fatalf("cut to %d %%: %v", share, err)
					}
					if off := truncated.Percent - float64(share); off > 5 || off < -5 {
						t.Errorf("cut to %d %%: %.1f %%", share, truncated.Percent)
					}
					d, err := Decode(data, h, DecodeOptions{AllowTruncated: true})
					if err != nil || len(d.Warnings) != 1 {
						t.Fatalf("cut to %d %%, allowed: %v", share, err)
					}
					_, _, _, a := d.Image.At(63, 63).RGBA()
					if (a == 0) != (colourType == 6) {
						t.Errorf("type %d cut to %d %%: alpha of the missing part is %d", colourType, share, a)
					}
				}
			}
		}
	}
}

// Without its end chunk a file is complete all the same when all pixels are there.
func TestPNGWithoutEnd(t *testing.T) {
	file := rawPNG{width: 64, height: 64, depth: 8, colourType: 2}.build(t)
	data := file[:len(file)-12]
	h, d := decode(t, data, DecodeOptions{})
	_, want := decode(t, file, DecodeOptions{})
	if len(h.Warnings) != 1 || imgtest.MaxDiff(want.Image, d.Image) != 0 {
		t.Errorf("warnings %q", h.Warnings)
	}
}

func TestPNGRefuses(t *testing.T) {
	good := rawPNG{width: 9, height: 9, depth: 8, colourType: 2}.build(t)
	patch := func(offset int, v byte, fix bool) []byte {
		out := bytes.Clone(good)
		out[offset] = v
		if fix { // the checksum of the header chunk
			fixed := chunk("IHDR", out[16:29])
			copy(out[8:], fixed)
		}
		return out
	}
	cases := []struct {
		name, want string
		file       []byte
	}{
		{"width 0", "broken PNG: size 0 x 9", patch(19, 0, true)},
		{"4 bits of RGB", "broken PNG: colour type 2 with 4 bits", patch(24, 4, true)},
		{"colour type 1", "broken PNG: colour type 1 with 8 bits", patch(25, 1, true)},
		{"interlace 2", "broken PNG: compression 0, filter 0, interlace 2", patch(28, 2, true)},
		{"palette missing", "broken PNG: no palette", patch(25, 3, true)},
		{"header checksum", "broken PNG: the checksum of chunk IHDR is wrong", patch(29, 1, false)},
		{"data checksum", "broken PNG: the checksum of chunk IDAT is wrong", patch(60, 1, false)},
		{"no data", "broken PNG: no image data", append(bytes.Clone(good[:33]), chunk("IEND", nil)...)},
		{"no header", "broken PNG: no header chunk", append([]byte(pngSignature), chunk("IEND", nil)...)},
		{"signature only", "broken PNG: no header chunk", []byte(pngSignature + "\x00")},
		{"Apple's", "Apple's variant of PNG (CgBI) is not supported", append([]byte(pngSignature), chunk("CgBI", make([]byte, 4))...)},
		{"palette of 4 bytes", "broken PNG: palette of 4 bytes", rawPNG{width: 1, height: 1, depth: 8, colourType: 3, before: chunk("PLTE", make([]byte, 4))}.build(t)},
		{"filter 5", "broken PNG: unknown filter", pngOf([]byte{5, 0, 0, 0})},
		{"no rows", "the file ends early, 0 % of the picture is there", pngOf(nil)},
	}
	for _, c := range cases {
		h, err := ReadHeader(c.file)
		if err == nil {
			_, err = Decode(c.file, h, DecodeOptions{})
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// pngOf builds a PNG of one RGB pixel from filtered rows.
func pngOf(rows []byte) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(rows)
	z.Close()
	file := append([]byte(pngSignature), chunk("IHDR", []byte{0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0})...)
	file = append(file, chunk("IDAT", packed.Bytes())...)
	return append(file, chunk("IEND", nil)...)
}
