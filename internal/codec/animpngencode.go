package codec

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
)

// apngWriter appends an APNG (PNG, third edition, clause 4.9).
type apngWriter struct {
	dst        *bytes.Buffer
	colourType byte
	number     uint32 // of the next fcTL or fdAT
}

// encodePNGFrames writes an APNG. All frames have the same colour type, so that they are looked at first.
func encodePNGFrames(dst *bytes.Buffer, a *Animation, o EncodeOptions, limit int64) error {
	w := &apngWriter{dst: dst}
	var err error
	if w.colourType, err = commonColourType(a); err != nil {
		return err
	}
	start := dst.Len()
	dst.WriteString(pngSignature)
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(a.Width))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(a.Height))
	writePNGChunk(dst, "IHDR", append(ihdr, 8, w.colourType, 0, 0, 0))
	if err := pngMetadata(dst, o); err != nil {
		return err
	}
	control := dst.Len()
	actl := make([]byte, 8) // the number of frames, how often
	binary.BigEndian.PutUint32(actl[4:], uint32(a.Plays))
	writePNGChunk(dst, "acTL", actl)
	var before *image.NRGBA
	frames := uint32(0)
	for f, err := range a.All {
		if err != nil {
			return err
		}
		rect := f.Image.Rect
		if frames > 0 {
			if rect = changes(before, f.Image); rect.Empty() {
				rect = image.Rect(0, 0, 1, 1)
			}
		}
		if err := w.frame(f, rect); err != nil {
			return err
		}
		if int64(dst.Len()-start) > limit {
			return ErrTooLong
		}
		before = copyFrame(before, f.Image)
		frames++
	}
	writePNGChunk(dst, "IEND", nil)
	chunk := dst.Bytes()[control:][:8+pngChunkFrame]
	binary.BigEndian.PutUint32(chunk[8:], frames)
	binary.BigEndian.PutUint32(chunk[16:], crc32.ChecksumIEEE(chunk[4:16]))
	return nil
}

// commonColourType is the smallest colour type that holds all frames.
func commonColourType(a *Animation) (byte, error) {
	grey, opaque := true, true
	for f, err := range a.All {
		if err != nil {
			return 0, err
		}
		for y := 0; y < a.Height && (grey || opaque); y++ {
			row := f.Image.Pix[y*f.Image.Stride:][:4*a.Width]
			grey = grey && allGrey(row, 1)
			opaque = opaque && allOpaque(row, 1)
		}
		if !grey && !opaque {
			break
		}
	}
	switch {
	case grey && opaque:
		return colourGrey, nil
	case grey:
		return colourGreyA, nil
	case opaque:
		return colourRGB, nil
	}
	return colourRGBA, nil
}

// frame appends the part rect of a frame, which takes the place of what was there.
func (w *apngWriter) frame(f Frame, rect image.Rectangle) error {
	c := binary.BigEndian.AppendUint32(nil, w.number)
	for _, v := range []int{rect.Dx(), rect.Dy(), rect.Min.X, rect.Min.Y} {
		c = binary.BigEndian.AppendUint32(c, uint32(v))
	}
	num, den := f.Delay.short()
	c = binary.BigEndian.AppendUint16(c, num)
	c = binary.BigEndian.AppendUint16(c, den)
	writePNGChunk(w.dst, "fcTL", append(c, 0, 0))
	w.number++
	head := []byte("\x00\x00\x00\x00IDAT")
	if w.number > 1 {
		head = binary.BigEndian.AppendUint32([]byte("\x00\x00\x00\x00fdAT"), w.number)
		w.number++
	}
	start := w.dst.Len()
	w.dst.Write(head)
	m := part(f.Image, rect)
	rows := &pngRows{width: rect.Dx(), height: rect.Dy(), depth: 8}
	rows.packed(m.Pix, m.Stride, 1, false)
	rows.colourType = w.colourType
	rows.bytesPerPixel = (&pngLayout{colourType: w.colourType}).channels()
	if err := rows.compress(w.dst); err != nil {
		return err
	}
	chunk := w.dst.Bytes()[start:]
	if len(chunk)-8 > 1<<31-1 {
		return UnsupportedError("a PNG of more than 2 GiB")
	}
	binary.BigEndian.PutUint32(chunk, uint32(len(chunk)-8))
	w.dst.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk[4:])))
	return nil
}

// short returns the delay as a fraction of 16-bit numbers, as exact as they allow.
func (d Delay) short() (num, den uint16) {
	if d.Num <= 0xFFFF && d.Den <= 0xFFFF {
		return uint16(d.Num), uint16(d.Den)
	}
	ns := d.nanoseconds()
	for _, den := range []int64{1000, 100, 10, 1} {
		if n := (ns + 5e8/den) / (1e9 / den); n <= 0xFFFF {
			return uint16(n), uint16(den)
		}
	}
	return 0xFFFF, 1
}
