package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"imgpool/internal/imgtest"
)

// seeds adds files of each kind, whole and cut, and the small ones of the corpus where it is there.
func seeds(f *testing.F, formats ...Format) {
	wanted := func(data []byte) bool {
		for _, w := range formats {
			if Sniff(data) == w {
				return true
			}
		}
		return len(formats) == 0
	}
	for _, file := range samples(f) {
		if wanted(file) {
			f.Add(file)
			f.Add(file[:len(file)/2])
		}
	}
	for _, part := range []string{"broken", "features"} {
		root := imgtest.Corpus(part)
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if info, err := d.Info(); err != nil || info.Size() > 4096 {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil && wanted(data) {
				f.Add(data)
			}
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
}

func FuzzSniff(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, head []byte) {
		if got := Sniff(head); got >= formatCount || got != Sniff(head[:min(len(head), SniffLen)]) {
			t.Fatalf("format %d", got)
		}
	})
}

// FuzzDecode reads headers and, where they claim little, pixels. A header must be believable, errors of the package's
// own types, and pixels as large as the header says.
func FuzzDecode(f *testing.F) {
	seeds(f)
	one := still(f, 1, 1)
	gain := still(f, 12, 8, xmpSegment(string(nsGainMap), `n:Version="1.0"`))
	f.Add(ultraHDR(f, segment(mAPP1, idXMP, []byte(imgtest.GainMapXMP)), segment(mAPP2, idISOGainMap, isoBlock(gainMapCommon))))
	f.Add(imgtest.WithFurther(still(f, 24, 16), gain, mpUndefined, binary.BigEndian))
	f.Add(imgtest.WithFurther(still(f, 24, 16), gain, 0x020002, binary.LittleEndian))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadHeader(data)
		if err != nil {
			checkError(t, err)
			return
		}
		if h.Width < 1 || h.Height < 1 || h.Frames < 1 || h.Orientation < 1 || h.Orientation > 8 || h.Model > Palette {
			t.Fatalf("header %+v", h)
		}
		if g := h.GainMapFile(); g != nil {
			if joined := g.Attach(one, one); joined == nil || header(t, joined).GainMapFile() == nil {
				t.Fatal("a gain map that cannot be attached to another picture")
			}
		}
		if int64(h.Width)*int64(h.Height) > 1<<18 {
			return
		}
		for _, o := range []DecodeOptions{{}, {Scale: 4, AllowTruncated: true}} {
			d, err := Decode(data, h, o)
			if err != nil {
				checkError(t, err)
				continue
			}
			size := d.Image.Bounds().Size()
			if d.Image.Bounds().Min.X != 0 || float64(size.X)-d.Width >= 1 || float64(size.Y)-d.Height >= 1 || d.Width > float64(size.X) {
				t.Fatalf("%v for %g x %g", d.Image.Bounds(), d.Width, d.Height)
			}
			d.Image.At(size.X-1, size.Y-1)
			d.Release()
		}
	})
}

// checkError wants one of the three types that callers tell apart.
func checkError(t *testing.T, err error) {
	t.Helper()
	var (
		broken      FormatError
		unsupported UnsupportedError
		truncated   TruncatedError
	)
	switch {
	case errors.As(err, &broken), errors.As(err, &unsupported):
	case errors.As(err, &truncated):
		if truncated.Percent < 0 || truncated.Percent > 100 {
			t.Fatalf("%g %%", truncated.Percent)
		}
	default:
		t.Fatalf("error %T: %v", err, err)
	}
}

// FuzzStripMetadata rewrites files: the pixels must stay, and a second time must find nothing to take out.
func FuzzStripMetadata(f *testing.F) {
	seeds(f, JPEG, PNG, WebP)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadHeader(data)
		if err != nil {
			return
		}
		before := bytes.Clone(data)
		out, changed, err := StripMetadata(data, h)
		if !bytes.Equal(before, data) {
			t.Fatal("the argument was changed")
		}
		if err != nil {
			checkError(t, err)
			return
		}
		if changed == bytes.Equal(out, data) {
			t.Fatalf("changed is %v", changed)
		}
		h2, err := ReadHeader(out)
		if err != nil {
			t.Fatalf("the result is broken: %v", err)
		}
		if h2.Width != h.Width || h2.Height != h.Height || h2.Orientation != h.Orientation || h2.Frames != h.Frames || h2.Damage != nil {
			t.Fatalf("%d x %d, orientation %d, %d frames, damage %v", h2.Width, h2.Height, h2.Orientation, h2.Frames, h2.Damage)
		}
		if again, changed, err := StripMetadata(out, h2); err != nil || changed {
			t.Fatalf("a second time: %d of %d bytes, %v", len(again), len(out), err)
		}
		if int64(h.Width)*int64(h.Height) > 1<<16 {
			return
		}
		d, err := Decode(data, h, DecodeOptions{})
		if err != nil {
			return
		}
		d2, err := Decode(out, h2, DecodeOptions{})
		if err != nil {
			t.Fatalf("the result does not decode: %v", err)
		}
		if imgtest.MaxDiff(d.Image, d2.Image) != 0 {
			t.Fatal("the pixels are others")
		}
	})
}
