package jpeg

import (
	"bytes"
	"fmt"
)

// RecodeOptions says how [Recode] writes a file. The zero value is the default
// effort and a file without metadata or colour profile.
type RecodeOptions struct {
	// Effort is how many scan scripts are looked at, from 1 (few) to 9 (all that
	// have ever been seen to pay). Default: 4.
	Effort int
	// MaxPixels refuses larger pictures. Default: any size that the format has.
	MaxPixels int64
	// ICC is a colour profile, EXIF begins with its TIFF header, XMP is a packet;
	// limits as in [WriteOptions].
	ICC, EXIF, XMP []byte
	// Segments are further marker segments (application data, comments),
	// complete with marker and length, written as they are.
	Segments []byte
}

// DefaultEffort is the effort that 0 stands for.
const DefaultEffort = 4

// Recode appends to dst the JPEG file data, written again with Huffman tables
// and a script of scans made for it: progressive, or sequential where that is
// smaller. Its quantised coefficients, quantisation tables, sampling, component
// identifiers and the JFIF and Adobe segments that tell its colour model stay as
// they are, so every decoder shows the same picture; pixel density stays, a JFIF
// thumbnail, restart markers, all other segments and what follows the end of
// image go, except for what o has.
//
// 8-bit Huffman-coded files of one to four components in any colour model are
// recoded. The others, and those that decoders may read differently (incomplete
// scripts, scans that repeat coefficients), are an [UnsupportedError]; broken
// ones are a [FormatError] or an [IncompleteError]. The result can be larger
// than data where that came from an encoder as thorough: the caller compares.
//
// The bytes depend on data and o only. data is not kept. On error dst is as
// before.
func Recode(dst *bytes.Buffer, data []byte, o RecodeOptions) error {
	s, head, err := readForRecoding(data, &o)
	if err != nil {
		return err
	}
	return s.write(dst, head, o.Effort)
}

// readForRecoding reads a file's coefficients and what of its head stays. It
// completes o.
func readForRecoding(data []byte, o *RecodeOptions) (*sparse, *fileHead, error) {
	if o.Effort == 0 {
		o.Effort = DefaultEffort
	}
	if o.Effort < 1 || o.Effort > 9 {
		return nil, nil, fmt.Errorf("JPEG effort %d is not between 1 and 9", o.Effort)
	}
	d := decoders.Get().(*Decoder)
	s, err := d.readSparse(data, o.MaxPixels)
	head := &fileHead{jfif: d.parser.jfif, adobe: d.parser.adobe, segments: o.Segments}
	head.ICC, head.EXIF, head.XMP = o.ICC, o.EXIF, o.XMP
	if head.redundantAdobe(&d.parser.header) {
		head.adobe = nil
	}
	d.parser = parser{}
	if cap(d.entropy.bytes) <= maxIdleScratch {
		decoders.Put(d)
	}
	return s, head, err
}

// redundantAdobe tells whether the Adobe segment only repeats what the JFIF
// segment says.
func (f *fileHead) redundantAdobe(h *Header) bool {
	n := len(h.Components)
	return f.jfif != nil && (n == 1 || n == 3 && h.AdobeTransform == 1)
}

// RecodeCost returns how many bytes [Recode], or a [Recoder] that does no more,
// allocates at most for a file of size bytes with header h, its output not
// counted.
func RecodeCost(h *Header, size int) int64 {
	f := newFrame(h)
	n := sparseCost(f, size)
	if h.Progressive {
		for i := range f.comps {
			f.comps[i].scale, f.comps[i].size = 1, 8
		}
		n += progressiveCost(f)
	} else {
		n += sequentialCost(f)
	}
	// The data of a scan, the file kept, what does not depend on the picture.
	return n + 2*int64(size) + scanPadding + 1<<20
}

// sparseCost returns what the coefficients of a file take while they are
// written.
func sparseCost(f *frame, size int) int64 {
	const (
		block = 2 + 8 + 4 + 8*maxPoint // DC, masks, starts, and what survey adds
		value = 2 + 1                  // with its size
		// A value has a code of one bit at least, and its sign.
		perByte = 8 / 2
	)
	blocks := f.blocks()
	values := min(int64(size)*perByte, 63*blocks)
	return blocks*block + values*value + values/50 + int64(len(f.comps))*pieceSize*value
}
