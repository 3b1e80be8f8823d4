package jpeg

import (
	"bytes"
	"encoding/binary"
	"slices"

	"imgpool/internal/kernel/tokens"
)

// encoder holds the state and the memory of one picture's encoding; it is
// pooled.
type encoder struct {
	width, height int
	mcusX, mcusY  int
	comps         []encComponent

	strip  []byte // padded samples of a row's edge
	packed []byte // a scan's bits before stuffing

	// The scan being made.
	tokens []token
	freq   [symbols]uint32
	code   codeTable
	huff   huffBuilder
}

// maxIdleEncoder is how many bytes a pooled encoder keeps.
const maxIdleEncoder = 32 << 20

// begin readies the encoder for a picture.
func (e *encoder) begin(width, height, comps int) {
	e.width, e.height = width, height
	e.code.setRaw()
	e.comps = slices.Grow(e.comps[:0], 3)[:comps]
}

// release gives the encoder back; it keeps nothing of the caller's.
func (e *encoder) release() {
	held := cap(e.strip) + cap(e.packed) + 4*cap(e.tokens)
	all := e.comps[:cap(e.comps)]
	for i := range all {
		c := &all[i]
		c.samples, c.given = samplePlane{}, nil
		held += 2*cap(c.coefs) + 8*cap(c.masks) + 24*cap(c.levels)
	}
	if held <= maxIdleEncoder {
		encoders.Put(e)
	}
}

// write appends the whole file to dst, or leaves dst as it was.
func (e *encoder) write(dst *bytes.Buffer, o WriteOptions) error {
	start := dst.Len()
	e.layout()
	err := e.writeHead(dst, o)
	if err == nil {
		if o.Progressive {
			err = e.writeProgressive(dst)
		} else {
			err = e.writeSequential(dst)
		}
	}
	if err != nil {
		dst.Truncate(start)
		return err
	}
	dst.Write([]byte{0xFF, mEOI})
	return nil
}

// layout computes the geometry of T.81 A.1.1 and A.2.2, and which components
// share tables: those of equal quantisation, so that grey-like luma in three
// components is not forced apart.
func (e *encoder) layout() {
	hMax, vMax := 1, 1
	for i := range e.comps {
		hMax, vMax = max(hMax, e.comps[i].H), max(vMax, e.comps[i].V)
	}
	e.mcusX, e.mcusY = ceilDiv(e.width, 8*hMax), ceilDiv(e.height, 8*vMax)
	for i := range e.comps {
		c := &e.comps[i]
		c.blocksX = ceilDiv(ceilDiv(e.width*c.H, hMax), 8)
		c.blocksY = ceilDiv(ceilDiv(e.height*c.V, vMax), 8)
		c.table = min(i, 1)
	}
}

// writeSegment appends a marker segment: the marker, the length, the payload's parts.
// It reports whether they fit.
func writeSegment(dst *bytes.Buffer, marker byte, parts ...[]byte) bool {
	n := 2
	for _, p := range parts {
		n += len(p)
	}
	if n > 0xFFFF {
		return false
	}
	dst.Write([]byte{0xFF, marker, byte(n >> 8), byte(n)})
	for _, p := range parts {
		dst.Write(p)
	}
	return true
}

// Identifiers of the APP segments: JFIF 1.01 without a thumbnail and with
// square pixels (ITU-T T.871 10.1), EXIF (CIPA DC-008 4.7.2), XMP (part 3,
// 1.1.3), ICC profiles (ICC.1 B.4).
var (
	jfifHead = []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	exifHead = []byte("Exif\x00\x00")
	xmpHead  = []byte("http://ns.adobe.com/xap/1.0/\x00")
	iccHead  = []byte("ICC_PROFILE\x00")
)

// writeHead appends everything up to the frame header.
func (e *encoder) writeHead(dst *bytes.Buffer, o WriteOptions) error {
	dst.Write([]byte{0xFF, mSOI})
	writeSegment(dst, mAPP0, jfifHead)
	if err := writeMetadata(dst, o); err != nil {
		return err
	}
	var tables []*[64]uint16
	for i := range e.comps {
		tables = append(tables, &e.comps[i].Quant)
	}
	quant, _ := writeQuant(dst, tables)
	frame := binary.BigEndian.AppendUint16([]byte{8}, uint16(e.height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(e.width))
	frame = append(frame, byte(len(e.comps)))
	for i := range e.comps {
		c := &e.comps[i]
		frame = append(frame, byte(i+1), byte(c.H<<4|c.V), quant[i])
	}
	marker := byte(mSOF0)
	if o.Progressive {
		marker = mSOF2
	}
	writeSegment(dst, marker, frame)
	return nil
}

// writeMetadata appends the segments of EXIF, XMP and the colour profile.
func writeMetadata(dst *bytes.Buffer, o WriteOptions) error {
	if len(o.EXIF) > 0 && !writeSegment(dst, mAPP0+1, exifHead, o.EXIF) {
		return UnsupportedError("an EXIF block of more than 64 KiB")
	}
	if len(o.XMP) > 0 && !writeSegment(dst, mAPP0+1, xmpHead, o.XMP) {
		return UnsupportedError("an XMP packet of more than 64 KiB")
	}
	const maxChunk = 0xFFFF - 2 - 14
	chunks := ceilDiv(len(o.ICC), maxChunk)
	if chunks > 255 {
		return UnsupportedError("a colour profile of more than 16 MiB")
	}
	for i := range chunks {
		part := o.ICC[i*maxChunk : min((i+1)*maxChunk, len(o.ICC))]
		writeSegment(dst, mAPP0+2, iccHead, []byte{byte(i + 1), byte(chunks)}, part)
	}
	return nil
}

// writeQuant appends quantisation tables in one segment (B.2.4.1), equal ones
// once, and returns each table's number and whether one has steps above 255.
func writeQuant(dst *bytes.Buffer, tables []*[64]uint16) (number [maxPlanes]byte, wide bool) {
	var body []byte
	next := byte(0)
	for i, q := range tables {
		if same := slices.IndexFunc(tables[:i], func(o *[64]uint16) bool { return *o == *q }); same >= 0 {
			number[i] = number[same]
			continue
		}
		number[i] = next
		next++
		if slices.Max(q[:]) > 255 {
			wide = true
			body = append(body, 1<<4|number[i])
			for _, natural := range zigzag {
				body = binary.BigEndian.AppendUint16(body, q[natural])
			}
			continue
		}
		body = append(body, number[i])
		for _, natural := range zigzag {
			body = append(body, byte(q[natural]))
		}
	}
	writeSegment(dst, mDQT, body)
	return number, wide
}

// blocksPerMCU is the number of blocks in an MCU of an interleaved scan.
func (e *encoder) blocksPerMCU() int {
	n := 0
	for i := range e.comps {
		n += e.comps[i].H * e.comps[i].V
	}
	return n
}

// beginScans forgets the tokens of the scans before.
func (e *encoder) beginScans() {
	e.tokens = e.tokens[:0]
	clear(e.freq[:])
}

// writeTables makes Huffman tables for the symbols counted and appends them
// (B.2.4.2).
func (e *encoder) writeTables(dst *bytes.Buffer, progressive bool) {
	var body []byte
	for t := 0; t < symRaw; t += 256 {
		spec, codes := e.huff.build((*[256]uint32)(e.freq[t:]))
		if codes == 0 {
			continue
		}
		e.code.set(t, &spec, progressive)
		body = append(body, byte(t>>8&1<<4|t>>9))
		body = append(body, spec.counts[:]...)
		body = append(body, spec.values[:codes]...)
	}
	if body != nil {
		writeSegment(dst, mDHT, body)
	}
}

// writeScan appends a scan header (B.2.3) for the given components and their
// tokens, coded.
func (e *encoder) writeScan(dst *bytes.Buffer, s *scanScript, comps []int, scan []token) {
	head := []byte{byte(len(comps))}
	for _, i := range comps {
		t := byte(e.comps[i].table)
		head = append(head, byte(i+1), t<<4|t)
	}
	writeSegment(dst, mSOS, append(head, byte(s.ss), byte(s.se), byte(s.ah<<4|s.al)))
	e.packed = grown(e.packed, e.code.packedSize(&e.freq))
	stuff(dst, e.packed[:tokens.Pack(e.packed, (*tokens.Codes)(&e.code), scan)])
}
