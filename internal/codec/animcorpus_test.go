package codec

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	libwebp "github.com/gen2brain/webp"
	"github.com/kovidgoyal/imaging/apng"
)

// shown is a frame as some other program shows it.
type shown struct {
	image *image.NRGBA
	delay Delay
}

// frames goes through an animation and checks each frame against the others; tolerance is per sample, of pixels that are
// not wholly transparent.
func compareFrames(t *testing.T, data []byte, want []shown, plays, tolerance int) {
	t.Helper()
	h, err := ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ReadAnimation(data, h, DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if a.Plays != plays {
		t.Errorf("played %d times, want %d", a.Plays, plays)
	}
	i := 0
	for f, err := range a.All {
		if err != nil {
			t.Fatalf("frame %d: %v", i+1, err)
		}
		if i == len(want) {
			t.Fatalf("more than %d frames", i)
		}
		if f.Delay.nanoseconds() != want[i].delay.nanoseconds() {
			t.Errorf("frame %d: delay %v, want %v", i+1, f.Delay, want[i].delay)
		}
		if bad := differing(f.Image, want[i].image, tolerance); bad > 0 {
			t.Errorf("frame %d: %d of %d pixels differ", i+1, bad, a.Width*a.Height)
		}
		i++
	}
	if i != len(want) || h.Frames != i {
		t.Errorf("%d frames, %d in the header, want %d", i, h.Frames, len(want))
	}
}

// differing counts the pixels that do not look the same.
func differing(a, b *image.NRGBA, tolerance int) (n int) {
	if a.Rect != b.Rect {
		return 1 << 30
	}
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			p, q := a.Pix[a.PixOffset(x, y):][:4], b.Pix[b.PixOffset(x, y):][:4]
			if p[3]|q[3] == 0 {
				continue
			}
			for i := range p {
				if d := int(p[i]) - int(q[i]); d > tolerance || d < -tolerance {
					n++
					break
				}
			}
		}
	}
	return n
}

// Every animation of the corpus is shown as others show it: GIF as ImageMagick's -coalesce, WebP as libwebp, APNG as a
// composition by the letter of the specification, of frames that another library decodes.
func TestAnimationsOfTheCorpus(t *testing.T) {
	counts := map[Format]int{}
	eachCorpusFile(t, func(name string, data []byte) {
		h, err := ReadHeader(data)
		if err != nil || !h.Animated() || h.Damage != nil || strings.HasPrefix(name, "broken") {
			return
		}
		t.Run(name, func(t *testing.T) {
			switch h.Format {
			case GIF:
				want, plays, ok := magickFrames(t, data, h)
				if !ok {
					return
				}
				if filepath.Base(name) == "background-color.gif" {
					// ImageMagick fills the canvas with the background colour if nothing in the file is transparent;
					// browsers never do.
					c := 13 + 3*int(data[11])
					for _, f := range want {
						clearColour(f.image, [3]byte(data[c:c+3]))
					}
				}
				compareFrames(t, data, want, plays, 0)
			case WebP:
				want := libwebpFrames(t, data)
				compareFrames(t, data, want, webpmuxPlays(t, data), 0)
			case PNG:
				want, plays := apngFrames(t, data)
				compareFrames(t, data, want, plays, 1)
			}
			counts[h.Format]++
		})
	})
	t.Logf("compared: %v", counts)
}

// clearColour makes the pixels of a colour transparent.
func clearColour(m *image.NRGBA, c [3]byte) {
	for p := m.Pix; len(p) >= 4; p = p[4:] {
		if [3]byte(p[:3]) == c {
			clear(p[:4])
		}
	}
}

// run runs one of the tools on data; false if it is not installed.
func run(t *testing.T, data []byte, tool string, args ...string) ([]byte, bool) {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Logf("%s is not installed: nothing compared", tool)
		return nil, false
	}
	file := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "FILE", file)
	}
	cmd := exec.Command(path, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Logf("%s: %v: %s", tool, err, problems.String())
		return nil, false
	}
	return out.Bytes(), true
}

func magickFrames(t *testing.T, data []byte, h *Header) (frames []shown, plays int, ok bool) {
	const tool = "/usr/bin/convert"
	raw, ok := run(t, data, tool, "gif:FILE", "-coalesce", "-depth", "8", "rgba:-")
	if !ok {
		return nil, 0, false
	}
	text, ok := run(t, data, tool, "-ping", "gif:FILE", "-format", "%T\n", "info:")
	if !ok {
		return nil, 0, false
	}
	size := 4 * h.Width * h.Height
	delays := strings.Fields(string(text))
	if len(raw) != size*len(delays) {
		t.Fatalf("%d bytes of pixels for %d frames", len(raw), len(delays))
	}
	for i, d := range delays {
		n, err := strconv.Atoi(d)
		if err != nil {
			t.Fatal(err)
		}
		m := &image.NRGBA{Pix: raw[i*size:][:size], Stride: 4 * h.Width, Rect: image.Rect(0, 0, h.Width, h.Height)}
		frames = append(frames, shown{m, Delay{uint32(n), 100}})
	}
	text, _ = run(t, data, tool, "gif:FILE[0]", "-verbose", "info:")
	plays = 1
	if m := regexp.MustCompile(`Iterations: (\d+)`).FindSubmatch(text); m != nil {
		plays, _ = strconv.Atoi(string(m[1]))
	}
	return frames, plays, true
}

func libwebpFrames(t *testing.T, data []byte) (frames []shown) {
	all, err := libwebp.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i, img := range all.Image {
		var m *image.NRGBA
		switch src := img.(type) {
		case *image.NRGBA:
			m = src
		case *image.RGBA: // the library calls straight alpha so
			m = &image.NRGBA{Pix: src.Pix, Stride: src.Stride, Rect: src.Rect}
		default:
			t.Fatalf("frames of type %T", img)
		}
		frames = append(frames, shown{m, Delay{uint32(all.Delay[i]), 1000}})
	}
	return frames
}

func webpmuxPlays(t *testing.T, data []byte) int {
	text, ok := run(t, data, "webpmux", "-info", "FILE")
	if !ok {
		h, err := ReadHeader(data)
		if err != nil {
			t.Fatal(err)
		}
		return webpPlays(data, h)
	}
	var plays int
	if m := regexp.MustCompile(`Loop Count : (\d+)`).FindSubmatch(text); m != nil {
		fmt.Sscan(string(m[1]), &plays)
	}
	return plays
}

// apngFrames composes frames as clause 11.3.6.2 of the PNG specification tells, with the formulas of its clause 13.16 in
// floating point.
func apngFrames(t *testing.T, data []byte) (frames []shown, plays int) {
	all, err := apng.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var size image.Rectangle
	for _, f := range all.Frames {
		size = size.Union(image.Rectangle{Max: f.Image.Bounds().Size()})
	}
	screen := image.NewNRGBA(size)
	for _, f := range all.Frames {
		if f.IsDefault {
			continue
		}
		before := copyFrame(nil, screen)
		b := f.Image.Bounds()
		r := image.Rectangle{Max: b.Size()}.Add(image.Pt(f.XOffset, f.YOffset))
		for y := range r.Dy() {
			for x := range r.Dx() {
				one := image.NewNRGBA(image.Rect(0, 0, 1, 1))
				one.Set(0, 0, f.Image.At(b.Min.X+x, b.Min.Y+y))
				d, s := screen.Pix[screen.PixOffset(r.Min.X+x, r.Min.Y+y):][:4], one.Pix
				if f.BlendOp == apng.BLEND_OP_SOURCE {
					copy(d, s)
					continue
				}
				sa, da := float64(s[3])/255, float64(d[3])/255
				alpha := sa + da*(1-sa)
				for i := range 3 {
					if alpha > 0 {
						d[i] = uint8((float64(s[i])*sa+float64(d[i])*da*(1-sa))/alpha + 0.5)
					}
				}
				d[3] = uint8(255*alpha + 0.5)
			}
		}
		den := f.DelayDenominator
		if den == 0 {
			den = 100
		}
		frames = append(frames, shown{copyFrame(nil, screen), Delay{uint32(f.DelayNumerator), uint32(den)}})
		switch f.DisposeOp {
		case apng.DISPOSE_OP_BACKGROUND:
			draw.Draw(screen, r, image.Transparent, image.Point{}, draw.Src)
		case apng.DISPOSE_OP_PREVIOUS:
			screen = before
		}
	}
	return frames, int(all.LoopCount)
}
