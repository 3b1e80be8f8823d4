package imgtest

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// update makes [Golden] write what it gets: go test ./some/package -update
var update = flag.Bool("update", false, "write golden pictures instead of comparing with them")

// Tolerance says how far a picture may be from its golden one. The zero value asks for equality.
type Tolerance struct {
	MaxDiff float64 // the largest difference allowed, in 8-bit levels; see the function MaxDiff
	MinPSNR float64 // the smallest PSNR allowed, in decibels; 0 for no demand. It replaces MaxDiff.
}

// exceeded says in which way got is too far from want, or "".
func (tol Tolerance) exceeded(got, want image.Image) string {
	if got.Bounds().Size() != want.Bounds().Size() {
		return fmt.Sprintf("its size is %v, not %v", got.Bounds().Size(), want.Bounds().Size())
	}
	if tol.MinPSNR > 0 {
		if p := PSNR(got, want); p < tol.MinPSNR {
			return fmt.Sprintf("PSNR %.2f dB, below %.2f", p, tol.MinPSNR)
		}
		return ""
	}
	if d := MaxDiff(got, want); d > tol.MaxDiff {
		return fmt.Sprintf("differs by %.3f levels, more than %.3f", d, tol.MaxDiff)
	}
	return ""
}

// Golden compares got with testdata/golden/NAME.png of the module and reports a test error when it is further away than
// tol. The two pictures and their difference then lie in the test's artifact folder (go test -artifacts keeps it).
func Golden(t *testing.T, name string, got image.Image, tol Tolerance) {
	t.Helper()
	path := filepath.Join(Root(), "testdata", "golden", filepath.FromSlash(name)+".png")
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), WritePNG(path, got)); err != nil {
			t.Fatal(err)
		}
		return
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s does not exist: run the test with -update, and look at the picture", path)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if problem := tol.exceeded(got, want); problem != "" {
		dir := t.ArtifactDir()
		t.Errorf("%s is not as it was: %s; see %s", name, problem, dir)
		base := filepath.Join(dir, filepath.Base(name))
		err := errors.Join(WritePNG(base+"-got.png", got), WritePNG(base+"-want.png", want))
		if got.Bounds().Size() == want.Bounds().Size() {
			err = errors.Join(err, WritePNG(base+"-diff.png", diff(got, want)))
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// diff draws where two pictures differ: grey is equal, and differences are ten times as large as they are.
func diff(a, b image.Image) image.Image {
	out := image.NewNRGBA(image.Rectangle{Max: a.Bounds().Size()})
	p, q := a.Bounds().Min, b.Bounds().Min
	show := func(v, w uint16) uint8 { return clamp(128 + (int64(v)-int64(w))*10/257) }
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			c, d := Straight(a, p.X+x, p.Y+y), Straight(b, q.X+x, q.Y+y)
			out.SetNRGBA(x, y, color.NRGBA{show(c.R, d.R), show(c.G, d.G), show(c.B, d.B), 255})
		}
	}
	return out
}

// WritePNG writes a picture to a file that a test or a generator owns.
func WritePNG(path string, m image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, m), f.Close())
}

// Root returns the folder of the module, in which tests run somewhere. It panics outside of one.
func Root() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	panic("imgtest: no go.mod in the working folder or above")
}

// Updating reports whether -update was given, for tests with goldens of other kinds than pictures.
func Updating() bool { return *update }

// Corpus returns a folder inside of the corpus of real files, such as Corpus("photos"), or "" when it is not there. The
// corpus is not part of the project: IMGPOOL_CORPUS names it, or it is ../shared/corpus beside the module. Tests must
// pass without it.
func Corpus(sub ...string) string {
	root := os.Getenv("IMGPOOL_CORPUS")
	if root == "" {
		root = filepath.Join(Root(), "..", "shared", "corpus")
	}
	dir := filepath.Join(append([]string{root}, sub...)...)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}
