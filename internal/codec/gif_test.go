package codec

import (
	"bytes"
	"compress/lzw"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"imgpool/internal/imgtest"
)

// rawGIF describes a GIF of one frame that a test builds by hand.
type rawGIF struct {
	width, height           int // of the canvas
	frame                   image.Rectangle
	palette                 []byte // of 4 colours, global
	interlaced, transparent bool   // transparent: index 3
	pixels                  []byte
	before, after           []byte // extension blocks
}

// subBlocks cuts data into sub-blocks.
func subBlocks(data []byte) (out []byte) {
	for len(data) > 0 {
		n := min(len(data), 255)
		out = append(append(out, byte(n)), data[:n]...)
		data = data[n:]
	}
	return append(out, 0)
}

func (g rawGIF) build() []byte {
	le := func(v int) []byte { return []byte{byte(v), byte(v >> 8)} }
	flags := byte(0)
	if g.palette != nil {
		flags = 0x81
	}
	out := bytes.Join([][]byte{[]byte("GIF89a"), le(g.width), le(g.height), {flags, 0, 0}, g.palette, g.before}, nil)
	if g.transparent {
		out = append(out, gifExtension, gifGraphicControl, 4, 1, 0, 0, 3, 0)
	}
	flags = 0
	if g.interlaced {
		flags = 0x40
	}
	size := g.frame.Size()
	out = bytes.Join([][]byte{out, {gifImage}, le(g.frame.Min.X), le(g.frame.Min.Y), le(size.X), le(size.Y), {flags, 2}}, nil)
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.LSB, 2)
	w.Write(g.pixels)
	w.Close()
	out = append(out, subBlocks(packed.Bytes())...)
	out = append(out, g.after...)
	return append(out, gifTrailer)
}

// fourColours is a palette of black, red, green and blue.
var fourColours = []byte{0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255}

func TestGIFDecode(t *testing.T) {
	black, red, green, blue, none := color.NRGBA{A: 255}, color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{}
	base := rawGIF{width: 2, height: 2, frame: image.Rect(0, 0, 2, 2), palette: fourColours, pixels: []byte{0, 1, 2, 3}}
	with := func(change func(g *rawGIF)) rawGIF {
		g := base
		change(&g)
		return g
	}
	cases := []struct {
		name  string
		gif   rawGIF
		alpha bool
		want  []color.NRGBA
	}{
		{"plain", base, false, []color.NRGBA{black, red, green, blue}},
		{"transparent", with(func(g *rawGIF) { g.transparent = true }), true, []color.NRGBA{black, red, green, none}},
		{"small frame", with(func(g *rawGIF) {
			g.frame, g.pixels = image.Rect(1, 1, 2, 2), []byte{2}
		}), true, []color.NRGBA{none, none, none, green}},
		{"frame beyond the canvas", with(func(g *rawGIF) {
			g.frame, g.pixels = image.Rect(1, 0, 3, 3), []byte{0, 1, 2, 3, 0, 1}
		}), true, []color.NRGBA{none, black, none, green}},
		{"no palette", with(func(g *rawGIF) { g.palette = nil }), false, []color.NRGBA{black, {85, 85, 85, 255}, {170, 170, 170, 255}, {255, 255, 255, 255}}},
		{"canvas of no size", with(func(g *rawGIF) { g.width, g.height = 0, 0 }), false, []color.NRGBA{black, red, green, blue}},
	}
	for _, c := range cases {
		h, d := decode(t, c.gif.build(), DecodeOptions{})
		m := d.Image.(*image.NRGBA)
		if h.Width != 2 || h.Height != 2 || h.Alpha != c.alpha || h.Frames != 1 {
			t.Errorf("%s: %d x %d, alpha %v, %d frames", c.name, h.Width, h.Height, h.Alpha, h.Frames)
		}
		for i, want := range c.want {
			if got := m.NRGBAAt(i%2, i/2); got != want {
				t.Errorf("%s: pixel %d is %v, want %v", c.name, i, got, want)
			}
		}
	}
}

func TestGIFInterlaced(t *testing.T) {
	for height := 1; height < 20; height++ {
		seen := make([]bool, height)
		f := gifFrame{rect: image.Rect(0, 0, 1, height), interlaced: true}
		for i := range height {
			seen[f.row(i)] = true
		}
		for y, ok := range seen {
			if !ok {
				t.Errorf("height %d: row %d is never stored", height, y)
			}
		}
	}
	g := rawGIF{width: 1, height: 9, frame: image.Rect(0, 0, 1, 9), palette: fourColours, interlaced: true}
	g.pixels = []byte{0, 0, 1, 2, 2, 3, 3, 3, 3} // rows 0 8, 4, 2 6, 1 3 5 7
	h, d := decode(t, g.build(), DecodeOptions{})
	want := []byte{0, 3, 2, 3, 1, 3, 2, 3, 0}
	for y, w := range want {
		got := d.Image.(*image.NRGBA).NRGBAAt(0, y)
		if got != (color.NRGBA{fourColours[3*w], fourColours[3*w+1], fourColours[3*w+2], 255}) {
			t.Errorf("row %d is %v", y, got)
		}
	}
	if !h.Progressive {
		t.Error("not known as interlaced")
	}
}

func TestGIFHeader(t *testing.T) {
	if h := header(t, animation(t, 5)); h.Frames != 5 || h.Width != 16 || h.Height != 12 || h.Damage != nil {
		t.Errorf("animation: %d frames of %d x %d, damage %v", h.Frames, h.Width, h.Height, h.Damage)
	}
	xmp := append([]byte{gifExtension, gifApplication, 11}, "XMP DataXMP<x/>"...)
	xmp = append(xmp, 1)
	for i := 255; i >= 0; i-- {
		xmp = append(xmp, byte(i))
	}
	xmp = append(xmp, 0)
	icc := append([]byte{gifExtension, gifApplication, 11}, "ICCRGBG1012"...)
	icc = append(icc, subBlocks(bytes.Repeat([]byte("profile "), 50))...)
	comment := append([]byte{gifExtension, gifComment}, subBlocks([]byte("hello"))...)
	g := rawGIF{
		width: 1, height: 1, frame: image.Rect(0, 0, 1, 1), palette: fourColours, pixels: []byte{1},
		before: bytes.Join([][]byte{comment, icc, xmp}, nil),
	}
	h := header(t, append(g.build(), "more"...))
	if string(h.XMP) != "<x/>" || len(h.ICC) != 400 || blockNames(h) != "comment, ICC, XMP, trailer" {
		t.Errorf("XMP %q, profile of %d bytes, blocks %s", h.XMP, len(h.ICC), blockNames(h))
	}
}

func TestGIFDamage(t *testing.T) {
	photo := imgtest.Photo(1, 60, 60)
	file := encode(t, photo, EncodeOptions{Format: GIF})
	for _, share := range []int{50, 80} {
		data := file[:len(file)*share/100]
		h := header(t, data)
		var truncated TruncatedError
		if _, err := Decode(data, h, DecodeOptions{}); !errors.As(err, &truncated) || truncated.Percent < 20 || truncated.Percent > 90 {
			t.Errorf("cut to %d %%: %v", share, err)
		}
		d, err := Decode(data, h, DecodeOptions{AllowTruncated: true})
		if err != nil || len(d.Warnings) != 1 {
			t.Errorf("cut to %d %%, allowed: %v", share, err)
		}
	}
	if h := header(t, file[:len(file)-1]); h.Damage != nil || len(h.Warnings) != 1 {
		t.Errorf("without its trailer: damage %v, warnings %q", h.Damage, h.Warnings)
	}
	several := animation(t, 4)
	var truncated TruncatedError
	if h := header(t, several[:len(several)-10]); !errors.As(h.Damage, &truncated) {
		t.Errorf("animation cut in its last frame: damage %v", h.Damage)
	}
	short := rawGIF{width: 4, height: 4, frame: image.Rect(0, 0, 4, 4), palette: fourColours, pixels: []byte{1, 2, 3, 0, 1, 2, 3, 0}}.build()
	if _, err := Decode(short, header(t, short), DecodeOptions{}); !errors.As(err, &truncated) || truncated.Percent != 50 {
		t.Errorf("half of the pixels: %v", err)
	}
	for name, file := range map[string][]byte{
		"no frame":         append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), gifTrailer),
		"no screen":        []byte("GIF89a\x01\x00"),
		"frame of 0 width": rawGIF{frame: image.Rect(0, 0, 0, 3), palette: fourColours}.build(),
	} {
		var broken FormatError
		if _, err := ReadHeader(file); !errors.As(err, &broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := rawGIF{width: 1, height: 1, frame: image.Rect(0, 0, 60000, 60000), palette: fourColours}.build()
	var broken FormatError
	if _, err := Decode(wide, header(t, wide), DecodeOptions{AllowTruncated: true}); !errors.As(err, &broken) {
		t.Errorf("a frame much larger than the canvas: %v", err)
	}
}

// toPalette is paletted for pictures that have one.
func toPalette(t *testing.T, m *image.NRGBA) *image.Paletted {
	t.Helper()
	p, err := paletted(m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Few colours are kept exactly, many are replaced by a palette that is better than a fixed one.
func TestPaletted(t *testing.T) {
	few := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		copy(few.Pix[4*i:], []byte{byte(i), byte(255 - i), byte(i * 3), 255})
	}
	if got := toPalette(t, few); imgtest.MaxDiff(few, got) != 0 || len(got.Palette) != 256 {
		t.Errorf("256 colours: %d in the palette, %.0f levels away", len(got.Palette), imgtest.MaxDiff(few, got))
	}
	few.Pix[3] = 0
	if got := toPalette(t, few); imgtest.MaxDiff(few, got) != 0 || len(got.Palette) != 256 {
		t.Errorf("255 colours and nothing: %d in the palette, %.0f levels away", len(got.Palette), imgtest.MaxDiff(few, got))
	}
	empty := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	if got := toPalette(t, empty); len(got.Palette) != 1 || got.Opaque() {
		t.Errorf("nothing to see: palette %v", got.Palette)
	}
	for seed := range uint64(3) {
		photo := imgtest.Photo(seed, 200, 150)
		got := toPalette(t, photo)
		if len(got.Palette) != 256 {
			t.Errorf("photo %d: %d colours", seed, len(got.Palette))
		}
		// Error diffusion keeps the mean: seen from afar the two pictures are the same.
		if near, far := imgtest.PSNR(photo, got), imgtest.PSNR(shrunk(photo), shrunk(got)); near < 26 || far < 38 {
			t.Errorf("photo %d: %.1f dB, from afar %.1f dB", seed, near, far)
		}
		var fixed bytes.Buffer
		if err := gif.Encode(&fixed, photo, nil); err != nil {
			t.Fatal(err)
		}
		other, err := gif.Decode(&fixed)
		if err != nil {
			t.Fatal(err)
		}
		if ours, theirs := imgtest.PSNR(photo, got), imgtest.PSNR(photo, other); ours < theirs+2 {
			t.Errorf("photo %d: %.1f dB, with a fixed palette %.1f dB", seed, ours, theirs)
		}
	}
}

// shrunk averages blocks of 8 x 8 pixels.
func shrunk(m image.Image) *image.NRGBA {
	w, h := m.Bounds().Dx()/8, m.Bounds().Dy()/8
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		var sum [3]int
		for k := range 64 {
			r, g, b, _ := m.At(i%w*8+k%8, i/w*8+k/8).RGBA()
			sum[0], sum[1], sum[2] = sum[0]+int(r>>8), sum[1]+int(g>>8), sum[2]+int(b>>8)
		}
		copy(out.Pix[4*i:], []byte{byte(sum[0] / 64), byte(sum[1] / 64), byte(sum[2] / 64), 255})
	}
	return out
}

// Transparent pixels stay transparent and others opaque, whatever the palette does.
func TestPalettedTransparency(t *testing.T) {
	cutout := imgtest.AlphaPhoto(1, 100, 80)
	got := toPalette(t, cutout)
	for i := 3; i < len(cutout.Pix); i += 4 {
		_, _, _, a := got.Palette[got.Pix[i/4]].RGBA()
		if visible(cutout.Pix[i]) != (a == 0xFFFF) {
			t.Fatalf("pixel %d of alpha %d became one of alpha %d", i/4, cutout.Pix[i], a)
		}
	}
}
