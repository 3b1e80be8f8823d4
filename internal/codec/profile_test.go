package codec

import (
	"bytes"
	"encoding/binary"
	"image"
	"strings"
	"testing"

	"imgpool/internal/colour"
	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// withChunks puts chunks behind the header of a PNG.
func withChunks(png []byte, chunks ...ColourChunk) []byte {
	const head = 8 + 25 // signature and IHDR
	var b bytes.Buffer
	b.Write(png[:head])
	for _, c := range chunks {
		writePNGChunk(&b, c.Kind, c.Content)
	}
	b.Write(png[head:])
	return b.Bytes()
}

func numbers(v ...uint32) (b []byte) {
	for _, n := range v {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

// A PNG may say four times over what its colours are: cICP counts before iCCP, sRGB, and cHRM with gAMA.
func TestPNGColourOrder(t *testing.T) {
	iccp := func() ColourChunk {
		var b bytes.Buffer
		if err := pngMetadata(&b, EncodeOptions{ICC: imgtest.AdobeRGB.Profile()}); err != nil {
			t.Fatal(err)
		}
		return ColourChunk{"iCCP", b.Bytes()[8 : b.Len()-4]}
	}()
	p3, srgbCodes := ColourChunk{"cICP", []byte{12, 13, 0, 1}}, ColourChunk{"cICP", []byte{1, 13, 0, 1}}
	srgb := ColourChunk{"sRGB", []byte{0}}
	gamma, gammaSRGB := ColourChunk{"gAMA", numbers(100000)}, ColourChunk{"gAMA", numbers(45455)}
	chrm := ColourChunk{"cHRM", numbers(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)}
	wide := ColourChunk{"cHRM", numbers(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)}
	photo := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: PNG})
	for _, c := range []struct {
		name   string
		chunks []ColourChunk
		want   string // the profile's name, "" for sRGB
		warned string
	}{
		{"nothing", nil, "", ""},
		{"all", []ColourChunk{gamma, chrm, srgb, iccp, p3}, "CICP 12/13", ""},
		{"sRGB before a profile", []ColourChunk{iccp, srgbCodes}, "", ""},
		{"profile", []ColourChunk{gamma, srgb, iccp}, "Adobe RGB", ""},
		{"sRGB", []ColourChunk{wide, gamma, srgb}, "", ""},
		{"gamma", []ColourChunk{gamma}, "PNG gamma and primaries", ""},
		{"gamma and primaries of sRGB", []ColourChunk{gammaSRGB, chrm}, "", ""},
		{"primaries", []ColourChunk{gammaSRGB, wide}, "PNG gamma and primaries", ""},
		{"gamma of nothing", []ColourChunk{{"gAMA", numbers(0)}}, "", ""},
		{"primaries in one place", []ColourChunk{{"cHRM", numbers(31270, 32900, 30000, 30000, 30000, 30000, 30000, 30000)}}, "", "taken as sRGB"},
		{"chunks cut off", []ColourChunk{{"cICP", []byte{9}}, {"gAMA", []byte{1}}, {"cHRM", []byte{1}}, {"sRGB", nil}}, "", ""},
		{"cICP of YCbCr", []ColourChunk{{"cICP", []byte{9, 14, 9, 1}}, srgb}, "", "ignored"},
		{"unknown code points", []ColourChunk{{"cICP", []byte{3, 13, 0, 1}}}, "", "not known"},
		{"broken profile, gamma", []ColourChunk{{"iCCP", []byte("x\x00\x00abcd")}, gamma}, "PNG gamma and primaries", ""},
	} {
		h := header(t, withChunks(photo, c.chunks...))
		profile, warnings := h.Profile()
		if name := meta.ProfileName(profile); len(profile) > 0 && name != c.want || (len(profile) > 0) != (c.want != "") {
			t.Errorf("%s: profile %q of %d bytes, want %q", c.name, name, len(profile), c.want)
		}
		if err := colour.Check(profile, false); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := strings.Join(warnings, "; "); !strings.Contains(got, c.warned) || (got == "") != (c.warned == "") {
			t.Errorf("%s: warnings %q, want %q", c.name, got, c.warned)
		}
	}
}

// A signature that a transfer changed is no reason to take the file for no picture.
func TestDamagedPNGSignature(t *testing.T) {
	photo := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: PNG})
	for i, c := range map[int]byte{0: 0x09, 1: 'Q', 3: 'g', 4: '\n', 6: ' '} {
		data := bytes.Clone(photo)
		data[i] = c
		if _, err := ReadHeader(data); err == nil || !strings.Contains(err.Error(), "signature is damaged") {
			t.Errorf("byte %d is %q: %v", i, c, err)
		}
	}
}

func TestHighRange(t *testing.T) {
	photo := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: PNG})
	for transfer, want := range map[byte]string{16: "PQ", 18: "HLG", 13: "", 8: ""} {
		h := header(t, withChunks(photo, ColourChunk{"cICP", []byte{9, transfer, 0, 1}}))
		if got := h.HighRange(); got != want {
			t.Errorf("transfer %d: %q, want %q", transfer, got, want)
		}
	}
}

// Chunks that say what colours are pass through unchanged, and pixels stay what they are beside a profile for RGB, which
// grey may not have.
func TestPNGKeepsColourChunks(t *testing.T) {
	photo := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: PNG})
	h := header(t, withChunks(photo, ColourChunk{"gAMA", numbers(60000)}, ColourChunk{"cHRM", numbers(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)}))
	o := EncodeOptions{Format: PNG, ColourChunks: h.ColourChunks()}
	o.ICC, _ = h.Profile()
	grey := toNRGBA(imgtest.GrayPhoto(1, 8, 8))
	for _, m := range []image.Image{imgtest.Photo(1, 8, 8), imgtest.GrayPhoto(1, 8, 8), grey} {
		out := header(t, encode(t, m, o))
		got := out.ColourChunks()
		if len(got) != 2 || got[0].Kind != "gAMA" || !bytes.Equal(got[0].Content, numbers(60000)) || got[1].Kind != "cHRM" {
			t.Errorf("%T: %v", m, got)
		}
	}
	if out := header(t, encode(t, grey, o)); out.Model != Gray {
		t.Errorf("grey with gamma is written as %v", out.Model)
	}
	o.ColourChunks = nil
	if out := header(t, encode(t, grey, o)); out.Model != RGB || !bytes.Equal(out.ICC, o.ICC) {
		t.Errorf("grey with a profile for RGB is written as %v", out.Model)
	}
}
