package codec

import (
	"bytes"
	"encoding/binary"
	"image"
)

// encodeWebPFrames writes an animated WebP (RFC 9649, section 2.7.1.1).
func encodeWebPFrames(dst *bytes.Buffer, a *Animation, o EncodeOptions, limit int64) error {
	w := newWebPWriter(dst)
	flags := byte(webpAnimation)
	for _, m := range []struct {
		flag    byte
		content []byte
	}{{webpICC, o.ICC}, {webpEXIF, o.EXIF}, {webpXMP, o.XMP}} {
		if len(m.content) > 0 {
			flags |= m.flag
		}
	}
	at := dst.Len() + chunkHeader // of the flags, which get complete at the end
	w.extended(flags, image.Pt(a.Width, a.Height))
	w.optional("ICCP", o.ICC)
	anim := make([]byte, 6) // transparent background, how often
	binary.LittleEndian.PutUint16(anim[4:], uint16(min(a.Plays, 0xFFFF)))
	w.chunk("ANIM", anim)
	time := clock{unit: 1e6, longest: 1<<24 - 1}
	var before *image.NRGBA
	for f, err := range a.All {
		if err != nil {
			return err
		}
		img, rect := f.Image, f.Image.Rect
		replace := byte(anmfReplace)
		if before != nil {
			rect = changes(before, f.Image)
			rect.Min.X, rect.Min.Y = rect.Min.X&^1, rect.Min.Y&^1 // offsets are counted in twos
			img = part(f.Image, rect)
			if rect.Empty() { // a transparent pixel changes nothing
				replace, rect = 0, image.Rect(0, 0, 1, 1)
				img = image.NewNRGBA(rect)
			}
		}
		if !img.Opaque() {
			flags |= webpAlpha
		}
		content, err := frameChunk(img, rect, time.next(f.Delay), replace, o)
		if err != nil {
			return err
		}
		w.chunk("ANMF", content)
		if int64(dst.Len()-w.start) > limit {
			return ErrTooLong
		}
		before = copyFrame(before, f.Image)
	}
	w.optional("EXIF", o.EXIF)
	w.optional("XMP ", o.XMP)
	dst.Bytes()[at] = flags
	w.close()
	return nil
}

// frameChunk returns the content of a frame's chunk.
func frameChunk(img *image.NRGBA, rect image.Rectangle, delay int64, flags byte, o EncodeOptions) ([]byte, error) {
	head := make([]byte, anmfHeader)
	for i, v := range []int{rect.Min.X / 2, rect.Min.Y / 2, rect.Dx() - 1, rect.Dy() - 1, int(delay)} {
		putUint24(head[3*i:], uint32(v))
	}
	head[15] = flags
	content := bytes.NewBuffer(head)
	w := &webpWriter{dst: content}
	err := webpFile(img, rect.Size(), o, func(file []byte) error {
		chunks, err := webpChunks(file, riffHeader, len(file))
		for _, c := range chunks {
			switch c.kind {
			case "ALPH", "VP8 ", "VP8L":
				w.chunk(c.kind, file[c.start:c.end])
			}
		}
		return err
	})
	return content.Bytes(), err
}
