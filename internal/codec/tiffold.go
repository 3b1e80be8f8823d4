package codec

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// TIFF 6.0, section 22: JPEG data as they were stored before they became whole files in strips. Others are still found
// that way, written by programs for scanners and fax machines.

// oldJPEG is where the parts of the JPEG data are.
type oldJPEG struct {
	tables   []byte // as segments
	selector []byte // Huffman tables of each component, as in a scan header
	quant    []byte // quantisation table of each component
	sampling byte   // of luma, as in a frame header
}

// setOldJPEG reads where the data are: one whole file, or tables and the coded data of each strip.
func (l *tiffLayout) setOldJPEG(d tiffDirectory, h *Header) error {
	data := h.data
	if at := d.uint(tiffJPEGInterchange, 0); at > 0 && at < uint64(len(data)) {
		size := min(d.uint(tiffJPEGInterchangeLength, 0), uint64(len(data))-at)
		if size == 0 {
			size = uint64(len(data)) - at
		}
		if whole := data[at : at+size]; hasScan(whole) {
			l.whole = whole
			l.blockWidth, l.blockHeight, l.blocksAcross, l.blocksDown = h.Width, h.Height, 1, 1
			return nil
		}
	}
	l.old = &oldJPEG{sampling: 0x11}
	if l.photometric == tiffYCbCr {
		l.old.sampling = 0x22
		if s := d[tiffYCbCrSubSampling]; s.len() == 2 {
			x, _ := s.uint(0)
			y, _ := s.uint(1)
			l.old.sampling = byte(x&15<<4 | y&15)
		}
	}
	l.old.selector, l.old.quant = make([]byte, l.samples), make([]byte, l.samples)
	for _, t := range []struct {
		tag       uint16
		marker    byte
		class     byte // high half of the identifier
		huffman   bool
		selectors []byte
		shift     int
	}{
		{tiffJPEGQTables, mDQT, 0, false, l.old.quant, 0},
		{tiffJPEGDCTables, mDHT, 0x00, true, l.old.selector, 4},
		{tiffJPEGACTables, mDHT, 0x10, true, l.old.selector, 0},
	} {
		var offsets []uint64
		for i := range l.samples {
			at, _ := d[t.tag].uint(i)
			id := slices.Index(offsets, at)
			if id < 0 {
				id, offsets = len(offsets), append(offsets, at)
				table, ok := jpegTable(data, at, t.huffman)
				if !ok || id > 3 {
					return FormatError("TIFF: a table of JPEG data is missing")
				}
				l.old.tables = append(l.old.tables, 0xFF, t.marker)
				l.old.tables = binary.BigEndian.AppendUint16(l.old.tables, uint16(3+len(table)))
				l.old.tables = append(append(l.old.tables, t.class|byte(id)), table...)
			}
			t.selectors[i] |= byte(id) << t.shift
		}
	}
	return nil
}

// hasScan says that JPEG data are more than tables and a frame header.
func hasScan(p []byte) bool {
	for p = bytes.TrimPrefix(p, []byte{0xFF, mSOI}); len(p) >= 4 && p[0] == 0xFF; {
		if p[1] == mSOS {
			return true
		}
		p = p[min(2+int(binary.BigEndian.Uint16(p[2:])), len(p)):]
	}
	return false
}

// jpegTable returns a quantisation table, or a Huffman table with the number of its codes of each length in front.
func jpegTable(data []byte, at uint64, huffman bool) ([]byte, bool) {
	if at < 8 || at >= uint64(len(data)) {
		return nil, false
	}
	p, size := data[at:], 64
	if huffman {
		if size = 16; len(p) >= 16 {
			for _, n := range p[:16] {
				size += int(n)
			}
		}
	}
	if len(p) < size || size > 16+256 {
		return nil, false
	}
	return p[:size], true
}

// file makes a JPEG file of the coded data of a strip of w x h pixels.
func (o *oldJPEG) file(raw []byte, w, h int) []byte {
	if len(raw) > 4 && raw[0] == 0xFF {
		switch raw[1] {
		case mSOI:
			return raw // a file already
		case mSOS: // the first strip may have it
			raw = raw[min(2+int(binary.BigEndian.Uint16(raw[2:])), len(raw)):]
		}
	}
	out := append([]byte{0xFF, mSOI}, o.tables...)
	n := len(o.quant)
	out = append(out, 0xFF, mSOF1, 0, byte(8+3*n), 8, byte(h>>8), byte(h), byte(w>>8), byte(w), byte(n))
	for i, q := range o.quant {
		sampling := byte(0x11)
		if i == 0 {
			sampling = o.sampling
		}
		out = append(out, byte(i+1), sampling, q)
	}
	out = append(out, 0xFF, mSOS, 0, byte(6+2*n), byte(n))
	for i, s := range o.selector {
		out = append(out, byte(i+1), s)
	}
	out = append(out, 0, 63, 0)
	return append(append(out, raw...), 0xFF, mEOI)
}
