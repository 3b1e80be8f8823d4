package png

import "encoding/binary"

// result is a picture ready to be written.
type result struct {
	form *form
	idat []byte // a zlib stream
	// frames are the zlib streams of an animation's frames, nil for the one
	// that is the image data.
	frames [][]byte
}

// write puts a file together: what was found for the picture, and of the other
// chunks of f those that stay.
func write(f *file, r *result, o Options) []byte {
	same := sameStorage(f, r.form)
	dst := append([]byte(nil), signature...)
	dst = appendChunk(dst, "IHDR", r.form.header.bytes())
	ancillary := func(at place) {
		for _, c := range f.ancillary {
			if c.place == at && (shows[c.Type] || c.mayStay(same) && o.Keep(c.Type, c.Data)) {
				dst = appendChunk(dst, c.Type, c.Data)
			}
		}
	}
	ancillary(beforePalette)
	if r.form.palette != nil {
		dst = appendChunk(dst, "PLTE", r.form.palette)
	}
	if r.form.alpha != nil {
		dst = appendChunk(dst, "tRNS", r.form.alpha)
	}
	ancillary(beforeData)
	if f.animation == nil {
		dst = appendChunk(dst, "IDAT", r.idat)
	} else {
		dst = f.animation.append(dst, r)
	}
	ancillary(afterData)
	return appendChunk(dst, "IEND")
}

// append appends the frames, numbered anew, and the image data.
func (a *animation) append(dst []byte, r *result) []byte {
	var number uint32
	next := func() []byte {
		number++
		return binary.BigEndian.AppendUint32(nil, number-1)
	}
	dst = appendChunk(dst, "acTL", a.control)
	if !a.frames[0].still {
		dst = appendChunk(dst, "IDAT", r.idat)
	}
	for i, f := range a.frames {
		dst = appendChunk(dst, "fcTL", next(), f.control[sequenceBytes:])
		if f.still {
			dst = appendChunk(dst, "IDAT", r.idat)
		} else {
			dst = appendChunk(dst, "fdAT", next(), r.frames[i])
		}
	}
	return dst
}

// mayStay tells whether a chunk that does not change how samples are shown is
// still right when the image data have changed, and the rest of the storage
// unless it is the same. A type that is not known says so by itself in its
// fourth letter.
func (c *Chunk) mayStay(same bool) bool {
	if describes[c.Type] {
		return same
	}
	return c.Type[3]&0x20 != 0 || c.Type == "tIME"
}

// sameStorage tells whether the form's colour type, depth and palette are those
// of the file.
func sameStorage(f *file, m *form) bool {
	return f.header.colour == m.header.colour && f.header.depth == m.header.depth && string(f.palette) == string(m.palette)
}
