package codec

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"
	"strings"
	"testing"

	"imgpool/internal/imgtest"
)

// still is a small JPEG with the given segments.
func still(t testing.TB, w, h int, segments ...[]byte) []byte {
	t.Helper()
	return insert(encode(t, imgtest.Photo(3, w, h), EncodeOptions{Format: JPEG}), segments...)
}

// xmpSegment is an XMP packet that uses a namespace.
func xmpSegment(namespace, attributes string) []byte {
	return segment(mAPP1, idXMP, []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`+
		`<rdf:Description xmlns:n="`+namespace+`" `+attributes+`/></rdf:RDF></x:xmpmeta>`))
}

func TestExtrasOfJPEG(t *testing.T) {
	first := still(t, 24, 16)
	gain := still(t, 12, 8, xmpSegment(string(nsGainMap), `n:Version="1.0"`))
	for _, c := range []struct {
		name string
		file []byte
		want []Extra
	}{
		{"nothing", first, nil},
		{"Ultra HDR", imgtest.WithFurther(first, gain, mpUndefined, binary.BigEndian), []Extra{GainMap}},
		{"in the other byte order", imgtest.WithFurther(first, gain, mpUndefined, binary.LittleEndian), []Extra{GainMap}},
		{"ISO 21496-1", imgtest.WithFurther(first, still(t, 12, 8, segment(mAPP2, idISOGainMap, []byte{0, 0, 0, 0})), mpUndefined, binary.BigEndian), []Extra{GainMap}},
		{"Apple", imgtest.WithFurther(first, still(t, 12, 8, xmpSegment(string(nsAppleMap), `n:HDRGainMapVersion="65536"`)), mpUndefined, binary.BigEndian), []Extra{GainMap}},
		{"without an index", slices.Concat(insert(first, xmpSegment(string(nsGainMap), `n:Version="1.0"`)), gain), []Extra{GainMap}},
		{"announced, taken away", insert(first, xmpSegment(string(nsGainMap), `n:Version="1.0"`)), nil},
		{"a preview", imgtest.WithFurther(first, still(t, 12, 8), mpPreview|2, binary.BigEndian), nil},
		{"another view", imgtest.WithFurther(first, still(t, 12, 8), 0x020002, binary.BigEndian), []Extra{Pages}},
		{"depth", imgtest.WithFurther(first, still(t, 12, 8, xmpSegment("http://ns.apple.com/depthData/1.0/", `n:DepthDataVersion="1"`)), mpUndefined, binary.BigEndian), []Extra{DepthMap}},
		{"a video", slices.Concat(first, []byte("\x00\x00\x00\x18ftypmp42")), []Extra{MotionPhoto}},
		{"a video and a map", slices.Concat(imgtest.WithFurther(first, gain, 0, binary.BigEndian), []byte("MotionPhoto_Data")), []Extra{MotionPhoto, GainMap}},
		{"a video that says so", slices.Concat(insert(first, xmpSegment("http://ns.google.com/photos/1.0/camera/", `GCamera:MotionPhoto="1"`)), []byte("video")), []Extra{MotionPhoto}},
		{"no video, says so", slices.Concat(insert(first, xmpSegment("http://ns.google.com/photos/1.0/camera/", `GCamera:MotionPhoto="0"`)), []byte("video")), []Extra{Trailer}},
		{"filling", slices.Concat(first, make([]byte, 50), []byte("\r\n\xFF")), nil},
		{"a phone's notes", slices.Concat(first, []byte("Image_UTC_Data1486666298918SEFHeSEFT")), nil},
		{"as long as a picture", slices.Concat(first, make([]byte, 5000), []byte("1SEFT")), []Extra{Trailer}},
		{"more behind a preview", slices.Concat(imgtest.WithFurther(first, still(t, 12, 8), mpPreview|2, binary.BigEndian), []byte("PK")), []Extra{Trailer}},
		{"more behind a map", slices.Concat(imgtest.WithFurther(first, gain, mpUndefined, binary.BigEndian), []byte("PK")), []Extra{GainMap, Trailer}},
	} {
		h := header(t, c.file)
		if !slices.Equal(h.Extras, c.want) {
			t.Errorf("%s: %v, want %v", c.name, h.Extras, c.want)
		}
	}
	h := header(t, imgtest.WithFurther(first, gain, 0, binary.BigEndian))
	if !bytes.Equal(h.layout.(*jpegLayout).gainMap, gain) {
		t.Error("the gain map is not the second file")
	}
}

// Formats that say where a file ends tell of what follows.
func TestTrailers(t *testing.T) {
	for _, f := range []Format{JPEG, PNG, GIF, WebP} {
		file := encode(t, imgtest.Photo(3, 8, 8), EncodeOptions{Format: f})
		for rest, want := range map[string][]Extra{"": nil, "\x00\x00": nil, "PK\x03\x04": {Trailer}} {
			if h := header(t, slices.Concat(file, []byte(rest))); !slices.Equal(h.Extras, want) {
				t.Errorf("%s with %q behind it: %v, want %v", f, rest, h.Extras, want)
			}
		}
	}
}

// Whatever an index says, what it yields lies in the file.
func TestHostileMPF(t *testing.T) {
	first, second := still(t, 24, 16), still(t, 12, 8)
	good := imgtest.WithFurther(first, second, 0, binary.BigEndian)
	at := bytes.Index(good, idMPF)
	for i := at; i < at+4+58; i++ {
		for _, v := range []byte{0, 1, 0x7F, 0x80, 0xFF} {
			broken := bytes.Clone(good)
			broken[i] = v
			header(t, broken)
			header(t, broken[:len(broken)-len(second)/2])
		}
	}
	for n := range 62 { // cut inside of the index
		header(t, insert(slices.Concat(first, second), segment(mAPP2, good[at:at+n])))
	}
	many := imgtest.WithFurther(first, second, 0, binary.BigEndian)
	entries := bytes.Repeat(many[at+4+26+16:at+4+58], 4000)
	index := binary.BigEndian.AppendUint32([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\xB0\x02\x00\x07"), uint32(len(entries)))
	index = append(append(index, 0, 0, 0, 26, 0, 0, 0, 0), entries...)
	if got := readMPF(many, index, at+4); len(got) > maxMPImages {
		t.Errorf("%d pictures", len(got))
	}
}

// Metadata that do not belong to the picture are no reason to pass a file on as it is.
func TestUnlinkedMetadataOfAVIF(t *testing.T) {
	o := EncodeOptions{Format: AVIF, EXIF: []byte("MM\x00*\x00\x00\x00\x08\x00\x00GPS-CANARY"), XMP: []byte("<x:xmpmeta/>")}
	linked := encode(t, image.NewNRGBA(image.Rect(0, 0, 16, 16)), o)
	h := header(t, linked)
	if h.EXIF == nil || h.XMP == nil || blockNames(h) != "EXIF, XMP" {
		t.Errorf("linked: %s", blockNames(h))
	}
	h = header(t, bytes.ReplaceAll(linked, []byte("cdsc"), []byte("abcd")))
	if h.EXIF != nil || h.XMP != nil || blockNames(h) != "other metadata, other metadata" {
		t.Errorf("not linked: %s", blockNames(h))
	}
	h = header(t, slices.Concat(linked, []byte("\x00\x00\x00\x20uuid"), uuidC2PA, []byte("12345678")))
	if !h.Metadata().C2PA || !strings.HasPrefix(blockNames(h), "uuid") {
		t.Errorf("with a further box: %s", blockNames(h))
	}
}

// What a TIFF says of people in any of its directories is told of.
func TestOtherFieldsOfTIFF(t *testing.T) {
	file := encode(t, imgtest.Photo(1, 9, 9), EncodeOptions{Format: TIFF})
	if h := header(t, file); len(h.Blocks) != 0 || len(h.Extras) != 0 {
		t.Errorf("own file: %v, %v", h.Blocks, h.Extras)
	}
	named := secondPage(t, file, 270) // ImageDescription
	if h := header(t, named); blockNames(h) != "other fields" || !slices.Equal(h.Extras, []Extra{Pages}) || h.Frames != 2 {
		t.Errorf("with a second page: %s, %v, %d frames", blockNames(h), h.Extras, h.Frames)
	}
	if h := header(t, secondPage(t, file, tiffLayers)); slices.Contains(h.Extras, Layers) {
		t.Errorf("layers of another page: %v", h.Extras)
	}
}

// secondPage adds a directory that is a copy of the first with one field more, without a value.
func secondPage(t *testing.T, file []byte, tag uint16) []byte {
	t.Helper()
	order := binary.AppendByteOrder(binary.LittleEndian)
	if file[0] == 'M' {
		order = binary.BigEndian
	}
	out := bytes.Clone(file)
	byteOrder := order.(binary.ByteOrder)
	at := byteOrder.Uint32(file[4:])
	n := int(byteOrder.Uint16(file[at:]))
	entries := file[at+2:][:12*n]
	byteOrder.PutUint32(out[int(at)+2+12*n:], uint32(len(out)))
	out = order.AppendUint16(out, uint16(n+1))
	out = append(out, entries...)
	out = order.AppendUint16(order.AppendUint16(out, tag), 2)
	out = order.AppendUint32(order.AppendUint32(out, 4), 0x41424344)
	return order.AppendUint32(out, 0)
}
