package compress

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// photo is a JPEG that can be coded in fewer bytes, with metadata that the default policy drops.
func photo(t *testing.T, xmp string) []byte {
	t.Helper()
	return encodeJPEG(t, imgtest.Photo(1, 96, 64), codec.EncodeOptions{Quality: 97, XMP: []byte(xmp), EXIF: meta.OrientationBlock(6)})
}

func encodeJPEG(t *testing.T, img image.Image, o codec.EncodeOptions) []byte {
	t.Helper()
	o.Format = codec.JPEG
	var out bytes.Buffer
	if err := codec.Encode(&out, img, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const secret = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="secret"/></rdf:RDF></x:xmpmeta>`

// A gain map goes along with its picture, with the same samples and without anybody's metadata; a second time nothing changes.
func TestGainMapGoesAlong(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 48, 32))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(i)
	}
	gain := encodeJPEG(t, grey, codec.EncodeOptions{XMP: []byte(imgtest.GainMapXMP), EXIF: meta.OrientationBlock(6)})
	parts, err := codec.ReadHeader(imgtest.WithFurther(photo(t, secret), gain, 0, binary.BigEndian))
	if err != nil {
		t.Fatal(err)
	}
	m := parts.GainMapFile()
	bare, _, err := codec.StripMetadata(m.Data, m.Header)
	if err != nil {
		t.Fatal(err)
	}
	file := m.Attach(photo(t, secret), bare) // as phones write it
	want, err := codec.Decode(m.Data, m.Header, codec.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Lossless: true}, {}, {Again: true}, {Target: 60, Again: true}, {Metadata: meta.None, Again: true}, {MaxBytes: int64(len(file)) * 2 / 3}} {
		r, h := smallest(t, file, o)
		g := h.GainMapFile()
		if r.Method == Kept || len(r.Lost) != 0 || g == nil || h.Orientation != 6 {
			t.Errorf("%+v: %v, lost %v, gain map %v, orientation %d", o, r.Method, r.Lost, g != nil, h.Orientation)
			continue
		}
		d, err := codec.Decode(g.Data, g.Header, codec.DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if imgtest.MaxDiff(d.Image, want.Image) != 0 || bytes.Contains(r.Data, []byte("secret")) {
			t.Errorf("%+v: the gain map has changed, or metadata are there", o)
		}
		if again, _ := smallest(t, r.Data, o); again.Method != Kept {
			t.Errorf("%+v: the result, %d bytes, was %v to %d", o, len(r.Data), again.Method, len(again.Data))
		}
	}
}

// Data that nobody knows stay with all metadata, and are told of where they go: they do not keep a file from becoming
// smaller.
func TestTrailerGoesAsMetadataDo(t *testing.T) {
	file := append(photo(t, ""), "PK and so on"...)
	for _, o := range []Options{{}, {Lossless: true}, {Again: true}} {
		if r, _ := smallest(t, file, o); r.Method == Kept || !slices.Equal(r.Lost, []codec.Extra{codec.Trailer}) {
			t.Errorf("%+v: %v, lost %v", o, r.Method, r.Lost)
		}
		o.Metadata = meta.All
		if r, _ := smallest(t, file, o); r.Method != Kept || len(r.Lost) > 0 {
			t.Errorf("%+v: %v, lost %v", o, r.Method, r.Lost)
		}
	}
}

// Metadata stand behind the segment that tells the colours, and stay there: the second time finds nothing to move.
func TestAdobeSegmentStaysInFront(t *testing.T) {
	exif := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x3B\x00\x02\x00\x00\x00\x04Eve\x00\x00\x00\x00\x00")
	file := encodeJPEG(t, imgtest.Photo(1, 96, 64), codec.EncodeOptions{Quality: 97, EXIF: exif})
	if string(file[2:11]) != "\xFF\xE0\x00\x10JFIF\x00" {
		t.Fatalf("no JFIF segment in front: %q", file[:11])
	}
	file = slices.Concat(file[:2], []byte("\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x01"), file[20:])
	once, h := smallest(t, file, Options{})
	if once.Method == Kept || !bytes.Contains(h.EXIF, []byte("Eve")) {
		t.Fatalf("%v, EXIF %q", once.Method, h.EXIF)
	}
	if again, _ := smallest(t, once.Data, Options{}); again.Method != Kept {
		t.Errorf("the second time %v", again.Method)
	}
}

// What metadata were dropped is told of a file that was written only.
func TestDroppedBelongsToWhatIsWritten(t *testing.T) {
	broken := encodeJPEG(t, imgtest.Photo(1, 96, 64), codec.EncodeOptions{Quality: 97, EXIF: []byte("no block")})
	if r, _ := smallest(t, broken, Options{}); r.Method == Kept || len(r.Dropped) != 1 || len(r.Warnings) > 0 {
		t.Errorf("written: %v, dropped %q, warnings %q", r.Method, r.Dropped, r.Warnings)
	}
	broken = append(broken, "\x00\x00\x00\x18ftypmp42 and so on"...)
	if r, _ := smallest(t, broken, Options{Again: true}); r.Method != Kept || len(r.Dropped) > 0 || len(r.Warnings) > 0 {
		t.Errorf("kept: %v, dropped %q, warnings %q", r.Method, r.Dropped, r.Warnings)
	}
}

// What cannot go along is told of, and never lost where the result would take the place of the file.
func TestExtrasAreKeptOrToldOf(t *testing.T) {
	video := append(photo(t, ""), "\x00\x00\x00\x18ftypmp42 and so on"...)
	further := imgtest.WithFurther(photo(t, ""), photo(t, ""), 0x020002, binary.BigEndian)
	unknown := imgtest.WithFurther(photo(t, ""), photo(t, `<a xmlns:b="http://ns.apple.com/HDRGainMap/1.0/"/>`), 0, binary.BigEndian)
	for want, file := range map[codec.Extra][]byte{codec.MotionPhoto: video, codec.Pages: further, codec.GainMap: unknown} {
		for _, o := range []Options{{}, {Lossless: true}, {Metadata: meta.None}} {
			if r, _ := smallest(t, file, o); r.Method == Kept || !slices.Equal(r.Lost, []codec.Extra{want}) {
				t.Errorf("%s: %v, lost %v", want, r.Method, r.Lost)
			}
			o.Again = true
			if r, _ := smallest(t, file, o); r.Method != Kept || !bytes.Equal(r.Data, file) || len(r.Lost) != 0 || r.Holds != want {
				t.Errorf("%s, in its place: %v, lost %v, for %q", want, r.Method, r.Lost, r.Holds)
			}
		}
	}
}

// A chunk that is damaged does not keep the pixels from fitting.
func TestDamagedChunkBesideALimit(t *testing.T) {
	data, _ := photoFile(t, codec.PNG)
	const behindIHDR = 8 + 25
	chunk := append(binary.BigEndian.AppendUint32(nil, 8), "iCCPa\x00\x00damag????"...) // and no checksum
	data = slices.Insert(data, behindIHDR, chunk...)
	for _, o := range []Options{{MaxBytes: 9000}, {Target: 50}} {
		if r, _ := smallest(t, data, o); r.Method != Lossy || len(r.Data) >= len(data)/2 {
			t.Errorf("%+v: %v, %d bytes of %d", o, r.Method, len(r.Data), len(data))
		}
	}
}
