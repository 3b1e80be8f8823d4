package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Format is an image file format as told by its content. The zero value is Unknown.
type Format uint8

// The formats that Sniff tells apart. The table below says which of them can be read and written; the others are recognised, so that
// a file can be reported as an unsupported picture and not as something that is no picture at all.
const (
	Unknown Format = iota
	JPEG
	PNG
	GIF
	WebP
	TIFF
	BMP
	AVIF
	HEIC
	JXL
	SVG
	ICO
	PSD
	JP2
	PNM
	QOI
	EXR
	HDR
	RAW // a camera's own format that its first bytes give away (CR2, CR3, RAF, ORF, RW2)
	formatCount
)

// formatInfo is what there is to know about a format apart from its codec.
type formatInfo struct {
	name               string
	exts               []string // the first one is used for new files
	read, write, alpha bool
}

var formats = [formatCount]formatInfo{
	Unknown: {name: "unknown"},
	JPEG:    {name: "jpeg", exts: []string{".jpg", ".jpeg", ".jpe", ".jfif", ".jif"}, read: true, write: true},
	PNG:     {name: "png", exts: []string{".png", ".apng"}, read: true, write: true, alpha: true},
	GIF:     {name: "gif", exts: []string{".gif"}, read: true, write: true, alpha: true},
	WebP:    {name: "webp", exts: []string{".webp"}, read: true, write: true, alpha: true},
	TIFF:    {name: "tiff", exts: []string{".tif", ".tiff"}, read: true, write: true, alpha: true},
	BMP:     {name: "bmp", exts: []string{".bmp", ".dib"}, read: true, write: true, alpha: true},
	AVIF:    {name: "avif", exts: []string{".avif", ".avifs"}, read: true, write: true, alpha: true},
	HEIC:    {name: "heic", exts: []string{".heic", ".heif", ".hif"}, read: true, alpha: true},
	JXL:     {name: "jxl", exts: []string{".jxl"}, read: true, write: true, alpha: true},
	SVG:     {name: "svg", exts: []string{".svg"}, alpha: true},
	ICO:     {name: "ico", exts: []string{".ico", ".cur"}, alpha: true},
	PSD:     {name: "psd", exts: []string{".psd", ".psb"}, alpha: true},
	JP2:     {name: "jp2", exts: []string{".jp2", ".j2k", ".jpx", ".jpf", ".j2c"}, alpha: true},
	PNM:     {name: "pnm", exts: []string{".pnm", ".ppm", ".pgm", ".pbm", ".pam"}},
	QOI:     {name: "qoi", exts: []string{".qoi"}, alpha: true},
	EXR:     {name: "exr", exts: []string{".exr"}, alpha: true},
	HDR:     {name: "hdr", exts: []string{".hdr"}},
	RAW:     {name: "raw", exts: []string{".cr2", ".cr3", ".raf", ".orf", ".rw2"}},
}

func (f Format) info() *formatInfo {
	if f >= formatCount {
		f = Unknown
	}
	return &formats[f]
}

// String returns the format's name in lower case ("jpeg"), "unknown" for Unknown.
func (f Format) String() string { return f.info().name }

// Ext returns the extension that a new file of the format gets, with the dot (".jpg"); "" for Unknown.
func (f Format) Ext() string {
	if e := f.info().exts; len(e) > 0 {
		return e[0]
	}
	return ""
}

// Exts returns the format's usual extensions, with their dots; the first is Ext.
func (f Format) Exts() []string { return slices.Clone(f.info().exts) }

// Unavailable returns why this build, where it runs, does not use the library that the format needs, or nil.
func (f Format) Unavailable() error {
	switch f {
	case AVIF:
		return avifSystem()
	case JXL:
		return jxlSystem()
	}
	return nil
}

// HasExt reports whether ext (with its dot, in any case) is one of the format's usual extensions.
func (f Format) HasExt(ext string) bool {
	for _, e := range f.info().exts {
		if strings.EqualFold(e, ext) {
			return true
		}
	}
	return false
}

// CanRead reports whether ReadHeader and Decode take the format.
func (f Format) CanRead() bool { return f.info().read }

// CanWrite reports whether Encode takes the format.
func (f Format) CanWrite() bool { return f.info().write }

// CanAlpha reports whether files of the format can hold transparency.
func (f Format) CanAlpha() bool { return f.info().alpha }

// ParseFormat returns the format with the given name or extension, in any case, with or without the dot: "jpeg", "jpg",
// ".JPG". It knows every format, also those that CanWrite denies. The error lists the ones that can be written.
func ParseFormat(name string) (Format, error) {
	n := strings.TrimPrefix(strings.ToLower(name), ".")
	for f := JPEG; f < formatCount; f++ {
		if n == formats[f].name || f.HasExt("."+n) {
			return f, nil
		}
	}
	var known []string
	for f := JPEG; f < formatCount; f++ {
		if formats[f].write {
			known = append(known, formats[f].name)
		}
	}
	return Unknown, fmt.Errorf("unknown format %q (want one of %s)", name, strings.Join(known, ", "))
}

// SniffLen is the number of leading bytes that Sniff looks at. Fewer are enough when the file is shorter.
const SniffLen = 512

// signatures are the formats that a fixed run of bytes gives away. A '?' in a pattern stands for any byte. Order
// matters: the first match wins.
var signatures = []struct {
	pattern string
	format  Format
}{
	{"\xff\xd8\xff", JPEG},
	{"\x89PNG\r\n\x1a\n", PNG},
	{"GIF87a", GIF},
	{"GIF89a", GIF},
	{"RIFF????WEBP", WebP},
	{"II*\x00????CR\x02", RAW},        // Canon CR2 is a TIFF otherwise
	{"IIRO", RAW},                     // Olympus
	{"IIU\x00", RAW},                  // Panasonic
	{"FUJIFILMCCD-RAW ", RAW},         // Fujifilm
	{"II*\x00", TIFF},                 // little endian
	{"MM\x00*", TIFF},                 // big endian
	{"II+\x00\x08\x00\x00\x00", TIFF}, // BigTIFF
	{"MM\x00+\x00\x08\x00\x00", TIFF},
	{"\xff\x0a", JXL}, // naked codestream
	{"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL},
	{"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2},
	{"\xff\x4f\xff\x51", JP2}, // naked codestream
	{"8BPS\x00\x01", PSD},
	{"8BPS\x00\x02", PSD},
	{"qoif", QOI},
	{"v/1\x01", EXR},
	{"#?RADIANCE\n", HDR},
	{"#?RGBE\n", HDR},
}

// Sniff tells the format of a file from its first bytes, of which it looks at no more than SniffLen. It never looks at
// names. Unknown means: not a picture that imgpool has heard of.
func Sniff(head []byte) Format {
	head = head[:min(len(head), SniffLen)]
	for _, s := range signatures {
		if matches(head, s.pattern) {
			return s.format
		}
	}
	switch {
	case isDamagedPNG(head):
		return PNG
	case isBMP(head):
		return BMP
	case isICO(head):
		return ICO
	case isPNM(head):
		return PNM
	case isSVG(head):
		return SVG
	}
	return sniffBrands(head)
}

// matches reports whether head begins with pattern, in which '?' matches any byte.
func matches(head []byte, pattern string) bool {
	if len(head) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] != '?' && pattern[i] != head[i] {
			return false
		}
	}
	return true
}

// isDamagedPNG recognises a PNG whose signature, which is made to show such things, has been through a transfer of texts or of
// seven bits: two letters of its name are right, and the header chunk is in its place.
func isDamagedPNG(head []byte) bool {
	if len(head) < 16 || string(head[12:16]) != "IHDR" {
		return false
	}
	right := 0
	for i, c := range []byte("PNG") {
		if head[1+i] == c {
			right++
		}
	}
	return right >= 2
}

// isBMP wants "BM" and a believable size of the information header behind the 14-byte file header: two letters alone
// would make a picture of many a text.
func isBMP(head []byte) bool {
	if len(head) < 18 || head[0] != 'B' || head[1] != 'M' {
		return false
	}
	n := binary.LittleEndian.Uint32(head[14:])
	return n >= 12 && n <= 1024
}

// isICO recognises Windows icons (type 1) and cursors (type 2): a count that is not 0 and a first entry whose reserved
// byte is 0 and whose image lies behind the directory.
func isICO(head []byte) bool {
	if len(head) < 22 || head[0] != 0 || head[1] != 0 || head[3] != 0 || head[2] < 1 || head[2] > 2 {
		return false
	}
	count := binary.LittleEndian.Uint16(head[4:])
	offset := binary.LittleEndian.Uint32(head[18:])
	return count > 0 && head[9] == 0 && offset >= 6+16*uint32(count)
}

// isPNM recognises netpbm's P1 to P7: the magic, white space, and a digit or a comment (P7 begins with a word).
func isPNM(head []byte) bool {
	if len(head) < 4 || head[0] != 'P' || head[1] < '1' || head[1] > '7' {
		return false
	}
	if head[1] == '7' {
		return bytes.HasPrefix(head[2:], []byte("\nWIDTH")) || bytes.HasPrefix(head[2:], []byte("\n#"))
	}
	blank := head[2] == '\n' || head[2] == ' ' || head[2] == '\t' || head[2] == '\r'
	return blank && (head[3] == '#' || head[3] >= '0' && head[3] <= '9')
}

// isSVG wants a text that opens as XML does and has an svg element early. A web page with a drawing in it does not
// count.
func isSVG(head []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	opens := false
	for _, p := range []string{"<svg", "<?xml", "<!--", "<!DOCTYPE svg", "<!doctype svg"} {
		opens = opens || bytes.HasPrefix(text, []byte(p))
	}
	return opens && bytes.Contains(text, []byte("<svg")) && !bytes.Contains(bytes.ToLower(text), []byte("<html"))
}

// sniffBrands looks at the file type box of ISO/IEC 14496-12, clause 4.3: the major brand first, then the compatible
// ones. Brands that say only "some HEIF" (mif1, msf1) count when no other one tells more.
func sniffBrands(head []byte) Format {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return Unknown
	}
	end := int(min(binary.BigEndian.Uint32(head), uint32(len(head))))
	generic := false
	for i := 8; i+4 <= end; i += 4 {
		if i == 12 { // the minor version
			continue
		}
		switch string(head[i : i+4]) {
		case "avif", "avis":
			return AVIF
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
			return HEIC
		case "crx ":
			return RAW
		case "jp2 ", "jpx ":
			return JP2
		case "mif1", "msf1", "mif2":
			generic = true
		}
	}
	if generic {
		return HEIC
	}
	return Unknown
}
