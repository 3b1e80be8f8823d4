package meta

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// profile builds an ICC profile that has nothing but a 'desc' tag with the given content.
func profile(tag []byte) []byte {
	b := make([]byte, 128)
	b = binary.BigEndian.AppendUint32(b, 1)
	b = append(b, "desc"...)
	b = binary.BigEndian.AppendUint32(b, 128+4+12)
	b = binary.BigEndian.AppendUint32(b, uint32(len(tag)))
	return append(b, tag...)
}

// textTag builds a version 2 description.
func textTag(s string) []byte {
	b := append([]byte("desc"), 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)+1))
	return append(append(b, s...), 0)
}

// mlucTag builds a version 4 description from pairs of language and text.
func mlucTag(pairs ...string) []byte {
	n := len(pairs) / 2
	b := append([]byte("mluc"), 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	b = binary.BigEndian.AppendUint32(b, 12)
	var texts []byte
	for i := range n {
		var text []byte
		for _, u := range utf16.Encode([]rune(pairs[2*i+1])) {
			text = binary.BigEndian.AppendUint16(text, u)
		}
		b = append(b, pairs[2*i]+"US"...)
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = binary.BigEndian.AppendUint32(b, uint32(16+12*n+len(texts)))
		texts = append(texts, text...)
	}
	return append(b, texts...)
}

func TestProfileName(t *testing.T) {
	cases := []struct {
		name string
		icc  []byte
		want string
	}{
		{"version 2", profile(textTag("sRGB IEC61966-2.1")), "sRGB IEC61966-2.1"},
		{"version 4", profile(mlucTag("en", "Display P3")), "Display P3"},
		{"English preferred", profile(mlucTag("de", "Farbraum", "en", "Colour space", "fr", "Espace")), "Colour space"},
		{"first when there is no English", profile(mlucTag("de", "Größe", "fr", "Espace")), "Größe"},
		{"control characters", profile(textTag("a\x1b[31mb\n ")), "a[31mb"},
		{"long", profile(textTag(strings.Repeat("x", 500))), strings.Repeat("x", maxName)},
		{"unknown type", profile([]byte("text\x00\x00\x00\x00abcd")), ""},
		{"no profile", nil, ""},
		{"header only", make([]byte, 132), ""},
		{"tag out of bounds", profile(nil)[:140], ""},
	}
	for _, c := range cases {
		if got := ProfileName(c.icc); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzProfileName(f *testing.F) {
	f.Add(profile(textTag("sRGB")))
	f.Add(profile(mlucTag("de", "a", "en", "b")))
	f.Fuzz(func(t *testing.T, icc []byte) {
		if name := ProfileName(icc); len([]rune(name)) > maxName {
			t.Fatalf("name of %d characters", len([]rune(name)))
		}
	})
}
