package colour

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"imgpool/internal/imgtest"
)

// lcms converts a picture by the colour engine lcms, as the tool vips offers it, and skips the test where that is missing.
func lcms(t *testing.T, m image.Image, profile []byte) image.Image {
	t.Helper()
	vips, err := exec.LookPath("vips")
	if err != nil {
		t.Skip("the reference, vips (Debian: libvips-tools), is not installed")
	}
	dir := t.TempDir()
	in, icc, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "in.icc"), filepath.Join(dir, "out.png")
	run := func(args ...string) {
		t.Helper()
		if msg, err := exec.Command(vips, args...).CombinedOutput(); err != nil {
			t.Fatalf("vips: %v\n%s", err, msg)
		}
	}
	if inks, ok := m.(*image.CMYK); ok {
		raw, bare := filepath.Join(dir, "in.raw"), filepath.Join(dir, "bare.v")
		if err := os.WriteFile(raw, inks.Pix, 0o600); err != nil {
			t.Fatal(err)
		}
		in = filepath.Join(dir, "in.v")
		run("rawload", raw, bare, strconv.Itoa(m.Bounds().Dx()), strconv.Itoa(m.Bounds().Dy()), "4")
		run("copy", bare, in, "--interpretation", "cmyk")
	} else if err := imgtest.WritePNG(in, m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(icc, profile, 0o600); err != nil {
		t.Fatal(err)
	}
	run("icc_transform", in, out, "srgb", "--input-profile", icc, "--intent", "relative", "--black-point-compensation")
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// wantClose checks the distance from the reference against what is promised: a mean below 0.5 and 99 of 100 pixels below 2.
func wantClose(t *testing.T, name string, got, ref image.Image) {
	t.Helper()
	mean, p99 := imgtest.CIEDE2000(got, ref)
	t.Logf("%-40s mean %.4f  99%% %.4f  PSNR %.1f dB", name, mean, p99, imgtest.PSNR(got, ref))
	if mean >= 0.5 || p99 >= 2 {
		t.Errorf("%s: CIEDE2000 against lcms: mean %.3f, 99th percentile %.3f", name, mean, p99)
	}
}

// colours is a photo with patches of all kinds of saturated colours below, many of them outside of sRGB.
func colours() *image.NRGBA {
	m := imgtest.Photo(41, 256, 256)
	for y := 128; y < 256; y++ {
		for x := range 256 {
			copy(m.Pix[m.PixOffset(x, y):], []uint8{uint8(x / 8 * 255 / 31), uint8((y - 128) / 4 * 255 / 31), uint8((x%8 + y%4*8) * 255 / 31)})
		}
	}
	return m
}

func TestProfilesAgainstLCMS(t *testing.T) {
	for name, profile := range map[string][]byte{
		"Display P3": imgtest.DisplayP3.Profile(), "Adobe RGB": imgtest.AdobeRGB.Profile(),
		"ProPhoto": imgtest.ProPhoto.Profile(), "Rec. 2020": imgtest.Rec2020.Profile(),
		"Display P3, table": imgtest.DisplayP3.TableProfile(17), "Adobe RGB, table": imgtest.AdobeRGB.TableProfile(33),
	} {
		m := colours()
		ref := lcms(t, m, profile)
		got, err := Convert(m, profile, SRGB)
		if err != nil {
			t.Fatal(err)
		}
		wantClose(t, name, got, ref)
	}
}

// inks is a picture of all kinds of mixtures, the lower half with black.
func inks() *image.CMYK {
	m := image.NewCMYK(image.Rect(0, 0, 192, 192))
	for i := range m.Rect.Dx() * m.Rect.Dy() {
		x, y := i%192, i/192
		copy(m.Pix[4*i:], []uint8{uint8(x * 4 / 3), uint8(y * 8 / 3), uint8(x*3 + y*5), uint8(max(0, y-96) * (x*7 + y*13) % 256)})
	}
	return m
}

// Profiles of real printers: those that pictures of the corpus carry, and that of Ghostscript where it is installed.
func TestInkProfilesAgainstLCMS(t *testing.T) {
	profiles := map[string][]byte{"made here, lut16": imgtest.InkProfile(2, 9), "made here, lutAToB": imgtest.InkProfile(4, 7)}
	if data, err := os.ReadFile("/usr/share/color/icc/ghostscript/default_cmyk.icc"); err == nil {
		profiles["Ghostscript"] = data
	}
	if root := imgtest.Corpus(); root != "" {
		for name, path := range map[string]string{
			"Artifex SWOP":   "features/jpeg/jpegn/test.cmyk.jpg",
			"Coated FOGRA27": "features/tiff/twelvemonkeys/imageio/imageio-jpeg-jai-interop/src/test/resources/tiff/cmyk_jpeg.tif",
		} {
			data, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				t.Fatal(err)
			}
			if profiles[name] = printerProfile(data); profiles[name] == nil {
				t.Errorf("%s has no profile", path)
			}
		}
	}
	for name, profile := range profiles {
		got, err := Convert(inks(), profile, SRGB)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantClose(t, name, got, lcms(t, inks(), profile))
	}
}

// printerProfile finds the profile of a printer in a file: in one piece, or in the segments of a JPEG.
func printerProfile(data []byte) []byte {
	mark := []byte("ICC_PROFILE\x00")
	var profile []byte
	for rest := data; ; {
		i := bytes.Index(rest, mark)
		if i < 2 {
			break
		}
		n := int(rest[i-2])<<8 | int(rest[i-1])
		profile = append(profile, rest[i+14:i-2+n]...)
		rest = rest[i+12:]
	}
	if profile == nil {
		at := bytes.Index(data, []byte("prtrCMYKLab ")) - 12
		if at < 0 {
			return nil
		}
		profile = data[at:][:binary.BigEndian.Uint32(data[at:])]
	}
	return profile
}

func TestGrayProfilesAgainstLCMS(t *testing.T) {
	for name, gamma := range map[string]float64{"gamma 1.8": 1.8, "gamma 2.2": 2.2, "linear": 1} {
		m, profile := imgtest.GrayPhoto(42, 200, 150), imgtest.GrayProfile(gamma)
		ref := lcms(t, m, profile)
		got, err := Convert(m, profile, SRGB)
		if err != nil {
			t.Fatal(err)
		}
		wantClose(t, "grey, "+name, got, ref)
	}
}

// identity is the conversion that changes nothing.
type identity struct{}

func (identity) convert([]pixel) {}

// All JPEGs of the corpus that carry a profile other than sRGB, with their planes converted as they are.
func TestCorpusAgainstLCMS(t *testing.T) {
	root := imgtest.Corpus()
	if root == "" {
		t.Skip("the corpus of real files is not here")
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || d.IsDir() || ext != ".jpg" && ext != ".jpeg" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		profile := embedded(data)
		if profile == nil || IsSRGB(profile) {
			return nil
		}
		m, err := jpeg.Decode(bytes.NewReader(data))
		planes, ok := m.(*image.YCbCr)
		if err != nil || !ok {
			return nil
		}
		if size := planes.Rect.Size(); size.X*size.Y > 1e6 {
			planes = planes.SubImage(image.Rect(size.X/2-300, size.Y/2-200, size.X/2+300, size.Y/2+200)).(*image.YCbCr)
		}
		before := packYCbCr(planes, identity{})
		got, err := ConvertPacked(planes, profile, SRGB)
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			return nil
		}
		wantClose(t, filepath.Base(path), got, lcms(t, before, profile))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// embedded returns the profile of a JPEG that is stored in one segment.
func embedded(data []byte) []byte {
	mark := []byte("ICC_PROFILE\x00\x01\x01")
	i := bytes.Index(data, mark)
	if i < 4 {
		return nil
	}
	n := int(data[i-2])<<8 | int(data[i-1])
	if i-2+n > len(data) || n < 16 {
		return nil
	}
	return data[i+len(mark) : i-2+n]
}
