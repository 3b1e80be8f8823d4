package jpeg

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Markers (T.81 table B.1).
const (
	mSOF0 = 0xC0 // baseline
	mSOF1 = 0xC1 // extended sequential
	mSOF2 = 0xC2 // progressive
	mDHT  = 0xC4
	mJPG  = 0xC8
	mDAC  = 0xCC
	mRST0 = 0xD0
	mRST7 = 0xD7
	mSOI  = 0xD8
	mEOI  = 0xD9
	mSOS  = 0xDA
	mDQT  = 0xDB
	mDRI  = 0xDD
	mDHP  = 0xDE
	mAPP0 = 0xE0
	mAPPE = 0xEE
	mTEM  = 0x01
)

// maxMCUBlocks is the largest number of blocks in an MCU of an interleaved
// scan (B.2.3).
const maxMCUBlocks = 10

// maxFile is the largest file: positions in bits are ints. It matters where
// those have 32 bits only.
const maxFile = math.MaxInt / 16

// parser walks over the marker segments of one file. Between two calls of
// next the caller moves pos behind the entropy-coded data.
type parser struct {
	data []byte
	pos  int // next unread byte

	header   Header
	seen     bool // the frame header was read
	quant    [4]*[64]uint16
	inks     bool // a file of four components is wanted
	dc, ac   [4]*huffSpec
	interval int
	eoi      bool // next met the end of image, not merely the end of the data

	jfif, adobe []byte // payloads of the first JFIF segment, without thumbnail, and of the last Adobe segment
	anyColour   bool   // the caller wants coefficients, whatever their colours
}

// Parse reads the headers of a file up to its first scan. It allocates no
// pixels. For a valid file that Decode cannot do it returns the header
// together with an UnsupportedError, as far as the frame header could be read
// (nil otherwise); for anything else a FormatError.
func Parse(data []byte) (*Header, error) {
	var p parser
	if err := p.begin(data); err != nil {
		return nil, err
	}
	s, err := p.next()
	if err == nil && s == nil {
		err = FormatError("no scan in the file")
	}
	if !p.seen {
		return nil, err
	}
	h := p.header
	if err != nil {
		if _, ok := err.(UnsupportedError); !ok {
			return nil, err
		}
	}
	return &h, err
}

// begin starts on a new file.
func (p *parser) begin(data []byte) error {
	*p = parser{data: data}
	p.header.AdobeTransform = -1
	copy(p.dc[:], annexKDC[:])
	copy(p.ac[:], annexKAC[:])
	if len(data) < 2 || data[0] != 0xFF || data[1] != mSOI {
		return FormatError("no start of image")
	}
	if len(data) > maxFile {
		return UnsupportedError("a file of this size")
	}
	p.pos = 2
	return nil
}

// next reads segments up to and including the next scan header. At the end of
// the image or of the data it returns nil, without an error once the frame
// header was seen.
func (p *parser) next() (*scan, error) {
	for {
		marker, ok := p.marker()
		switch {
		case !ok:
			if !p.seen {
				return nil, FormatError("the file ends in its header")
			}
			return nil, nil
		case marker == mEOI:
			if !p.seen {
				return nil, FormatError("end of image before the frame header")
			}
			p.eoi = true
			return nil, nil
		case marker == mTEM || marker >= mRST0 && marker <= mRST7:
			continue // no segment follows
		case marker == mSOI: // another file begins
			if !p.seen {
				return nil, FormatError("a second start of image")
			}
			return nil, nil
		case marker == 0:
			continue // a stuffed byte outside a scan: stray data
		}
		body, ok := p.segment()
		if !ok {
			if !p.seen {
				return nil, FormatError("the file ends in its header")
			}
			return nil, nil
		}
		if marker == mSOS {
			return p.scanHeader(body)
		}
		if err := p.read(marker, body); err != nil {
			return nil, err
		}
	}
}

// marker moves behind the next marker. Bytes that belong to no segment are
// passed over, so are fill bytes.
func (p *parser) marker() (byte, bool) {
	i := bytes.IndexByte(p.data[p.pos:], 0xFF)
	if i < 0 {
		p.pos = len(p.data)
		return 0, false
	}
	p.pos += i + 1
	for p.pos < len(p.data) && p.data[p.pos] == 0xFF {
		p.pos++
	}
	if p.pos == len(p.data) {
		return 0, false
	}
	p.pos++
	return p.data[p.pos-1], true
}

// segment returns a segment's parameters and moves behind them.
func (p *parser) segment() ([]byte, bool) {
	rest := p.data[p.pos:]
	if len(rest) < 2 {
		p.pos = len(p.data)
		return nil, false
	}
	n := int(binary.BigEndian.Uint16(rest))
	if n < 2 || n > len(rest) {
		p.pos = len(p.data)
		return nil, false
	}
	p.pos += n
	return rest[2:n], true
}

// read takes over one segment other than a scan header.
func (p *parser) read(marker byte, body []byte) error {
	switch {
	case marker == mDHT:
		return p.huffmanTables(body)
	case marker == mDQT:
		return p.quantTables(body)
	case marker == mDRI:
		if len(body) != 2 {
			return FormatError("restart interval of wrong length")
		}
		p.interval = int(binary.BigEndian.Uint16(body))
	case marker == mAPP0:
		p.readJFIF(body)
	case marker == mAPPE:
		if len(body) >= 12 && bytes.HasPrefix(body, []byte("Adobe")) {
			p.header.AdobeTransform = int(body[11])
			p.adobe = bytes.Clone(body[:12])
		}
	case marker == mDHP:
		return UnsupportedError("hierarchical coding")
	case marker == mJPG || marker == mDAC:
		// Reserved, and conditioning of an arithmetic coder that the frame
		// header would have announced.
	case marker >= mSOF0 && marker <= 0xCF:
		return p.frameHeader(marker, body)
	}
	return nil // comments, application data, a DNL segment that repeats the height
}

// readJFIF takes over an APP0 segment if it is JFIF's (ITU-T T.871 10.1).
func (p *parser) readJFIF(body []byte) {
	if !bytes.HasPrefix(body, []byte("JFIF\x00")) {
		return
	}
	p.header.JFIF = true
	if p.jfif == nil {
		p.jfif = bytes.Clone(body[:min(14, len(body))])
		if len(p.jfif) == 14 {
			p.jfif[12], p.jfif[13] = 0, 0 // size of the thumbnail
		}
	}
}

// frameHeader reads a start of frame (B.2.2).
func (p *parser) frameHeader(marker byte, b []byte) error {
	if p.seen {
		return UnsupportedError("several frames")
	}
	if len(b) < 6 || len(b) != 6+3*int(b[5]) || b[5] == 0 {
		return FormatError("frame header of wrong length")
	}
	h := &p.header
	h.Precision = int(b[0])
	h.Height = int(binary.BigEndian.Uint16(b[1:]))
	h.Width = int(binary.BigEndian.Uint16(b[3:]))
	h.Progressive = marker&3 == 2
	if h.Width == 0 {
		return FormatError("width 0")
	}
	for c := b[6:]; len(c) > 0; c = c[3:] {
		k := Component{ID: c[0], H: int(c[1] >> 4), V: int(c[1] & 15), TQ: int(c[2])}
		if k.H < 1 || k.H > 4 || k.V < 1 || k.V > 4 || k.TQ > 3 {
			return FormatError("component parameters out of range")
		}
		for _, other := range h.Components {
			if other.ID == k.ID {
				return FormatError("two components with one identifier")
			}
		}
		h.Components = append(h.Components, k)
	}
	p.seen = true
	h.Model = p.model()
	return p.supportedFrame(marker)
}

// quantTables reads a DQT segment (B.2.4.1).
func (p *parser) quantTables(b []byte) error {
	for len(b) > 0 {
		pq, tq := b[0]>>4, b[0]&15
		n := 64 << pq
		if pq > 1 || tq > 3 || len(b) < 1+n {
			return FormatError("broken quantisation table")
		}
		t := new([64]uint16)
		for k, z := range zigzag {
			if pq == 0 {
				t[z] = uint16(b[1+k])
			} else {
				t[z] = binary.BigEndian.Uint16(b[1+2*k:])
			}
		}
		p.quant[tq] = t
		b = b[1+n:]
	}
	return nil
}

// huffmanTables reads a DHT segment (B.2.4.2).
func (p *parser) huffmanTables(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return FormatError("broken Huffman table")
		}
		spec, n, err := readHuffSpec(b[1:])
		if err != nil {
			return err
		}
		if b[0]>>4 == 0 {
			p.dc[b[0]&15] = spec
		} else {
			p.ac[b[0]&15] = spec
		}
		b = b[1+n:]
	}
	return nil
}

// scanHeader reads a start of scan (B.2.3); the parser stands at the
// entropy-coded data then.
func (p *parser) scanHeader(b []byte) (*scan, error) {
	if !p.seen {
		return nil, FormatError("scan before the frame header")
	}
	if err := p.supportedColour(); err != nil {
		return nil, err
	}
	if len(b) < 6 || b[0] < 1 || b[0] > 4 || len(b) != 4+2*int(b[0]) {
		return nil, FormatError("scan header of wrong length")
	}
	n := int(b[0])
	tail := b[1+2*n:]
	s := &scan{
		ss: int(tail[0]), se: int(tail[1]), ah: int(tail[2] >> 4), al: int(tail[2] & 15),
		interval: p.interval, start: p.pos,
	}
	if err := p.spectrum(s, n); err != nil {
		return nil, err
	}
	blocks := 0
	for i := range n {
		c, err := p.scanComponent(s, b[1+2*i], b[2+2*i])
		if err != nil {
			return nil, err
		}
		s.comps = append(s.comps, c)
		blocks += p.header.Components[c.index].H * p.header.Components[c.index].V
	}
	if n > 1 && blocks > maxMCUBlocks {
		return nil, FormatError("more than 10 blocks in an MCU")
	}
	p.header.RestartInterval = p.interval
	return s, nil
}

// spectrum checks the spectral selection and the approximation bits of a scan
// of n components (G.1.1.1, B.2.3).
func (p *parser) spectrum(s *scan, n int) error {
	if !p.header.Progressive {
		// The fields are fixed here; what some encoders write instead has no meaning.
		s.ss, s.se, s.ah, s.al = 0, 63, 0, 0
		return nil
	}
	switch {
	case s.ss > s.se || s.se > 63 || s.ss == 0 && s.se != 0:
		return FormatError("spectral selection out of range")
	case s.ss > 0 && n > 1:
		return FormatError("several components in an AC scan")
	case s.al > 13 || s.ah != 0 && s.ah != s.al+1:
		return FormatError("successive approximation out of range")
	}
	return nil
}

// scanComponent looks up the component id and its tables, selected by tables.
func (p *parser) scanComponent(s *scan, id, tables byte) (scanComponent, error) {
	c := scanComponent{index: -1}
	for i, k := range p.header.Components {
		if k.ID == id {
			c.index = i
		}
	}
	for _, other := range s.comps {
		if other.index == c.index {
			return c, FormatError("a component twice in a scan")
		}
	}
	if c.index < 0 || tables>>4 > 3 || tables&15 > 3 {
		return c, FormatError("scan of an unknown component or table")
	}
	if p.quant[p.header.Components[c.index].TQ] == nil {
		return c, FormatError("missing quantisation table")
	}
	if s.ss == 0 && s.ah == 0 {
		if c.dc = p.dc[tables>>4]; c.dc == nil {
			return c, FormatError("missing Huffman table")
		}
	}
	if s.se > 0 {
		if c.ac = p.ac[tables&15]; c.ac == nil {
			return c, FormatError("missing Huffman table")
		}
	}
	return c, nil
}
