package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
)

// isoBlock is gain map metadata as they stand in a file: for one channel or three, with a common denominator or not.
func isoBlock(flags byte) []byte {
	numbers := 4 + 10
	if flags&gainMapChannels != 0 {
		numbers = 4 + 30
	}
	if flags&gainMapCommon != 0 {
		numbers = 3 + (numbers-4)/2
	}
	p := []byte{0, 0, 0, 0, flags}
	for i := range numbers {
		p = binary.BigEndian.AppendUint32(p, uint32(1+i%3))
	}
	return p
}

// ultraHDR is a picture with a grey gain map of half the size, and the given segments in the map's file.
func ultraHDR(t testing.TB, segments ...[]byte) []byte {
	t.Helper()
	grey := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(i)
	}
	return imgtest.WithFurther(still(t, 64, 48), insert(encode(t, grey, EncodeOptions{Format: JPEG}), segments...), 0, binary.BigEndian)
}

func TestGainMapFile(t *testing.T) {
	xmp := segment(mAPP1, idXMP, []byte(imgtest.GainMapXMP))
	colours := segment(mAPP1, idXMP, []byte(strings.Replace(imgtest.GainMapXMP, `hdrgm:BaseRenditionIsHDR="False"/>`,
		`><hdrgm:OffsetHDR><rdf:Seq><rdf:li>0</rdf:li><rdf:li>0</rdf:li><rdf:li>0</rdf:li></rdf:Seq></hdrgm:OffsetHDR></rdf:Description>`, 1)))
	colours = bytes.Replace(colours, []byte(`hdrgm:OffsetHDR="0.015625"`), []byte(`                          `), 1)
	iso := func(block []byte) []byte { return segment(mAPP2, idISOGainMap, block) }
	for _, c := range []struct {
		name          string
		segments      [][]byte
		found, colour bool
	}{
		{"no parameters", nil, false, false},
		{"XMP", [][]byte{xmp}, true, false},
		{"XMP for three channels", [][]byte{colours}, true, true},
		{"XMP with rubbish", [][]byte{bytes.Replace(xmp, []byte(`Max="2"`), []byte(`Max="x"`), 1)}, false, false},
		{"ISO", [][]byte{iso(isoBlock(0))}, true, false},
		{"ISO, common denominator", [][]byte{iso(isoBlock(gainMapCommon))}, true, false},
		{"ISO for three channels", [][]byte{iso(isoBlock(gainMapChannels))}, true, true},
		{"both", [][]byte{xmp, iso(append(isoBlock(0), "more"...))}, true, false},
		{"ISO, cut", [][]byte{iso(isoBlock(0)[:60])}, false, false},
		{"ISO of a version to come", [][]byte{iso(append([]byte{0, 1}, isoBlock(0)[2:]...))}, false, false},
	} {
		file := ultraHDR(t, c.segments...)
		g := header(t, file).GainMapFile()
		if (g != nil) != c.found || g != nil && (g.Colour != c.colour || g.Header.Width != 32) {
			t.Errorf("%s: %+v", c.name, g)
		}
		if g == nil {
			continue
		}
		// What is attached to another picture is found there again, with the same parameters.
		joined := g.Attach(still(t, 20, 10), still(t, 10, 5))
		again := header(t, joined).GainMapFile()
		if again == nil || !bytes.Equal(again.xmp, g.xmp) || !bytes.Equal(again.iso, g.iso) || again.Header.Width != 10 || len(header(t, joined).Extras) != 1 {
			t.Errorf("%s: attached, it is %+v", c.name, again)
		}
	}
	if header(t, still(t, 20, 10)).GainMapFile() != nil || header(t, encode(t, imgtest.Photo(1, 9, 9), EncodeOptions{Format: PNG})).GainMapFile() != nil {
		t.Error("a gain map where there is none")
	}
}

// The XMP packet of the picture goes on, and one that leaves no room or has another map is not touched.
func TestAttachKeepsXMP(t *testing.T) {
	g := header(t, ultraHDR(t, segment(mAPP1, idXMP, []byte(imgtest.GainMapXMP)))).GainMapFile()
	packet := func(content string) []byte {
		return []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + content + `</rdf:RDF></x:xmpmeta>`)
	}
	second := still(t, 10, 5)
	for name, c := range map[string]struct {
		content string
		ok      bool
	}{
		"rights":      {`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="CANARY"/>`, true},
		"another map": {`<rdf:Description rdf:about="" xmlns:n="http://ns.adobe.com/hdr-gain-map/1.0/" n:Version="1.0"/>`, false},
		"no room":     {`<rdf:Description rdf:about="">` + strings.Repeat(" ", 65000) + `</rdf:Description>`, false},
	} {
		primary := encode(t, imgtest.Photo(1, 20, 10), EncodeOptions{Format: JPEG, XMP: packet(c.content)})
		joined := g.Attach(primary, second)
		if (joined != nil) != c.ok {
			t.Errorf("%s: %d bytes", name, len(joined))
			continue
		}
		if joined == nil {
			continue
		}
		if xmp := header(t, joined).XMP; !bytes.Contains(xmp, []byte("CANARY")) || !bytes.Contains(xmp, fmt.Appendf(nil, `Item:Length="%d"`, len(joined)-header(t, joined).layout.(*jpegLayout).end)) {
			t.Errorf("%s: %s", name, xmp)
		}
		_, a := decode(t, primary, DecodeOptions{})
		_, b := decode(t, joined, DecodeOptions{})
		if imgtest.MaxDiff(a.Image, b.Image) != 0 {
			t.Errorf("%s: other pixels", name)
		}
	}
}

// exiftool, an independent reader, finds the map where the index says, and its parameters.
func TestAttachByExiftool(t *testing.T) {
	exiftool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip(err)
	}
	g := header(t, ultraHDR(t, segment(mAPP1, idXMP, []byte(imgtest.GainMapXMP)), segment(mAPP2, idISOGainMap, isoBlock(0)))).GainMapFile()
	second := still(t, 10, 5)
	path := filepath.Join(t.TempDir(), "hdr.jpg")
	joined := g.Attach(still(t, 20, 10), second)
	if err := os.WriteFile(path, joined, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(exiftool, "-b", "-MPImage2", path).Output()
	if err != nil || len(out) != len(joined)-header(t, joined).layout.(*jpegLayout).end || !bytes.HasSuffix(joined, out) {
		t.Errorf("exiftool takes %d bytes as the second picture, %v", len(out), err)
	}
	all, err := exec.Command(exiftool, "-G1", "-a", "-s", "-ee", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"NumberOfImages", "DirectoryItemSemantic", "GainMap"} {
		if !bytes.Contains(all, []byte(want)) {
			t.Errorf("exiftool does not tell %s:\n%s", want, all)
		}
	}
}
