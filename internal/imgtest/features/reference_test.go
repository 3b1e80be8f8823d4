package features

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"imgpool/internal/imgtest"
)

// convert is ImageMagick; other programs of the name are not meant.
const convert = "/usr/bin/convert"

func installed(tool string) bool {
	_, err := exec.LookPath(tool)
	return err == nil
}

// tool runs a program and returns what it writes to standard output.
func tool(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.TrimSpace(messages.String()))
	}
	return out.Bytes(), nil
}

// reference returns a file as the tool of its format shows it, resampled to a size and converted to sRGB. For the size
// zero only whether the tool reads the file matters.
func reference(t *testing.T, path, format string, size image.Point) (image.Image, error) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	source, profile, err := samples(dir, path, format, data)
	if err != nil {
		return nil, err
	}
	prefix := []string{source}
	if format == "gif" {
		// A frame without transparent pixels hides the alpha of the canvas around it.
		prefix = []string{source, "-coalesce", "-delete", "1--1", "-alpha", "on"}
	}
	if strings.HasSuffix(source, "]") { // else it has been turned
		prefix = append(prefix, "-auto-orient")
	}
	shape, err := tool(convert, append(prefix, "-format", "%w %h %[colorspace] %[profile:icc]", "info:")...)
	if err != nil {
		return nil, err
	}
	var full image.Point
	var space, embedded string
	fmt.Sscan(string(shape), &full.X, &full.Y, &space, &embedded)
	if full.X == 0 || full.Y == 0 {
		return nil, errors.New("convert: no picture")
	}
	if size == (image.Point{}) {
		return nil, nil // it reads it, which is all that was asked
	}
	if want := min(full.X, width); size.X != want || !fits(size, full) {
		return image.NewGray(image.Rectangle{Max: full}), nil
	}
	if space == "CMYK" && embedded == "" {
		profile = offsetPrinting()
	}
	if format == "tiff" && space == "YCbCr" { // libtiff has made RGB of old-style JPEG data, and ImageMagick has not noticed
		prefix, space = append(prefix, "-set", "colorspace", "sRGB"), "sRGB"
	}
	args := append(prefix, "-filter", "Lanczos", "-resize", fmt.Sprintf("%dx%d!", size.X, size.Y))
	args = append(args, toSRGB(dir, space, embedded != "", profile)...)
	return pixels(args...)
}

// pixels returns what ImageMagick makes of a file that args begin with, after what the others ask for.
func pixels(args ...string) (image.Image, error) {
	file, err := tool(convert, append(args, "-depth", "16", "png:-")...)
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(file))
}

// fits tells whether a picture of the full size becomes one of size.
func fits(size, full image.Point) bool {
	h := float64(full.Y) * float64(size.X) / float64(full.X)
	return float64(size.Y) > h-1 && float64(size.Y) < h+1 || size.Y == 1
}

// toSRGB returns the arguments of the conversion.
func toSRGB(dir, space string, embedded bool, profile []byte) []string {
	srgb, source := filepath.Join(dir, "srgb.icc"), filepath.Join(dir, "source.icc")
	args := []string{"-intent", "Relative", "-black-point-compensation"}
	if profile != nil {
		args = append(args, "-profile", source)
		embedded = true
	}
	for path, p := range map[string][]byte{srgb: imgtest.SRGB.Profile(), source: profile} {
		if err := os.WriteFile(path, p, 0o600); err != nil {
			panic(err)
		}
	}
	if !embedded {
		return []string{"-colorspace", "sRGB"}
	}
	return append(args, "-profile", srgb)
}

// offsetPrinting is the profile for CMYK that has none: Coated FOGRA27, which a file of the corpus has.
var offsetPrinting = sync.OnceValue(func() []byte {
	profile, err := tool("exiftool", "-b", "-ICC_Profile", imgtest.Corpus("features")+
		"/tiff/twelvemonkeys/imageio/imageio-jpeg-jai-interop/src/test/resources/tiff/cmyk_jpeg.tif")
	if err != nil {
		panic(err)
	}
	return profile
})

// samples returns what ImageMagick is to read for a file: the file itself or what the tool of the format made of it, and
// the profile of its colours if ImageMagick cannot find it there.
func samples(dir, path, format string, data []byte) (source string, profile []byte, err error) {
	switch format {
	case "png", "webp":
		if format == "png" && bytes.Contains(data, []byte("acTL")) {
			return apngSamples(dir, data)
		}
		source = filepath.Join(dir, "samples.tif")
		_, err = tool("vips", "autorot", path, source)
		if format == "png" {
			profile = pngProfile(data)
		}
	case "avif":
		return avifSamples(dir, path, data)
	case "gif":
		source = "gif:" + path
	default:
		source = format + ":" + path + "[0]"
	}
	return source, profile, err
}

// apngSamples lets apngdis compose the first frame.
func apngSamples(dir string, data []byte) (source string, profile []byte, err error) {
	if err := os.WriteFile(filepath.Join(dir, "animated.png"), data, 0o600); err != nil {
		return "", nil, err
	}
	_, err = tool("apngdis", filepath.Join(dir, "animated.png"))
	frames, _ := filepath.Glob(filepath.Join(dir, "apngframe*1.png"))
	if err != nil || len(frames) == 0 {
		return "", nil, errors.Join(err, errors.New("apngdis: no frame"))
	}
	return frames[0], nil, nil
}

// avifSamples decodes with avifdec, which does not transform, or leaves it to ImageMagick.
func avifSamples(dir, path string, data []byte) (source string, profile []byte, err error) {
	properties := data[:min(len(data), 4096)]
	irot := bytes.Index(properties, []byte("irot"))
	if bytes.Contains(properties, []byte("imir")) || bytes.Contains(properties, []byte("clap")) {
		return "avif:" + path, nil, nil
	}
	source = filepath.Join(dir, "samples.png")
	_, err = tool("avifdec", "--depth", "16", "--upsampling", "nearest", path, source)
	if at := bytes.Index(data, []byte("colrnclx")); at >= 0 && len(data) >= at+12 && !bytes.Contains(data, []byte("colrprof")) {
		profile = coded(binary.BigEndian.Uint16(data[at+8:]), binary.BigEndian.Uint16(data[at+10:]))
	}
	if err == nil && irot >= 0 {
		turns := int(data[irot+4] & 3) // anticlockwise
		_, err = tool(convert, source, "-rotate", fmt.Sprint(-90*turns), source)
	}
	return source, profile, err
}

// coded returns a profile of the primaries and the transfer curve that code points of H.273 name, nil for those of sRGB.
func coded(primaries, transfer uint16) []byte {
	space := imgtest.SRGB
	switch primaries {
	case 9:
		space = imgtest.Rec2020
	case 12:
		space = imgtest.DisplayP3
	}
	space.Gamma = 0
	switch transfer {
	case 4:
		space.Gamma = 2.2
	case 8:
		space.Gamma = 1
	case 16:
		space.Curve = tonedPQ
	}
	if space.Gamma == 0 && space.Curve == nil && space.Name == imgtest.SRGB.Name {
		return nil
	}
	return space.Profile()
}

// tonedPQ is the light of a value of PQ (BT.2100-3, table 4), with the white of paper, 203 cd/m2, for 1; above half of that
// a curve bends it so that 1000 cd/m2 become 1.
func tonedPQ(v float64) float64 {
	e := math.Pow(v, 1/78.84375)
	light := 10000 / 203.0 * math.Pow(max(e-0.8359375, 0)/(18.8515625-18.6875*e), 1/0.1593017578125)
	if light <= 0.5 {
		return light
	}
	const s = (1000/203.0 - 0.5) / 0.5
	x := min((light-0.5)/0.5, s)
	return 0.5 + 0.5*x*(1+x/(s*s))/(1+x)
}

// pngProfile returns a profile of the colours that a PNG states in other ways than by a profile, nil if it does not, or
// has a profile that comes first.
func pngProfile(data []byte) []byte {
	chunks := map[string][]byte{}
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if at+12+n > len(data) || string(data[at+4:at+8]) == "IDAT" {
			break
		}
		chunks[string(data[at+4:at+8])] = data[at+8 : at+8+n]
		at += 12 + n
	}
	if c := chunks["cICP"]; len(c) == 4 {
		return coded(uint16(c[0]), uint16(c[1]))
	}
	if chunks["iCCP"] != nil || chunks["sRGB"] != nil || len(chunks["gAMA"]) != 4 {
		return nil
	}
	space := imgtest.SRGB
	space.Gamma = 100000 / float64(binary.BigEndian.Uint32(chunks["gAMA"]))
	if c := chunks["cHRM"]; len(c) == 32 {
		for i, p := range []*[2]float64{&space.Wht, &space.Red, &space.Green, &space.Blue} {
			for j := range p {
				p[j] = float64(binary.BigEndian.Uint32(c[8*i+4*j:])) / 100000
			}
		}
	}
	if data[25]&2 == 0 {
		return imgtest.GrayProfile(space.Gamma)
	}
	return space.Profile()
}
