package codec

import (
	"bytes"
	"image"
	"sync"

	"github.com/gen2brain/jpegxl"

	"imgpool/internal/colour"
)

// jxlEffort is libjxl's effort, 1 to 10. On photos, 5 makes files 13 % smaller than 3; 7 takes longer for the same.
const jxlEffort = 5

// jxlLibrary keeps the package around libjxl in order: its decoder and its encoder are compiled at first use, and that
// writes a variable which every call reads.
var jxlLibrary struct {
	sync.RWMutex
	decoder, encoder bool
}

// jxlSystem is what avifSystem is for AVIF.
func jxlSystem() error {
	if jpegxl.Dynamic() == nil {
		return UnsupportedError("JPEG XL in a build that takes codecs of the system (build with -tags nodynamic)")
	}
	return nil
}

// withJXL runs f with the decoder or the encoder ready.
func withJXL(ready *bool, prepare func(), f func() error) error {
	if err := jxlSystem(); err != nil {
		return err
	}
	l := &jxlLibrary
	l.RLock()
	for !*ready {
		l.RUnlock()
		l.Lock()
		if !*ready {
			prepare()
			*ready = true
		}
		l.Unlock()
		l.RLock()
	}
	defer l.RUnlock()
	return guard("JPEG XL", f)
}

// decodeJXL decodes the picture: libjxl, compiled to WebAssembly. It turns the picture upright, and gives 16 bits per
// sample to those that have 16 and 8 to all others.
func decodeJXL(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	l := h.layout.(*jxlLayout)
	var img image.Image
	err := withJXL(&jxlLibrary.decoder, jpegxl.InitDecoder, func() (err error) {
		img, err = jpegxl.Decode(bytes.NewReader(data))
		return err
	})
	switch {
	case err != nil && h.Damage != nil:
		return nil, h.Damage
	case err != nil && isUnsupported(err):
		return nil, err
	case err != nil:
		return nil, formatErrorf("JPEG XL: %v", err)
	case img.Bounds() != image.Rect(0, 0, h.Width, h.Height):
		return nil, FormatError("JPEG XL: header and data disagree about the size")
	}
	return decoded(l.finish(img, h)), nil
}

// isUnsupported tells whether an error is about the program and not the file.
func isUnsupported(err error) bool {
	_, ok := err.(UnsupportedError)
	return ok
}

// finish copies the pixels out of the library's memory, which is much larger, as grey where there is nothing else.
func (l *jxlLayout) finish(img image.Image, h *Header) image.Image {
	switch m := img.(type) {
	case *image.NRGBA:
		if l.premul {
			for i := 0; i < len(m.Pix); i += 4 {
				if a := uint32(m.Pix[i+3]); a != 0xFF {
					unmultiply8((*[4]byte)(m.Pix[i:]), a)
				}
			}
		}
		if l.grey && !h.Alpha {
			g := image.NewGray(m.Rect)
			for i := range g.Pix {
				g.Pix[i] = m.Pix[4*i]
			}
			return g
		}
		m.Pix = bytes.Clone(m.Pix)
	case *image.NRGBA64:
		if l.premul {
			for i := 0; i < len(m.Pix); i += 8 {
				unmultiply16((*[8]byte)(m.Pix[i:]))
			}
		}
		if l.grey && !h.Alpha {
			g := image.NewGray16(m.Rect)
			for i := 0; i < len(g.Pix); i += 2 {
				g.Pix[i], g.Pix[i+1] = m.Pix[4*i], m.Pix[4*i+1]
			}
			return g
		}
		m.Pix = bytes.Clone(m.Pix)
	}
	return img
}

// encodeJXL writes 8-bit JPEG XL in sRGB. Quality 100 is lossless.
func encodeJXL(dst *bytes.Buffer, img image.Image, o EncodeOptions) error {
	if !colour.IsSRGB(o.ICC) {
		return UnsupportedError("writing JPEG XL in another colour space than sRGB") // the library has no way in for a profile
	}
	m := toNRGBA(to8(img))
	if m.Stride != 4*m.Rect.Dx() || len(m.Pix) != m.Stride*m.Rect.Dy() {
		packed := image.NewNRGBA(m.Rect)
		for y := range m.Rect.Dy() {
			copy(packed.Pix[y*packed.Stride:][:packed.Stride], m.Pix[y*m.Stride:])
		}
		m = packed
	}
	quality := o.quality()
	if o.Lossless {
		quality = 100
	}
	var file bytes.Buffer
	err := withJXL(&jxlLibrary.encoder, jpegxl.InitEncoder, func() error {
		return jpegxl.Encode(&file, m, jpegxl.Options{Quality: quality, Effort: jxlEffort})
	})
	if err != nil {
		return err
	}
	wrapJXL(dst, file.Bytes(), o)
	return nil
}

// wrapJXL appends the codestream, in a container if there is metadata to go with it (ISO/IEC 18181-2).
func wrapJXL(dst *bytes.Buffer, codestream []byte, o EncodeOptions) {
	if len(o.EXIF) == 0 && len(o.XMP) == 0 {
		dst.Write(codestream)
		return
	}
	writeBox(dst, "JXL ", []byte("\r\n\x87\n"))
	writeBox(dst, "ftyp", []byte("jxl \x00\x00\x00\x00jxl "))
	if len(o.EXIF) > 0 {
		writeBox(dst, "Exif", make([]byte, 4), o.EXIF)
	}
	if len(o.XMP) > 0 {
		writeBox(dst, "xml ", o.XMP)
	}
	writeBox(dst, "jxlc", codestream)
}

// jxlDecodeCost counts the decoder's memory, which is copied as it grows, and the pixels.
func jxlDecodeCost(h *Header, _ DecodeOptions) int64 {
	return 32<<20 + 2*int64(len(h.data)) + 80*int64(h.Width)*int64(h.Height)
}

func jxlEncodeCost(_ pixelKind, w, h int64, _ EncodeOptions) int64 { return 32<<20 + 250*w*h }
