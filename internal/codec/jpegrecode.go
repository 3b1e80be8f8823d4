package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"

	"imgpool/internal/jpeg"
	"imgpool/internal/meta"
)

// JPEGRecoder holds the coefficients of a JPEG, read once, to write them again and again. It is for one goroutine.
type JPEGRecoder struct{ recoder *jpeg.Recoder }

// NewJPEGRecoder reads the JPEG in data, whose header is h: see [jpeg.Recoder]. In its files a profile that is not sRGB
// stays, and o.Blocks come in place of the other metadata. The kinds that cannot be recoded are an UnsupportedError.
func NewJPEGRecoder(data []byte, h *Header, o RecodeOptions) (*JPEGRecoder, error) {
	recode, err := h.recoding(data, o)
	if err != nil {
		return nil, err
	}
	r, err := jpeg.NewRecoder(data, recode)
	return &JPEGRecoder{r}, recodeError(err)
}

// Recode appends to dst the file with the very same coefficients in fewer bytes: see [jpeg.Recode]. On error dst is as it
// was.
func (r *JPEGRecoder) Recode(dst *bytes.Buffer) error { return recodeError(r.recoder.Recode(dst)) }

// Requantise is like Recode, but with coarser steps where quality asks for them: see [jpeg.Requantise]. changed says that
// there were such.
func (r *JPEGRecoder) Requantise(dst *bytes.Buffer, quality int) (changed bool, err error) {
	changed, err = r.recoder.Requantise(dst, quality)
	return changed, recodeError(err)
}

// Estimate tells about what Requantise makes at a quality, for little work.
func (r *JPEGRecoder) Estimate(quality int) jpeg.Estimate { return r.recoder.Estimate(quality) }

// Finest returns the highest quality at which Requantise changes anything, 0 if there is none.
func (r *JPEGRecoder) Finest() int { return r.recoder.Finest() }

// recoding says to package jpeg what to keep.
func (h *Header) recoding(data []byte, o RecodeOptions) (jpeg.RecodeOptions, error) {
	recode := jpeg.RecodeOptions{Effort: o.Effort}
	if err := h.check(data); err != nil {
		return recode, err
	}
	l, ok := h.layout.(*jpegLayout)
	if !ok {
		return recode, UnsupportedError("recoding " + h.Format.String())
	}
	if keepsProfile(h.ICC) {
		recode.ICC = h.ICC
	}
	if o.All {
		recode.ICC, recode.Segments = nil, l.foreign(data)
	} else {
		recode.Segments = appendJPEGBlocks(nil, o.Blocks)
	}
	return recode, h.Damage
}

// RecodeOptions say what a JPEGRecoder keeps and how hard it tries.
type RecodeOptions struct {
	Effort int // 1 to 9; 0 is 4
	Blocks meta.Blocks
	// All keeps the segments of the file as they are instead of Blocks, but for those that point behind the picture.
	All bool
}

// RecodeCost returns the most bytes that a JPEGRecoder of a file of size bytes holds, and takes for a result, that not
// counted. coarser says that it is to requantise.
func (h *Header) RecodeCost(size int64, coarser bool) int64 {
	if h.Format != JPEG {
		return 0
	}
	header, _ := jpeg.Parse(h.data)
	if header == nil {
		return 0 // of colour models that are recoded but not decoded there is a header
	}
	if coarser {
		return jpeg.RequantiseCost(header, int(size)) + smallCost
	}
	return jpeg.RecodeCost(header, int(size)) + smallCost
}

// foreign returns the application segments and comments that do not describe how the picture is coded, without content
// credentials, which hold for the file as it was.
func (l *jpegLayout) foreign(data []byte) []byte {
	var out []byte
	signed := l.signatures(data)
	for i, s := range l.segments {
		p := l.payload(data, i)
		switch {
		case slices.Contains(signed, i):
		case s.marker == mAPP0 && bytes.HasPrefix(p, idJFIF), s.marker == mAPP14 && bytes.HasPrefix(p, idAdobe), s.marker == mAPP2 && bytes.HasPrefix(p, idMPF):
		case s.marker == mCOM, s.marker >= mAPP0 && s.marker <= mAPP15:
			out = append(out, data[s.start:s.end]...)
		}
	}
	return out
}

// signatures returns the places of the segments that hold content credentials. A box that does not fit into a segment
// goes on in others, which have its number behind the common identifier (ISO 19566-5, annex D) and do not say what it is.
func (l *jpegLayout) signatures(data []byte) (places []int) {
	const number = 2 // bytes
	var boxes [1 << 16]bool
	for i, s := range l.segments {
		p := l.payload(data, i)
		if s.marker != mAPP11 || !bytes.HasPrefix(p, idJUMBF) || len(p) < len(idJUMBF)+number {
			continue
		}
		box := binary.BigEndian.Uint16(p[len(idJUMBF):])
		if boxes[box] = boxes[box] || isSignature(s, p); boxes[box] {
			places = append(places, i)
		}
	}
	return places
}

// isSignature says that the segment s with content p begins content credentials.
func isSignature(s jpegSegment, p []byte) bool {
	return s.marker == mAPP11 && bytes.HasPrefix(p, idJUMBF) && bytes.Contains(p[:min(len(p), 256)], []byte("c2pa"))
}

// recodeError turns an error of package jpeg into one of this package.
func recodeError(err error) error {
	var (
		unsupported jpeg.UnsupportedError
		incomplete  *jpeg.IncompleteError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsupported):
		return UnsupportedError(string(unsupported) + " in a JPEG")
	case errors.As(err, &incomplete):
		return jpegIncomplete(incomplete)
	}
	return formatErrorf("JPEG: %v", err)
}
