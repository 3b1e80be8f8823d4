package meta

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// Namespaces of Ultra HDR (developer.android.com, "Ultra HDR Image Format v1.1"): the parameters of a gain map, and the
// list of what is in a file.
const (
	nsGainMap   = "http://ns.adobe.com/hdr-gain-map/1.0/"
	nsContainer = "http://ns.google.com/photos/1.0/container/"
	nsItem      = nsContainer + "item/"
	nsCamera    = "http://ns.google.com/photos/1.0/camera/"
)

// aboutOtherParts reports whether a property tells of further parts of the file that it was in: whoever writes another
// file has to say anew what is in it.
func aboutOtherParts(n xml.Name) bool {
	switch n.Space {
	case nsGainMap, nsContainer, nsItem:
		return true
	case nsCamera:
		return strings.HasPrefix(n.Local, "MotionPhoto") || strings.HasPrefix(n.Local, "MicroVideo")
	}
	return false
}

// gainMapParameters are the properties of a gain map, in the order in which they are written.
var gainMapParameters = []string{
	"Version", "BaseRenditionIsHDR", "GainMapMin", "GainMapMax", "Gamma", "OffsetSDR", "OffsetHDR", "HDRCapacityMin", "HDRCapacityMax",
}

// maxNumber is how many letters a number has at most.
const maxNumber = 40

// GainMapPacket returns an XMP packet with the parameters that the packet of a gain map has, and with nothing else. It
// returns nil where these are missing or are not what they have to be. colour says that some are stated for each of three
// channels. Numbers are attributes, for there are readers that know no other form.
func GainMapPacket(packet []byte) (clean []byte, colour bool) {
	x, err := parseXMP(bytes.TrimRight(packet, "\x00"), All)
	if err != nil {
		return nil, false
	}
	var attributes, lists strings.Builder
	for _, name := range gainMapParameters {
		n := x.property(nsGainMap, name)
		if n == nil {
			if name == "Version" || name == "GainMapMax" {
				return nil, false
			}
			continue
		}
		values := n.items()
		for _, v := range values {
			if _, err := strconv.ParseFloat(v, 64); len(v) > maxNumber || err != nil && v != "True" && v != "False" {
				return nil, false
			}
		}
		switch len(values) {
		case 1:
			fmt.Fprintf(&attributes, ` hdrgm:%s="%s"`, name, values[0])
		case 3:
			colour = true
			fmt.Fprintf(&lists, "<hdrgm:%s><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></hdrgm:%s>", name, strings.Join(values, "</rdf:li><rdf:li>"), name)
		default:
			return nil, false
		}
	}
	return []byte(packetHead + `<rdf:Description rdf:about="" xmlns:hdrgm="` + nsGainMap + `"` + attributes.String() + ">" + lists.String() +
		"</rdf:Description>" + packetTail), colour
}

// items returns the texts of a list, or the one text of a property that is none.
func (n *xmpNode) items() []string {
	if len(n.kids) == 0 {
		return []string{strings.TrimSpace(n.text)}
	}
	var list []string
	for _, kid := range n.kids[0].kids {
		list = append(list, strings.TrimSpace(kid.text))
	}
	return list
}

// WithGainMap returns the packet of a picture, which may be nil, with the announcement of a gain map: a second file of
// length bytes behind the picture's. parameters says that that file has an XMP packet with parameters. It returns nil for
// a packet that announces something already, or that has no place for it.
func WithGainMap(packet []byte, length int, parameters bool) []byte {
	if len(packet) == 0 {
		packet = []byte(packetHead + packetTail)
	}
	end := bytes.LastIndex(packet, []byte("</rdf:RDF>"))
	if end < 0 || bytes.Contains(packet, []byte(nsContainer)) || bytes.Contains(packet, []byte(nsGainMap)) {
		return nil
	}
	version := ""
	if parameters {
		version = ` hdrgm:Version="1.0"`
	}
	item := func(semantic, more string) string {
		return `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="` + semantic + `" Item:Mime="image/jpeg"` + more + "/></rdf:li>"
	}
	out := append([]byte(nil), packet[:end]...)
	out = append(out, `<rdf:Description rdf:about="" xmlns:hdrgm="`+nsGainMap+`" xmlns:Container="`+nsContainer+`" xmlns:Item="`+nsItem+`"`+version+
		"><Container:Directory><rdf:Seq>"+item("Primary", "")+item("GainMap", fmt.Sprintf(` Item:Length="%d"`, length))+
		"</rdf:Seq></Container:Directory></rdf:Description>"...)
	return append(out, packet[end:]...)
}
