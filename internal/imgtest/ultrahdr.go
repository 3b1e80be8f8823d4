package imgtest

import (
	"encoding/binary"
	"slices"
)

// WithFurther joins two JPEG files by an index of the Multi-Picture Format (CIPA DC-007) in the first one: the second has
// the given kind, 0 for a gain map. order is the byte order of the index.
func WithFurther(first, second []byte, kind uint32, order binary.AppendByteOrder) []byte {
	const entries = 8 + 2 + 12 + 4
	index := func(size, behind int) []byte {
		p := []byte("MPF\x00MM\x00*")
		if order.String() == "LittleEndian" {
			p = []byte("MPF\x00II*\x00")
		}
		p = order.AppendUint16(order.AppendUint32(p, 8), 1)
		p = order.AppendUint16(order.AppendUint16(p, 0xB002), 7)
		p = order.AppendUint32(order.AppendUint32(order.AppendUint32(p, 32), entries), 0)
		for _, e := range [][3]int{{0x030000, size, 0}, {int(kind), len(second), behind}} {
			for _, v := range []int{e[0], e[1], e[2], 0} {
				p = order.AppendUint32(p, uint32(v))
			}
		}
		head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE2}, uint16(len(p)+2))
		return append(head, p...)
	}
	size := len(first) + len(index(0, 0))
	// Offsets count from the byte order mark: behind two bytes of start, the marker, its length, and four letters.
	return slices.Concat(first[:2], index(size, size-2-4-4), first[2:], second)
}

// GainMapXMP is the packet of a gain map of Ultra HDR: up to two stops, one gain for all channels.
const GainMapXMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:GainMapMin="0" ` +
	`hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" ` +
	`hdrgm:HDRCapacityMax="2" hdrgm:BaseRenditionIsHDR="False"/></rdf:RDF></x:xmpmeta>`
