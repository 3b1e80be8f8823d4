package meta

import (
	"bytes"
	"fmt"
	"strings"
)

// Policy says which metadata an output keeps. The zero value is the default.
type Policy uint8

// The policies.
const (
	Copyright Policy = iota // author, copyright, licence, and whether AI made the picture
	None                    // nothing but what changes the rendering
	Safe                    // all but positions, serial numbers, owners, maker notes, thumbnails and what is not known
	All                     // everything, with orientation and size corrected
)

// String returns the policy's name on the command line.
func (p Policy) String() string {
	return [...]string{"copyright", "none", "safe", "all"}[p&3]
}

// Blocks is the metadata of one picture.
type Blocks struct {
	EXIF      []byte // from the TIFF header on
	XMP       []byte // the packet
	Photoshop []byte // image resources (8BIM), which hold IPTC-IIM
	Comments  [][]byte
	// Text are text chunks of a PNG, kept as they are by All where a PNG is written again.
	Text []TextChunk

	// Author and Copyright come from a format's own text fields.
	Author, Copyright string
	// TIFF says that EXIF is a whole TIFF file, whose first directory also describes the pixels.
	TIFF bool
	// C2PA says that there are signed content credentials (ISO 22144). They bind the very bytes of their file and
	// cannot be passed on. Filter leaves it to its caller to tell.
	C2PA bool
	// Extended says that the XMP packet goes on in further segments.
	Extended bool
}

// TextChunk is a PNG chunk of text: tEXt, zTXt or iTXt with its content.
type TextChunk struct {
	Kind    string
	Content []byte
}

// Room is how many bytes of each block an output can hold; 0 means none at all.
type Room struct {
	EXIF, XMP, Photoshop int
}

// Target describes the picture that the metadata are written into.
type Target struct {
	// Width and Height in pixels as stored.
	Width, Height int
	// Orientation, 1 to 8, that the output still needs; 1 where it has been applied.
	Orientation int
	// ColourSpace is what the colours were converted to, as EXIF has it (1: sRGB, 65535: another one); 0 where they stay
	// what they were.
	ColourSpace uint16
	Room        Room
}

// Filter returns what the policy keeps of in, made fit for the target, and warnings for the user, one line each. The
// result does not alias in and needs no more memory than in plus a few kilobytes. Blocks that cannot be understood are
// left out with a warning, but for All, which passes them on.
func Filter(in Blocks, p Policy, t Target) (out Blocks, warnings []string) {
	if p == None {
		if t.Orientation > 1 && t.Room.EXIF > 0 {
			out.EXIF = OrientationBlock(t.Orientation)
		}
		return out, nil
	}
	f := &filter{in: in, policy: p, target: t, iptc: parseIPTC(in.Photoshop)}
	f.readXMP()
	f.readEXIF()
	f.fold()
	f.write(&out)
	if in.Extended {
		f.warn("the extended part of the XMP metadata is left out")
	}
	return out, f.warnings
}

// filter is the state of one Filter call.
type filter struct {
	in       Blocks
	policy   Policy
	target   Target
	exif     *exifBlock // nil where there is none, or one to be patched in place
	xmp      *xmpPacket // nil where there is none, or one to be passed on as it is
	iptc     iptcData
	raw      Blocks // blocks that All passes on
	warnings []string
}

func (f *filter) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}

// readEXIF parses the EXIF block, or patches it for All.
func (f *filter) readEXIF() {
	exif := bytes.TrimPrefix(f.in.EXIF, exifPrefix)
	if len(exif) == 0 {
		return
	}
	if f.policy == All && !f.in.TIFF {
		f.raw.EXIF = patchEXIF(exif, f.target)
		return
	}
	block, ok := parseEXIF(exif, f.policy, f.in.TIFF)
	if !ok {
		if !f.in.TIFF { // a BigTIFF is no EXIF block, and that is no fault
			f.warn("the EXIF block is broken and left out")
		}
		return
	}
	block.correct(f.target)
	f.exif = block
}

// readXMP parses the packet if it can hold something that the policy keeps.
func (f *filter) readXMP() {
	packet := bytes.TrimRight(f.in.XMP, "\x00")
	if len(packet) == 0 || f.policy == Copyright && !mayHoldRights(packet) {
		return
	}
	x, err := parseXMP(packet, f.policy)
	if err != nil {
		if f.policy == All {
			f.raw.XMP = bytes.Clone(packet)
			return
		}
		f.warn("the XMP packet is broken and left out: %v", err)
		return
	}
	if source := x.madeByAI(); source != "" {
		f.warn("made with AI, say its metadata (%s)", source)
	}
	x.correct(f.target)
	f.xmp = x
}

// fold brings what would be lost with a block into one that the output can hold: IPTC and text fields into EXIF and XMP,
// EXIF into XMP. What is there already is not touched.
func (f *filter) fold() {
	authors, rights := f.iptc.texts(iptcByline), strings.Join(f.iptc.texts(iptcCopyright), "; ")
	if len(authors) == 0 && f.in.Author != "" {
		authors = []string{f.in.Author}
	}
	if rights == "" {
		rights = f.in.Copyright
	}
	keepsIPTC := f.policy != Copyright && f.target.Room.Photoshop > 0
	if f.raw.EXIF == nil && !keepsIPTC && f.target.Room.EXIF > 0 && (len(authors) > 0 || rights != "") {
		if f.exif == nil {
			f.exif = newEXIF()
		}
		f.exif.addText(tagArtist, strings.Join(authors, "; "))
		f.exif.addText(tagCopyright, rights)
	}
	if f.target.Room.EXIF == 0 && f.exif != nil {
		if len(authors) == 0 {
			authors = nonEmpty(f.exif.text(tagArtist))
		}
		if rights == "" {
			rights = f.exif.text(tagCopyright)
		}
	}
	if f.raw.XMP != nil || keepsIPTC && f.in.Author == "" && f.in.Copyright == "" {
		return
	}
	f.foldXMP(authors, rights)
}

// foldXMP adds authors, rights and fields of IPTC to the packet.
func (f *filter) foldXMP(authors []string, rights string) {
	x := f.xmp
	if x == nil {
		x = &xmpPacket{}
	}
	x.addList(nsDC, "creator", "Seq", authors)
	x.addLocalised(nsDC, "rights", rights)
	for _, m := range iptcToXMP {
		texts := f.iptc.texts(m.dataset)
		if len(texts) == 0 || f.policy == Copyright && m.dataset != iptcCredit {
			continue
		}
		switch m.form {
		case formText:
			x.addText(m.space, m.local, texts[0])
		case formAlt:
			x.addLocalised(m.space, m.local, texts[0])
		case formBag:
			x.addList(m.space, m.local, "Bag", texts)
		}
	}
	if len(x.properties) > 0 {
		f.xmp = x
	}
}

// write makes the blocks, as far as the output has room for them.
func (f *filter) write(out *Blocks) {
	*out = f.raw
	if f.exif != nil {
		out.EXIF = f.exif.bytes()
	}
	if out.EXIF == nil && f.target.Orientation > 1 {
		out.EXIF = OrientationBlock(f.target.Orientation)
	}
	if f.xmp != nil {
		out.XMP = f.xmp.bytes()
	}
	switch f.policy {
	case Safe:
		out.Photoshop = f.iptc.bytes()
	case All:
		out.Photoshop = bytes.Clone(f.in.Photoshop)
		for _, c := range f.in.Comments {
			out.Comments = append(out.Comments, bytes.Clone(c))
		}
		for _, c := range f.in.Text {
			out.Text = append(out.Text, TextChunk{c.Kind, bytes.Clone(c.Content)})
		}
	}
	for _, b := range []struct {
		name  string
		block *[]byte
		room  int
	}{
		{"EXIF block", &out.EXIF, f.target.Room.EXIF},
		{"XMP packet", &out.XMP, f.target.Room.XMP},
		{"IPTC block", &out.Photoshop, f.target.Room.Photoshop},
	} {
		if len(*b.block) > b.room {
			if b.room > 0 {
				f.warn("the %s of %d bytes is left out: the output holds %d", b.name, len(*b.block), b.room)
			}
			*b.block = nil
		}
	}
}

// nonEmpty is a list of s, or of nothing.
func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
