package codec

import (
	"bytes"
	"errors"
	"io"
	"math/bits"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/image/tiff/lzw"
)

// decodeTIFF decodes the first page block by block and row by row, so that nothing but the picture is large.
func decodeTIFF(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*tiffLayout)
	s := newTIFFSink(l, h)
	d := decoded(s.image())
	if s.badProfile != nil {
		d.Warnings = append(d.Warnings, "colour profile not usable, taken as offset printing: "+s.badProfile.Error())
	}
	planes := l.planes()
	perPlane := l.blocksAcross * l.blocksDown
	var failed error
	done := 0 // rows
	readers := make([]io.Reader, planes)
	for b := range perPlane {
		x0, y0 := b%l.blocksAcross*l.blockWidth, b/l.blocksAcross*l.blockHeight
		err := guard("TIFF", func() error {
			if l.pictures() {
				raw, _ := l.block(data, b)
				return l.decodePicture(raw, s, x0, y0)
			}
			for p := range planes {
				raw, _ := l.block(data, p*perPlane+b)
				readers[p] = l.reader(raw, readers[p])
			}
			rows, err := l.decodeBlock(readers, s, x0, y0, h)
			done += rows
			return err
		})
		if err == nil {
			continue
		}
		failed = tiffError(err, float64(done)/(float64(h.Height)*float64(l.blocksAcross)))
		if !o.AllowTruncated {
			return nil, failed
		}
	}
	if failed != nil && h.Damage == nil {
		d.Warnings = append(d.Warnings, failed.Error())
	}
	return d, nil
}

// tiffError gives an error of a decompressor the types of this package.
func tiffError(err error, done float64) error {
	var (
		broken      FormatError
		unsupported UnsupportedError
	)
	switch {
	case errors.As(err, &broken), errors.As(err, &unsupported):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return TruncatedError{100 * done}
	}
	return formatErrorf("TIFF: %v", err)
}

// decodeBlock decodes a tile or strip whose top left pixel is (x0, y0) and returns how many rows of it came.
func (l *tiffLayout) decodeBlock(readers []io.Reader, s *tiffSink, x0, y0 int, h *Header) (rows int, err error) {
	row := make([]byte, l.rowBytes())
	perReader, n := l.samples/len(readers), min(l.blockWidth, h.Width-x0)
	plain := s.plain()
	for y := y0; y < min(y0+l.blockHeight, h.Height); y++ {
		for p, r := range readers {
			if _, err := io.ReadFull(r, row); err != nil {
				return y - y0, err
			}
			l.unpredict(row, perReader)
			if plain {
				s.copy(row, x0, y, n)
			} else {
				s.unpack(row, p, len(readers))
			}
		}
		if !plain {
			s.put(x0, y, n)
		}
	}
	return min(l.blockHeight, h.Height-y0), nil
}

// reader returns the uncompressed rows of a block. old is the reader of the block before, whose tables are used again.
func (l *tiffLayout) reader(raw []byte, old io.Reader) io.Reader {
	if kind, ok := l.fax(); ok {
		return newFaxReader(raw, l.blockWidth, kind, l.fillOrder2)
	}
	if l.fillOrder2 {
		raw = bytes.Clone(raw)
		reverseBits(raw)
	}
	src := bytes.NewReader(raw)
	switch l.compression {
	case tiffLZW:
		return lzw.NewReader(src, lzw.MSB, 8)
	case tiffDeflate, tiffDeflateOld:
		var err error
		if z, ok := old.(zlib.Resetter); ok {
			err = z.Reset(src, nil)
		} else {
			old, err = zlib.NewReader(src)
		}
		if err != nil {
			return failingReader{err}
		}
		return old
	case tiffPackBits:
		return &packBitsReader{src: raw}
	case tiffZstandard:
		if z, ok := old.(*zstd.Decoder); ok && z.Reset(src) == nil {
			return z
		}
		z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return failingReader{err}
		}
		return z
	}
	return src
}

// reverseBits makes the lowest bit of each byte its highest.
func reverseBits(p []byte) {
	for i, b := range p {
		p[i] = bits.Reverse8(b)
	}
}

// maxZstdWindow is the most that a block's data may make the decompressor keep, in bytes.
const maxZstdWindow = 128 << 20

// fax returns how bilevel blocks are coded, false for other compressions.
func (l *tiffLayout) fax() (faxKind, bool) {
	switch {
	case l.compression == tiffRLE:
		return faxRLE, true
	case l.compression == tiffFax3 && l.faxOptions&1 != 0:
		return faxGroup32D, true
	case l.compression == tiffFax3:
		return faxGroup3, true
	}
	return faxGroup4, l.compression == tiffFax4
}

// failingReader gives an error a place among readers.
type failingReader struct{ err error }

// Read implements io.Reader.
func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// packBitsReader undoes PackBits (TIFF 6.0, section 9).
type packBitsReader struct {
	src    []byte
	copies int  // bytes of src to copy
	runs   int  // repetitions of value
	value  byte // repeated byte
}

// Read implements io.Reader.
func (r *packBitsReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		switch {
		case r.copies > 0:
			k := copy(p[n:min(len(p), n+r.copies)], r.src)
			if k == 0 {
				return n, io.ErrUnexpectedEOF
			}
			r.src, r.copies = r.src[k:], r.copies-k
			n += k
		case r.runs > 0:
			p[n] = r.value
			r.runs--
			n++
		case len(r.src) == 0:
			return n, io.EOF
		default:
			code := int8(r.src[0])
			r.src = r.src[1:]
			switch {
			case code >= 0:
				r.copies = int(code) + 1
			case code != -128:
				if len(r.src) == 0 {
					return n, io.ErrUnexpectedEOF
				}
				r.runs, r.value, r.src = 1-int(code), r.src[0], r.src[1:]
			}
		}
	}
	return n, nil
}

// tiffDecodeCost counts the picture, the rows of a block and the decompressors.
func tiffDecodeCost(h *Header, _ DecodeOptions) int64 {
	l := h.layout.(*tiffLayout)
	bytesPerPixel := int64(4)
	if h.Model == Gray && l.alpha < 0 {
		bytesPerPixel = 1
	}
	if l.bits > 8 {
		bytesPerPixel *= 2
	}
	cost := bytesPerPixel * int64(h.Width) * int64(h.Height)
	longest, window := 0, int64(0)
	for i := range l.blocks() {
		p, _ := l.block(h.data, i)
		longest = max(longest, len(p))
		if l.compression == tiffZstandard {
			window = max(window, zstdWindow(p))
		}
	}
	if l.pictures() {
		return cost + l.pictureCost(longest)
	}
	if !l.fillOrder2 {
		longest = 0
	}
	cost += int64(l.planes()) * window
	row := int64(l.blockWidth) * int64(l.samples) * 4
	fax := int64(l.blockWidth) * 16 * 2 // edges of two rows, growing
	return cost + row + fax + int64(l.planes())*(64<<10+int64(longest)) + 64<<10
}

// zstdWindow returns what decompressing a block keeps in memory, in bytes.
func zstdWindow(p []byte) int64 {
	var frame zstd.Header
	if frame.Decode(p) != nil {
		return 0
	}
	return 2*int64(min(frame.WindowSize, maxZstdWindow)) + 1<<20
}
