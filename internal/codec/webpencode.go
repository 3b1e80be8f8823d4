package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"

	"github.com/gen2brain/webp"
)

// The effort of the encoder, 0 to 6, for the two kinds.
const (
	webpLossyMethod     = 4
	webpLosslessMethod  = 4
	webpLosslessQuality = 75 // for the lossless kind quality means effort
)

// webpEncoder is libwebp, compiled to Go by way of WebAssembly: the same bytes on every machine, no goroutines, and
// nothing it does wrong can leave its own memory. The package around it prefers a library of the system where there is
// one; calling the module directly rules that out.
type webpEncoder struct {
	module *webp.Module
	memory *[]byte // the module's; it moves when it grows
}

func newWebPEncoder(room int64) *webpEncoder {
	e := &webpEncoder{module: webp.New()}
	e.memory = e.module.Xmemory().Slice()
	// Room for all that is to come, else each growth copies everything.
	*e.memory = slices.Grow(*e.memory, int(room))
	e.module.X_initialize()
	return e
}

var errWebPMemory = errors.New("the WebP encoder is out of memory")

// alloc returns n bytes of the module's memory. They are valid until the module runs again.
func (e *webpEncoder) alloc(n int) (pointer int32, buf []byte, err error) {
	p := e.module.Xmalloc(int32(n))
	at := int64(uint32(p))
	if p == 0 || at+int64(n) > int64(len(*e.memory)) {
		return 0, nil, errWebPMemory
	}
	return p, (*e.memory)[at : at+int64(n)], nil
}

// The layouts of pixels that the encoder takes.
const (
	webpPixelsRGBA = 0 // packed
	webpPixelsYUVA = 4 // planes: Y, U and V at half the resolution, A
)

// encode runs the encoder on pixels at the given place and returns the file, which aliases the module's memory.
func (e *webpEncoder) encode(pixels int32, size image.Point, layout, quality, method int, lossless bool) ([]byte, error) {
	sizeAt, _, err := e.alloc(8)
	if err != nil {
		return nil, err
	}
	flag := int32(0)
	if lossless {
		flag = 1
	}
	out := e.module.Xencode(pixels, int32(size.X), int32(size.Y), sizeAt, int32(layout), int32(quality), int32(method), flag, 0)
	n := int64(binary.LittleEndian.Uint32((*e.memory)[uint32(sizeAt):]))
	at := int64(uint32(out))
	if out == 0 || n == 0 || at+n > int64(len(*e.memory)) {
		return nil, errWebPMemory
	}
	return (*e.memory)[at : at+n], nil
}

// encodeWebP writes lossy WebP from planes, if img has them, without a detour over RGB; all else from RGB.
func encodeWebP(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	size := img.Bounds().Size()
	file, err := webpFile(to8(img), size, o)
	if err != nil {
		return err
	}
	return wrapWebP(dst, file, size, o)
}

// webpFile encodes the pixels as a file without metadata.
func webpFile(img image.Image, size image.Point, o EncodeOptions) (file []byte, err error) {
	err = guard("WebP", func() error {
		planes, alpha := webpPlanes(img)
		e := newWebPEncoder(webpRoom(int64(size.X), int64(size.Y), planes != nil && !o.Lossless, o.Lossless))
		var at int32
		var buf []byte
		if planes != nil && !o.Lossless {
			if at, buf, err = e.alloc(webpPlanesSize(size)); err != nil {
				return err
			}
			fillPlanes(buf, planes, alpha)
			file, err = e.encode(at, size, webpPixelsYUVA, o.quality(), webpLossyMethod, false)
			return err
		}
		m := toNRGBA(img)
		if at, buf, err = e.alloc(4 * size.X * size.Y); err != nil {
			return err
		}
		for y := range size.Y {
			copy(buf[4*y*size.X:4*(y+1)*size.X], m.Pix[y*m.Stride:])
		}
		quality, method := o.quality(), webpLossyMethod
		if o.Lossless {
			quality, method = webpLosslessQuality, webpLosslessMethod
		}
		file, err = e.encode(at, size, webpPixelsRGBA, quality, method, o.Lossless)
		return err
	})
	return file, err
}

// webpPlanes returns the planes of a picture with the subsampling of lossy WebP, and alpha if there is any.
func webpPlanes(img image.Image) (*image.YCbCr, *image.NYCbCrA) {
	switch m := img.(type) {
	case *image.YCbCr:
		return withSubsampling(m, image.YCbCrSubsampleRatio420), nil
	case *image.NYCbCrA:
		return withSubsampling(&m.YCbCr, image.YCbCrSubsampleRatio420), m
	}
	return nil, nil
}

func webpPlanesSize(size image.Point) int {
	return 2*size.X*size.Y + 2*ceilDiv(size.X, 2)*ceilDiv(size.Y, 2)
}

// fillPlanes lays planes out as the encoder wants them, in the studio range.
func fillPlanes(buf []byte, m *image.YCbCr, alpha *image.NYCbCrA) {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	cw, ch := ceilDiv(w, 2), ceilDiv(h, 2)
	for y := range h {
		mapBytes(buf[y*w:(y+1)*w], m.Y[y*m.YStride:], &toStudioLuma)
	}
	buf = buf[w*h:]
	for _, plane := range [][]byte{m.Cb, m.Cr} {
		for y := range ch {
			mapBytes(buf[y*cw:(y+1)*cw], plane[y*m.CStride:], &toStudioChroma)
		}
		buf = buf[cw*ch:]
	}
	for y := range h {
		row := buf[y*w : (y+1)*w]
		if alpha != nil {
			copy(row, alpha.A[y*alpha.AStride:])
			continue
		}
		for x := range row {
			row[x] = 0xFF
		}
	}
}

// wrapWebP appends a file with the metadata of o around its image chunks, in the order of RFC 9649, section 2.7.
func wrapWebP(dst *bytes.Buffer, file []byte, size image.Point, o EncodeOptions) error {
	chunks, err := webpChunks(file, riffHeader, len(file))
	if err != nil {
		return err
	}
	w := newWebPWriter(dst)
	flags := byte(0)
	extended := false
	for _, c := range chunks {
		if c.kind == "ALPH" {
			flags, extended = flags|webpAlpha, true
		}
		if c.kind == "VP8L" && file[c.start+4]>>4&1 != 0 {
			flags |= webpAlpha // a lossless image has alpha in itself
		}
	}
	for _, m := range []struct {
		flag    byte
		content []byte
	}{{webpICC, o.ICC}, {webpEXIF, o.EXIF}, {webpXMP, o.XMP}} {
		if len(m.content) > 0 {
			flags, extended = flags|m.flag, true
		}
	}
	if extended {
		w.extended(flags, size)
	}
	w.optional("ICCP", o.ICC)
	for _, c := range chunks {
		if c.kind != "VP8X" {
			w.chunk(c.kind, file[c.start:c.end])
		}
	}
	w.optional("EXIF", o.EXIF)
	w.optional("XMP ", o.XMP)
	w.close()
	return nil
}

// webpWriter appends a RIFF container.
type webpWriter struct {
	dst   *bytes.Buffer
	start int
}

func newWebPWriter(dst *bytes.Buffer) *webpWriter {
	w := &webpWriter{dst, dst.Len()}
	dst.WriteString("RIFF\x00\x00\x00\x00WEBP")
	return w
}

func (w *webpWriter) chunk(kind string, content []byte) {
	w.dst.Write(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(content))))
	w.dst.Write(content)
	if len(content)&1 != 0 {
		w.dst.WriteByte(0)
	}
}

// optional appends a chunk if it has a content.
func (w *webpWriter) optional(kind string, content []byte) {
	if len(content) > 0 {
		w.chunk(kind, content)
	}
}

// extended appends the VP8X chunk.
func (w *webpWriter) extended(flags byte, canvas image.Point) {
	head := make([]byte, vp8XSize)
	head[0] = flags
	putUint24(head[4:], uint32(canvas.X-1))
	putUint24(head[7:], uint32(canvas.Y-1))
	w.chunk("VP8X", head)
}

// close sets the size of the container.
func (w *webpWriter) close() {
	binary.LittleEndian.PutUint32(w.dst.Bytes()[w.start+4:], uint32(w.dst.Len()-w.start-chunkHeader))
}

// webpRoom is how much of the module's memory an encoding takes.
func webpRoom(w, h int64, planes, lossless bool) int64 {
	pixels := (w + 16) * (h + 16)
	switch {
	case lossless:
		return 1<<20 + 60*pixels
	case planes:
		return 1<<20 + 8*pixels
	}
	return 1<<20 + 16*pixels
}

func webpEncodeCost(w, h int64, o EncodeOptions) int64 {
	return webpRoom(w, h, false, o.Lossless) + 4*w*h + 2*w*h
}
