package codec

import (
	"bytes"
	"image"
	"testing"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// everything is metadata of all kinds that a file can carry.
func everything(profile []byte, orientation int) EncodeOptions {
	return EncodeOptions{ICC: profile, EXIF: meta.OrientationBlock(orientation), XMP: []byte("<x:xmpmeta/>")}
}

// strip rewrites a file without metadata or ends the test.
func strip(t testing.TB, file []byte) (out []byte, changed bool) {
	t.Helper()
	out, changed, err := StripMetadata(file, header(t, file))
	if err != nil {
		t.Fatalf("strip: %v", err)
	}
	return out, changed
}

// The pixels stay the same to the last bit, what changes the rendering stays, the rest goes, and there is nothing left to
// take out of the result.
func TestStripMetadata(t *testing.T) {
	cutout := imgtest.AlphaPhoto(1, 40, 30)
	foreign, srgb := imgtest.AdobeRGB.Profile(), imgtest.SRGB.Profile()
	for _, f := range []Format{JPEG, PNG, WebP} {
		for _, lossless := range []bool{false, true} {
			for _, profile := range [][]byte{nil, srgb, foreign} {
				for _, orientation := range []int{1, 6} {
					o := everything(profile, orientation)
					o.Format, o.Lossless = f, lossless
					o.Progressive = lossless // another kind of file for each format
					file := addRubbish(t, f, encode(t, cutout, o))
					before, want := decode(t, file, DecodeOptions{})
					out, changed := strip(t, file)
					after, got := decode(t, out, DecodeOptions{})
					name := f.String()
					if !changed || imgtest.MaxDiff(want.Image, got.Image) != 0 {
						t.Errorf("%s: changed %v, %.1f levels away", name, changed, imgtest.MaxDiff(want.Image, got.Image))
					}
					if after.XMP != nil || after.Orientation != orientation || (after.EXIF != nil) != (orientation != 1) {
						t.Errorf("%s: XMP %q, orientation %d, EXIF %x", name, after.XMP, after.Orientation, after.EXIF)
					}
					if keep := bytes.Equal(profile, foreign) && profile != nil; (after.ICC != nil) != keep || keep && !bytes.Equal(after.ICC, profile) {
						t.Errorf("%s: a profile of %d bytes of %d", name, len(after.ICC), len(profile))
					}
					if after.Model != before.Model || after.Alpha != before.Alpha || after.Progressive != before.Progressive {
						t.Errorf("%s: the picture is another one", name)
					}
					if again, changed := strip(t, out); changed || !bytes.Equal(again, out) {
						t.Errorf("%s: the result could be stripped further: %s", name, blockNames(after))
					}
					for _, secret := range []string{"xmpmeta", "secret"} {
						if bytes.Contains(out, []byte(secret)) {
							t.Errorf("%s: %q is still there", name, secret)
						}
					}
				}
			}
		}
	}
}

// addRubbish adds comments, private blocks and a trailer.
func addRubbish(t *testing.T, f Format, file []byte) []byte {
	t.Helper()
	secret := []byte("secret")
	switch f {
	case JPEG:
		thumbnail := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: JPEG})
		file = insert(file, segment(mCOM, secret), segment(mAPP13, idIPTC, secret), segment(mAPP2, idMPF, secret),
			segment(mAPP0, idJFXX, thumbnail), segment(mAPP1, idXMPEx, secret), segment(mAPP0+12, secret))
	case PNG:
		head := file[:33]
		file = bytes.Join([][]byte{head, chunk("tEXt", append([]byte("Comment\x00"), secret...)), chunk("tIME", make([]byte, 7)), chunk("prVt", secret), file[33:]}, nil)
	case WebP:
		body := file[riffHeader:]
		if string(body[:4]) != "VP8X" {
			t.Fatal("no extended file")
		}
		file = riff(body, riffChunk("SECR", secret))
	}
	return append(file, secret...)
}

// A file without metadata comes back as it is.
func TestStripNothing(t *testing.T) {
	for name, img := range pictures(23, 17) {
		for _, f := range []Format{JPEG, PNG, WebP} {
			file := encode(t, img, EncodeOptions{Format: f})
			if out, changed := strip(t, file); changed || !bytes.Equal(out, file) {
				t.Errorf("%v of %s: changed from %d to %d bytes", f, name, len(file), len(out))
			}
		}
	}
}

// What was written with metadata and a profile comes back as it is where these are to stay: a second run has nothing to do.
func TestReplaceWhatIsThere(t *testing.T) {
	blocks := meta.Blocks{EXIF: meta.OrientationBlock(6), XMP: []byte("<x:xmpmeta/>")}
	text := []meta.TextChunk{{Kind: "tEXt", Content: []byte("Author\x00somebody")}}
	for _, f := range []Format{JPEG, PNG, WebP} {
		keep := blocks
		switch f {
		case PNG:
			keep.Text = text
		case JPEG:
			keep.Comments = [][]byte{[]byte("by somebody")}
		}
		for _, alpha := range []bool{false, true} {
			o := EncodeOptions{Format: f, ICC: imgtest.AdobeRGB.Profile(), EXIF: keep.EXIF, XMP: keep.XMP, Comments: keep.Comments, Text: keep.Text}
			var img image.Image = imgtest.Photo(1, 20, 10)
			if alpha {
				img = imgtest.AlphaPhoto(1, 20, 10)
			}
			file := encode(t, img, o)
			if _, changed, err := ReplaceMetadata(file, header(t, file), keep, true); err != nil || changed {
				t.Errorf("%s, alpha %v: changed %v, %v", f, alpha, changed, err)
			}
		}
	}
}

func TestStripJPEGKeeps(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 16, 16), EncodeOptions{Format: JPEG})
	adobe := segment(mAPP14, idAdobe, []byte{0, 100, 0, 0, 0, 0, 1})
	restart := segment(mDRI, []byte{0, 0})
	out, _ := strip(t, insert(file, adobe, restart, segment(mCOM, []byte("x"))))
	if !bytes.Contains(out, adobe) || !bytes.Contains(out, restart) {
		t.Error("the Adobe marker or the restart interval is gone")
	}
	l := header(t, file).layout.(*jpegLayout)
	jfif := bytes.Clone(file[l.segments[0].start:l.segments[0].end])
	withThumbnail := segment(mAPP0, jfif[4:16], []byte{1, 1}, []byte{255, 0, 0})
	out, _ = strip(t, bytes.Join([][]byte{file[:2], withThumbnail, file[l.segments[0].end:]}, nil))
	if !bytes.Equal(out, file) {
		t.Error("the JFIF header should stay and its thumbnail go")
	}
	if out, changed := strip(t, insert(file, segment(0x30, []byte("reserved")), []byte{0xFF, mTEM})); !changed || !bytes.Equal(out, file) {
		t.Error("markers without a meaning should go")
	}
	if out, changed := strip(t, file[:len(file)-2]); !changed || !bytes.Equal(out, file) {
		t.Error("the missing end marker was not added")
	}
}

func TestStripPNGKeeps(t *testing.T) {
	kept := bytes.Join([][]byte{
		chunk("gAMA", []byte{0, 0, 0xB1, 0x8F}), chunk("cHRM", make([]byte, 32)), chunk("cICP", []byte{9, 16, 0, 1}),
		chunk("sBIT", []byte{5, 5, 5}), chunk("bKGD", make([]byte, 6)), chunk("pHYs", make([]byte, 9)),
		chunk("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), chunk("fcTL", make([]byte, 26)),
	}, nil)
	after := bytes.Join([][]byte{chunk("fcTL", make([]byte, 26)), chunk("fdAT", make([]byte, 9))}, nil)
	file := rawPNG{width: 3, height: 3, depth: 8, colourType: 2, before: kept, after: after}.build(t)
	if out, changed := strip(t, file); changed {
		t.Errorf("%d of %d bytes are left", len(out), len(file))
	}
	// An sRGB profile overrules a wrong gamma: when it goes, that must not come into force.
	var profiled bytes.Buffer
	if err := pngMetadata(&profiled, EncodeOptions{ICC: imgtest.SRGB.Profile()}); err != nil {
		t.Fatal(err)
	}
	gamma := chunk("gAMA", []byte{0, 1, 0x86, 0xA0})
	out, changed := strip(t, rawPNG{width: 3, height: 3, depth: 8, before: append(profiled.Bytes(), gamma...)}.build(t))
	if !changed || bytes.Contains(out, []byte("iCCP")) || !bytes.Contains(out, chunk("sRGB", []byte{0})) {
		t.Error("the sRGB profile should have become an sRGB chunk")
	}
	// With a checksum cut off that all pixels can do without, the result is a valid file.
	whole := rawPNG{width: 9, height: 9, depth: 8}.build(t)
	if out, changed := strip(t, whole[:len(whole)-14]); !changed || !bytes.Equal(out, whole) {
		t.Errorf("got %d bytes, want %d", len(out), len(whole))
	}
}

func TestStripWebPKeepsAnimation(t *testing.T) {
	still := encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: WebP})
	bare := riff(vp8x(webpAnimation, 8, 8), riffChunk("ANIM", make([]byte, 6)), anmf(t, 0, 0, still), anmf(t, 0, 0, still))
	full := riff(vp8x(webpAnimation|webpEXIF, 8, 8), riffChunk("ANIM", make([]byte, 6)), anmf(t, 0, 0, still), anmf(t, 0, 0, still), riffChunk("EXIF", []byte("secret")))
	if out, changed := strip(t, full); !changed || !bytes.Equal(out, bare) {
		t.Errorf("got %d bytes, want %d", len(out), len(bare))
	}
}

func TestStripRefuses(t *testing.T) {
	for _, f := range []Format{GIF, TIFF, BMP} {
		file := encode(t, imgtest.Photo(1, 4, 4), EncodeOptions{Format: f})
		if _, _, err := StripMetadata(file, header(t, file)); err == nil {
			t.Errorf("%v was rewritten", f)
		}
	}
}
