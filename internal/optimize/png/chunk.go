package png

import (
	"encoding/binary"
	"hash/crc32"
)

// FormatError is why a file is not a PNG that this package can read.
type FormatError string

// Error implements error.
func (e FormatError) Error() string { return "png: " + string(e) }

// Limits of the format.
const (
	signature    = "\x89PNG\r\n\x1a\n"
	maxChunk     = 1<<31 - 1
	maxDimension = 1<<31 - 1
	chunkFrame   = 12 // bytes of a chunk besides its data
)

// Chunk is a chunk of a file: its type, four letters, and its data.
type Chunk struct {
	Type string
	Data []byte
}

// place is where an ancillary chunk stands.
type place uint8

const (
	beforePalette place = iota // between IHDR and PLTE
	beforeData                 // between PLTE and IDAT
	afterData
)

// placed is an ancillary chunk and its place.
type placed struct {
	Chunk
	place place
}

// file is a PNG taken apart. All slices alias the data, but for idat when it
// was in pieces.
type file struct {
	header    header
	palette   []byte // PLTE
	alpha     []byte // tRNS
	idat      []byte
	ancillary []placed
	animation *animation // nil for a still
}

// parse takes data apart. It checks what the rest relies on: the checksums, the
// order of the critical chunks, and lengths.
func parse(data []byte) (*file, error) {
	if len(data) < len(signature) || string(data[:len(signature)]) != signature {
		return nil, FormatError("not a PNG file")
	}
	f := &file{}
	p := parser{file: f}
	for data = data[len(signature):]; ; {
		if len(data) < chunkFrame {
			return nil, FormatError("truncated")
		}
		n := binary.BigEndian.Uint32(data)
		if n > maxChunk || int(n) > len(data)-chunkFrame {
			return nil, FormatError("truncated")
		}
		c := Chunk{string(data[4:8]), data[8 : 8+n : 8+n]}
		if crc32.ChecksumIEEE(data[4:8+n]) != binary.BigEndian.Uint32(data[8+n:]) {
			return nil, FormatError("wrong checksum in " + printable(c.Type))
		}
		if err := p.chunk(c); err != nil {
			return nil, err
		}
		if c.Type == "IEND" {
			break
		}
		data = data[n+chunkFrame:]
	}
	return f, p.finish()
}

// printable is a chunk type for a message, whatever its bytes are.
func printable(kind string) string {
	for _, c := range []byte(kind) {
		if c < 'A' || c > 'z' {
			return "a chunk"
		}
	}
	return kind
}

// parser is the state of parse.
type parser struct {
	*file
	sawHeader, ended bool
	pieces           int  // IDAT chunks
	data             bool // the chunk before was IDAT
}

func (p *parser) chunk(c Chunk) error {
	if !p.sawHeader && c.Type != "IHDR" {
		return FormatError("no header")
	}
	wasData := p.data
	p.data = false
	switch c.Type {
	case "IHDR":
		if p.sawHeader {
			return FormatError("two headers")
		}
		p.sawHeader = true
		return p.header.parse(c.Data)
	case "PLTE":
		if p.palette != nil || p.pieces > 0 || p.header.colour&colourUsed == 0 || len(c.Data)%3 != 0 || len(c.Data) == 0 || len(c.Data) > 3*256 {
			return FormatError("bad palette")
		}
		p.palette = c.Data
	case "tRNS":
		if p.alpha != nil || p.pieces > 0 || !p.header.transparencyFits(c.Data, p.palette) {
			return FormatError("bad transparency")
		}
		p.alpha = c.Data
	case "IDAT":
		if p.pieces > 0 && !wasData {
			return FormatError("image data in two places")
		}
		if p.pieces == 0 {
			p.idat = c.Data
		} else {
			p.idat = append(p.idat, c.Data...)
		}
		p.pieces++
		p.data = true
	case "IEND":
		p.ended = true
	case "acTL", "fcTL", "fdAT":
		return p.animate(c)
	default:
		if c.Type[0]&0x20 == 0 {
			return FormatError("unknown critical chunk")
		}
		at := beforePalette
		switch {
		case p.pieces > 0:
			at = afterData
		case p.palette != nil:
			at = beforeData
		}
		p.ancillary = append(p.ancillary, placed{c, at})
	}
	return nil
}

func (p *parser) finish() error {
	if p.pieces == 0 {
		return FormatError("no image data")
	}
	if p.header.colour == indexed && p.palette == nil {
		return FormatError("no palette")
	}
	if p.animation != nil {
		return p.animation.check(&p.header)
	}
	return nil
}

// appendChunk appends a chunk to dst; its data are the parts in order.
func appendChunk(dst []byte, kind string, parts ...[]byte) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = append(dst, kind...)
	for _, p := range parts {
		dst = append(dst, p...)
	}
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start-8))
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start+4:]))
}
