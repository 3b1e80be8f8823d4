package meta

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
)

// What stands around the descriptions of a packet.
const (
	packetHead = "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `">`
	packetTail = `</rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
)

// bytes writes the packet in the plainest form: one description, properties as elements, no padding. It is nil if there
// is nothing to say.
func (x *xmpPacket) bytes() []byte {
	if len(x.properties) == 0 {
		return nil
	}
	w := &xmpWriter{prefixes: map[string]string{nsRDF: "rdf", nsXML: "xml"}, taken: map[string]bool{"rdf": true, "xml": true, "xmlns": true, "x": true}}
	for _, n := range x.properties {
		w.name(n, x.prefixes)
	}
	w.WriteString(packetHead + `<rdf:Description rdf:about=""`)
	for _, space := range w.spaces {
		fmt.Fprintf(w, ` xmlns:%s="`, w.prefixes[space])
		w.escape(space)
		w.WriteByte('"')
	}
	w.WriteByte('>')
	for _, n := range x.properties {
		w.node(n)
	}
	w.WriteString("</rdf:Description>" + packetTail)
	return w.Bytes()
}

// xmpWriter writes elements with a prefix for each namespace.
type xmpWriter struct {
	bytes.Buffer
	prefixes map[string]string // by URL
	taken    map[string]bool
	spaces   []string // URLs in the order of their first use
}

// name finds prefixes for the namespaces of n and all below: the usual ones, else those of the source, else made up.
func (w *xmpWriter) name(n *xmpNode, source map[string]string) {
	w.prefix(n.name.Space, source)
	for _, a := range n.attrs {
		w.prefix(a.Name.Space, source)
	}
	for _, kid := range n.kids {
		w.name(kid, source)
	}
}

func (w *xmpWriter) prefix(space string, source map[string]string) {
	if space == "" || w.prefixes[space] != "" {
		return
	}
	prefix := usualPrefixes[space]
	if prefix == "" {
		prefix = source[space]
	}
	for i := 1; prefix == "" || w.taken[prefix]; i++ {
		prefix = "ns" + strconv.Itoa(len(w.spaces)+i)
	}
	w.prefixes[space], w.taken[prefix] = prefix, true
	w.spaces = append(w.spaces, space)
}

func (w *xmpWriter) qualified(n xml.Name) string {
	if p := w.prefixes[n.Space]; p != "" {
		return p + ":" + n.Local
	}
	return n.Local
}

func (w *xmpWriter) node(n *xmpNode) {
	name := w.qualified(n.name)
	w.WriteString("<" + name)
	for _, a := range n.attrs {
		w.WriteString(" " + w.qualified(a.Name) + `="`)
		w.escape(a.Value)
		w.WriteByte('"')
	}
	if len(n.kids) == 0 && n.text == "" {
		w.WriteString("/>")
		return
	}
	w.WriteByte('>')
	for _, kid := range n.kids {
		w.node(kid)
	}
	if len(n.kids) == 0 {
		w.escape(n.text)
	}
	w.WriteString("</" + name + ">")
}

// escape writes text; a buffer takes everything.
func (w *xmpWriter) escape(text string) { _ = xml.EscapeText(&w.Buffer, []byte(text)) }
