package codec

import (
	"errors"
	"image"
)

// Model is how a file stores colour.
type Model uint8

// The colour models of files. Gray and RGB may come with alpha.
const (
	Gray Model = iota
	RGB
	YCbCr
	CMYK
	YCCK
	Palette
)

// String returns the model's name as people write it.
func (m Model) String() string {
	return [...]string{"grey", "RGB", "YCbCr", "CMYK", "YCCK", "palette"}[m]
}

// Block is a piece of metadata in a file.
type Block struct {
	Name string // what it is: "EXIF", "ICC", "comment", "trailer"
	Size int    // in bytes as stored
}

// Header is what a file says about itself. Its byte slices may alias the file's data.
type Header struct {
	Format        Format
	Width, Height int   // in pixels as stored, before the orientation is applied; at least 1
	Orientation   int   // 1 to 8 as in EXIF
	Depth         int   // bits per sample
	Model         Model // how colour is stored
	Alpha         bool  // some pixels may be transparent
	Frames        int   // frames of an animation or pages; at least 1
	Lossless      bool  // the coding loses nothing
	Progressive   bool  // coded in several passes over the picture (interlaced included)
	// Subsampling is that of a YCbCr JPEG or lossy WebP.
	Subsampling    image.YCbCrSubsampleRatio
	ICC, EXIF, XMP []byte   // profile, EXIF from its TIFF header on, XMP packet; nil when absent or broken
	Blocks         []Block  // all metadata in the order of the file
	Extras         []Extra  // what there is besides picture and metadata
	Warnings       []string // oddities that do not touch the pixels, such as an incomplete profile
	// Shallow says that Decode gives 8 bits of samples that have more.
	Shallow bool
	// Odd marks bytes that this package reads and other programs may refuse, such as the rarer kinds of BMP: better
	// written anew than passed on.
	Odd bool
	// Damage is not nil when the structure shows that pixels are missing or damaged: a TruncatedError or a FormatError.
	// Decode returns it unless DecodeOptions.AllowTruncated is set; StripMetadata always does.
	Damage error

	data   []byte // what the header was read from
	layout any    // where things are, for the format's own use
}

// ReadHeader reads the structure of a whole file, from its size to its metadata and the number of its frames, in time
// linear in len(data) and without allocating pixels. It fails with a FormatError when data are no picture or so broken
// that not even the size is known, and with an UnsupportedError when the picture's kind cannot be decoded.
func ReadHeader(data []byte) (*Header, error) {
	f := Sniff(data)
	if f == Unknown {
		return nil, FormatError("file: not a known picture format")
	}
	if codecs[f].header == nil {
		return nil, UnsupportedError("reading " + f.String())
	}
	h := &Header{Format: f, Orientation: 1, Frames: 1, data: data}
	if err := codecs[f].header(data, h); err != nil {
		return nil, err
	}
	return h, nil
}

// check makes sure that the header belongs to data: offsets of one file used on another would read out of bounds.
func (h *Header) check(data []byte) error {
	if len(data) == 0 || len(data) != len(h.data) || &data[0] != &h.data[0] {
		return errors.New("codec: the header belongs to other data")
	}
	return nil
}

// note records a metadata block.
func (h *Header) note(name string, size int) {
	h.Blocks = append(h.Blocks, Block{name, size})
}

// warn records an oddity once.
func (h *Header) warn(text string) {
	for _, w := range h.Warnings {
		if w == text {
			return
		}
	}
	h.Warnings = append(h.Warnings, text)
}
