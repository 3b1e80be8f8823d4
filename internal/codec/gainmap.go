package codec

import (
	"bytes"
	"encoding/binary"

	"imgpool/internal/meta"
)

// GainMapFile is the gain map of a JPEG in the manner of Ultra HDR: a second JPEG behind the picture, whose samples say by
// how much pixels are brighter on a screen of high dynamic range, and the parameters of that. It has a resolution of its
// own and is stored in the picture's orientation.
type GainMapFile struct {
	Header *Header // of the map
	Data   []byte  // the map's file; aliases that of the picture
	// Colour says that channels differ: the map then belongs to the primaries of its picture. One gain for all channels
	// goes through a change of primaries unharmed, for that is linear in light and leaves white where it is.
	Colour bool

	xmp, iso []byte // parameters: an XMP packet, the block of ISO 21496-1; nil where there is none
}

// GainMapFile returns the gain map of a JPEG, or nil: where there is none, where the map cannot be decoded, and where its
// parameters are missing or of an unknown kind, as Apple's are. Only its parameters outlive the file's data.
func (h *Header) GainMapFile() *GainMapFile {
	l, ok := h.layout.(*jpegLayout)
	if !ok || l.gainMap == nil || Sniff(l.gainMap) != JPEG {
		return nil
	}
	own, err := ReadHeader(l.gainMap)
	if err != nil || own.Damage != nil {
		return nil
	}
	g := &GainMapFile{Header: own, Data: l.gainMap, Colour: own.Model != Gray}
	if xmp, colour := meta.GainMapPacket(own.XMP); xmp != nil {
		g.xmp, g.Colour = xmp, g.Colour || colour
	}
	eachSegment(l.gainMap, func(marker byte, p []byte) bool {
		if iso, ok := bytes.CutPrefix(p, idISOGainMap); ok && marker == mAPP2 {
			channels := 0
			if g.iso, channels = gainMapBlock(iso); channels > 1 {
				g.Colour = true
			}
		}
		return true
	})
	if g.xmp == nil && g.iso == nil {
		return nil
	}
	return g
}

// Flags of gain map metadata (ISO 21496-1, annex C.2, and libultrahdr for the last).
const (
	gainMapChannels = 0x80 // three channels, not one
	gainMapCommon   = 0x08 // all fractions have one denominator
)

// gainMapBlock returns the metadata without what may follow them, and the number of channels; nil where they are of an
// unknown version or too short.
func gainMapBlock(p []byte) (block []byte, channels int) {
	if len(p) < 5 || binary.BigEndian.Uint16(p) != 0 { // the version that a reader has to know
		return nil, 0
	}
	channels = 1
	if p[4]&gainMapChannels != 0 {
		channels = 3
	}
	// Two capacities, then five numbers for each channel.
	size := 5 + 2*8 + channels*5*8
	if p[4]&gainMapCommon != 0 {
		size = 5 + 4 + 2*4 + channels*5*4
	}
	if len(p) < size {
		return nil, 0
	}
	return bytes.Clone(p[:size]), channels
}

// Attach returns the JPEG file primary with a gain map behind it, whose pixels are those of the JPEG file picture, and
// whose parameters are those of g: the directories of the Multi-Picture Format and of XMP tell where it is. It returns nil
// where the primary's XMP packet leaves no room for that.
func (g *GainMapFile) Attach(primary, picture []byte) []byte {
	var params []byte
	if g.xmp != nil {
		params = appendJPEGSegment(params, mAPP1, append(bytes.Clone(idXMP), g.xmp...))
	}
	if g.iso != nil {
		params = appendJPEGSegment(params, mAPP2, append(bytes.Clone(idISOGainMap), g.iso...))
	}
	head, packet, rest := splitJPEG(picture)
	if packet != nil {
		return nil // not a file without metadata
	}
	second := append(append(head, params...), rest...)

	head, packet, rest = splitJPEG(primary)
	if packet = meta.WithGainMap(packet, len(second), g.xmp != nil); packet == nil || len(packet) > maxSegment-len(idXMP) {
		return nil
	}
	out := appendJPEGSegment(head, mAPP1, append(bytes.Clone(idXMP), packet...))
	if g.iso != nil { // the picture states the version alone
		out = appendJPEGSegment(out, mAPP2, append(bytes.Clone(idISOGainMap), 0, 0, 0, 0))
	}
	index := len(appendMPF(nil, 0, 0, 0))
	size := len(out) + 4 + index + len(rest)
	out = appendJPEGSegment(out, mAPP2, appendMPF(nil, size, len(second), size-len(out)-4-len(idMPF)))
	return append(append(out, rest...), second...)
}

// splitJPEG takes a file of this package apart: the application segments and comments that begin it, less the XMP
// packet, that packet, nil without one, and the rest.
func splitJPEG(file []byte) (head, packet, rest []byte) {
	head = bytes.Clone(file[:2])
	pos := 2
	eachSegment(file, func(marker byte, p []byte) bool {
		if marker < mAPP0 || marker > mAPP15 && marker != mCOM {
			return false
		}
		end := pos + 4 + len(p)
		if xmp, ok := bytes.CutPrefix(p, idXMP); ok && marker == mAPP1 {
			packet = xmp
		} else {
			head = append(head, file[pos:end]...)
		}
		pos = end
		return true
	})
	return head, packet, file[pos:]
}
