package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"sync"
)

// How a picture is encoded:
//
//	fdct      (kernel/fdct)          rows of samples -> rows of quantised blocks with masks
//	tokens    (kernel/tokens)        blocks -> Huffman symbols with their value bits, counted
//	          encode_progressive.go  the same for the scans of a progressive file
//	tables    encode_huffman.go      counts -> optimal tables
//	pack      (kernel/tokens)        tokens -> bits
//	file      encode_write.go        segments, scan headers, stuffing
//
// [WriteCoefficients] enters behind fdct.

// EncodeOptions says how [Encode] writes a picture.
type EncodeOptions struct {
	// Quality scales the quantisation tables of T.81 annex K.1 as libjpeg does,
	// 1 to 100. Default: 80, where resized photos show no artefacts at first
	// sight.
	Quality int
	// Effort from 1 to 9 makes smaller files of the same look, for about five
	// times the work: levels are chosen by what they cost and what error they
	// leave, steps are those of [Requantise], and the scans are searched as by
	// [Recode], Progressive or not; chroma of full resolution is halved where
	// nobody is to see it. 0 does nothing of that.
	Effort int
	WriteOptions
}

// WriteOptions says how a file is laid out and what it carries beside the
// picture. The zero value is a sequential file with nothing.
type WriteOptions struct {
	// Progressive writes a progressive file: a few percent smaller above about
	// 10 kB, about half as fast.
	Progressive bool
	// ICC is a colour profile, at most 16 MiB - 255*14 bytes. EXIF begins with
	// its TIFF header, XMP is a packet; each has to fit in a segment (64 KiB).
	ICC, EXIF, XMP []byte
}

// DefaultQuality is the quality that 0 stands for.
const DefaultQuality = 80

// maxSide is the longest side that a frame header can give (T.81 B.2.2).
const maxSide = 65535

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// Encode appends img as a JPEG file (JFIF, 8 bits, Huffman tables made for the
// picture) to dst. img is an *image.Gray or an *image.YCbCr of any subsampling,
// whose planes are coded as they are; its colours are taken for full-range
// BT.601 as JFIF wants it. Neither is kept.
//
// The bytes depend on the pixels and the options only. On error dst is as
// before.
func Encode(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	quality := o.Quality
	if quality == 0 {
		quality = DefaultQuality
	}
	if quality < 1 || quality > 100 {
		return fmt.Errorf("JPEG quality %d is not between 1 and 100", quality)
	}
	if o.Effort < 0 || o.Effort > 9 {
		return fmt.Errorf("JPEG effort %d is not between 0 and 9", o.Effort)
	}
	planes, err := samplePlanes(img)
	if err != nil {
		return err
	}
	if m, ok := img.(*image.YCbCr); ok && o.Effort > 0 {
		if planes, err = samplePlanes(halvedChroma(m, quality)); err != nil {
			return err
		}
	}
	if o.Effort > 0 {
		s := sparseOf(img.Bounds().Size(), planes, quality)
		return s.write(dst, &fileHead{jfif: jfifHead, WriteOptions: o.WriteOptions}, o.Effort)
	}
	e := encoders.Get().(*encoder)
	defer e.release()
	size := img.Bounds().Size()
	e.begin(size.X, size.Y, len(planes))
	for i := range planes {
		c := &e.comps[i]
		c.samples = planes[i]
		c.H, c.V = planes[i].h, planes[i].v
		c.Quant = scaledQuant(i > 0, quality)
		c.quantiser.Set(&c.Quant, &rounding)
	}
	return e.write(dst, o.WriteOptions)
}

// EncodeCost returns about how many bytes [Encode] allocates for a picture of
// w x h pixels with the given number of samples per pixel (1 for grey, 1.5 for
// 4:2:0, 3 for 4:4:4), the file not counted: its working memory at the worst,
// which is noise at quality 100. Photos take a fifth of it.
func EncodeCost(w, h int, samples float64, o EncodeOptions) int64 {
	blocks := float64(ceilDiv(w, 8)+1) * float64(ceilDiv(h, 8)+1) * samples
	if o.Effort > 0 {
		// Coefficients, the levels chosen, their sizes; DC, masks and so on; scratch
		// memory.
		const each = 63*(2+2+1) + 2*(2+8+4) + 4 + 8*maxPoint
		return int64(blocks*each) + int64(w)*int64(h)*3/2 + 2<<20
	}
	bytes := 66*4 + 64*1.5 // tokens, the entropy-coded data
	if o.Progressive {
		bytes += 64*2 + 2*8
	}
	return int64(blocks * bytes)
}

// samplePlane is one component's samples and how they are subsampled.
type samplePlane struct {
	plane
	w, rows int // size in samples
	h, v    int // sampling factors
}

// samplePlanes returns the planes of img, checked against their bounds.
func samplePlanes(img image.Image) ([]samplePlane, error) {
	b := img.Bounds()
	if b.Dx() < 1 || b.Dy() < 1 || b.Dx() > maxSide || b.Dy() > maxSide {
		return nil, UnsupportedError(fmt.Sprintf("a picture of %dx%d pixels", b.Dx(), b.Dy()))
	}
	switch m := img.(type) {
	case *image.Gray:
		p := []samplePlane{{plane{m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride}, b.Dx(), b.Dy(), 1, 1}}
		return p, checkPlanes(p)
	case *image.YCbCr:
		x, y, ok := ratioFactors(m.SubsampleRatio)
		if !ok || b.Min.X%x != 0 || b.Min.Y%y != 0 {
			return nil, UnsupportedError("chroma planes that do not line up with luma")
		}
		w, h := ceilDiv(b.Dx(), x), ceilDiv(b.Dy(), y)
		at := m.COffset(b.Min.X, b.Min.Y)
		p := []samplePlane{
			{plane{m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride}, b.Dx(), b.Dy(), x, y},
			{plane{m.Cb[at:], m.CStride}, w, h, 1, 1},
			{plane{m.Cr[at:], m.CStride}, w, h, 1, 1},
		}
		return p, checkPlanes(p)
	}
	return nil, UnsupportedError(fmt.Sprintf("encoding of %T", img))
}

// ratioFactors returns how many luma samples a chroma sample spans.
func ratioFactors(r image.YCbCrSubsampleRatio) (x, y int, ok bool) {
	switch r {
	case image.YCbCrSubsampleRatio444:
		return 1, 1, true
	case image.YCbCrSubsampleRatio422:
		return 2, 1, true
	case image.YCbCrSubsampleRatio420:
		return 2, 2, true
	case image.YCbCrSubsampleRatio440:
		return 1, 2, true
	case image.YCbCrSubsampleRatio411:
		return 4, 1, true
	case image.YCbCrSubsampleRatio410:
		return 4, 2, true
	}
	return 0, 0, false
}

var errShortPlane = errors.New("picture has fewer samples than its bounds say")

func checkPlanes(planes []samplePlane) error {
	for _, p := range planes {
		if p.stride < p.w || len(p.pix) < (p.rows-1)*p.stride+p.w {
			return errShortPlane
		}
	}
	return nil
}
