package meta

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bounds on what an XMP packet may be.
const (
	maxXMP      = 4 << 20 // bytes
	maxXMPDepth = 32
	maxXMPNodes = 50000
)

// xmpNode is an element of the packet. Its own text counts only where it has no children: RDF knows no mixed content.
type xmpNode struct {
	name  xml.Name // Space is the namespace's URL
	attrs []xml.Attr
	kids  []*xmpNode
	text  string
}

// xmpPacket is what a packet says about its picture (XMP part 1, ISO 16684-1, clause 7): the properties of all its
// descriptions, each of them once.
type xmpPacket struct {
	properties []*xmpNode
	prefixes   map[string]string // by URL: what the packet calls namespaces
}

var errNoRDF = errors.New("no RDF in it")

// parseXMP reads a packet and keeps what the policy does. Document types, unknown entities and encodings other than
// UTF-8 are refused.
func parseXMP(packet []byte, p Policy) (*xmpPacket, error) {
	if len(packet) > maxXMP {
		return nil, fmt.Errorf("%d bytes are too many", len(packet))
	}
	x := &xmpPacket{prefixes: map[string]string{}}
	root, err := x.parse(bytes.TrimPrefix(packet, []byte("\xEF\xBB\xBF")))
	if err != nil {
		return nil, err
	}
	rdf := root.find(xml.Name{Space: nsRDF, Local: "RDF"}, 3)
	if rdf == nil {
		return nil, errNoRDF
	}
	seen := map[xml.Name]bool{}
	add := func(n *xmpNode) {
		// What the packet says about its other parts is not true any more.
		if n.name.Local == "HasExtendedXMP" || n.name.Space == "" || n.name.Space == nsRDF || n.name.Space == nsXML || seen[n.name] || !keepsProperty(p, n.name) {
			return
		}
		seen[n.name] = true
		if p != All {
			n.dropPrivate()
		}
		x.properties = append(x.properties, n)
	}
	for _, description := range rdf.kids {
		if description.name != (xml.Name{Space: nsRDF, Local: "Description"}) {
			continue
		}
		for _, a := range description.attrs { // a short form of elements
			add(&xmpNode{name: a.Name, text: a.Value})
		}
		for _, kid := range description.kids {
			add(kid)
		}
	}
	return x, nil
}

// parse builds the tree below a root of no name.
func (x *xmpPacket) parse(packet []byte) (*xmpNode, error) {
	d := xml.NewDecoder(bytes.NewReader(packet))
	root := &xmpNode{}
	open := []*xmpNode{root}
	for nodes := 0; ; {
		token, err := d.Token()
		if err == io.EOF {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if nodes += 1 + len(t.Attr); nodes > maxXMPNodes || len(open) > maxXMPDepth {
				return nil, errors.New("too many elements")
			}
			n := &xmpNode{name: t.Name}
			for _, a := range t.Attr {
				switch {
				case a.Name.Space == "xmlns":
					if x.prefixes[a.Value] == "" {
						x.prefixes[a.Value] = a.Name.Local
					}
				case a.Name.Space == "" && a.Name.Local == "xmlns":
				default:
					n.attrs = append(n.attrs, a)
				}
			}
			top.kids = append(top.kids, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 && len(top.kids) == 0 {
				top.text += string(t)
			}
		case xml.Directive:
			return nil, errors.New("a document type has no place there")
		}
	}
}

// find looks for an element down to the given depth.
func (n *xmpNode) find(name xml.Name, depth int) *xmpNode {
	if n.name == name {
		return n
	}
	if depth == 0 {
		return nil
	}
	for _, kid := range n.kids {
		if found := kid.find(name, depth-1); found != nil {
			return found
		}
	}
	return nil
}

// dropPrivate removes what is private anywhere below n: structures such as a location hold properties of other
// namespaces.
func (n *xmpNode) dropPrivate() {
	attrs := n.attrs[:0]
	for _, a := range n.attrs {
		if !private(a.Name) {
			attrs = append(attrs, a)
		}
	}
	n.attrs = attrs
	kids := n.kids[:0]
	for _, kid := range n.kids {
		if !private(kid.name) {
			kid.dropPrivate()
			kids = append(kids, kid)
		}
	}
	n.kids = kids
}

// property returns a property, or nil.
func (x *xmpPacket) property(space, local string) *xmpNode {
	for _, n := range x.properties {
		if n.name.Space == space && n.name.Local == local {
			return n
		}
	}
	return nil
}

// madeByAI returns the word for how the picture came about (IPTC Digital Source Type) if that involves a trained model.
func (x *xmpPacket) madeByAI() string {
	n := x.property(nsIPTCExt, "DigitalSourceType")
	if n == nil {
		return ""
	}
	value := strings.TrimSpace(n.text)
	for _, a := range n.attrs {
		if a.Name == (xml.Name{Space: nsRDF, Local: "resource"}) {
			value = a.Value
		}
	}
	switch word := value[strings.LastIndexByte(value, '/')+1:]; word {
	case "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic":
		return "digital source type " + word
	}
	return ""
}

// correct makes what describes the picture right for the target.
func (x *xmpPacket) correct(t Target) {
	values := map[xml.Name]int{
		{Space: nsTIFF, Local: "Orientation"}:     max(t.Orientation, 1),
		{Space: nsTIFF, Local: "ImageWidth"}:      t.Width,
		{Space: nsTIFF, Local: "ImageLength"}:     t.Height,
		{Space: nsEXIF, Local: "PixelXDimension"}: t.Width,
		{Space: nsEXIF, Local: "PixelYDimension"}: t.Height,
	}
	if t.ColourSpace != 0 {
		values[xml.Name{Space: nsEXIF, Local: "ColorSpace"}] = int(t.ColourSpace)
	}
	kept := x.properties[:0]
	for _, n := range x.properties {
		if value, ok := values[n.name]; ok {
			n = &xmpNode{name: n.name, text: strconv.Itoa(value)}
		}
		if aboutOtherParts(n.name) {
			continue
		}
		if t.ColourSpace != 0 && n.name == (xml.Name{Space: nsPhotoshop, Local: "ICCProfile"}) {
			continue
		}
		kept = append(kept, n)
	}
	x.properties = kept
}

// addText adds a property if the packet lacks it and the text is not empty.
func (x *xmpPacket) addText(space, local, text string) {
	if text == "" || x.property(space, local) != nil {
		return
	}
	x.properties = append(x.properties, &xmpNode{name: xml.Name{Space: space, Local: local}, text: text})
}

// addList adds a property that is a list (kind Seq or Bag) if the packet lacks it and there are texts.
func (x *xmpPacket) addList(space, local, kind string, texts []string) {
	if len(texts) == 0 || x.property(space, local) != nil {
		return
	}
	list := &xmpNode{name: xml.Name{Space: nsRDF, Local: kind}}
	for _, text := range texts {
		list.kids = append(list.kids, &xmpNode{name: xml.Name{Space: nsRDF, Local: "li"}, text: text})
	}
	x.properties = append(x.properties, &xmpNode{name: xml.Name{Space: space, Local: local}, kids: []*xmpNode{list}})
}

// addLocalised adds a property that has one text, in the default language, if the packet lacks it and the text is not
// empty.
func (x *xmpPacket) addLocalised(space, local, text string) {
	if text == "" || x.property(space, local) != nil {
		return
	}
	x.addList(space, local, "Alt", []string{text})
	li := x.properties[len(x.properties)-1].kids[0].kids[0]
	li.attrs = []xml.Attr{{Name: xml.Name{Space: nsXML, Local: "lang"}, Value: "x-default"}}
}
