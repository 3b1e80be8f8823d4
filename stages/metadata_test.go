package stages

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/meta"
)

// What is coded with loss is not coded again because of metadata that it may keep, and is because of those that it may not.
func TestInPlaceTwiceWithMetadata(t *testing.T) {
	const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` +
		`xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="somebody" xmp:Label="secret"/></rdf:RDF></x:xmpmeta>`
	var b bytes.Buffer
	err := codec.Encode(&b, imgtest.Photo(1, 64, 48), codec.EncodeOptions{Format: codec.PNG, XMP: []byte(xmp), EXIF: meta.OrientationBlock(6), ICC: imgtest.AdobeRGB.Profile()})
	if err != nil {
		t.Fatal(err)
	}
	in := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(in, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, f := range []codec.Format{codec.AVIF, codec.JXL, codec.WebP, codec.JPEG, codec.PNG} {
		path := filepath.Join(t.TempDir(), "a"+f.Ext())
		encode := EncodeOptions{Format: f, Profile: ProfileKeep}
		if _, _, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: path}, Resize: ResizeOptions{Width: 20}, Encode: encode}); err != nil {
			t.Fatal(err)
		}
		encode.Format = codec.Unknown
		again := func(policy Metadata) Result {
			encode.Metadata = policy
			_, results, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{path}}, Output: OutputOptions{InPlace: true}, Resize: ResizeOptions{Width: 20}, Encode: encode})
			if err != nil {
				t.Fatal(err)
			}
			return results[path]
		}
		data, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(data, []byte("somebody")) || bytes.Contains(data, []byte("secret")) {
			t.Fatalf("%v: %v, or other metadata than those of the policy", f, err)
		}
		if r := again(meta.Copyright); r.Outcome != Skipped || r.Reason != ReasonFits {
			t.Errorf("%v: %v (%s)", f, r.Outcome, r.Reason)
		}
		r := again(meta.None)
		if data, err = os.ReadFile(path); err != nil || r.Outcome == Skipped || bytes.Contains(data, []byte("somebody")) {
			t.Errorf("%v, none: %v (%s), %v", f, r.Outcome, r.Reason, err)
		}
	}
}
