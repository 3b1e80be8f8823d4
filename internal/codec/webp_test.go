package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// riff puts chunks into a WebP container.
func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// riffChunk builds a chunk.
func riffChunk(kind string, content ...[]byte) []byte {
	var buf bytes.Buffer
	(&webpWriter{dst: &buf}).chunk(kind, bytes.Join(content, nil))
	return buf.Bytes()
}

// vp8x builds the chunk of extended files.
func vp8x(flags byte, w, h int) []byte {
	head := make([]byte, vp8XSize)
	head[0] = flags
	putUint24(head[4:], uint32(w-1))
	putUint24(head[7:], uint32(h-1))
	return riffChunk("VP8X", head)
}

// anmf builds an animation frame at (x, y) from the image chunks of a still file.
func anmf(t *testing.T, x, y int, still []byte) []byte {
	t.Helper()
	h := header(t, still)
	head := make([]byte, anmfHeader)
	putUint24(head, uint32(x/2))
	putUint24(head[3:], uint32(y/2))
	putUint24(head[6:], uint32(h.Width-1))
	putUint24(head[9:], uint32(h.Height-1))
	var parts [][]byte
	for _, c := range h.layout.(*webpLayout).chunks {
		if c.kind != "VP8X" {
			parts = append(parts, riffChunk(c.kind, still[c.start:c.end]))
		}
	}
	return riffChunk("ANMF", head, bytes.Join(parts, nil))
}

func TestWebPHeader(t *testing.T) {
	opaque, cutout := imgtest.Photo(1, 33, 21), imgtest.AlphaPhoto(1, 33, 21)
	blocks := EncodeOptions{Format: WebP, ICC: imgtest.AdobeRGB.Profile(), EXIF: meta.OrientationBlock(5), XMP: []byte("<x/>")}
	lossless := EncodeOptions{Format: WebP, Lossless: true}
	losslessBlocks := blocks
	losslessBlocks.Lossless = true
	cases := []struct {
		name            string
		img             image.Image
		o               EncodeOptions
		alpha, lossless bool
		chunks          string
	}{
		{"lossy", opaque, EncodeOptions{Format: WebP}, false, false, "VP8 "},
		{"lossy with alpha", cutout, EncodeOptions{Format: WebP}, true, false, "VP8X ALPH VP8 "},
		{"lossless", opaque, lossless, false, true, "VP8L"},
		{"lossless with alpha", cutout, lossless, true, true, "VP8L"},
		{"lossy with blocks", opaque, blocks, false, false, "VP8X ICCP VP8  EXIF XMP "},
		{"lossy with alpha and blocks", cutout, blocks, true, false, "VP8X ICCP ALPH VP8  EXIF XMP "},
		{"lossless with alpha and blocks", cutout, losslessBlocks, true, true, "VP8X ICCP VP8L EXIF XMP "},
	}
	for _, c := range cases {
		file := encode(t, c.img, c.o)
		h := header(t, file)
		l := h.layout.(*webpLayout)
		var kinds []string
		for _, k := range l.chunks {
			kinds = append(kinds, k.kind)
		}
		if h.Width != 33 || h.Height != 21 || h.Alpha != c.alpha || h.Lossless != c.lossless || strings.Join(kinds, " ") != c.chunks {
			t.Errorf("%s: %d x %d, alpha %v, lossless %v, chunks %v", c.name, h.Width, h.Height, h.Alpha, h.Lossless, kinds)
		}
		want := byte(0)
		if c.alpha {
			want = webpAlpha
		}
		if c.o.ICC != nil {
			want |= webpICC | webpEXIF | webpXMP
			if !bytes.Equal(h.ICC, c.o.ICC) || h.Orientation != 5 || string(h.XMP) != "<x/>" || blockNames(h) != "ICC, EXIF, XMP" {
				t.Errorf("%s: profile of %d bytes, orientation %d, XMP %q", c.name, len(h.ICC), h.Orientation, h.XMP)
			}
		}
		if l.vp8x && l.flags != want {
			t.Errorf("%s: flags %#x, want %#x", c.name, l.flags, want)
		}
	}
}

// Planes are coded as they are: a grey ramp keeps its ends, which it would lose if the ranges were mixed up.
func TestWebPRange(t *testing.T) {
	ramp := image.NewNRGBA(image.Rect(0, 0, 256, 32))
	for i := range 256 * 32 {
		v := byte(i % 256)
		copy(ramp.Pix[4*i:], []byte{v, v, v, 255})
	}
	for name, img := range map[string]image.Image{
		"pixels": ramp, "planes": planar(ramp, image.YCbCrSubsampleRatio420), "full chroma": planar(ramp, image.YCbCrSubsampleRatio444),
	} {
		_, d := decode(t, encode(t, img, EncodeOptions{Format: WebP, Quality: 100}), DecodeOptions{})
		if _, ok := d.Image.(*image.YCbCr); !ok {
			t.Errorf("%s: came as %T", name, d.Image)
		}
		if diff := imgtest.MeanDiff(ramp, d.Image); diff > 1 {
			t.Errorf("%s: %.2f levels away in the mean", name, diff)
		}
	}
}

func TestWebPAlpha(t *testing.T) {
	cutout := imgtest.AlphaPhoto(1, 61, 43)
	for name, img := range map[string]image.Image{"pixels": cutout, "planes": planarAlpha(cutout, image.YCbCrSubsampleRatio420)} {
		_, d := decode(t, encode(t, img, EncodeOptions{Format: WebP}), DecodeOptions{})
		m, ok := d.Image.(*image.NYCbCrA)
		if !ok {
			t.Fatalf("%s: came as %T", name, d.Image)
		}
		for i, a := range m.A {
			if a != cutout.Pix[4*i+3] {
				t.Fatalf("%s: alpha %d is %d, want %d", name, i, a, cutout.Pix[4*i+3])
			}
		}
	}
}

// Of an animation the first frame is decoded, on its canvas.
func TestWebPAnimation(t *testing.T) {
	red := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := 0; i < len(red.Pix); i += 4 {
		copy(red.Pix[i:], []byte{255, 0, 0, 255})
	}
	lossless := encode(t, red, EncodeOptions{Format: WebP, Lossless: true})
	lossy := encode(t, red, EncodeOptions{Format: WebP, Quality: 100})
	anim := riffChunk("ANIM", make([]byte, 6))
	for name, still := range map[string][]byte{"lossless": lossless, "lossy": lossy} {
		file := riff(vp8x(webpAnimation|webpAlpha, 10, 8), anim, anmf(t, 2, 4, still), anmf(t, 0, 0, lossless), anmf(t, 0, 0, lossy))
		h, d := decode(t, file, DecodeOptions{})
		m := d.Image.(*image.NRGBA)
		if h.Frames != 3 || h.Width != 10 || h.Height != 8 || !h.Alpha {
			t.Errorf("%s: %d frames of %d x %d, alpha %v", name, h.Frames, h.Width, h.Height, h.Alpha)
		}
		if near(m.NRGBAAt(3, 5), color.NRGBA{255, 0, 0, 255}) > 3 || m.NRGBAAt(1, 5).A != 0 || m.NRGBAAt(3, 3).A != 0 || m.NRGBAAt(6, 5).A != 0 {
			t.Errorf("%s: %v inside, %v outside", name, m.NRGBAAt(3, 5), m.NRGBAAt(1, 5))
		}
	}
	full := riff(vp8x(webpAnimation, 4, 4), anim, anmf(t, 0, 0, lossless))
	if h, d := decode(t, full, DecodeOptions{}); h.Frames != 1 || near(d.Image.(*image.NRGBA).NRGBAAt(0, 0), color.NRGBA{255, 0, 0, 255}) > 0 {
		t.Errorf("one frame: %d frames, %v", h.Frames, d.Image.At(0, 0))
	}
}

func TestWebPDamage(t *testing.T) {
	photo := imgtest.Photo(1, 120, 90)
	for name, o := range map[string]EncodeOptions{"lossy": {Format: WebP}, "lossless": {Format: WebP, Lossless: true}} {
		file := encode(t, photo, o)
		data := file[:len(file)*2/3]
		h := header(t, data)
		var truncated TruncatedError
		if _, err := Decode(data, h, DecodeOptions{}); !errors.As(err, &truncated) || truncated.Percent < 60 || truncated.Percent > 70 {
			t.Errorf("%s cut to two thirds: %v", name, err)
		}
		d, err := Decode(data, h, DecodeOptions{AllowTruncated: true})
		if o.Lossless {
			if err != nil && !errors.As(err, &truncated) {
				t.Errorf("%s cut, allowed: %v", name, err)
			}
			continue
		}
		if err != nil || len(d.Warnings) != 1 {
			t.Fatalf("%s cut, allowed: %v", name, err)
		}
		top := image.Rect(0, 0, 120, 40)
		_, whole := decode(t, file, DecodeOptions{})
		sub := func(m image.Image) image.Image { return m.(*image.YCbCr).SubImage(top) }
		if diff := imgtest.MaxDiff(sub(whole.Image), sub(d.Image)); diff > 0 {
			t.Errorf("%s cut, allowed: the top is %.0f levels away", name, diff)
		}
	}
	still := encode(t, photo, EncodeOptions{Format: WebP})
	animated := riff(vp8x(webpAnimation, 120, 90), anmf(t, 0, 0, still), anmf(t, 0, 0, still))
	for _, data := range [][]byte{animated[:len(animated)-20], animated[:len(animated)-len(anmf(t, 0, 0, still))]} {
		h := header(t, data)
		var truncated TruncatedError
		if !errors.As(h.Damage, &truncated) && h.Frames > 1 {
			t.Errorf("animation cut to %d of %d bytes: damage %v", len(data), len(animated), h.Damage)
		}
	}
	withEXIF := encode(t, photo, EncodeOptions{Format: WebP, EXIF: make([]byte, 100)})
	if h := header(t, withEXIF[:len(withEXIF)-50]); h.Damage != nil || len(h.Warnings) != 1 {
		t.Errorf("cut behind the picture: damage %v, warnings %q", h.Damage, h.Warnings)
	}
}

func TestWebPRefuses(t *testing.T) {
	photo := encode(t, imgtest.Photo(1, 16, 16), EncodeOptions{Format: WebP})
	image := photo[riffHeader:]
	cases := []struct {
		name, want string
		file       []byte
	}{
		{"nothing inside", "broken WebP: no image data", riff()},
		{"no image", "broken WebP: no image data", riff(vp8x(0, 16, 16))},
		{"another canvas", "broken WebP: canvas and frame disagree about the size", riff(vp8x(0, 17, 16), image)},
		{"frame outside", "broken WebP: canvas and frame disagree about the size", riff(vp8x(webpAnimation, 20, 20), anmf(t, 10, 10, photo))},
		{"late VP8X", "broken WebP: misplaced VP8X chunk", riff(image, vp8x(0, 16, 16))},
		{"no key frame", "broken WebP: no key frame", riff(riffChunk("VP8 ", make([]byte, 20), []byte{1}))},
		{"no lossless header", "broken WebP: no lossless image header", riff(riffChunk("VP8L", make([]byte, 20)))},
		{"cut before the image", "the file ends early, 0 % of the picture is there", riff(vp8x(0, 16, 16), image)[:30]},
	}
	for _, c := range cases {
		if _, err := ReadHeader(c.file); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// What an encoder leaves in its memory is nothing to the next one, which gets it.
func TestWebPMemoryAgain(t *testing.T) {
	small := imgtest.AlphaPhoto(7, 20, 9)
	for _, lossless := range []bool{false, true} {
		o := EncodeOptions{Format: WebP, Lossless: lossless}
		want := encode(t, small, o)
		for seed := range uint64(4) {
			encode(t, imgtest.Photo(seed, 60-10*int(seed), 40), EncodeOptions{Format: WebP, Lossless: seed&1 == 0})
			if got := encode(t, small, o); !bytes.Equal(got, want) {
				t.Errorf("lossless %v: other bytes behind picture %d", lossless, seed)
			}
		}
	}
}
