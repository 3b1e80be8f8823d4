package codec

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Tags of TIFF 6.0 and its supplements.
const (
	tiffNewSubfileType  = 254
	tiffWidth           = 256
	tiffHeight          = 257
	tiffBitsPerSample   = 258
	tiffCompression     = 259
	tiffPhotometric     = 262
	tiffFillOrder       = 266
	tiffStripOffsets    = 273
	tiffOrientation     = 274
	tiffSamplesPerPixel = 277
	tiffRowsPerStrip    = 278
	tiffStripByteCounts = 279
	tiffXResolution     = 282
	tiffYResolution     = 283
	tiffPlanarConfig    = 284
	tiffT4Options       = 292
	tiffResolutionUnit  = 296
	tiffPredictor       = 317
	tiffColorMap        = 320
	tiffTileWidth       = 322
	tiffTileLength      = 323
	tiffTileOffsets     = 324
	tiffTileByteCounts  = 325
	tiffExtraSamples    = 338
	tiffSampleFormat    = 339
	tiffXMP             = 700
	tiffIPTC            = 33723
	tiffPhotoshop       = 34377
	tiffEXIF            = 34665
	tiffICC             = 34675
	tiffGPS             = 34853
	tiffDNGVersion      = 50706
)

// Values of the compression and photometric interpretation tags.
const (
	tiffNone       = 1
	tiffFax3       = 3
	tiffFax4       = 4
	tiffLZW        = 5
	tiffDeflate    = 8
	tiffPackBits   = 32773
	tiffDeflateOld = 32946

	tiffWhiteIsZero = 0
	tiffBlackIsZero = 1
	tiffRGB         = 2
	tiffPalette     = 3
	tiffCMYK        = 5
	tiffYCbCr       = 6
)

const maxTIFFPages = 10000

// tiffTypeSize is the size of a value of each field type, 0 for types that do not exist. 16 to 18 are BigTIFF's.
var tiffTypeSize = [19]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}

// tiffFile reads the structure of a TIFF or BigTIFF.
type tiffFile struct {
	data  []byte
	order binary.ByteOrder
	big   bool
}

// tiffField is the value of a directory entry.
type tiffField struct {
	typ   uint16
	raw   []byte // as many whole values as the file holds
	order binary.ByteOrder
}

// tiffDirectory holds the fields of a page by tag.
type tiffDirectory map[uint16]tiffField

func openTIFF(data []byte) (*tiffFile, error) {
	f := &tiffFile{data: data, order: binary.LittleEndian}
	if data[0] == 'M' {
		f.order = binary.BigEndian
	}
	f.big = f.order.Uint16(data[2:]) == 43
	if len(data) < 8 || f.big && len(data) < 16 {
		return nil, FormatError("TIFF: no directory")
	}
	return f, nil
}

// first returns the offset of the first directory.
func (f *tiffFile) first() uint64 {
	if f.big {
		return f.order.Uint64(f.data[8:])
	}
	return uint64(f.order.Uint32(f.data[4:]))
}

// directory reads the directory at an offset and returns the offset of the next one. Entries that point out of the file
// are left out.
func (f *tiffFile) directory(offset uint64) (d tiffDirectory, next uint64, ok bool) {
	countSize, entrySize, valueSize := uint64(2), uint64(12), uint64(4)
	if f.big {
		countSize, entrySize, valueSize = 8, 20, 8
	}
	size := uint64(len(f.data))
	if offset < 8 || offset > size || size-offset < countSize {
		return nil, 0, false
	}
	p := f.data[offset:]
	count := uint64(0)
	if f.big {
		count = f.order.Uint64(p)
	} else {
		count = uint64(f.order.Uint16(p))
	}
	p = p[countSize:]
	if count > uint64(len(p))/entrySize || count > math.MaxUint16 {
		return nil, 0, false
	}
	d = make(tiffDirectory, count)
	for range count {
		if field, ok := f.field(p[:entrySize], valueSize); ok {
			tag := f.order.Uint16(p)
			if _, twice := d[tag]; !twice {
				d[tag] = field
			}
		}
		p = p[entrySize:]
	}
	if uint64(len(p)) >= valueSize {
		next = f.offset(p, valueSize)
	}
	return d, next, true
}

func (f *tiffFile) offset(p []byte, size uint64) uint64 {
	if size == 8 {
		return f.order.Uint64(p)
	}
	return uint64(f.order.Uint32(p))
}

// field reads an entry: its value, or where that is.
func (f *tiffFile) field(p []byte, valueSize uint64) (tiffField, bool) {
	field := tiffField{typ: f.order.Uint16(p[2:]), order: f.order}
	if int(field.typ) >= len(tiffTypeSize) || tiffTypeSize[field.typ] == 0 {
		return field, false
	}
	size := uint64(tiffTypeSize[field.typ])
	count := f.offset(p[4:], valueSize)
	value := p[4+valueSize:]
	if count > uint64(len(f.data))/size {
		return field, false
	}
	if count*size <= valueSize {
		field.raw = value[:count*size]
		return field, true
	}
	start := f.offset(value, valueSize)
	if start > uint64(len(f.data)) {
		return field, false
	}
	field.raw = f.data[start:min(start+count*size, uint64(len(f.data)))]
	field.raw = field.raw[:uint64(len(field.raw))/size*size]
	return field, true
}

// len returns the number of values.
func (f tiffField) len() int {
	if f.typ == 0 {
		return 0
	}
	return len(f.raw) / int(tiffTypeSize[f.typ])
}

// uint returns value i of an unsigned field, false for other types and beyond the end.
func (f tiffField) uint(i int) (uint64, bool) {
	if i >= f.len() {
		return 0, false
	}
	p := f.raw[i*int(tiffTypeSize[f.typ]):]
	switch f.typ {
	case 1:
		return uint64(p[0]), true
	case 3:
		return uint64(f.order.Uint16(p)), true
	case 4, 13:
		return uint64(f.order.Uint32(p)), true
	case 16, 18:
		return f.order.Uint64(p), true
	}
	return 0, false
}

// uint returns the first value of a field, or the default when there is none.
func (d tiffDirectory) uint(tag uint16, otherwise uint64) uint64 {
	if v, ok := d[tag].uint(0); ok {
		return v
	}
	return otherwise
}

// bytes returns the content of a field of bytes, nil when there is none.
func (d tiffDirectory) bytes(tag uint16) []byte {
	f := d[tag]
	if f.typ != 1 && f.typ != 2 && f.typ != 7 {
		return nil
	}
	return f.raw
}

// readTIFFHeader reads the first page's directory and counts the pages.
func readTIFFHeader(data []byte, h *Header) error {
	f, err := openTIFF(data)
	if err != nil {
		return err
	}
	d, next, ok := f.directory(f.first())
	if !ok {
		return FormatError("TIFF: no directory")
	}
	if _, raw := d[tiffDNGVersion]; raw {
		return UnsupportedError("a raw photo (DNG)")
	}
	l, err := newTIFFLayout(d, h)
	if err != nil {
		return err
	}
	h.layout = l
	h.Frames = 1 + f.countPages(next)
	if o := d.uint(tiffOrientation, 1); o >= 1 && o <= 8 {
		h.Orientation = int(o)
	}
	h.ICC, h.XMP = d.bytes(tiffICC), d.bytes(tiffXMP)
	for _, b := range []struct {
		tag  uint16
		name string
	}{{tiffXMP, "XMP"}, {tiffIPTC, "IPTC"}, {tiffPhotoshop, "Photoshop"}, {tiffEXIF, "EXIF"}, {tiffICC, "ICC"}, {tiffGPS, "GPS"}} {
		if field, ok := d[b.tag]; ok {
			h.note(b.name, len(field.raw))
		}
	}
	l.readDamage(h)
	return nil
}

// countPages follows the chain of directories, leaving out previews and masks. It ends at the first that is broken or
// was there before.
func (f *tiffFile) countPages(next uint64) int {
	seen := map[uint64]bool{f.first(): true}
	pages := 0
	for next != 0 && !seen[next] && len(seen) < maxTIFFPages {
		seen[next] = true
		d, after, ok := f.directory(next)
		if !ok {
			break
		}
		if d.uint(tiffNewSubfileType, 0)&(1|4) == 0 {
			pages++
		}
		next = after
	}
	return pages
}

// tiffLayout is what the TIFF functions need to know about a file beyond its Header.
type tiffLayout struct {
	order         binary.ByteOrder
	compression   uint64
	photometric   uint64
	bits          int // per sample
	samples       int // per pixel
	alpha         int // index of the alpha sample, -1 = none
	premultiplied bool
	planar        bool // samples in planes of their own
	predictor     bool // horizontal differencing
	fillOrder2    bool
	faxOptions    uint64
	palette       tiffField

	blockWidth, blockHeight  int // of a tile or strip
	blocksAcross, blocksDown int
	offsets, counts          tiffField
}

// newTIFFLayout reads what the pixels look like and refuses what cannot be decoded.
func newTIFFLayout(d tiffDirectory, h *Header) (*tiffLayout, error) {
	width, height := d.uint(tiffWidth, 0), d.uint(tiffHeight, 0)
	if width == 0 || height == 0 || width > math.MaxInt32 || height > math.MaxInt32 {
		return nil, formatErrorf("TIFF: size %d x %d", width, height)
	}
	h.Width, h.Height = int(width), int(height)
	l := &tiffLayout{
		compression: d.uint(tiffCompression, tiffNone),
		photometric: d.uint(tiffPhotometric, math.MaxUint64),
		samples:     int(min(d.uint(tiffSamplesPerPixel, 1), 1000)),
		alpha:       -1,
		planar:      d.uint(tiffPlanarConfig, 1) == 2,
		predictor:   d.uint(tiffPredictor, 1) == 2,
		fillOrder2:  d.uint(tiffFillOrder, 1) == 2,
		faxOptions:  d.uint(tiffT4Options, 0),
		palette:     d[tiffColorMap],
		order:       d[tiffWidth].order,
	}
	l.bits = int(min(d.uint(tiffBitsPerSample, 1), 1000))
	h.Depth = l.bits
	h.Lossless = true
	if err := l.checkCoding(d); err != nil {
		return nil, err
	}
	if err := l.setModel(d, h); err != nil {
		return nil, err
	}
	return l, l.setBlocks(d, h)
}

// checkCoding refuses compressions and sample formats that are not decoded here.
func (l *tiffLayout) checkCoding(d tiffDirectory) error {
	switch l.compression {
	case tiffNone, tiffLZW, tiffDeflate, tiffPackBits, tiffDeflateOld:
	case tiffFax3, tiffFax4:
		if l.compression == tiffFax3 && l.faxOptions&1 != 0 {
			return UnsupportedError("two-dimensional Group 3 fax TIFF")
		}
		if l.bits != 1 || l.samples != 1 {
			return FormatError("TIFF: fax data with more than one bit per pixel")
		}
	default:
		return UnsupportedError(tiffCompressionName(l.compression) + " TIFF")
	}
	for i := range d[tiffSampleFormat].len() {
		switch v, _ := d[tiffSampleFormat].uint(i); v {
		case 0, 1, 4:
		case 2:
			return UnsupportedError("TIFF with signed samples")
		case 3:
			return UnsupportedError("floating-point TIFF")
		default:
			return UnsupportedError("TIFF with complex samples")
		}
	}
	for i := range d[tiffBitsPerSample].len() {
		if v, _ := d[tiffBitsPerSample].uint(i); int(v) != l.bits {
			return UnsupportedError("TIFF with samples of different sizes")
		}
	}
	switch predictor := d.uint(tiffPredictor, 1); {
	case predictor > 2:
		return UnsupportedError("TIFF with the floating-point predictor")
	case predictor == 2 && l.bits != 8 && l.bits != 16:
		return UnsupportedError(fmt.Sprintf("TIFF with a predictor for %d bits", l.bits))
	}
	if l.bits < 1 || l.bits > 16 {
		return UnsupportedError(fmt.Sprintf("%d-bit TIFF", l.bits))
	}
	if l.fillOrder2 && l.compression != tiffFax3 && l.compression != tiffFax4 {
		return UnsupportedError("TIFF with reversed bit order")
	}
	if l.samples < 1 || l.samples > 64 {
		return UnsupportedError(fmt.Sprintf("TIFF with %d samples per pixel", l.samples))
	}
	return nil
}

func tiffCompressionName(c uint64) string {
	names := map[uint64]string{
		2: "CCITT-compressed", 6: "old-style JPEG-compressed", 7: "JPEG-compressed", 34712: "JPEG 2000-compressed",
		34892: "JPEG-compressed", 34925: "LZMA-compressed", 50000: "Zstandard-compressed", 50001: "WebP-compressed",
		50002: "JPEG XL-compressed",
	}
	if n, ok := names[c]; ok {
		return n
	}
	return fmt.Sprintf("compression %d", c)
}

// setModel decides what the samples mean.
func (l *tiffLayout) setModel(d tiffDirectory, h *Header) error {
	colours := 1
	switch l.photometric {
	case tiffWhiteIsZero, tiffBlackIsZero:
		h.Model = Gray
	case tiffRGB:
		h.Model, colours = RGB, 3
	case tiffPalette:
		h.Model = Palette
		if l.bits > 8 || l.palette.len() < 3<<l.bits {
			return FormatError("TIFF: no palette")
		}
	case tiffCMYK:
		h.Model, colours = CMYK, 4
	case tiffYCbCr:
		return UnsupportedError("YCbCr TIFF")
	default:
		return UnsupportedError(fmt.Sprintf("TIFF with photometric interpretation %d", int64(l.photometric)))
	}
	if l.samples < colours {
		return formatErrorf("TIFF: %d samples per pixel", l.samples)
	}
	for i := range min(d[tiffExtraSamples].len(), l.samples-colours) {
		if v, _ := d[tiffExtraSamples].uint(i); v == 1 || v == 2 {
			l.alpha, l.premultiplied = colours+i, v == 1
			h.Alpha = true
			break
		}
	}
	return nil
}

// setBlocks reads where the tiles or strips are.
func (l *tiffLayout) setBlocks(d tiffDirectory, h *Header) error {
	l.blockWidth, l.blockHeight = h.Width, h.Height
	l.offsets, l.counts = d[tiffStripOffsets], d[tiffStripByteCounts]
	if _, tiled := d[tiffTileWidth]; tiled {
		w, hgt := d.uint(tiffTileWidth, 0), d.uint(tiffTileLength, 0)
		// A tile may be larger than the picture, but not so large that its rows cost more than the picture.
		if w < 1 || hgt < 1 || w > uint64(h.Width)+4096 || hgt > uint64(h.Height)+4096 {
			return formatErrorf("TIFF: tiles of %d x %d", w, hgt)
		}
		l.blockWidth, l.blockHeight = int(w), int(hgt)
		l.offsets, l.counts = d[tiffTileOffsets], d[tiffTileByteCounts]
	} else if rows := d.uint(tiffRowsPerStrip, math.MaxUint32); rows >= 1 && rows < uint64(h.Height) {
		l.blockHeight = int(rows)
	}
	l.blocksAcross, l.blocksDown = ceilDiv(h.Width, l.blockWidth), ceilDiv(h.Height, l.blockHeight)
	n := int64(l.blocksAcross) * int64(l.blocksDown)
	listed := int64(l.offsets.len())
	if l.compression != tiffNone {
		listed = min(listed, int64(l.counts.len()))
	}
	if n > listed || n*int64(l.planes()) > listed {
		return formatErrorf("TIFF: %d strips or tiles are listed, there should be %d", listed, n)
	}
	return nil
}

// planes returns in how many parts each block is stored.
func (l *tiffLayout) planes() int {
	if l.planar {
		return l.samples
	}
	return 1
}

// blocks returns the number of stored blocks.
func (l *tiffLayout) blocks() int { return l.blocksAcross * l.blocksDown * l.planes() }

// block returns the data of stored block i and how many bytes of it the file lacks.
func (l *tiffLayout) block(data []byte, i int) (p []byte, missing uint64) {
	offset, _ := l.offsets.uint(i)
	count, ok := l.counts.uint(i)
	if !ok {
		count = uint64(l.rowBytes()) * uint64(l.blockHeight)
	}
	size := uint64(len(data))
	if offset > size {
		return nil, count
	}
	if count > size-offset {
		return data[offset:], count - (size - offset)
	}
	return data[offset : offset+count], 0
}

// rowBytes is the size of a row of a block, uncompressed.
func (l *tiffLayout) rowBytes() int {
	samples := l.samples
	if l.planar {
		samples = 1
	}
	return int((int64(l.blockWidth)*int64(samples)*int64(l.bits) + 7) / 8)
}

// readDamage looks for blocks that lie behind the end of the file.
func (l *tiffLayout) readDamage(h *Header) {
	var have, missing float64
	for i := range l.blocks() {
		p, m := l.block(h.data, i)
		have += float64(len(p))
		missing += float64(m)
	}
	// The last strip of an uncompressed file may claim the rows that the picture does not have.
	if missing > 0 && (l.counts.len() >= l.blocks()) {
		h.Damage = TruncatedError{min(100*have/(have+missing), 99)}
	}
}
