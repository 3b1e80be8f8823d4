package codec

import (
	"bytes"
	"fmt"

	"imgpool/internal/meta"
)

// What the payloads of application segments begin with.
var (
	idJFIF  = []byte("JFIF\x00")
	idJFXX  = []byte("JFXX\x00")
	idEXIF  = []byte("Exif\x00\x00")
	idXMP   = []byte("http://ns.adobe.com/xap/1.0/\x00")
	idXMPEx = []byte("http://ns.adobe.com/xmp/extension/\x00")
	idICC   = []byte("ICC_PROFILE\x00")
	idMPF   = []byte("MPF\x00")
	idIPTC  = []byte("Photoshop 3.0\x00")
	idAdobe = []byte("Adobe")
)

// readJPEGMetadata goes through the application segments and comments.
func readJPEGMetadata(data []byte, h *Header, l *jpegLayout) {
	var icc iccChunks
	for i, s := range l.segments {
		p := l.payload(data, i)
		size := s.end - s.start
		switch {
		case s.marker == mCOM:
			h.note("comment", size)
		case s.marker == mAPP0 && bytes.HasPrefix(p, idJFIF):
			if len(p) > 14 {
				h.note("JFIF thumbnail", len(p)-14)
			}
		case s.marker == mAPP0 && bytes.HasPrefix(p, idJFXX):
			h.note("JFIF thumbnail", size)
		case s.marker == mAPP1 && bytes.HasPrefix(p, idEXIF):
			h.note("EXIF", size)
			if h.EXIF == nil {
				h.EXIF = p[len(idEXIF):]
				h.Orientation = meta.Orientation(h.EXIF)
			}
		case s.marker == mAPP1 && bytes.HasPrefix(p, idXMP):
			h.note("XMP", size)
			if h.XMP == nil {
				h.XMP = p[len(idXMP):]
			}
		case s.marker == mAPP1 && bytes.HasPrefix(p, idXMPEx):
			h.note("extended XMP", size)
		case s.marker == mAPP2 && bytes.HasPrefix(p, idICC):
			h.note("ICC", size)
			icc.add(p[len(idICC):])
		case s.marker == mAPP2 && bytes.HasPrefix(p, idMPF):
			h.note("MPF", size)
		case s.marker == mAPP13 && bytes.HasPrefix(p, idIPTC):
			h.note("IPTC", size)
		case s.marker == mAPP14 && bytes.HasPrefix(p, idAdobe):
			h.note("Adobe", size)
		case s.marker >= mAPP0 && s.marker <= mAPP15:
			h.note(fmt.Sprintf("APP%d", s.marker-mAPP0), size)
		}
	}
	profile, ok := icc.join()
	if !ok {
		h.warn("the colour profile is incomplete")
	}
	h.ICC = profile
}

// iccChunks gathers a profile that is spread over APP2 segments: each carries its number, from 1, and the count of all
// (ICC.1:2022, annex B.4).
type iccChunks struct {
	count  int
	broken bool
	parts  [256][]byte
	seen   int
}

func (c *iccChunks) add(p []byte) {
	if len(p) < 2 || p[0] == 0 || p[0] > p[1] || c.count != 0 && c.count != int(p[1]) || c.parts[p[0]] != nil {
		c.broken = true
		return
	}
	c.count = int(p[1])
	c.parts[p[0]] = p[2:]
	c.seen++
}

// join returns the profile, nil if there is none, and false if parts of it are missing or contradict each other.
func (c *iccChunks) join() ([]byte, bool) {
	if c.broken || c.seen != c.count {
		return nil, false
	}
	if c.count == 1 {
		return c.parts[1], true
	}
	var profile []byte
	for _, p := range c.parts[:c.count+1] {
		profile = append(profile, p...)
	}
	return profile, true
}
