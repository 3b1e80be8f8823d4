package codec

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// idISOGainMap begins an APP2 segment with gain map metadata (ISO 21496-1, annex C).
var idISOGainMap = []byte("urn:iso:std:iso:ts:21496:-1\x00")

// What XMP packets of pictures with extras have in them.
var (
	nsGainMap    = []byte("http://ns.adobe.com/hdr-gain-map/1.0/") // Ultra HDR
	nsAppleMap   = []byte("http://ns.apple.com/HDRGainMap/1.0/")
	nsDepthMap   = []byte("http://ns.google.com/photos/1.0/depthmap/")
	motionMarks  = [][]byte{[]byte(`MotionPhoto="1"`), []byte(`MicroVideo="1"`), []byte(`MotionPhoto>1<`), []byte(`MicroVideo>1<`)}
	samsungVideo = []byte("MotionPhoto_Data")
)

// maxExtraSegments bounds how many segments of a further picture are looked at for what it is.
const maxExtraSegments = 64

// readExtras tells what a JPEG holds besides its picture. All but a video that says so itself lies behind the picture,
// or else an editor has taken it away and left the announcement.
func (l *jpegLayout) readExtras(data []byte, h *Header) {
	trailer := data[l.end:]
	if len(trailer) == 0 {
		return
	}
	if l.isMotionPhoto(h.XMP, trailer) {
		h.holds(MotionPhoto)
	}
	if bytes.Contains(h.XMP, nsDepthMap) {
		h.holds(DepthMap)
	}
	end := l.end // of what is known
	for _, m := range l.further(data) {
		end = max(end, m.end)
		extra, known := extraOf(data[m.start:m.end])
		switch {
		case known:
			h.holds(extra)
			if extra == GainMap && l.gainMap == nil {
				l.gainMap = data[m.start:m.end]
			}
		case m.kind&mpClass != mpPreview:
			h.holds(Pages)
		}
	}
	if l.gainMap == nil && (bytes.Contains(h.XMP, nsGainMap) || bytes.Contains(h.XMP, nsAppleMap)) {
		h.holds(GainMap)
	}
	if len(h.Extras) == 0 || end > l.end && !slices.Contains(h.Extras, MotionPhoto) {
		h.holdsTrailer(data[end:])
	}
}

// isMotionPhoto tells whether there is a video: by the XMP of Google's format, by the mark of Samsung's, or by the file
// type box that a video begins with.
func (l *jpegLayout) isMotionPhoto(xmp, trailer []byte) bool {
	for _, mark := range motionMarks {
		if bytes.Contains(xmp, mark) {
			return true
		}
	}
	return len(trailer) >= 8 && string(trailer[4:8]) == "ftyp" || bytes.Contains(trailer, samsungVideo)
}

// further returns the pictures that an MPF index lists behind the first.
func (l *jpegLayout) further(data []byte) []mpImage {
	for i, s := range l.segments {
		if p := l.payload(data, i); s.marker == mAPP2 && bytes.HasPrefix(p, idMPF) {
			return readMPF(data, p[len(idMPF):], s.payload+len(idMPF))
		}
	}
	return nil
}

// extraOf tells what a further picture is by its own metadata.
func extraOf(jpeg []byte) (e Extra, known bool) {
	eachSegment(jpeg, func(marker byte, p []byte) bool {
		switch {
		case marker == mAPP2 && bytes.HasPrefix(p, idISOGainMap),
			marker == mAPP1 && bytes.HasPrefix(p, idXMP) && (bytes.Contains(p, nsGainMap) || bytes.Contains(p, nsAppleMap)):
			e, known = GainMap, true
		case marker == mAPP1 && bytes.HasPrefix(p, idXMP) && bytes.Contains(bytes.ToLower(p), []byte("depth")):
			e, known = DepthMap, true
		}
		return !known
	})
	return e, known
}

// eachSegment calls f with the segments in front of a JPEG's first scan, until it returns false.
func eachSegment(jpeg []byte, f func(marker byte, payload []byte) bool) {
	pos := 2
	for range maxExtraSegments {
		at, ok := nextMarker(jpeg, pos)
		if !ok || len(jpeg)-at < 4 {
			return
		}
		marker, n := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		if n < 2 || at+2+n > len(jpeg) || marker == mSOS || marker == mEOI || !f(marker, jpeg[at+4:at+2+n]) {
			return
		}
		pos = at + 2 + n
	}
}
