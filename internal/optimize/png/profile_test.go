package png

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"
)

// profileChunk is an iCCP chunk with the profile hardly compressed.
func profileChunk(profile []byte) []byte {
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.NoCompression)
	w.Write(profile)
	w.Close()
	return appendChunk(nil, "iCCP", append([]byte("a name\x00\x00"), z.Bytes()...))
}

func TestProfilesAreCompressedAnew(t *testing.T) {
	for _, profile := range [][]byte{nil, []byte("a profile"), bytes.Repeat([]byte("a profile of curves "), 200)} {
		data := raw{width: 30, height: 30, depth: 8, colour: rgb, before: profileChunk(profile), fill: few(0, 200)}.build(1)
		out := optimize(t, data, Options{})
		f, err := parse(out)
		if err != nil {
			t.Fatal(err)
		}
		got := f.ancillary[0].Data
		if string(got[:8]) != "a name\x00\x00" {
			t.Fatalf("the name became %q", got[:8])
		}
		r, err := zlib.NewReader(bytes.NewReader(got[8:]))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, profile) {
			t.Fatalf("a profile of %d bytes became %d: %v", len(profile), len(back), err)
		}
		if len(profile) > 1000 && len(got) > 100 {
			t.Errorf("a profile of %d bytes takes %d", len(profile), len(got))
		}
		if again := optimize(t, out, Options{}); !bytes.Equal(again, out) {
			t.Error("a second time changed the file")
		}
	}
}

func TestProfilesOfOtherMakeStay(t *testing.T) {
	whole := profileChunk(make([]byte, maxProfile+1))
	for name, chunk := range map[string][]byte{
		"large":          whole,
		"cut":            appendChunk(nil, "iCCP", whole[8:1000]),
		"another method": appendChunk(nil, "iCCP", append([]byte("a name\x00\x01"), whole[16:len(whole)-4]...)),
		"no name's end":  appendChunk(nil, "iCCP", []byte("name")),
		"nothing behind": appendChunk(nil, "iCCP", []byte("name\x00")),
	} {
		data := raw{width: 30, height: 30, depth: 8, colour: rgb, before: chunk, fill: few(0, 200)}.build(1)
		if out := optimize(t, data, Options{}); !bytes.Contains(out, chunk) {
			t.Errorf("%s: the profile is not as it was", name)
		}
	}
}
