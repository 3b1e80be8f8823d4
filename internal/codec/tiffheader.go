package codec

import (
	"encoding/binary"
	"fmt"
	"math"
)

const maxTIFFPages = 10000

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
	pages, other := f.countPages(next)
	if h.Frames = 1 + pages; h.Frames > 1 {
		h.holds(Pages)
	}
	if _, ok := d[tiffLayers]; ok {
		h.holds(Layers)
	}
	if o := d.uint(tiffOrientation, 1); o >= 1 && o <= 8 {
		h.Orientation = int(o)
	}
	h.ICC, h.XMP = d.bytes(tiffICC), d.bytes(tiffXMP)
	if l.lab() {
		h.ICC = nil // these colours depend on no device
	}
	for _, b := range []struct {
		tag  uint16
		name string
	}{{tiffXMP, "XMP"}, {tiffIPTC, "IPTC"}, {tiffPhotoshop, "Photoshop"}, {tiffEXIF, "EXIF"}, {tiffICC, "ICC"}, {tiffGPS, "GPS"}} {
		if field, ok := d[b.tag]; ok {
			h.note(b.name, len(field.raw))
			delete(d, b.tag)
		}
	}
	if other += d.otherBytes(); other > 0 {
		h.note("other fields", other)
	}
	l.readDamage(h)
	return nil
}

// countPages follows the chain of directories, leaving out previews and masks. It ends at the first that is broken or
// was there before. other is the size of what they say besides what their pixels are.
func (f *tiffFile) countPages(next uint64) (pages, other int) {
	seen := map[uint64]bool{f.first(): true}
	for next != 0 && !seen[next] && len(seen) < maxTIFFPages {
		seen[next] = true
		d, after, ok := f.directory(next)
		if !ok {
			break
		}
		if d.uint(tiffNewSubfileType, 0)&(1|4) == 0 {
			pages++
		}
		other += d.otherBytes()
		next = after
	}
	return pages, other
}

// otherBytes is the size of the fields that say more than what the pixels are and how they are stored: who made them,
// with what, and all that is not known.
func (d tiffDirectory) otherBytes() int {
	n := 0
	for tag, field := range d {
		if !tiffPixelTags[tag] {
			n += max(len(field.raw), 1)
		}
	}
	return n
}

// tiffLayout is what the TIFF functions need to know about a file beyond its Header.
type tiffLayout struct {
	order         binary.ByteOrder
	compression   uint64
	photometric   uint64
	bits          int // per sample
	kind          tiffKind
	samples       int // per pixel
	alpha         int // index of the alpha sample, -1 = none
	premultiplied bool
	planar        bool // samples in planes of their own
	predictor     uint64
	fillOrder2    bool
	faxOptions    uint64
	palette       tiffField
	tables        []byte // of JPEG data, as a file without a picture
	old           *oldJPEG
	whole         []byte // a file that is the whole page

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
		predictor:   d.uint(tiffPredictor, 1),
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
	case tiffNone, tiffLZW, tiffDeflate, tiffPackBits, tiffDeflateOld, tiffZstandard:
	case tiffRLE, tiffFax3, tiffFax4:
		if l.bits != 1 || l.samples != 1 {
			return FormatError("TIFF: fax data with more than one bit per pixel")
		}
	case tiffOldJPEG, tiffJPEG, tiffWebP, tiffJXL:
		l.tables = d.bytes(tiffJPEGTables)
		if l.planar || l.bits != 8 {
			return UnsupportedError(tiffCompressionName(l.compression) + " TIFF in planes or not of 8 bits")
		}
	default:
		return UnsupportedError(tiffCompressionName(l.compression) + " TIFF")
	}
	for i := range d[tiffBitsPerSample].len() {
		if v, _ := d[tiffBitsPerSample].uint(i); int(v) != l.bits {
			return UnsupportedError("TIFF with samples of different sizes")
		}
	}
	if l.samples < 1 || l.samples > 64 {
		return UnsupportedError(fmt.Sprintf("TIFF with %d samples per pixel", l.samples))
	}
	if err := l.setKind(d); err != nil {
		return err
	}
	switch l.compression {
	case tiffLZW, tiffDeflate, tiffDeflateOld, tiffZstandard:
	default:
		l.predictor = 0 // of no meaning elsewhere: libtiff, by which most files are written and read, does not look at it
	}
	switch {
	case l.predictor == tiffFloating && l.kind != tiffFloat, l.predictor > tiffFloating:
		return formatErrorf("TIFF: predictor %d", l.predictor)
	case l.predictor == tiffDifferences && l.bits < 8:
		return UnsupportedError(fmt.Sprintf("TIFF with a predictor for %d bits", l.bits))
	}
	return nil
}

// setKind reads what kind of number the samples are.
func (l *tiffLayout) setKind(d tiffDirectory) error {
	for i := range max(1, d[tiffSampleFormat].len()) {
		kind := tiffUnsigned
		switch v, _ := d[tiffSampleFormat].uint(i); v {
		case 0, 1, 4:
		case 2:
			kind = tiffSigned
		case 3:
			kind = tiffFloat
		default:
			return UnsupportedError("TIFF with complex samples")
		}
		if i > 0 && kind != l.kind {
			return UnsupportedError("TIFF with samples of different kinds")
		}
		l.kind = kind
	}
	whole := l.bits == 16 || l.bits == 32 || l.bits == 64
	if l.bits < 1 || l.bits > 16 && !whole || l.kind == tiffFloat && !whole {
		return UnsupportedError(fmt.Sprintf("%s%d-bit TIFF", map[bool]string{true: "floating-point "}[l.kind == tiffFloat], l.bits))
	}
	return nil
}

func tiffCompressionName(c uint64) string {
	names := map[uint64]string{
		6: "old-style JPEG-compressed", 7: "JPEG-compressed", 32809: "ThunderScan-compressed", 34676: "LogLuv-compressed", 34712: "JPEG 2000-compressed",
		34892: "lossy DNG JPEG-compressed", 34925: "LZMA-compressed", 50001: "WebP-compressed",
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
		if l.bits > 8 || l.kind != tiffUnsigned || l.palette.len() < 3<<l.bits {
			return FormatError("TIFF: no palette")
		}
	case tiffCMYK:
		h.Model, colours = CMYK, 4
	case tiffYCbCr:
		if l.compression != tiffJPEG && l.compression != tiffOldJPEG {
			return UnsupportedError("YCbCr TIFF")
		}
		h.Model, colours = RGB, 3 // which is what comes out
	case tiffCIELab, tiffICCLab:
		if l.bits != 8 && l.bits != 16 || l.kind == tiffFloat || l.pictures() {
			return UnsupportedError("CIELab TIFF of this kind")
		}
		h.Model, colours = RGB, 3 // which is what comes out
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
	if l.compression == tiffOldJPEG {
		if err := l.setOldJPEG(d, h); err != nil || l.whole != nil {
			return err
		}
	}
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
	if l.whole != nil {
		return l.whole, 0
	}
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
	if l.whole != nil {
		return
	}
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
