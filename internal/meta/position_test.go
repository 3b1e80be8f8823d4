package meta

import (
	"encoding/binary"
	"testing"
)

func TestHasPosition(t *testing.T) {
	gps := func(tags ...uint16) []byte {
		b := newEXIF()
		for _, tag := range tags {
			b.nested[tagGPSIFD] = append(b.nested[tagGPSIFD], field{tag, typeASCII, 2, []byte("N\x00")})
		}
		return b.bytes()
	}
	packet := func(inner string) []byte {
		return []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description xmlns:exif="` + nsEXIF +
			`" xmlns:dc="` + nsDC + `" ` + inner + `</rdf:Description></rdf:RDF></x:xmpmeta>`)
	}
	for name, c := range map[string]struct {
		in   Blocks
		want bool
	}{
		"nothing":               {Blocks{}, false},
		"full":                  {Blocks{EXIF: fullEXIF(binary.LittleEndian)}, true},
		"latitude":              {Blocks{EXIF: gps(0, 1)}, true},
		"with the prefix":       {Blocks{EXIF: append([]byte("Exif\x00\x00"), gps(2)...)}, true},
		"version alone":         {Blocks{EXIF: gps(tagGPSVersion)}, false},
		"orientation alone":     {Blocks{EXIF: OrientationBlock(6)}, false},
		"broken":                {Blocks{EXIF: []byte("MM\x00*\xff\xff\xff\xff")}, false},
		"XMP attribute":         {Blocks{XMP: packet(`exif:GPSLatitude="1,2N">`)}, true},
		"XMP element":           {Blocks{XMP: packet(`><exif:GPSLatitude>1</exif:GPSLatitude>`)}, true},
		"XMP deep":              {Blocks{XMP: packet(`><dc:relation rdf:parseType="Resource"><exif:GPSAltitude>1</exif:GPSAltitude></dc:relation>`)}, true},
		"XMP with a word only":  {Blocks{XMP: packet(`dc:title="about GPS">`)}, false},
		"XMP that is broken":    {Blocks{XMP: []byte("<GPS")}, true},
		"XMP that says nothing": {Blocks{XMP: packet(`dc:title="a">`)}, false},
	} {
		if got := HasPosition(c.in); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
