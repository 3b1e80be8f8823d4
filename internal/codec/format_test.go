package codec

import (
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	box := func(brands string) string { return string([]byte{0, 0, 0, byte(8 + len(brands))}) + "ftyp" + brands }
	bmp := "BM" + strings.Repeat("\x00", 8) + "\x36\x00\x00\x00\x28\x00\x00\x00"
	cases := []struct {
		head string
		want Format
	}{
		{"\xff\xd8\xff\xe0", JPEG},
		{"\xff\xd8\xff\xdb", JPEG},
		{"\x89PNG\r\n\x1a\n", PNG},
		{"\x89PNG\n\n\x1a\n\x00\x00\x00\nIHDR", PNG}, // damaged
		{"\x09PNG\r\n\x1a\n\x00\x00\x00\rIHDR", PNG},
		{"\x8aMNG\r\n\x1a\n\x00\x00\x00\x1cMHDR", Unknown},
		{"a text about the IHDR", Unknown},
		{"GIF87a", GIF},
		{"GIF89a", GIF},
		{"RIFF\x10\x00\x00\x00WEBPVP8 ", WebP},
		{"RIFF\x10\x00\x00\x00WAVE", Unknown},
		{"II*\x00\x08\x00\x00\x00", TIFF},
		{"MM\x00*\x00\x00\x00\x08", TIFF},
		{"II+\x00\x08\x00\x00\x00", TIFF},
		{"MM\x00+\x00\x08\x00\x00", TIFF},
		{"II*\x00\x10\x00\x00\x00CR\x02\x00", RAW},
		{bmp, BMP},
		{"BM, the text that begins like a picture", Unknown},
		{box("avif\x00\x00\x00\x00mif1"), AVIF},
		{box("mif1\x00\x00\x00\x00mif1avif"), AVIF},
		{box("heic\x00\x00\x00\x00mif1"), HEIC},
		{box("mif1\x00\x00\x00\x00mif1heic"), HEIC},
		{box("mif1\x00\x00\x00\x00mif1"), HEIC},
		{box("isom\x00\x00\x02\x00isomiso2"), Unknown},
		{box("crx \x00\x00\x00\x01crx isom"), RAW},
		{"\xff\x0a\xfa\x7f", JXL},
		{"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2},
		{"\xff\x4f\xff\x51\x00", JP2},
		{"8BPS\x00\x01", PSD},
		{"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00\x68\x04\x00\x00\x16\x00\x00\x00", ICO},
		{"\x00\x00\x00\x00\x00\x00\x10\x10\x00\x00\x01\x00\x20\x00\x68\x04\x00\x00\x16\x00\x00\x00", Unknown},
		{"<svg xmlns='http://www.w3.org/2000/svg'>", SVG},
		{"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawing --><svg>", SVG},
		{"<?xml version='1.0'?><rss>", Unknown},
		{"<!doctype html><html><svg>", Unknown},
		{"P6\n640 480\n255\n", PNM},
		{"P7\nWIDTH 4", PNM},
		{"PK\x03\x04", Unknown},
		{"P1 is not a picture", Unknown},
		{"qoif", QOI},
		{"v/1\x01", EXR},
		{"#?RADIANCE\n", HDR},
		{"", Unknown},
		{"\xff\xd8", Unknown},
		{"hello, world", Unknown},
	}
	for _, c := range cases {
		if got := Sniff([]byte(c.head)); got != c.want {
			t.Errorf("%q: got %v, want %v", c.head, got, c.want)
		}
	}
}

// What tells the format must lie within SniffLen bytes, so that a caller may read that much and no more.
func TestSniffLooksAtSniffLenBytesOnly(t *testing.T) {
	far := "<?xml?>" + strings.Repeat(" ", SniffLen) + "<svg>"
	if got := Sniff([]byte(far)); got != Unknown {
		t.Errorf("an element behind SniffLen bytes was seen: %v", got)
	}
}

func TestParseFormat(t *testing.T) {
	for name, want := range map[string]Format{
		"jpeg": JPEG, "jpg": JPEG, ".JPG": JPEG, "Jpeg": JPEG, "png": PNG, "gif": GIF, "webp": WebP, "tif": TIFF,
		"tiff": TIFF, "bmp": BMP, "avif": AVIF, "heif": HEIC, "jxl": JXL,
	} {
		if got, err := ParseFormat(name); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"", ".", "unknown", "jpgg", "mp4"} {
		if got, err := ParseFormat(name); err == nil {
			t.Errorf("%q: got %v, want an error", name, got)
		} else if !strings.Contains(err.Error(), "jpeg, png, gif, webp, tiff, bmp") {
			t.Errorf("%q: the error does not say what can be written: %v", name, err)
		}
	}
}

func TestFormatNames(t *testing.T) {
	for f := JPEG; f < formatCount; f++ {
		if f.String() == "" || f.Ext() == "" || !f.HasExt(f.Ext()) || !f.HasExt(strings.ToUpper(f.Ext())) {
			t.Errorf("format %d: name %q, extension %q", f, f, f.Ext())
		}
		if f.CanRead() != (codecs[f].decode != nil) || f.CanWrite() != (codecs[f].encode != nil) {
			t.Errorf("%v: CanRead or CanWrite does not say what the codec does", f)
		}
		if f.CanStrip() != (codecs[f].strip != nil) {
			t.Errorf("%v: CanStrip does not say what the codec does", f)
		}
	}
	if Unknown.Ext() != "" || Unknown.HasExt("") || Unknown.CanRead() || Format(200).String() != "unknown" {
		t.Error("the unknown format has a name, an extension or a codec")
	}
	if JPEG.CanAlpha() || !PNG.CanAlpha() {
		t.Error("alpha: JPEG has none, PNG has")
	}
}
