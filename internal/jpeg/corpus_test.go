package jpeg

import (
	"bytes"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/gen2brain/jpegn"
)

// corpusDir holds real and broken files, where somebody has put them. Tests
// that walk over it have nothing to do without; the synthesised files of the
// other tests cover the same ground.
const corpusDir = "../../../shared/corpus"

// corpus calls f with each JPEG file of the corpus (by content) below dir.
func corpus(t testing.TB, dir string, f func(name string, data []byte)) {
	t.Helper()
	root := filepath.Join(corpusDir, dir)
	if _, err := os.Stat(root); err != nil {
		return
	}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.HasPrefix(data, []byte{0xFF, mSOI}) {
			f(path[len(corpusDir)+1:], data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// planesOf returns an image's planes cut to what its bounds show.
func planesOf(img image.Image) []plane {
	switch m := img.(type) {
	case *image.Gray:
		return []plane{{m.Pix, m.Stride}}
	case *image.YCbCr:
		return []plane{{m.Y, m.YStride}, {m.Cb, m.CStride}, {m.Cr, m.CStride}}
	}
	return nil
}

// visible is the size of component i's plane in pixels, padding cut off.
func (f *frame) visible(i, scale int) (w, h int) {
	c := &f.comps[i]
	return ceilDiv(ceilDiv(f.Width*c.H, f.hMax), scale), ceilDiv(ceilDiv(f.Height*c.V, f.vMax), scale)
}

// differing returns where two planes differ within w x h pixels.
func differing(a, b plane, w, h int) (x, y int, found bool) {
	for y := range h {
		ra, rb := a.pix[y*a.stride:][:w], b.pix[y*b.stride:][:w]
		if !bytes.Equal(ra, rb) {
			for x := range ra {
				if ra[x] != rb[x] {
					return x, y, true
				}
			}
		}
	}
	return 0, 0, false
}

// TestReferenceAgainstJpegn ties the reference decoder to somebody else's: on
// complete files that both take, all planes are equal at every scale.
func TestReferenceAgainstJpegn(t *testing.T) {
	compared := 0
	corpus(t, "", func(name string, data []byte) {
		if h, err := Parse(data); err == nil && h.Width*h.Height > 1<<19 {
			return // the reference takes seconds for these
		}
		ref, err := refDecode(data)
		if err != nil || ref.done < ref.total {
			return
		}
		for _, scale := range []int{1, 2, 4, 8} {
			img, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale})
			if err != nil {
				t.Logf("%s: jpegn: %v", name, err)
				return
			}
			for i, want := range planesOf(img) {
				w, h := ref.frame.visible(i, scale)
				if x, y, bad := differing(ref.plane(i, scale), want, w, h); bad {
					t.Errorf("%s at 1/%d: component %d differs at (%d, %d)", name, scale, i, x, y)
				}
			}
		}
		compared++
	})
	t.Logf("%d files compared", compared)
}
