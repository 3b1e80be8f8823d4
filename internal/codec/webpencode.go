package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"
	"sync"

	"github.com/gen2brain/webp"
)

// The effort of the encoder, 0 to 6, for the two kinds.
const (
	webpLossyMethod     = 4
	webpLosslessMethod  = 2
	webpLosslessQuality = 50 // for the lossless kind quality means effort
)

// webpMethod is libwebp's method for the lossy kind.
func (o *EncodeOptions) webpMethod() int {
	if o.Effort == 0 {
		return webpLossyMethod
	}
	return min(max(o.Effort, 3), 6)
}

// webpLossless is libwebp's quality, which means effort, and method for the
// lossless kind.
func (o *EncodeOptions) webpLossless() (quality, method int) {
	if o.Effort == 0 {
		return webpLosslessQuality, webpLosslessMethod
	}
	// At 100 it takes thirty times the time of 90, for 1 %.
	return min(30+10*o.Effort, 90), min(o.Effort, 6)
}

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
	// Room for all that is to come, else each growth copies everything. What grows is zeros, whatever was there before.
	if spare, _ := webpSpare.Get().(*[]byte); spare != nil && cap(*spare) >= len(*e.memory)+int(room) {
		*e.memory = append((*spare)[:0], *e.memory...)
	} else {
		*e.memory = slices.Grow(*e.memory, int(room))
	}
	e.module.X_initialize()
	return e
}

// webpSpare holds memory of encoders of small pictures that are done: an animation has thousands. webpSpareMost is the most
// that is kept, in bytes.
var webpSpare sync.Pool

const webpSpareMost = 4 << 20

// release gives the module's memory back, and with it what encode returned. The encoder is not used any more.
func (e *webpEncoder) release() {
	if memory := *e.memory; cap(memory) <= webpSpareMost {
		webpSpare.Put(&memory)
	}
	*e.memory = nil
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
	return webpFile(to8(img), size, o, func(file []byte) error { return wrapWebP(dst, file, size, o) })
}

// webpFile encodes the pixels as a file without metadata, and lends it to use.
func webpFile(img image.Image, size image.Point, o EncodeOptions, use func(file []byte) error) error {
	var e *webpEncoder
	var file []byte
	err := guard("WebP", func() (err error) {
		e, _, file, err = webpEncode(img, size, o)
		return err
	})
	if err != nil {
		return err
	}
	defer e.release()
	return use(file)
}

// webpEncode gives a fresh encoder the pixels of a picture. Besides the file it returns the encoder and the capacity that
// its memory had at the start, for the tests.
func webpEncode(img image.Image, size image.Point, o EncodeOptions) (e *webpEncoder, room int, file []byte, err error) {
	start := func(source webpSource, n int) (at int32, buf []byte, err error) {
		e = newWebPEncoder(webpRoom(int64(size.X), int64(size.Y), source, o))
		room = cap(*e.memory)
		return e.alloc(n)
	}
	if planes, alpha := webpPlanes(img); planes != nil && !o.Lossless {
		source := webpPlanar
		if alpha != nil && !alpha.Opaque() {
			source = webpTransparent
		}
		at, buf, err := start(source, webpPlanesSize(size))
		if err != nil {
			return e, room, nil, err
		}
		fillPlanes(buf, planes, alpha)
		file, err = e.encode(at, size, webpPixelsYUVA, o.quality(), o.webpMethod(), false)
		return e, room, file, err
	}
	m := toNRGBA(img)
	source := webpOpaque
	if !m.Opaque() {
		source = webpTransparent
	}
	at, buf, err := start(source, 4*size.X*size.Y)
	if err != nil {
		return e, room, nil, err
	}
	for y := range size.Y {
		copy(buf[4*y*size.X:4*(y+1)*size.X], m.Pix[y*m.Stride:])
	}
	quality, method := o.quality(), o.webpMethod()
	if o.Lossless {
		quality, method = o.webpLossless()
	}
	file, err = e.encode(at, size, webpPixelsRGBA, quality, method, o.Lossless)
	return e, room, file, err
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

// webpRoom is how much of the module's memory an encoding takes at the worst, measured with noise: for the lossy kind
// tokens, more of them the higher the quality; for the lossless kind, and for alpha, the tables of its search.
func webpRoom(w, h int64, source webpSource, o EncodeOptions) int64 {
	perPixel := int64(20)
	switch q := o.quality(); {
	case o.Lossless:
		perPixel = 54
	case source == webpTransparent:
		perPixel = 51
	case q > 90:
		perPixel = 32
	case q > 80:
		perPixel = 25
	}
	if source == webpOpaque && !o.Lossless {
		perPixel += 8 // the pixels before they become planes
	}
	return 2<<20 + perPixel*(w+16)*(h+16)
}

// webpSource is what the encoder gets.
type webpSource uint8

const (
	webpPlanar      webpSource = iota // planes without alpha
	webpOpaque                        // pixels without alpha
	webpTransparent                   // pixels or planes with alpha
)

// webpEncodeCost counts the module's memory, a converted copy of the picture, and the output twice as it is wrapped up.
func webpEncodeCost(k pixelKind, w, h int64, o EncodeOptions) int64 {
	source := webpPlanar
	switch {
	case k.alpha:
		source = webpTransparent
	case !k.planar:
		source = webpOpaque
	}
	output := 3 * w * h
	if o.Lossless || k.alpha {
		output = 8 * w * h
	}
	return webpRoom(w, h, source, o) + max(k.packed(), 1)*w*h + output
}
