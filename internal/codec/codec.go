package codec

import (
	"bytes"
	"fmt"
	"image"
	"image/color"

	"imgpool/internal/meta"
)

// codec is what a format has to supply. A nil field means that the format lacks the ability.
type codec struct {
	// header fills h from data; h.Format is set. It allocates no pixels and follows no offset out of data.
	header func(data []byte, h *Header) error
	// decode makes the pixels of the first frame. The caller has compared the header's size with its limits.
	decode func(data []byte, h *Header, o DecodeOptions) (*Decoded, error)
	// decodeCost returns the peak of what decode allocates, in bytes.
	decodeCost func(h *Header, o DecodeOptions) int64
	// encode appends img to dst. Every type that Decode can return must be taken.
	encode func(dst *bytes.Buffer, img image.Image, o EncodeOptions) error
	// encodeCost returns the peak of what encode allocates for a picture of w x h pixels, in bytes.
	encodeCost func(k pixelKind, w, h int64, o EncodeOptions) int64
	// strip returns data with the metadata of keep in place of their own, and with the same pixels. profile says that the
	// file's profile stays.
	strip func(data []byte, h *Header, keep meta.Blocks, profile bool) ([]byte, error)
}

// codecs has a row for each format that can be read or written.
var codecs = [formatCount]codec{
	JPEG: {readJPEGHeader, decodeJPEG, jpegDecodeCost, encodeJPEG, jpegEncodeCost, stripJPEG},
	PNG:  {readPNGHeader, decodePNG, pngDecodeCost, encodePNG, pngEncodeCost, stripPNG},
	GIF:  {readGIFHeader, decodeGIF, gifDecodeCost, encodeGIF, gifEncodeCost, nil},
	WebP: {readWebPHeader, decodeWebP, webpDecodeCost, encodeWebP, webpEncodeCost, stripWebP},
	TIFF: {readTIFFHeader, decodeTIFF, tiffDecodeCost, encodeTIFF, tiffEncodeCost, nil},
	BMP:  {readBMPHeader, decodeBMP, bmpDecodeCost, encodeBMP, bmpEncodeCost, nil},
	AVIF: {readAVIFHeader, decodeAVIF, avifDecodeCost, encodeAVIF, avifEncodeCost, nil},
	HEIC: {readHEICHeader, decodeHEIC, heicDecodeCost, nil, nil, nil},
	JXL:  {readJXLHeader, decodeJXL, jxlDecodeCost, encodeJXL, jxlEncodeCost, nil},
}

// DecodeOptions are what Decode may be asked for. The zero value means full size and complete files only.
type DecodeOptions struct {
	// Scale is a wish to get 1/Scale of each side: 1, 2, 4 or 8; 0 means 1. JPEG fulfils it inside the inverse
	// transform, which saves most of the work; where a format or a file cannot, the picture comes at full size.
	// [Decoded.Width] tells.
	Scale int
	// ChromaScale is the same wish for the chroma planes of YCbCr, where the output has other chroma subsampling than
	// the file: half or twice Scale. 0 means Scale.
	ChromaScale int
	// AllowTruncated makes a picture of what is there when the file is damaged ([Header.Damage]), with a warning.
	AllowTruncated bool
}

// Decoded is a picture in memory. The caller owns the pixels until it calls Release.
type Decoded struct {
	// Image is *image.YCbCr (full range, BT.601, as in JFIF), *image.NYCbCrA (the same with alpha), *image.Gray,
	// *image.Gray16, *image.NRGBA or *image.NRGBA64. Its bounds begin at (0,0) and are Width and Height rounded up.
	// CMYK of up to 8 bits is *image.CMYK, as [Header.Inks] says; with more, or with alpha, it comes out in sRGB.
	Image image.Image
	// Width and Height are the true extent of the picture in pixels of Image: 1001/4 = 250.25. The last column or row
	// may be covered in part only.
	Width, Height float64
	// Warnings are things a person should know about, one line each.
	Warnings []string
	// Release gives buffers back. It is never nil; neither it nor the pixels may be used afterwards.
	Release func()
}

// Decode makes the pixels of data, whose header is h as ReadHeader returned it for the same data: of the first frame or
// page, composited onto its canvas. Compare the header with your limits first; Decode allocates what the header
// declares. It fails with a FormatError, an UnsupportedError or a TruncatedError.
func Decode(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	if err := h.check(data); err != nil {
		return nil, err
	}
	c := &codecs[h.Format]
	if c.decode == nil {
		return nil, UnsupportedError("reading " + h.Format.String())
	}
	if h.Damage != nil && !o.AllowTruncated {
		return nil, h.Damage
	}
	d, err := c.decode(data, h, o)
	if err != nil {
		return nil, err
	}
	if h.Damage != nil {
		d.Warnings = append(d.Warnings, h.Damage.Error())
	}
	return d, nil
}

// decoded wraps pixels that cover the whole picture at full size.
func decoded(img image.Image) *Decoded {
	size := img.Bounds().Size()
	return &Decoded{Image: img, Width: float64(size.X), Height: float64(size.Y), Release: func() {}}
}

// EncodeOptions say what Encode is to write.
type EncodeOptions struct {
	Format      Format
	Quality     int  // 1 to 100, on the scale of each lossy format; 0 means DefaultQuality
	Progressive bool // JPEG: progressive scans
	Lossless    bool // WebP, AVIF, JPEG XL: lossless
	Chroma444   bool // JPEG: chroma at full resolution instead of 4:2:0
	Effort      int  // JPEG, WebP, AVIF: 1 to 9, the more the smaller and slower; 0 is for photos in a hurry
	// ICC, EXIF and XMP are embedded by the formats that can hold them: ICC in JPEG, PNG, WebP, TIFF and AVIF, EXIF in
	// JPEG, PNG, WebP, AVIF and JPEG XL, XMP in these and in GIF and TIFF. EXIF begins with the TIFF header.
	ICC, EXIF, XMP []byte
	// ColourChunks are written into PNG in place of ICC.
	ColourChunks []ColourChunk
	// Photoshop are image resources, Comments texts, for JPEG; Text are chunks for PNG.
	Photoshop []byte
	Comments  [][]byte
	Text      []meta.TextChunk
	// Background is what shows through where a format without alpha is written. Its own alpha is ignored.
	Background color.NRGBA
}

// DefaultQuality is the quality that stands for EncodeOptions.Quality 0.
const DefaultQuality = 80

func (o *EncodeOptions) quality() int {
	if o.Quality == 0 {
		return DefaultQuality
	}
	return min(max(o.Quality, 1), 100)
}

// Encode appends img to dst as a file of o.Format. It takes every type that Decode returns; other types are turned into
// NRGBA. The bytes depend on the pixels and options alone. Pictures that are larger than the format can hold fail with
// an UnsupportedError, as do metadata blocks that are.
func Encode(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	if o.Format >= formatCount || codecs[o.Format].encode == nil {
		return UnsupportedError("writing " + o.Format.String())
	}
	size := img.Bounds().Size()
	if size.X < 1 || size.Y < 1 {
		return fmt.Errorf("codec: cannot write a picture of %d x %d pixels", size.X, size.Y)
	}
	if side := o.Format.MaxSide(); size.X > side || size.Y > side {
		return UnsupportedError(fmt.Sprintf("a %s file with a side of more than %d pixels", o.Format, side))
	}
	start := dst.Len()
	if err := codecs[o.Format].encode(dst, normalise(img), o); err != nil {
		dst.Truncate(start)
		return err
	}
	return nil
}

// StripMetadata returns data without metadata, thumbnails and anything behind the picture, without touching the coded
// pixels: JPEG, PNG and WebP only. What changes the rendering stays: profiles that are not sRGB, the Adobe marker,
// gamma and the like, transparency, animation, and an orientation other than 1 as the only thing in a new EXIF block.
// changed is false when there was nothing to take out; out then equals data.
func StripMetadata(data []byte, h *Header) (out []byte, changed bool, err error) {
	none, _ := meta.Filter(meta.Blocks{}, meta.None, meta.Target{Orientation: h.Orientation, Room: h.Format.MetadataRoom()})
	return ReplaceMetadata(data, h, none, false)
}

// ReplaceMetadata is StripMetadata, but for the blocks of keep, which come in place of those that data have. They must
// say the orientation if it is not 1. profile keeps a profile also where it is that of sRGB.
func ReplaceMetadata(data []byte, h *Header, keep meta.Blocks, profile bool) (out []byte, changed bool, err error) {
	if err := h.check(data); err != nil {
		return nil, false, err
	}
	if codecs[h.Format].strip == nil {
		return nil, false, UnsupportedError("rewriting " + h.Format.String())
	}
	if h.Damage != nil {
		return nil, false, h.Damage
	}
	out, err = codecs[h.Format].strip(data, h, keep, profile || keepsProfile(h.ICC))
	if err != nil {
		return nil, false, err
	}
	return out, !bytes.Equal(out, data), nil
}

// DecodeCost returns the most bytes that Decode allocates with the same options, the picture included. The
// bytes of the file itself are not.
func (h *Header) DecodeCost(o DecodeOptions) int64 {
	if c := &codecs[h.Format]; c.decodeCost != nil {
		return c.decodeCost(h, o) + smallCost
	}
	return 0
}

// EncodeCost returns the most bytes that Encode allocates for a picture of w x h pixels, the file it writes included,
// the picture itself not. Of src only the type counts: a nil pointer of the picture's type will do, nil stands for the
// costliest one.
func EncodeCost(src image.Image, w, h int, o EncodeOptions) int64 {
	f := o.Format
	if f >= formatCount || codecs[f].encodeCost == nil {
		return 0
	}
	extra := int64(len(o.ICC) + len(o.EXIF) + len(o.XMP) + len(o.Photoshop))
	return codecs[f].encodeCost(kindOf(src), int64(w), int64(h), o) + 2*extra + smallCost
}

// smallCost stands for the fixed tables and small buffers of all codecs.
const smallCost = 128 << 10

// pixelKind is what the cost of encoding depends on, besides the size.
type pixelKind struct {
	grey, planar, alpha, deep bool
}

func kindOf(img image.Image) pixelKind {
	switch img.(type) {
	case *image.Gray:
		return pixelKind{grey: true}
	case *image.Gray16:
		return pixelKind{grey: true, deep: true}
	case *image.YCbCr:
		return pixelKind{planar: true}
	case *image.NYCbCrA:
		return pixelKind{planar: true, alpha: true}
	case *image.NRGBA:
		return pixelKind{alpha: true}
	}
	return pixelKind{alpha: true, deep: true}
}

// packed returns what converting to 8-bit NRGBA allocates per pixel.
func (k pixelKind) packed() int64 {
	if k.grey || k.planar || k.deep {
		return 4
	}
	return 0
}

// samples returns the bytes of a pixel in the smallest colour type that holds it.
func (k pixelKind) samples() int64 {
	n := int64(4)
	switch {
	case k.grey:
		n = 1
	case !k.alpha:
		n = 3
	}
	if k.deep {
		n *= 2
	}
	return n
}

// guard runs a library's code and turns its panic into a FormatError: hostile files must fail, not stop the run.
func guard(format string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = formatErrorf("%s: the library gave up: %v", format, r)
		}
	}()
	return f()
}
