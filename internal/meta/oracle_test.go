package meta

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/bep/imagemeta"
)

// An independent reader finds in the results what the policies promise, and no more.
func TestFilterByImagemeta(t *testing.T) {
	for _, o := range orders {
		for _, p := range []Policy{Copyright, Safe, All} {
			out, _ := Filter(fullBlocks(o.order), p, Target{Width: 800, Height: 600, Orientation: 1, Room: everywhere})
			tags := readTags(t, out)
			for name, want := range map[string]bool{
				"Artist": true, "Copyright": true, "Photographer": true, "Creator": true, "Rights": true, "WebStatement": true,
				"ImageDescription": p != Copyright, "ISO": p != Copyright, "Title": p != Copyright, "Lens": p != Copyright,
				"GPSLatitudeRef": p == All, "SerialNumber": p == All, "OwnerName": p == All, "HostComputer": p == All,
				"Byline": p != Copyright, "City": p != Copyright, "SubLocation": p == All,
			} {
				if got := tags[strings.ToLower(name)]; got != want {
					t.Errorf("%s %v: %s %v, want %v, in %v", o.mark, p, name, got, want, tags)
				}
			}
		}
	}
}

// readTags wraps blocks up as a JPEG and returns the names of all tags in it, lower case, without punctuation.
func readTags(t *testing.T, b Blocks) map[string]bool {
	t.Helper()
	file := []byte{0xFF, 0xD8}
	segment := func(marker byte, id string, content []byte) {
		file = binary.BigEndian.AppendUint16(append(file, 0xFF, marker), uint16(2+len(id)+len(content)))
		file = slices.Concat(file, []byte(id), content)
	}
	segment(0xE1, "Exif\x00\x00", b.EXIF)
	segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00", b.XMP)
	segment(0xED, "Photoshop 3.0\x00", b.Photoshop)
	file = append(file, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9)
	tags := map[string]bool{}
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(file), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF | imagemeta.XMP | imagemeta.IPTC,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag: func(tag imagemeta.TagInfo) error {
			tags[strings.ToLower(strings.ReplaceAll(tag.Tag, "-", ""))] = true
			return nil
		},
		Warnf: t.Logf,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tags
}
