package meta

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// The namespaces that are known here.
const (
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsDC        = "http://purl.org/dc/elements/1.1/"
	nsXMP       = "http://ns.adobe.com/xap/1.0/"
	nsRights    = "http://ns.adobe.com/xap/1.0/rights/"
	nsPhotoshop = "http://ns.adobe.com/photoshop/1.0/"
	nsTIFF      = "http://ns.adobe.com/tiff/1.0/"
	nsEXIF      = "http://ns.adobe.com/exif/1.0/"
	nsAux       = "http://ns.adobe.com/exif/1.0/aux/"
	nsEXIFEx    = "http://cipa.jp/exif/1.0/"
	nsIPTCCore  = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
	nsIPTCExt   = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
	nsPlus      = "http://ns.useplus.org/ldf/xmp/1.0/"
	nsCC        = "http://creativecommons.org/ns#"
	nsLightroom = "http://ns.adobe.com/lightroom/1.0/"
)

// usualPrefixes are what these namespaces are called; some readers look at nothing else. All but RDF and XML's own are
// kept by Safe: history, edit settings, face regions and private namespaces are not among them.
var usualPrefixes = map[string]string{
	nsDC: "dc", nsXMP: "xmp", nsRights: "xmpRights", nsPhotoshop: "photoshop", nsTIFF: "tiff", nsEXIF: "exif", nsAux: "aux",
	nsEXIFEx: "exifEX", nsIPTCCore: "Iptc4xmpCore", nsIPTCExt: "Iptc4xmpExt", nsPlus: "plus", nsCC: "cc", nsLightroom: "lr",
}

// rightsProperties are the properties that Copyright keeps, besides the whole of nsRights, nsPlus and nsCC: author,
// rights, credit, and how the picture came about.
var rightsProperties = map[xml.Name]bool{
	{Space: nsDC, Local: "creator"}:                    true,
	{Space: nsDC, Local: "rights"}:                     true,
	{Space: nsPhotoshop, Local: "Credit"}:              true,
	{Space: nsTIFF, Local: "Artist"}:                   true,
	{Space: nsTIFF, Local: "Copyright"}:                true,
	{Space: nsEXIFEx, Local: "Photographer"}:           true,
	{Space: nsIPTCExt, Local: "DigitalSourceType"}:     true,
	{Space: nsIPTCExt, Local: "AISystemUsed"}:          true,
	{Space: nsIPTCExt, Local: "AISystemVersionUsed"}:   true,
	{Space: nsIPTCExt, Local: "DigitalSourcefileType"}: true, // as the standard of 2007 had it
}

// keepsProperty says whether a policy keeps a property of the picture.
func keepsProperty(p Policy, n xml.Name) bool {
	switch p {
	case All:
		return true
	case Safe:
		return usualPrefixes[n.Space] != "" && !private(n)
	case Copyright:
		return rightsProperties[n] || (n.Space == nsRights || n.Space == nsPlus || n.Space == nsCC) && !private(n)
	}
	return false
}

// private says whether a property, at any depth, is one that only All keeps: positions, places within a city, serial
// and unique numbers, owners of devices, maker notes, previews, and the traces that editors leave.
func private(n xml.Name) bool {
	for _, part := range []string{"GPS", "Latitude", "Longitude", "Altitude", "SerialNumber", "MakerNote", "Thumbnail", "UniqueID"} {
		if strings.Contains(n.Local, part) {
			return true
		}
	}
	switch n.Local {
	case "OwnerName", "CameraOwnerName": // plus:CopyrightOwnerName is another matter
		return true
	case "Location", "LocationId", "LocationName", "Sublocation":
		return n.Space == nsIPTCCore || n.Space == nsIPTCExt
	case "History", "DocumentAncestors", "EmbeddedXMPDigest", "LegacyIPTCDigest", "SidecarForExtension":
		return n.Space == nsPhotoshop
	case "Identifier":
		return n.Space == nsXMP
	case "NativeDigest":
		return n.Space == nsTIFF || n.Space == nsEXIF
	case "SubjectArea", "SubjectLocation", "Pressure", "WaterDepth":
		return n.Space == nsEXIF || n.Space == nsEXIFEx
	}
	return false
}

// rightsWords are parts of the names that Copyright keeps: names cannot be written in another way.
var rightsWords = [][]byte{
	[]byte("creator"), []byte("rights"), []byte("useplus"), []byte("creativecommons"), []byte("Credit"), []byte("Artist"),
	[]byte("Copyright"), []byte("Photographer"), []byte("DigitalSource"), []byte("AISystem"),
}

// mayHoldRights is a quick look at whether a packet can hold anything for Copyright: most do not, and parsing takes time.
func mayHoldRights(packet []byte) bool {
	for _, word := range rightsWords {
		if bytes.Contains(packet, word) {
			return true
		}
	}
	return false
}
