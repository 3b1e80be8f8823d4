package meta

import (
	"bytes"
	"strings"
	"testing"
)

// gainPacket is a packet with a description of the given attributes and elements.
func gainPacket(attributes, elements string) []byte {
	return []byte(packetHead + `<rdf:Description rdf:about="" xmlns:hdrgm="` + nsGainMap + `" xmlns:exif="` + nsEXIF + `" ` + attributes + ">" +
		elements + "</rdf:Description>" + packetTail)
}

func TestGainMapPacket(t *testing.T) {
	three := "<hdrgm:GainMapMax><rdf:Seq><rdf:li>1</rdf:li><rdf:li> 2.5 </rdf:li><rdf:li>-3e-1</rdf:li></rdf:Seq></hdrgm:GainMapMax>"
	for _, c := range []struct {
		name, attributes, elements string
		want                       string // parts of it, separated by |
		colour                     bool
	}{
		{"attributes", `hdrgm:Version="1.0" hdrgm:GainMapMax="2" hdrgm:BaseRenditionIsHDR="False"`, "", `Version="1.0" hdrgm:BaseRenditionIsHDR="False" hdrgm:GainMapMax="2">`, false},
		{"elements", "", "<hdrgm:Version>1.0</hdrgm:Version><hdrgm:GainMapMax>2</hdrgm:GainMapMax>", `hdrgm:Version="1.0" hdrgm:GainMapMax="2">`, false},
		{"three channels", `hdrgm:Version="1.0"`, three, `<rdf:li>1</rdf:li><rdf:li>2.5</rdf:li><rdf:li>-3e-1</rdf:li>`, true},
		{"and a position", `hdrgm:Version="1.0" hdrgm:GainMapMax="2" exif:GPSLatitude="1,2N" hdrgm:Owner="me"`, "", `hdrgm:GainMapMax="2">`, false},
		{"no version", `hdrgm:GainMapMax="2"`, "", "", false},
		{"no maximum", `hdrgm:Version="1.0"`, "", "", false},
		{"two channels", `hdrgm:Version="1.0"`, strings.Replace(three, "<rdf:li>1</rdf:li>", "", 1), "", false},
		{"a text", `hdrgm:Version="1.0" hdrgm:GainMapMax="much"`, "", "", false},
		{"a long number", `hdrgm:Version="1.0" hdrgm:GainMapMax="` + strings.Repeat("1", 60000) + `"`, "", "", false},
	} {
		got, colour := GainMapPacket(gainPacket(c.attributes, c.elements))
		if c.want == "" != (got == nil) || colour != c.colour && got != nil || !bytes.Contains(got, []byte(c.want)) || bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("Owner")) {
			t.Errorf("%s: %s, colour %v", c.name, got, colour)
		}
	}
}

// A packet does not announce what its file has not.
func TestAnnouncementsGo(t *testing.T) {
	in := gainPacket(`hdrgm:Version="1.0" xmlns:GCamera="`+nsCamera+`" GCamera:MotionPhoto="1" exif:PixelXDimension="9" xmlns:tiff="`+nsTIFF+`" tiff:Make="CANARY"`,
		`<C:Directory xmlns:C="`+nsContainer+`"><rdf:Seq><rdf:li rdf:parseType="Resource"/></rdf:Seq></C:Directory>`)
	for _, p := range []Policy{Safe, All} {
		out, _ := Filter(Blocks{XMP: in}, p, Target{Width: 5, Height: 5, Orientation: 1, Room: Room{XMP: 1 << 16}})
		for _, gone := range []string{"hdrgm", "MotionPhoto", "Directory"} {
			if bytes.Contains(out.XMP, []byte(gone)) {
				t.Errorf("%v: %s is still there: %s", p, gone, out.XMP)
			}
		}
		if !bytes.Contains(out.XMP, []byte("CANARY")) {
			t.Errorf("%v: what is true has gone too: %s", p, out.XMP)
		}
	}
}
