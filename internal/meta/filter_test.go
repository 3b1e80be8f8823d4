package meta

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What must never get through Copyright and Safe stands in the test blocks as one of these.
const (
	canary     = "CANARY"
	authorName = "Ann Author"
	rightsText = "(c) Ann"
)

// fullEXIF is a block with something of every kind: rights, a description, a computer's name, the Exif directory with
// exposure, maker note, owner and serial numbers, a position, and a thumbnail directory.
func fullEXIF(order binary.AppendByteOrder) []byte {
	text := func(tag uint16, s string) field {
		return field{tag, typeASCII, uint32(len(s) + 1), append([]byte(s), 0)}
	}
	short := func(tag, v uint16) field { return field{tag, typeShort, 1, order.AppendUint16(nil, v)} }
	b := &exifBlock{order: order, nested: map[uint16][]field{}}
	b.first = []field{
		short(tagImageWidth, 4000), text(0x010E, "a description"), short(tagOrientation, 6), text(tagArtist, authorName),
		text(0x013C, canary+" computer"), text(tagCopyright, rightsText), text(0xC4A5, canary+" private"),
	}
	b.nested[tagExifIFD] = []field{
		short(0x8827, 200), {0x927C, 7, 12, []byte(canary + " maker")}, short(tagColourSpace, 0xFFFF), short(tagPixelX, 4000),
		short(tagPixelY, 3000), text(0xA430, canary+" owner"), text(0xA431, canary+" 123"), text(tagPhotographer, authorName),
	}
	b.nested[tagGPSIFD] = []field{text(1, "N"), text(0x1B, canary+" position")}
	block := b.bytes()
	return append(block, canary+" behind everything"...)
}

// resource is a Photoshop image resource.
func resource(id uint16, content []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte("8BIM"), id)
	b = binary.BigEndian.AppendUint32(append(b, 0, 0), uint32(len(content)))
	b = append(b, content...)
	return append(b, make([]byte, len(content)&1)...)
}

// dataset is an IPTC dataset of record 2.
func dataset(number byte, text string) []byte {
	return append([]byte{iptcMarker, 2, number, byte(len(text) >> 8), byte(len(text))}, text...)
}

func fullPhotoshop() []byte {
	iim := slices.Concat(dataset(0, "\x00\x04"), dataset(iptcByline, "Andr\xe9"), dataset(iptcCopyright, "(c) IPTC"),
		dataset(iptcCredit, "Agency"), dataset(90, "Paris"), dataset(92, canary+" street 1"), dataset(120, "a caption"))
	return slices.Concat(resource(0x040C, []byte(canary+" thumbnail")), resource(resourceIPTC, iim), resource(0x0425, make([]byte, 16)))
}

const fullXMP = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="CANARY kit">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="uuid:CANARY" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
  xmlns:g="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  exif:GPSLatitude="CANARY 52,30N" g:GPSLongitude="CANARY 13,24E" aux:SerialNumber="CANARY" aux:OwnerName="CANARY" aux:Lens="50 mm"
  tiff:Orientation="6" exif:PixelXDimension="4000" exif:PixelYDimension="3000" xmp:Rating="5"/>
 <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:mm="http://ns.adobe.com/xap/1.0/mm/"
  xmlns:st="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:r="http://ns.adobe.com/xap/1.0/rights/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
  xmlns:my="http://example.com/mine/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
  <dc:creator><rdf:Seq><rdf:li>Ann &amp; Bob</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) Ann</rdf:li></rdf:Alt></dc:rights>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">a title</rdf:li></rdf:Alt></dc:title>
  <r:WebStatement>http://example.com/licence</r:WebStatement>
  <plus:CopyrightOwner><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:CopyrightOwnerName>Ann</plus:CopyrightOwnerName></rdf:li></rdf:Seq></plus:CopyrightOwner>
  <e:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</e:DigitalSourceType>
  <e:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><e:City>Paris</e:City><e:Sublocation>CANARY street</e:Sublocation>
   <exif:GPSLatitude>CANARY</exif:GPSLatitude></rdf:li><rdf:li e:CountryName="France" exif:GPSLongitude="CANARY"/></rdf:Bag></e:LocationCreated>
  <mm:History><rdf:Seq><rdf:li st:action="saved" st:instanceID="CANARY"/></rdf:Seq></mm:History>
  <xmp:Thumbnails>CANARY</xmp:Thumbnails><my:secret>CANARY</my:secret>
 </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

var everywhere = Room{EXIF: 1 << 16, XMP: 1 << 16, Photoshop: 1 << 16}

func fullBlocks(order binary.AppendByteOrder) Blocks {
	return Blocks{EXIF: fullEXIF(order), XMP: []byte(fullXMP), Photoshop: fullPhotoshop(), Comments: [][]byte{[]byte(canary)},
		Text: []TextChunk{{"tEXt", []byte("Comment\x00" + canary)}}}
}

// all is everything of b in one piece.
func (b Blocks) all() string {
	s := string(b.EXIF) + "\n" + string(b.XMP) + "\n" + string(b.Photoshop) + string(bytes.Join(b.Comments, nil))
	for _, c := range b.Text {
		s += string(c.Content)
	}
	return s
}

func TestFilterPolicies(t *testing.T) {
	rights := []string{authorName, rightsText, "Ann &amp; Bob", "<xmpRights:WebStatement>http://example.com/licence<", "CopyrightOwnerName>Ann<",
		"digitalsourcetype/trainedAlgorithmicMedia", "Credit>Agency<"}
	described := []string{"a description", "a title", "<aux:Lens>50 mm<", "<xmp:Rating>5<", "Paris", "CountryName=\"France\""}
	for _, o := range orders {
		for _, c := range []struct {
			policy    Policy
			has, lack []string
		}{
			{None, nil, append(append([]string{canary}, rights...), described...)},
			{Copyright, rights, append([]string{canary, "Orientation"}, described...)},
			{Safe, append(append([]string{"<tiff:Orientation>1<", "PixelXDimension>800<", "André", "(c) IPTC", "a caption"}, rights[:6]...), described...), []string{canary}},
			{All, append([]string{canary, "<mm:History>", "GPSLatitude>CANARY", "<tiff:Orientation>1<", "PixelYDimension>600<", "<my:secret>"}, described...), []string{"4000"}},
		} {
			in := fullBlocks(o.order)
			before := in.all()
			out, warnings := Filter(in, c.policy, Target{Width: 800, Height: 600, Orientation: 1, ColourSpace: 1, Room: everywhere})
			if in.all() != before {
				t.Fatalf("%s %v: the source was changed", o.mark, c.policy)
			}
			for _, want := range c.has {
				if !strings.Contains(out.all(), want) {
					t.Errorf("%s %v: %q is missing in %q", o.mark, c.policy, want, out.all())
				}
			}
			for _, never := range c.lack {
				if strings.Contains(out.all(), never) {
					t.Errorf("%s %v: %q is there", o.mark, c.policy, never)
				}
			}
			if ai := strings.Contains(strings.Join(warnings, "\n"), "made with AI"); ai != (c.policy != None) {
				t.Errorf("%s %v: warnings %q", o.mark, c.policy, warnings)
			}
			checkEXIF(t, out.EXIF, c.policy)
			again, _ := Filter(out, c.policy, Target{Width: 800, Height: 600, Orientation: 1, ColourSpace: 1, Room: everywhere})
			if again.all() != out.all() {
				t.Errorf("%s %v: filtered twice is not filtered once:\n%q\n%q", o.mark, c.policy, out.all(), again.all())
			}
		}
	}
}

// checkEXIF looks at what correct and patchEXIF have to put right.
func checkEXIF(t *testing.T, block []byte, p Policy) {
	t.Helper()
	if Orientation(block) != 1 {
		t.Errorf("%v: orientation %d", p, Orientation(block))
	}
	if p != Safe && p != All {
		return
	}
	b, ok := parseEXIF(block, All, false)
	if !ok {
		t.Fatalf("%v: the block cannot be read", p)
	}
	for _, f := range b.nested[tagExifIFD] {
		want := map[uint16]uint32{tagPixelX: 800, tagPixelY: 600, tagColourSpace: 1}[f.tag]
		if want == 0 {
			continue
		}
		value := uint32(b.order.(binary.ByteOrder).Uint16(f.value))
		if f.typ == typeLong {
			value = b.order.(binary.ByteOrder).Uint32(f.value)
		}
		if value != want {
			t.Errorf("%v: tag %#x is %d, want %d", p, f.tag, value, want)
		}
	}
}

// What an output has no room for moves to a block that it has, and is reported where it cannot.
func TestFilterFolds(t *testing.T) {
	onlyIPTC := Blocks{Photoshop: fullPhotoshop()}
	out, _ := Filter(onlyIPTC, Copyright, Target{Orientation: 1, Room: Room{EXIF: 1000, XMP: 10000}})
	for _, want := range []string{"André", "(c) IPTC"} {
		if !bytes.Contains(out.EXIF, []byte(want)) || !bytes.Contains(out.XMP, []byte(want)) {
			t.Errorf("%q is missing in EXIF or XMP", want)
		}
	}
	if strings.Contains(out.all(), "Paris") {
		t.Error("the city is no right")
	}
	out, _ = Filter(onlyIPTC, Safe, Target{Orientation: 1, Room: Room{XMP: 10000}})
	for _, want := range []string{"<rdf:li>André<", "photoshop:City>Paris<", "a caption"} {
		if !strings.Contains(out.all(), want) {
			t.Errorf("%q is missing in %q", want, out.XMP)
		}
	}
	out, _ = Filter(Blocks{EXIF: fullEXIF(binary.BigEndian)}, Copyright, Target{Orientation: 1, Room: Room{XMP: 10000}})
	if out.EXIF != nil || !strings.Contains(string(out.XMP), authorName) || !strings.Contains(string(out.XMP), rightsText) {
		t.Errorf("author and rights are not in %q", out.XMP)
	}
	out, _ = Filter(Blocks{Author: authorName, Copyright: rightsText}, Safe, Target{Orientation: 1, Room: everywhere})
	if !strings.Contains(out.all(), authorName) || !strings.Contains(out.all(), rightsText) {
		t.Errorf("the text fields are not in %q", out.all())
	}
	out, warnings := Filter(Blocks{XMP: []byte(fullXMP), Extended: true}, Safe, Target{Orientation: 1, Room: Room{XMP: 100}})
	if out.XMP != nil || !strings.Contains(strings.Join(warnings, "\n"), "holds 100") {
		t.Errorf("%d bytes of XMP, warnings %q", len(out.XMP), warnings)
	}
	for _, want := range []string{"extended"} {
		if !strings.Contains(strings.Join(warnings, "\n"), want) {
			t.Errorf("no warning of %s in %q", want, warnings)
		}
	}
}

// A TIFF file is its own EXIF block. Where its pixels are means nothing to others.
func TestFilterTIFF(t *testing.T) {
	for _, p := range []Policy{Copyright, Safe, All} {
		out, _ := Filter(Blocks{EXIF: fullEXIF(binary.LittleEndian), TIFF: true}, p, Target{Orientation: 1, Room: everywhere})
		b, ok := parseEXIF(out.EXIF, All, false)
		if !ok || b.text(tagArtist) != authorName {
			t.Fatalf("%v: the author is lost", p)
		}
		if slices.ContainsFunc(b.first, func(f field) bool { return f.tag == tagImageWidth }) {
			t.Errorf("%v: the width of the TIFF is there", p)
		}
		if has := len(b.nested[tagGPSIFD]) > 0; has != (p == All) {
			t.Errorf("%v: position %v", p, has)
		}
	}
}

// Broken blocks are left out with a warning, except by All, which lets them pass.
func TestFilterBroken(t *testing.T) {
	for name, in := range map[string]Blocks{
		"no TIFF":           {EXIF: []byte("GPS-" + canary)},
		"directory outside": {EXIF: []byte("II*\x00\xFF\xFF\xFF\x7F" + canary)},
		"no XML":            {XMP: []byte("creator" + canary)},
		"unclosed":          {XMP: []byte(fullXMP[:len(fullXMP)/2])},
		"no RDF":            {XMP: []byte("<x>creator" + canary + "</x>")},
		"document type":     {XMP: []byte(`<!DOCTYPE x [<!ENTITY a "creator">]>` + fullXMP)},
		"deep":              {XMP: []byte(strings.Repeat("<creator>", 100) + canary + strings.Repeat("</creator>", 100))},
		"wide":              {XMP: []byte("<x>" + strings.Repeat("<creator/>", maxXMPNodes) + canary + "</x>")},
		"UTF-16":            {XMP: []byte("\xFE\xFF\x00<\x00xcreator" + canary)},
	} {
		for _, p := range []Policy{Copyright, Safe, All} {
			out, warnings := Filter(in, p, Target{Orientation: 1, Room: Room{EXIF: 1 << 20, XMP: 1 << 20}})
			if p == All {
				if len(out.EXIF)+len(out.XMP) == 0 {
					t.Errorf("%s: all has dropped it", name)
				}
				continue
			}
			if len(warnings) != 1 || !strings.Contains(warnings[0], "broken and left out") || out.all() != (Blocks{}).all() {
				t.Errorf("%s, %v: warnings %q, result %q", name, p, warnings, out.all())
			}
		}
	}
}

// Entries that point outside, loop, overlap or lie about their size cost only themselves.
func TestHostileEXIF(t *testing.T) {
	order := binary.LittleEndian
	at := func(v uint32) []byte { return order.AppendUint32(nil, v) }
	good := entry{tagArtist, typeASCII, 4, []byte("Ann\x00")}
	for name, e := range map[string]entry{
		"outside":            {tagCopyright, typeASCII, 100, at(1 << 30)},
		"huge count":         {tagCopyright, 12, 1<<32 - 1, at(8)},
		"unknown type":       {tagCopyright, 99, 4, at(0)},
		"empty":              {tagCopyright, typeASCII, 0, at(0)},
		"directory loops":    {tagExifIFD, typeLong, 1, at(headerLen)},
		"directory outside":  {tagExifIFD, typeLong, 1, at(1<<32 - 1)},
		"directory of bytes": {tagExifIFD, typeByte, 1, at(8)},
		"many directories":   {tagExifIFD, typeLong, 2, at(8)},
	} {
		out, _ := Filter(Blocks{EXIF: tiffBlock("II", order, good, e)}, Safe, Target{Orientation: 1, Room: everywhere})
		if want := tiffBlock("II", order, good); !bytes.Equal(out.EXIF, want) {
			t.Errorf("%s: %x, want %x", name, out.EXIF, want)
		}
	}
	var overlapping []entry
	for tag := range safeFirst {
		overlapping = append(overlapping, entry{tag, 7, 200, at(headerLen)})
	}
	block := tiffBlock("II", order, overlapping...)
	out, _ := Filter(Blocks{EXIF: block}, Safe, Target{Orientation: 1, Room: everywhere})
	if len(out.EXIF) > 2*len(block) {
		t.Errorf("%d bytes became %d", len(block), len(out.EXIF))
	}
}

// A picture that is not upright yet says so under each policy.
func TestFilterOrientation(t *testing.T) {
	for _, p := range []Policy{Copyright, None, Safe, All} {
		for _, in := range []Blocks{{}, fullBlocks(binary.BigEndian)} {
			out, _ := Filter(in, p, Target{Width: 4, Height: 3, Orientation: 6, Room: everywhere})
			if got := Orientation(out.EXIF); got != 6 {
				t.Errorf("%v: orientation %d", p, got)
			}
		}
	}
}

// FuzzFilter holds that nothing panics, that results are sound and small, and that what is private stays out.
func FuzzFilter(f *testing.F) {
	for _, o := range orders {
		f.Add(fullEXIF(o.order), []byte(fullXMP), fullPhotoshop(), byte(Safe))
	}
	f.Add([]byte("II*\x00\x08\x00\x00\x00\xff\xff"), []byte("<rdf:RDF creator=''/>"), []byte("8BIM\x04\x04\x00\x00\xff\xff\xff\xff"), byte(Copyright))
	f.Fuzz(func(t *testing.T, exif, xmp, photoshop []byte, policy byte) {
		p := Policy(policy & 3)
		target := Target{Width: 800, Height: 600, Orientation: 1, Room: Room{EXIF: 1 << 24, XMP: 1 << 24, Photoshop: 1 << 24}}
		out, _ := Filter(Blocks{EXIF: exif, XMP: xmp, Photoshop: photoshop}, p, target)
		if limit := 2*(len(exif)+3*len(photoshop)) + 4096; len(out.EXIF) > limit {
			t.Fatalf("%d bytes of EXIF from %d", len(out.EXIF), len(exif))
		}
		if Orientation(out.EXIF) != 1 {
			t.Fatalf("orientation %d", Orientation(out.EXIF))
		}
		if p != Copyright && p != Safe {
			return
		}
		if b, ok := parseEXIF(out.EXIF, All, false); ok && len(b.nested[tagGPSIFD]) > 0 {
			t.Fatal("there is a position")
		}
		if out.XMP != nil {
			x, err := parseXMP(out.XMP, All)
			if err != nil {
				t.Fatalf("what was written cannot be read: %v\n%q", err, out.XMP)
			}
			for _, n := range x.properties {
				checkPrivate(t, n)
			}
		}
	})
}

func checkPrivate(t *testing.T, n *xmpNode) {
	if private(n.name) {
		t.Fatalf("%v is there", n.name)
	}
	for _, a := range n.attrs {
		if private(a.Name) {
			t.Fatalf("%v is there", a.Name)
		}
	}
	for _, kid := range n.kids {
		checkPrivate(t, kid)
	}
}

// Private namespaces with the prefixes of known ones, or none that can be used, do not confuse the writer.
func TestXMPPrefixes(t *testing.T) {
	packet := `<rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description xmlns:dc="http://example.com/1" xmlns:d="` + nsDC + `" xmlns="http://example.com/2">` +
		`<dc:creator>other</dc:creator><d:creator>real</d:creator><plain>2</plain></rdf:Description></rdf:RDF>`
	for _, p := range []Policy{Safe, All} {
		out, _ := Filter(Blocks{XMP: []byte(packet)}, p, Target{Orientation: 1, Room: everywhere})
		x, err := parseXMP(out.XMP, All)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, n := range x.properties {
			got[n.name.Space+n.name.Local] = n.text
		}
		want := map[string]string{nsDC + "creator": "real"}
		if p == All {
			want["http://example.com/1creator"], want["http://example.com/2plain"] = "other", "2"
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: got %v, want %v", p, got, want)
		}
	}
}

func TestPrivate(t *testing.T) {
	for name, want := range map[xml.Name]bool{
		{Space: nsEXIF, Local: "GPSAltitude"}:           true,
		{Space: "x", Local: "CameraSerialNumber"}:       true,
		{Space: nsPlus, Local: "CopyrightOwnerName"}:    false,
		{Space: nsEXIFEx, Local: "CameraOwnerName"}:     true,
		{Space: nsIPTCCore, Local: "Location"}:          true,
		{Space: "http://a/", Local: "Location"}:         false,
		{Space: nsPhotoshop, Local: "City"}:             false,
		{Space: nsPhotoshop, Local: "History"}:          true,
		{Space: nsIPTCExt, Local: "LocationCreated"}:    false,
		{Space: nsEXIF, Local: "DateTimeOriginal"}:      false,
		{Space: nsEXIF, Local: "ImageUniqueID"}:         true,
		{Space: nsTIFF, Local: "Artist"}:                false,
		{Space: nsXMP, Local: "Thumbnails"}:             true,
		{Space: nsXMP, Local: "Identifier"}:             true,
		{Space: nsDC, Local: "identifier"}:              false,
		{Space: nsPhotoshop, Local: "LegacyIPTCDigest"}: true,
	} {
		if got := private(name); got != want {
			t.Errorf("%v: private %v", name, got)
		}
	}
}
