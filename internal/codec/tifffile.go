package codec

import (
	"encoding/binary"
	"math"
)

// Tags of TIFF 6.0 and its supplements.
const (
	tiffNewSubfileType        = 254
	tiffWidth                 = 256
	tiffHeight                = 257
	tiffBitsPerSample         = 258
	tiffCompression           = 259
	tiffPhotometric           = 262
	tiffFillOrder             = 266
	tiffStripOffsets          = 273
	tiffOrientation           = 274
	tiffSamplesPerPixel       = 277
	tiffRowsPerStrip          = 278
	tiffStripByteCounts       = 279
	tiffXResolution           = 282
	tiffYResolution           = 283
	tiffPlanarConfig          = 284
	tiffT4Options             = 292
	tiffResolutionUnit        = 296
	tiffPredictor             = 317
	tiffColorMap              = 320
	tiffTileWidth             = 322
	tiffTileLength            = 323
	tiffTileOffsets           = 324
	tiffTileByteCounts        = 325
	tiffExtraSamples          = 338
	tiffSampleFormat          = 339
	tiffJPEGTables            = 347
	tiffJPEGInterchange       = 513
	tiffJPEGInterchangeLength = 514
	tiffJPEGQTables           = 519
	tiffJPEGDCTables          = 520
	tiffJPEGACTables          = 521
	tiffYCbCrSubSampling      = 530
	tiffXMP                   = 700
	tiffIPTC                  = 33723
	tiffPhotoshop             = 34377
	tiffEXIF                  = 34665
	tiffICC                   = 34675
	tiffGPS                   = 34853
	tiffLayers                = 37724 // of Photoshop
	tiffDNGVersion            = 50706
)

// tiffPixelTags are the tags that describe pixels and how they are stored: those of TIFF 6.0, parts 1 and 2, that are no
// text, and JPEG's.
var tiffPixelTags = func() map[uint16]bool {
	tags := map[uint16]bool{}
	for _, run := range [][2]uint16{{254, 259}, {262, 266}, {273, 274}, {277, 284}, {286, 297}, {301, 301}, {317, 325}, {332, 332},
		{334, 334}, {336, 336}, {338, 342}, {347, 347}, {512, 521}, {529, 532}, {tiffICC, tiffICC}} {
		for tag := run[0]; tag <= run[1]; tag++ {
			tags[tag] = true
		}
	}
	return tags
}()

// Values of the compression and photometric interpretation tags.
const (
	tiffNone       = 1
	tiffRLE        = 2
	tiffFax3       = 3
	tiffFax4       = 4
	tiffLZW        = 5
	tiffOldJPEG    = 6
	tiffJPEG       = 7
	tiffDeflate    = 8
	tiffPackBits   = 32773
	tiffDeflateOld = 32946
	tiffZstandard  = 50000
	tiffWebP       = 50001
	tiffJXL        = 50002

	tiffWhiteIsZero = 0
	tiffBlackIsZero = 1
	tiffRGB         = 2
	tiffPalette     = 3
	tiffCMYK        = 5
	tiffYCbCr       = 6
	tiffCIELab      = 8
	tiffICCLab      = 9

	tiffDifferences = 2 // predictors
	tiffFloating    = 3
)

// tiffKind is what kind of number samples are.
type tiffKind uint8

const (
	tiffUnsigned tiffKind = iota
	tiffSigned
	tiffFloat
)

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
