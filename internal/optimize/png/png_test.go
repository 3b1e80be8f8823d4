package png

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	stdpng "image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// samePixels fails the test unless both files show the same wherever alpha is
// not 0, as the standard library reads them.
func samePixels(t testing.TB, a, b []byte, hidden bool) {
	t.Helper()
	x, err := stdpng.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatalf("input: %v", err)
	}
	y, err := stdpng.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("output: %v", err)
	}
	sameImage(t, x, y, hidden)
}

func sameImage(t testing.TB, x, y image.Image, hidden bool) {
	t.Helper()
	if x.Bounds().Size() != y.Bounds().Size() {
		t.Fatalf("size %v became %v", x.Bounds(), y.Bounds())
	}
	from, to := x.Bounds().Min, y.Bounds().Min
	for j := range x.Bounds().Dy() {
		for i := range x.Bounds().Dx() {
			c := color.NRGBA64Model.Convert(x.At(from.X+i, from.Y+j)).(color.NRGBA64)
			d := color.NRGBA64Model.Convert(y.At(to.X+i, to.Y+j)).(color.NRGBA64)
			if c != d && (hidden || c.A|d.A != 0) {
				t.Fatalf("pixel %d,%d was %v and is %v", i, j, c, d)
			}
		}
	}
}

func optimize(t testing.TB, data []byte, o Options) []byte {
	t.Helper()
	out, err := Optimize(context.Background(), data, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(out) > len(data) {
		t.Fatalf("%d bytes became %d", len(data), len(out))
	}
	return out
}

// raw builds a PNG file of random rows, each with a random filter, whose
// samples are at most top.
type raw struct {
	width, height int
	depth         int
	colour        colourType
	interlaced    bool
	palette       int    // colours
	alpha         []byte // tRNS
	before        []byte // chunks before the palette
	fill          func(row []byte)
}

func (p raw) build(seed uint64) []byte {
	rnd := rand.New(rand.NewPCG(seed, 3))
	h := header{p.width, p.height, p.depth, p.colour, p.interlaced}
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	for _, pass := range h.passes() {
		pw, ph := pass.size(p.width, p.height)
		if pw <= 0 || ph <= 0 {
			continue
		}
		for range ph {
			row := make([]byte, 1+h.rowBytes(pw))
			for i := 1; i < len(row); i++ {
				row[i] = byte(rnd.Uint32())
			}
			if p.fill != nil {
				p.fill(row[1:])
			} else if p.colour != indexed {
				row[0] = byte(rnd.IntN(5))
			}
			w.Write(row)
		}
	}
	w.Close()
	f := appendChunk([]byte(signature), "IHDR", h.bytes())
	f = append(f, p.before...)
	if p.palette > 0 {
		plte := make([]byte, 3*p.palette)
		for i := range plte {
			plte[i] = byte(rnd.Uint32())
		}
		f = appendChunk(f, "PLTE", plte)
	}
	if p.alpha != nil {
		f = appendChunk(f, "tRNS", p.alpha)
	}
	f = appendChunk(f, "IDAT", z.Bytes()[:z.Len()/2])
	f = appendChunk(f, "IDAT", z.Bytes()[z.Len()/2:])
	return appendChunk(f, "IEND")
}

var everyKind = []raw{
	{depth: 1, colour: grey}, {depth: 2, colour: grey}, {depth: 4, colour: grey}, {depth: 8, colour: grey}, {depth: 16, colour: grey},
	{depth: 8, colour: rgb}, {depth: 16, colour: rgb},
	{depth: 1, colour: indexed, palette: 2}, {depth: 2, colour: indexed, palette: 4}, {depth: 4, colour: indexed, palette: 16}, {depth: 8, colour: indexed, palette: 256},
	{depth: 8, colour: greyAlpha}, {depth: 16, colour: greyAlpha}, {depth: 8, colour: rgba}, {depth: 16, colour: rgba},
	{depth: 1, colour: grey, alpha: []byte{0, 1}}, {depth: 8, colour: grey, alpha: []byte{0, 77}}, {depth: 16, colour: grey, alpha: []byte{7, 77}},
	{depth: 8, colour: rgb, alpha: []byte{0, 1, 0, 2, 0, 3}}, {depth: 16, colour: rgb, alpha: []byte{1, 1, 2, 2, 3, 3}},
	{depth: 4, colour: indexed, palette: 16, alpha: []byte{0, 255, 7}}, {depth: 8, colour: indexed, palette: 256, alpha: []byte{9, 0, 0, 255, 7}},
}

func TestEveryKindOfFileKeepsItsPixels(t *testing.T) {
	for i, p := range everyKind {
		for _, interlaced := range []bool{false, true} {
			for _, size := range [][2]int{{1, 1}, {17, 9}} {
				p.width, p.height, p.interlaced = size[0], size[1], interlaced
				data := p.build(uint64(i))
				for effort, keep := range map[int]bool{1: false, 4: true, 9: false} {
					samePixels(t, data, optimize(t, data, Options{Effort: effort, KeepHidden: keep}), keep)
				}
			}
		}
	}
}

// few makes rows of few values, so that reductions apply.
func few(values ...byte) func([]byte) {
	return func(row []byte) {
		for i, v := range row {
			row[i] = values[int(v)%len(values)]
		}
	}
}

// pixels makes rows of whole pixels out of a list.
func pixels(list ...[]byte) func([]byte) {
	return func(row []byte) {
		for n := len(list[0]); len(row) >= n; row = row[n:] {
			copy(row[:n], list[int(row[0])%len(list)])
		}
	}
}

func TestReductions(t *testing.T) {
	for name, c := range map[string]struct {
		raw
		colour colourType
		depth  int
	}{
		"wide_that_is_narrow":        {raw{depth: 16, colour: grey, fill: pixels([]byte{9, 9}, []byte{200, 200})}, indexed, 1},
		"wide_stays":                 {raw{depth: 16, colour: grey, fill: few(1, 2)}, grey, 16},
		"rgb_that_is_black_or_white": {raw{depth: 8, colour: rgb, fill: pixels([]byte{0, 0, 0}, []byte{255, 255, 255})}, grey, 1},
		"rgb_of_four_shades":         {raw{depth: 8, colour: rgb, fill: pixels([]byte{0, 0, 0}, []byte{85, 85, 85}, []byte{170, 170, 170})}, grey, 2},
		"rgb_of_three_colours":       {raw{depth: 8, colour: rgb, fill: pixels([]byte{1, 2, 3}, []byte{85, 8, 85}, []byte{17, 170, 170})}, indexed, 2},
		"opaque_alpha_goes":          {raw{depth: 8, colour: greyAlpha, fill: pixels([]byte{0, 255}, []byte{255, 255})}, grey, 1},
		"alpha_becomes_a_colour":     {raw{depth: 8, colour: greyAlpha, fill: pixels([]byte{0, 255}, []byte{77, 0}, []byte{85, 255})}, grey, 2},
		"rgba_of_few_colours":        {raw{depth: 8, colour: rgba, fill: pixels([]byte{0, 1, 2, 3}, []byte{9, 9, 9, 0}, []byte{8, 9, 9, 0})}, indexed, 1},
		"many_interlaced_greys":      {raw{depth: 8, colour: grey, interlaced: true}, grey, 8},
	} {
		t.Run(name, func(t *testing.T) {
			c.width, c.height = 64, 64
			data := c.build(1)
			out := optimize(t, data, Options{})
			samePixels(t, data, out, false)
			f, err := parse(out)
			if err != nil {
				t.Fatal(err)
			}
			if f.header.colour != c.colour || f.header.depth != c.depth || f.header.interlaced {
				t.Errorf("became %+v, want colour type %d of %d bits", f.header, c.colour, c.depth)
			}
		})
	}
}

func TestHiddenColours(t *testing.T) {
	noise := raw{width: 60, height: 40, depth: 8, colour: rgba, fill: func(row []byte) {
		for i := 3; i < len(row); i += 4 {
			row[i] &= 128 // see-through or half so
		}
	}}.build(2)
	free, kept := optimize(t, noise, Options{}), optimize(t, noise, Options{KeepHidden: true})
	samePixels(t, noise, free, false)
	samePixels(t, noise, kept, true)
	if len(free) > len(kept)*3/4 {
		t.Errorf("free colours take %d bytes, kept ones %d", len(free), len(kept))
	}
}

func TestChunks(t *testing.T) {
	chunk := func(kind string, data string) []byte { return appendChunk(nil, kind, []byte(data)) }
	before := bytes.Join([][]byte{
		chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("iCCP", "x\x00\x00junk"), chunk("sBIT", "\x08\x08\x08"),
		chunk("tEXt", "Comment\x00hello"), chunk("pHYs", "123456789"), chunk("prVt", "mine"), chunk("prVT", "unsafe"),
	}, nil)
	black := raw{width: 30, height: 30, depth: 8, colour: rgb, before: before, fill: few(0, 200)}.build(1)
	kinds := func(data []byte) (list string) {
		for data = data[8:]; len(data) > 0; data = data[12+binary.BigEndian.Uint32(data):] {
			list += string(data[4:8]) + " "
		}
		return list
	}
	all := func(string, []byte) bool { return true }
	if got, want := kinds(optimize(t, black, Options{})), "IHDR gAMA iCCP PLTE IDAT IEND "; got != want {
		t.Errorf("kept %swant %s", got, want)
	}
	if got, want := kinds(optimize(t, black, Options{Keep: all})), "IHDR gAMA iCCP tEXt pHYs prVt PLTE IDAT IEND "; got != want {
		t.Errorf("kept %swant %s", got, want)
	}
	// What cannot be compressed better still loses what is not to be kept.
	small := optimize(t, black, Options{Keep: all})
	if got, want := kinds(optimize(t, small, Options{})), "IHDR gAMA iCCP PLTE IDAT IEND "; got != want {
		t.Errorf("kept %swant %s", got, want)
	}
	if again := optimize(t, small, Options{Keep: all}); !bytes.Equal(again, small) {
		t.Error("a second time changed the file")
	}
}

func TestEncodeKeepsPixels(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	r := image.Rect(3, 4, 40, 37)
	palette := make(color.Palette, 200)
	for i := range palette {
		palette[i] = color.NRGBA{byte(rnd.Uint32()), byte(rnd.Uint32()), byte(i), byte(rnd.Uint32() & 128)}
	}
	paletted, nrgba, nrgba64 := image.NewPaletted(r, palette), image.NewNRGBA(r), image.NewNRGBA64(r)
	g, g16 := image.NewGray(r), image.NewGray16(r)
	for _, pix := range [][]byte{paletted.Pix, nrgba.Pix, nrgba64.Pix, g.Pix, g16.Pix} {
		for i := range pix {
			pix[i] = byte(rnd.IntN(200))
		}
	}
	part := image.Rect(10, 10, 20, 31)
	for _, img := range []image.Image{paletted, nrgba, nrgba64, g, g16, nrgba.SubImage(part), paletted.SubImage(part), g16.SubImage(part)} {
		t.Run(fmt.Sprintf("%T_%v", img, img.Bounds()), func(t *testing.T) {
			for _, effort := range []int{1, 4, 7} {
				out, err := Encode(context.Background(), img, Options{Effort: effort})
				if err != nil {
					t.Fatal(err)
				}
				back, err := stdpng.Decode(bytes.NewReader(out))
				if err != nil {
					t.Fatal(err)
				}
				sameImage(t, img, back, false)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	r := image.Rect(0, 0, 4, 4)
	beyond := image.NewPaletted(r, color.Palette{color.Black})
	beyond.Pix[3] = 1
	for _, img := range []image.Image{image.NewNRGBA(image.Rectangle{}), image.NewYCbCr(r, image.YCbCrSubsampleRatio420), beyond} {
		if out, err := Encode(context.Background(), img, Options{}); err == nil || out != nil {
			t.Errorf("%T: %v", img, err)
		}
	}
	if _, err := Encode(context.Background(), image.NewGray(r), Options{MaxPixels: 15}); err == nil {
		t.Error("more pixels than allowed")
	}
}

func TestErrors(t *testing.T) {
	good := raw{width: 20, height: 20, depth: 8, colour: rgb}.build(1)
	huge := raw{width: 1, height: 1, depth: 8, colour: rgb}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if out, err := Optimize(ctx, good, Options{}); !errors.Is(err, context.Canceled) || out != nil {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Optimize(context.Background(), good, Options{MaxPixels: 399}); err == nil {
		t.Error("more pixels than allowed")
	}
	lying := huge.build(1)
	copy(lying[8:], appendChunk(nil, "IHDR", (&header{30000, 8000, 8, rgb, false}).bytes()))
	if _, err := Optimize(context.Background(), lying, Options{}); err == nil {
		t.Error("a header that promises too much")
	}
	// A caller who knows a more lenient reader has to see that the file is at fault.
	lower := bytes.Clone(good)
	copy(lower[8:], appendChunk(nil, "IHDR", (&header{20, 19, 8, rgb, false}).bytes()))
	var format FormatError
	if _, err := Optimize(context.Background(), lower, Options{}); !errors.As(err, &format) {
		t.Errorf("more image data than pixels: %v", err)
	}
	for n := range good {
		if out, err := Optimize(context.Background(), good[:n], Options{}); err == nil || out != nil {
			t.Fatalf("%d bytes of %d", n, len(good))
		}
	}
}

// All that a call allocates, also what it gives up again, is a bound of what it
// holds at once.
func TestCostIsABound(t *testing.T) {
	for _, p := range []raw{{depth: 8, colour: rgba}, {depth: 16, colour: rgba}, {depth: 8, colour: rgb, fill: few(0, 1, 2, 255)}, {depth: 8, colour: indexed, palette: 256}} {
		p.width, p.height = 300, 200
		data := p.build(1)
		w := new(workspace)
		f, err := parse(data)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := w.still(context.Background(), f, Options{}.withDefaults()); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if used, most := int64(after.TotalAlloc-before.TotalAlloc), Cost(p.width, p.height, p.depth == 16); used > most {
			t.Errorf("%d bits of type %d: %d bytes, said to take at most %d", p.depth, p.colour, used, most)
		}
	}
	if Cost(1<<31-1, 1<<31-1, true) < 1<<62 {
		t.Error("the cost of a huge picture overflows")
	}
}

// Still pictures of the project, and those of the corpus where it is there.
func TestFiles(t *testing.T) {
	var files []string
	for _, glob := range []string{"../../../testdata/formats/png-*.png", "../../../../shared/corpus/assets/*/*.png", "../../../../shared/corpus/assets/*/*/*.png"} {
		some, _ := filepath.Glob(glob)
		files = append(files, some...)
	}
	if len(files) < 5 {
		t.Fatalf("%d files", len(files))
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 20_000 && !strings.Contains(name, "testdata") {
			continue // to be quick
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			out := optimize(t, data, Options{})
			samePixels(t, data, out, false)
			if again := optimize(t, out, Options{}); !bytes.Equal(again, out) && len(again) == len(out) {
				t.Error("a second time changed the file but not its size")
			}
			if same := optimize(t, data, Options{}); !bytes.Equal(same, out) {
				t.Error("another result for the same file")
			}
		})
	}
}

// FuzzOptimize holds that whatever the input is, the output shows the same.
func FuzzOptimize(f *testing.F) {
	for i, p := range everyKind {
		p.width, p.height, p.interlaced = 5+i, 20-i/2, i%3 == 0
		f.Add(p.build(uint64(i)), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, effort uint8) {
		o := Options{Effort: int(effort%9) + 1, MaxPixels: 1 << 16}
		out, err := Optimize(context.Background(), data, o)
		if err != nil {
			return
		}
		if len(out) > len(data) {
			t.Fatalf("%d bytes became %d", len(data), len(out))
		}
		if c, err := stdpng.DecodeConfig(bytes.NewReader(data)); err != nil || c.Width*c.Height > 1<<16 {
			return
		}
		if _, err := stdpng.Decode(bytes.NewReader(data)); err != nil {
			return // the standard library is stricter
		}
		samePixels(t, data, out, false)
	})
}
