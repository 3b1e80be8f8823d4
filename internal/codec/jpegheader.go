package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
)

// Markers of ITU-T T.81, table B.1: the second byte, behind 0xFF.
const (
	mSOF0  = 0xC0 // baseline
	mSOF1  = 0xC1 // extended sequential
	mSOF2  = 0xC2 // progressive
	mDHT   = 0xC4
	mSOF9  = 0xC9 // arithmetic, sequential
	mSOF10 = 0xCA // arithmetic, progressive
	mDAC   = 0xCC
	mRST0  = 0xD0
	mRST7  = 0xD7
	mSOI   = 0xD8
	mEOI   = 0xD9
	mSOS   = 0xDA
	mDQT   = 0xDB
	mDNL   = 0xDC
	mDRI   = 0xDD
	mAPP0  = 0xE0
	mAPP1  = 0xE1
	mAPP2  = 0xE2
	mAPP13 = 0xED
	mAPP14 = 0xEE
	mAPP15 = 0xEF
	mSOF55 = 0xF7 // JPEG-LS
	mCOM   = 0xFE
	mTEM   = 0x01
)

// Bounds on what a file may make us do. No camera or program comes near them.
const (
	maxJPEGSegments = 10000
	maxJPEGScans    = 100 // a scan may cost a walk over the whole picture
)

// jpegSegment is a marker segment: data[start:end] with the marker in front. That of a scan includes the coded data.
type jpegSegment struct {
	marker     byte
	start, end int
	payload    int // where the content begins, behind the length
}

// jpegComponent is one entry of the frame header.
type jpegComponent struct {
	id, h, v, tq byte
}

// jpegLayout is what the JPEG functions need to know about a file beyond its Header.
type jpegLayout struct {
	segments   []jpegSegment
	frame      int // index of the frame header in segments
	components []jpegComponent
	end        int  // where the picture ends: behind the end-of-image marker, or where the data stop
	eoi        bool // there is an end-of-image marker
	scans      int
	jfif       bool
	adobe      int    // the Adobe segment's colour transform, -1 without one
	dnl        int    // height from a DNL segment, 0 without one
	gainMap    []byte // a JPEG file behind the picture, nil without one
}

func (l *jpegLayout) payload(data []byte, i int) []byte {
	s := l.segments[i]
	return data[s.payload:s.end]
}

// readJPEGHeader walks all markers and scans up to the end of the image.
func readJPEGHeader(data []byte, h *Header) error {
	l := &jpegLayout{frame: -1, adobe: -1}
	h.layout = l
	if err := l.walk(data, h); err != nil {
		return err
	}
	if l.frame < 0 {
		return FormatError("JPEG: no frame header")
	}
	if l.scans == 0 {
		return FormatError("JPEG: no image data")
	}
	if h.Height == 0 {
		if h.Height = l.dnl; l.dnl == 0 {
			return FormatError("JPEG: the height is 0")
		}
		h.Odd = true // libjpeg does not read the segment that gives it
	}
	if err := l.setModel(h); err != nil {
		return err
	}
	readJPEGMetadata(data, h, l)
	if rest := len(data) - l.end; rest > 0 {
		h.note("trailer", rest)
	}
	l.readExtras(data, h)
	if h.Damage == nil && !l.eoi {
		percent := jpegPercent(data, h)
		if percent < 100 {
			h.Damage = TruncatedError{percent}
		} else {
			h.warn("the end-of-image marker is missing")
		}
	}
	return nil
}

// walk fills l.segments. It goes from marker to marker by the declared lengths (T.81, B.1.1.4) and through the coded
// data of each scan, so that thumbnails, previews and trailers, which are JPEGs of their own, cannot mislead it.
func (l *jpegLayout) walk(data []byte, h *Header) error {
	pos := 2
	for {
		start, ok := nextMarker(data, pos)
		if !ok {
			l.end = len(data)
			return nil
		}
		marker := data[start+1]
		pos = start + 2
		switch {
		case marker == mEOI:
			l.end, l.eoi = pos, true
			return nil
		case marker == mTEM || marker >= mRST0 && marker <= mSOI:
			continue // stand alone, mean nothing here
		}
		if len(data)-pos < 2 {
			l.end = len(data)
			return nil
		}
		length := int(binary.BigEndian.Uint16(data[pos:]))
		if length < 2 {
			return formatErrorf("JPEG: segment %#02x has a length of %d", marker, length)
		}
		end := pos + length
		if end > len(data) {
			l.end = len(data)
			return nil
		}
		s := jpegSegment{marker, start, end, pos + 2}
		if len(l.segments) == maxJPEGSegments {
			return formatErrorf("JPEG: more than %d segments", maxJPEGSegments)
		}
		if marker == mSOS {
			s.end = l.scan(data, h, end)
		}
		l.segments = append(l.segments, s)
		pos = s.end
		if err := l.take(data, h, len(l.segments)-1); err != nil {
			return err
		}
	}
}

// nextMarker finds the next marker at or behind pos and returns where its last 0xFF is. Bytes between segments that
// belong to none are passed over, as all decoders do.
func nextMarker(data []byte, pos int) (int, bool) {
	for pos < len(data) {
		i := bytes.IndexByte(data[pos:], 0xFF)
		if i < 0 || pos+i+1 >= len(data) {
			return 0, false
		}
		pos += i
		if next := data[pos+1]; next != 0 && next != 0xFF {
			return pos, true
		}
		pos++
	}
	return 0, false
}

// scan walks through coded data, which contain 0xFF only as stuffing, fill or restart markers (T.81, B.1.1.5), and
// returns where they end.
func (l *jpegLayout) scan(data []byte, h *Header, pos int) int {
	for {
		i := bytes.IndexByte(data[pos:], 0xFF)
		if i < 0 || pos+i+1 >= len(data) {
			return len(data)
		}
		pos += i
		switch m := data[pos+1]; {
		case m == 0 || m >= mRST0 && m <= mRST7:
			pos += 2
		case m == 0xFF:
			pos++
		case m < mSOF0 || m == mSOI || m >= 0xF0 && m < mCOM:
			// No such marker can follow a scan: the coded data are damaged here, and decoders stop.
			if h.Damage == nil {
				h.Damage = formatErrorf("JPEG: invalid marker %#02x inside the image data", m)
			}
			pos += 2
		default:
			return pos
		}
	}
}

// take reads segment i if it says something about the frame.
func (l *jpegLayout) take(data []byte, h *Header, i int) error {
	payload := l.payload(data, i)
	switch m := l.segments[i].marker; {
	case m == mSOF0 || m == mSOF1 || m == mSOF2:
		if l.frame >= 0 {
			return UnsupportedError("JPEG of several frames")
		}
		l.frame = i
		h.Progressive = m == mSOF2
		return l.readFrame(payload, h)
	case m > mSOF2 && m <= 0xCF && m != mDHT && m != mDAC && m != 0xC8 || m == mSOF55:
		if l.frame < 0 {
			return unsupportedJPEG(m)
		}
		return UnsupportedError("JPEG of several frames")
	case m == mSOS:
		if l.frame < 0 {
			return FormatError("JPEG: a scan before the frame header")
		}
		if l.scans++; l.scans > maxJPEGScans {
			return formatErrorf("JPEG: more than %d scans", maxJPEGScans)
		}
	case m == mDNL && l.scans == 1 && len(payload) >= 2:
		l.dnl = int(binary.BigEndian.Uint16(payload))
	case m == mAPP0 && bytes.HasPrefix(payload, idJFIF):
		l.jfif = true
	case m == mAPP14 && bytes.HasPrefix(payload, idAdobe) && len(payload) >= 12:
		l.adobe = int(payload[11])
	}
	return nil
}

// unsupportedJPEG names the process of a frame header that is not decoded here.
func unsupportedJPEG(marker byte) error {
	switch marker {
	case 0xC3:
		return UnsupportedError("lossless JPEG")
	case mSOF9, mSOF10:
		return UnsupportedError("arithmetic-coded JPEG")
	case 0xCB:
		return UnsupportedError("lossless arithmetic-coded JPEG")
	case mSOF55:
		return UnsupportedError("JPEG-LS")
	}
	return UnsupportedError("hierarchical JPEG")
}

// readFrame reads a frame header (T.81, B.2.2).
func (l *jpegLayout) readFrame(payload []byte, h *Header) error {
	if len(payload) < 6 {
		return FormatError("JPEG: the frame header is too short")
	}
	h.Depth = int(payload[0])
	h.Height = int(binary.BigEndian.Uint16(payload[1:]))
	h.Width = int(binary.BigEndian.Uint16(payload[3:]))
	n := int(payload[5])
	if h.Depth != 8 {
		return UnsupportedError(fmt.Sprintf("%d-bit JPEG", h.Depth))
	}
	if h.Width == 0 {
		return FormatError("JPEG: the width is 0")
	}
	if n != 1 && n != 3 && n != 4 {
		return UnsupportedError(fmt.Sprintf("JPEG of %d components", n))
	}
	if len(payload) < 6+3*n {
		return FormatError("JPEG: the frame header is too short")
	}
	for i := range n {
		p := payload[6+3*i:]
		c := jpegComponent{id: p[0], h: p[1] >> 4, v: p[1] & 15, tq: p[2]}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 {
			return formatErrorf("JPEG: sampling factors %d x %d", c.h, c.v)
		}
		if c.tq > 3 {
			return formatErrorf("JPEG: quantisation table %d", c.tq)
		}
		l.components = append(l.components, c)
	}
	return nil
}

// setModel decides what the components mean. The rules are those of libjpeg, which everybody follows: JFIF means
// YCbCr; else the Adobe segment decides; else the component identifiers.
func (l *jpegLayout) setModel(h *Header) error {
	c := l.components
	switch len(c) {
	case 1:
		h.Model = Gray
	case 3:
		h.Model = YCbCr
		named := c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B'
		if !l.jfif && (l.adobe == 0 || l.adobe < 0 && named) {
			h.Model = RGB
		}
		h.Subsampling, _ = subsampling(c)
	case 4:
		h.Model = CMYK
		if l.adobe == 2 {
			h.Model = YCCK
		}
	}
	return nil
}

// subsampling returns the ratio of a three-component frame, and false when image.YCbCr cannot hold it.
func subsampling(c []jpegComponent) (image.YCbCrSubsampleRatio, bool) {
	y, cb, cr := c[0], c[1], c[2]
	if cb.h != cr.h || cb.v != cr.v || y.h%cb.h != 0 || y.v%cb.v != 0 {
		return image.YCbCrSubsampleRatio444, false
	}
	switch [2]byte{y.h / cb.h, y.v / cb.v} {
	case [2]byte{1, 1}:
		return image.YCbCrSubsampleRatio444, true
	case [2]byte{2, 1}:
		return image.YCbCrSubsampleRatio422, true
	case [2]byte{2, 2}:
		return image.YCbCrSubsampleRatio420, true
	case [2]byte{1, 2}:
		return image.YCbCrSubsampleRatio440, true
	case [2]byte{4, 1}:
		return image.YCbCrSubsampleRatio411, true
	case [2]byte{4, 2}:
		return image.YCbCrSubsampleRatio410, true
	}
	return image.YCbCrSubsampleRatio444, false
}
