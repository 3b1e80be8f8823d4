package meta

import (
	"bytes"
	"strings"
)

// tagGPSVersion is the entry of a GPS directory that says nothing of a place (EXIF 2.3, clause 4.6.6).
const tagGPSVersion = 0

// HasPosition says whether the blocks tell where the picture was taken, as GPS receivers do: a GPS directory in EXIF with
// more than its version, or a GPS property in XMP. Names of places do not count.
func HasPosition(b Blocks) bool {
	if block, ok := parseEXIF(bytes.TrimPrefix(b.EXIF, exifPrefix), All, b.TIFF); ok {
		for _, f := range block.nested[tagGPSIFD] {
			if f.tag != tagGPSVersion {
				return true
			}
		}
	}
	if !bytes.Contains(b.XMP, []byte("GPS")) {
		return false
	}
	x, err := parseXMP(bytes.TrimRight(b.XMP, "\x00"), All)
	if err != nil {
		return true // what cannot be read is better looked at
	}
	for _, n := range x.properties {
		if n.names("GPS") {
			return true
		}
	}
	return false
}

// names says whether the name of n, of one of its attributes, or of anything below it begins with prefix.
func (n *xmpNode) names(prefix string) bool {
	if strings.HasPrefix(n.name.Local, prefix) {
		return true
	}
	for _, a := range n.attrs {
		if strings.HasPrefix(a.Name.Local, prefix) {
			return true
		}
	}
	for _, kid := range n.kids {
		if kid.names(prefix) {
			return true
		}
	}
	return false
}
