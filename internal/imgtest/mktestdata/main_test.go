package main

import (
	"bytes"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"imgpool/internal/imgtest"
)

// The folders hold what this program makes: no file more, none less, and the same pictures. Encoders may change bytes from
// version to version, so that only files without pixels are compared exactly; of the photos, which take long to draw, the
// smallest is compared, and the size of the others.
func TestFoldersAreUpToDate(t *testing.T) {
	want, err := makeAll(addFormats, addAnimated, addBroken)
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(imgtest.Root(), "testdata")
	for _, p := range allPhotos() {
		name := "photos/" + p.name
		want[name] = []byte{}
		if p.w < 800 {
			if err := want.put(name, p.encode); err != nil {
				t.Fatal(err)
			}
		}
		checkSize(t, filepath.Join(root, filepath.FromSlash(name)), p)
	}
	for name, data := range want {
		got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		if len(data) > 0 {
			checkContents(t, name, got, data)
		}
	}
	for _, sub := range []string{"photos", "formats", "broken"} {
		err := filepath.WalkDir(filepath.Join(root, sub), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err == nil && want[filepath.ToSlash(rel)] == nil {
				t.Errorf("%s is not made by this program", rel)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// checkSize compares a photo's size as stored with its description.
func checkSize(t *testing.T, path string, p photo) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if p.turn >= 5 {
		p.w, p.h = p.h, p.w
	}
	if err != nil || c.Width != p.w || c.Height != p.h {
		t.Errorf("%s is %dx%d, want %dx%d (%v)", path, c.Width, c.Height, p.w, p.h, err)
	}
}

// checkContents compares a file with what the program makes now.
func checkContents(t *testing.T, name string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return // also because some claim to be larger than the memory
	}
	if len(want) < 2000 {
		t.Errorf("%s is not what the program makes", name)
		return
	}
	a, _, errA := image.Decode(bytes.NewReader(got))
	b, _, errB := image.Decode(bytes.NewReader(want))
	switch {
	case errA != nil && errB != nil: // truncated files, and what no decoder here reads
	case errA != nil || errB != nil:
		t.Errorf("%s: decoding gives %v, the new one %v", name, errA, errB)
	default:
		if p := imgtest.PSNR(a, b); p < 45 {
			t.Errorf("%s is %.1f dB from what the program makes", name, p)
		}
	}
}

// Turning the stored pixels as EXIF says gives the same upright scene each time.
func TestStore(t *testing.T) {
	upright := imgtest.Photo(1, 5, 3)
	corners := map[int][2]int{ // where the stored pixel (0, 0) is when upright: TIFF 6.0, tag 274
		1: {0, 0}, 2: {4, 0}, 3: {4, 2}, 4: {0, 2}, 5: {0, 0}, 6: {4, 0}, 7: {4, 2}, 8: {0, 2},
	}
	for turn, c := range corners {
		m := store(upright, turn)
		if (m.Rect.Dx() == 5) != (turn < 5) {
			t.Errorf("orientation %d is stored as %v", turn, m.Rect)
		}
		if m.NRGBAAt(0, 0) != upright.NRGBAAt(c[0], c[1]) {
			t.Errorf("orientation %d: first pixel is wrong", turn)
		}
		// Along the first stored row one moves in x for 1 to 4 and in y for the others.
		next := upright.NRGBAAt(abs(c[0]-1), c[1])
		if turn >= 5 {
			next = upright.NRGBAAt(c[0], abs(c[1]-1))
		}
		if m.NRGBAAt(1, 0) != next {
			t.Errorf("orientation %d: second pixel is wrong", turn)
		}
	}
}

// abs takes 0-1 to the neighbour at 1.
func abs(v int) int { return max(v, -v) }
