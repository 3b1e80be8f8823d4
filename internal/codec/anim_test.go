package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"math"
	"testing"

	"imgpool/internal/imgtest"
)

// movie is frames of a square that moves over a photo, with a hole that opens and closes.
func movie(w, h, n int) []shown {
	var all []shown
	for i := range n {
		m := imgtest.Photo(7, w, h)
		for y := range 8 {
			for x := range 8 {
				m.SetNRGBA((3*i+x)%w, (2*i+y)%h, color.NRGBA{255, uint8(40 * i), 0, 255})
				if i%2 == 1 {
					m.SetNRGBA(x, h-1-y, color.NRGBA{})
				}
			}
		}
		if i == 3 { // the same picture again
			m = copyFrame(nil, all[2].image)
		}
		all = append(all, shown{m, Delay{uint32(3 + i), 100}})
	}
	return all
}

func animationOf(all []shown, plays int) *Animation {
	size := all[0].image.Rect
	return &Animation{Width: size.Dx(), Height: size.Dy(), Plays: plays, All: func(yield func(Frame, error) bool) {
		for _, f := range all {
			if !yield(Frame{f.image, f.delay}, nil) {
				return
			}
		}
	}}
}

func encodeAll(t *testing.T, a *Animation, o EncodeOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := EncodeAnimation(&out, a, o, math.MaxInt64); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is written is shown by others, and read again, as it was: pictures, delays, and how often.
func TestAnimationRoundTrip(t *testing.T) {
	for _, plays := range []int{0, 1, 5} {
		want := movie(61, 47, 6)
		data := encodeAll(t, animationOf(want, plays), EncodeOptions{Format: PNG})
		compareFrames(t, data, want, plays, 0)
		others, otherPlays := apngFrames(t, data)
		compareFrames(t, data, others, otherPlays, 0)

		data = encodeAll(t, animationOf(want, plays), EncodeOptions{Format: WebP, Lossless: true})
		compareFrames(t, data, want, plays, 0)
		compareFrames(t, data, libwebpFrames(t, data), plays, 0)

		// Lossy: what libwebp shows of it is what this package shows of it, to the bit.
		data = encodeAll(t, animationOf(want, plays), EncodeOptions{Format: WebP, Quality: 70})
		compareFrames(t, data, libwebpFrames(t, data), plays, 0)

		for _, f := range want { // few colours: a GIF holds them as they are
			for i, v := range f.image.Pix {
				if i%4 != 3 {
					f.image.Pix[i] = v &^ 0x3F
				}
			}
		}
		data = encodeAll(t, animationOf(want, plays), EncodeOptions{Format: GIF})
		compareFrames(t, data, want, plays, 0)
	}
}

// A GIF with more colours than one palette holds comes near, without flicker where nothing moves.
func TestAnimatedGIFPalettes(t *testing.T) {
	want := movie(61, 47, 6)
	data := encodeAll(t, animationOf(want, 0), EncodeOptions{Format: GIF})
	all, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Image) != len(want) || all.LoopCount != 0 {
		t.Errorf("%d frames, loop %d", len(all.Image), all.LoopCount)
	}
	if r := all.Image[3].Rect; r.Dx()*r.Dy() != 1 {
		t.Errorf("a frame that changes nothing is %v", r)
	}
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ReadAnimation(data, h, DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for f, err := range a.All {
		if err != nil {
			t.Fatal(err)
		}
		if bad := differing(f.Image, want[i].image, 60); bad > 61*47/50 {
			t.Errorf("frame %d: %d pixels are far off", i+1, bad)
		}
		i++
	}
}

// Delays that a format cannot state are rounded without drifting.
func TestDelaysDoNotDrift(t *testing.T) {
	c := clock{unit: 1e7, longest: 0xFFFF}
	sum := int64(0)
	for range 300 {
		sum += c.next(Delay{1, 30})
	}
	if sum != 1000 {
		t.Errorf("300 thirtieths of a second take %d hundredths", sum)
	}
	for _, d := range []Delay{{1, 30}, {0, 100}, {65535, 1000}} {
		if num, den := d.short(); uint32(num) != d.Num || uint32(den) != d.Den {
			t.Errorf("%v became %d/%d", d, num, den)
		}
	}
	if num, den := (Delay{100_000, 1000}).short(); num != 10_000 || den != 100 {
		t.Errorf("100 s became %d/%d", num, den)
	}
}

// The frames of the three formats' hand-made files are what their disposals and offsets make them.
func TestGIFDisposal(t *testing.T) {
	pal := color.Palette{color.NRGBA{}, color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}}
	frame := func(r image.Rectangle, v uint8) *image.Paletted {
		m := image.NewPaletted(r, pal)
		for i := range m.Pix {
			m.Pix[i] = v
		}
		return m
	}
	g := &gif.GIF{
		Image: []*image.Paletted{
			frame(image.Rect(0, 0, 4, 1), 1), frame(image.Rect(1, 0, 3, 1), 2), frame(image.Rect(2, 0, 4, 1), 3),
			frame(image.Rect(0, 0, 1, 1), 0), frame(image.Rect(3, 0, 4, 1), 2),
		},
		Delay:    []int{1, 2, 3, 4, 5},
		Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalBackground, gif.DisposalNone, gif.DisposalNone},
		Config:   image.Config{Width: 4, Height: 1, ColorModel: pal},
	}
	var buf bytes.Buffer
	if err := gif.EncodeAll(&buf, g); err != nil {
		t.Fatal(err)
	}
	var want []shown
	for i, line := range []string{"rrrr", "rggr", "rrbb", "rr..", "rr.g"} {
		m := image.NewNRGBA(image.Rect(0, 0, 4, 1))
		for x, c := range line {
			m.Set(x, 0, map[rune]color.Color{'r': pal[1], 'g': pal[2], 'b': pal[3], '.': pal[0]}[c])
		}
		want = append(want, shown{m, Delay{uint32(i + 1), 100}})
	}
	compareFrames(t, buf.Bytes(), want, 0, 0)
}

// The limit holds, errors of the frames come through, and nothing is left in the output then.
func TestEncodeAnimationFails(t *testing.T) {
	broken := errors.New("broken")
	for _, f := range []Format{GIF, PNG, WebP} {
		out := bytes.NewBufferString("before")
		err := EncodeAnimation(out, animationOf(movie(61, 47, 4), 0), EncodeOptions{Format: f}, 1000)
		if !errors.Is(err, ErrTooLong) || out.String() != "before" {
			t.Errorf("%v: %v, %d bytes", f, err, out.Len())
		}
		a := animationOf(movie(61, 47, 4), 0)
		all := a.All
		a.All = func(yield func(Frame, error) bool) {
			for f := range all {
				if !yield(f, nil) {
					return
				}
				yield(Frame{}, broken)
				return
			}
		}
		if err := EncodeAnimation(out, a, EncodeOptions{Format: f}, math.MaxInt64); !errors.Is(err, broken) || out.String() != "before" {
			t.Errorf("%v: %v, %d bytes", f, err, out.Len())
		}
	}
}

// Frames that lie or are cut short are refused, and taken as far as they go if that is wanted.
func TestBrokenAnimations(t *testing.T) {
	want := movie(61, 47, 4)
	var files [][]byte
	for _, f := range []Format{GIF, PNG, WebP} {
		files = append(files, encodeAll(t, animationOf(want, 0), EncodeOptions{Format: f}))
	}
	for _, data := range files {
		for cut := len(data) / 3; cut < len(data); cut += 1 + len(data)/40 {
			goThrough(t, data[:cut])
		}
		for at := 13; at < len(data); at += 1 + len(data)/60 {
			bad := bytes.Clone(data)
			bad[at] ^= 0x55
			goThrough(t, bad)
		}
	}
	// A small canvas and huge frames: time without pixels.
	huge := rawGIF{width: 1, height: 1, frame: image.Rect(0, 0, 60000, 60000), palette: fourColours, pixels: make([]byte, 100)}
	if err := goThrough(t, huge.build()); err == nil {
		t.Error("a frame of 60000 x 60000 on a canvas of 1 x 1 was taken")
	}
	// A frame beyond the canvas.
	bad := bytes.Clone(files[1])
	at := bytes.LastIndex(bad, []byte("fcTL"))
	binary.BigEndian.PutUint32(bad[at+4+12:], 1<<31)
	if err := goThrough(t, bad); err == nil {
		t.Error("a frame beyond the canvas was taken")
	}
}

// goThrough reads all frames in both ways and checks the kind of error; it returns that of the strict way.
func goThrough(t *testing.T, data []byte) (first error) {
	t.Helper()
	for _, truncated := range []bool{true, false} {
		h, err := ReadHeader(data)
		if err != nil {
			checkError(t, err)
			return err
		}
		if int64(h.Width)*int64(h.Height)*int64(h.Frames) > 1<<24 {
			return nil
		}
		a, err := ReadAnimation(data, h, DecodeOptions{AllowTruncated: truncated})
		first = err
		if err == nil {
			for _, err := range a.All {
				first = err
			}
		}
		if first != nil {
			checkError(t, first)
		}
	}
	return first
}

// DecodeFrame gives the frame that a viewer shows at that place.
func TestDecodeFrame(t *testing.T) {
	want := movie(61, 47, 4)
	data := encodeAll(t, animationOf(want, 0), EncodeOptions{Format: PNG})
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range want {
		d, err := DecodeFrame(data, h, i+1, DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if bad := differing(toNRGBA(d.Image), f.image, 0); bad > 0 {
			t.Errorf("frame %d: %d pixels differ", i+1, bad)
		}
	}
	if _, err := DecodeFrame(data, h, 5, DecodeOptions{}); err == nil {
		t.Error("frame 5 of 4")
	}
}
