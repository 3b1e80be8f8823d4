package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// Blocks that go into a file come out of it again, whether it is encoded or rewritten, and the pixels stay.
func TestReplaceMetadata(t *testing.T) {
	keep := meta.Blocks{
		EXIF: meta.OrientationBlock(1), XMP: []byte("<x:xmpmeta/>"), Photoshop: bytes.Repeat([]byte("8BIM"), 30000),
		Comments: [][]byte{[]byte("a comment")}, Text: []meta.TextChunk{{Kind: "tEXt", Content: []byte("Author\x00Andr\xe9")}},
	}
	for _, f := range []Format{JPEG, PNG, WebP} {
		for _, lossless := range []bool{false, true} {
			o := EncodeOptions{Format: f, Lossless: lossless}
			bare := encode(t, imgtest.AlphaPhoto(1, 40, 30), o)
			o.EXIF, o.XMP, o.Photoshop, o.Comments, o.Text = keep.EXIF, keep.XMP, keep.Photoshop, keep.Comments, keep.Text
			encoded := encode(t, imgtest.AlphaPhoto(1, 40, 30), o)
			for _, source := range [][]byte{bare, addRubbish(t, f, encode(t, imgtest.AlphaPhoto(1, 40, 30), everythingIn(f, lossless)))} {
				replaced, changed, err := ReplaceMetadata(source, header(t, source), keep, false)
				if err != nil || !changed {
					t.Fatalf("%v: changed %v, %v", f, changed, err)
				}
				_, want := decode(t, source, DecodeOptions{})
				for _, file := range [][]byte{encoded, replaced} {
					h, got := decode(t, file, DecodeOptions{})
					if imgtest.MaxDiff(want.Image, got.Image) != 0 {
						t.Errorf("%v: other pixels", f)
					}
					expect := meta.Blocks{EXIF: keep.EXIF, XMP: keep.XMP}
					switch f {
					case JPEG:
						expect.Photoshop, expect.Comments = keep.Photoshop, keep.Comments
					case PNG:
						expect.Text, expect.Author = keep.Text, "André"
					}
					if diff := cmp.Diff(expect, h.Metadata()); diff != "" {
						t.Errorf("%v: %s", f, diff)
					}
				}
				if back, _, err := StripMetadata(replaced, header(t, replaced)); err != nil || !bytes.Equal(back, bare) {
					t.Errorf("%v: without its blocks the file is %d bytes, not %d; %v", f, len(back), len(bare), err)
				}
			}
		}
	}
}

func everythingIn(f Format, lossless bool) EncodeOptions {
	o := everything(nil, 1)
	o.Format, o.Lossless = f, lossless
	return o
}

func TestContentCredentials(t *testing.T) {
	still := func(f Format) []byte { return encode(t, imgtest.Photo(1, 8, 8), EncodeOptions{Format: f}) }
	png, webp := still(PNG), still(WebP)
	for name, file := range map[string][]byte{
		"JPEG": insert(still(JPEG), segment(mAPP11, []byte("JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x40jumb\x00\x00\x00\x1ejumdc2pa"))),
		"PNG":  bytes.Join([][]byte{png[:33], chunk("caBX", []byte("jumb")), png[33:]}, nil),
		"WebP": riff(webp[riffHeader:], riffChunk("C2PA", []byte("jumb"))),
	} {
		h := header(t, file)
		if !h.Metadata().C2PA {
			t.Errorf("%s: not noticed", name)
		}
		out, _, err := StripMetadata(file, h)
		if err != nil || header(t, out).Metadata().C2PA {
			t.Errorf("%s: still there, %v", name, err)
		}
	}
}

func TestPNGText(t *testing.T) {
	packed := chunkContent(t, "Andr\xe9")
	for _, c := range []struct{ kind, content, want string }{
		{"tEXt", "Author\x00Andr\xe9", "André"},
		{"zTXt", "Author\x00\x00" + packed, "André"},
		{"iTXt", "Author\x00\x00\x00fr\x00Auteur\x00André", "André"},
		{"zTXt", "Author\x00\x00broken", ""},
		{"zTXt", "Author\x00", ""},
		{"iTXt", "Author\x00\x00", ""},
		{"iTXt", "Author\x00\x00\x00fr", ""},
		{"tEXt", "Author", ""},
		{"tEXt", "Author\x00" + strings.Repeat("x", maxPNGText+1), ""},
	} {
		if got := pngText(c.kind, []byte(c.content)); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.kind, c.content[:min(len(c.content), 30)], got, c.want)
		}
	}
}

// chunkContent packs text with zlib.
func chunkContent(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := pngMetadata(&b, EncodeOptions{ICC: []byte(text)}); err != nil {
		t.Fatal(err)
	}
	content := b.Bytes()[8 : b.Len()-4]
	return string(content[len("ICC profile\x00\x00"):])
}

// privateTags are what exiftool must not find under Copyright and Safe, lower case, as parts of names.
var privateTags = []string{"gps", "latitude", "longitude", "serialnumber", "cameraownername", "makernote", "thumbnail", "documentid", "history"}

// Every picture of the corpus, as exiftool sees it under each policy: in JPEG, PNG and WebP, newly written and rewritten.
func TestPoliciesByExiftool(t *testing.T) {
	if testing.Short() {
		t.Log("takes half a minute")
		return
	}
	exiftool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Log("exiftool is not there")
		return
	}
	sources := 0
	for _, p := range []meta.Policy{meta.None, meta.Copyright, meta.Safe, meta.All} {
		dir := t.TempDir()
		n := 0
		write := func(f Format, data []byte) {
			n++
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d%s", n, f.Ext())), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		eachCorpusFile(t, func(name string, data []byte) {
			h, err := ReadHeader(data)
			if err != nil || h.EXIF == nil && h.XMP == nil && h.Metadata().Photoshop == nil {
				return
			}
			sources++
			for _, f := range []Format{JPEG, PNG, WebP} {
				b, _ := meta.Filter(h.Metadata(), p, meta.Target{Width: 2, Height: 2, Orientation: 1, Room: f.MetadataRoom()})
				write(f, encode(t, image.NewGray(image.Rect(0, 0, 2, 2)), EncodeOptions{
					Format: f, EXIF: b.EXIF, XMP: b.XMP, Photoshop: b.Photoshop, Comments: b.Comments, Text: b.Text}))
			}
			if len(data) > 1<<20 || h.Damage != nil || !h.Format.CanStrip() {
				return
			}
			b, _ := meta.Filter(h.Metadata(), p, meta.Target{Width: h.Width, Height: h.Height, Orientation: h.Orientation, Room: h.Format.MetadataRoom()})
			out, _, err := ReplaceMetadata(data, h, b, false)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			write(h.Format, out)
		})
		if n > 0 {
			checkByExiftool(t, exiftool, dir, p)
		}
	}
	t.Logf("%d pictures with metadata, all policies together", sources)
}

// checkByExiftool reads all files of a folder with one call and logs how many have which kind of tag.
func checkByExiftool(t *testing.T, exiftool, dir string, p meta.Policy) {
	out, err := exec.Command(exiftool, "-q", "-q", "-j", "-G1", "-a", "-n", dir).Output()
	var files []map[string]any
	if jsonErr := json.Unmarshal(out, &files); jsonErr != nil || len(files) == 0 {
		t.Fatalf("%v: exiftool: %v, %v", p, err, jsonErr)
	}
	counts := map[string]int{}
	for _, file := range files {
		seen := map[string]bool{}
		for key := range file {
			group, tag, _ := strings.Cut(key, ":")
			lower := strings.ToLower(tag)
			i := slices.IndexFunc(privateTags, func(part string) bool { return strings.Contains(lower, part) })
			kind := strings.SplitN(group, "-", 2)[0]
			if i >= 0 {
				kind = privateTags[i]
			}
			if tag == "Artist" || tag == "Creator" || tag == "Copyright" || tag == "Rights" {
				kind = tag
			}
			seen[kind] = true
			metadata := kind == "IFD0" || kind == "ExifIFD" || kind == "IPTC" || kind == "XMP"
			if i >= 0 && p != meta.All || p == meta.None && metadata && tag != "Orientation" && !strings.HasSuffix(tag, "Resolution") && tag != "ResolutionUnit" && tag != "YCbCrPositioning" {
				t.Errorf("%v: %s is there: %v", p, key, file["SourceFile"])
			}
			if tag == "Error" {
				t.Errorf("%v: %v: %v", p, file["SourceFile"], file[key])
			}
		}
		for kind := range seen {
			counts[kind]++
		}
	}
	t.Logf("%v: of %d files, with %v", p, len(files), counts)
	if p != meta.None && counts["Copyright"] == 0 {
		t.Errorf("%v: no copyright has come through", p)
	}
	if p == meta.All && counts["gps"] == 0 {
		t.Error("all: no position has come through")
	}
}
