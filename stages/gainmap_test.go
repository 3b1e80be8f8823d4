package stages

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// scene is a grey picture whose upper left part is bright, and whose other
// parts tell where they are.
func scene(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 40 + 100*x/w + 60*y/h
			if x < w/3 && y < h/4 {
				v = 250
			}
			m.SetGray(x, y, color.Gray{uint8(v)})
		}
	}
	return m
}

// ultraHDR writes a picture of 240x160 with a gain map of 120x80 that shows the
// same scene, so that the two can be compared.
func ultraHDR(t *testing.T, path string, o codec.EncodeOptions, colour bool) {
	t.Helper()
	encode := func(m image.Image, o codec.EncodeOptions) []byte {
		var b bytes.Buffer
		if err := codec.Encode(&b, m, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	o.Format, o.Quality = codec.JPEG, 95
	first := encode(scene(240, 160), o)
	var m image.Image = scene(120, 80)
	if colour {
		rgb := image.NewNRGBA(m.Bounds())
		for i := range 120 * 80 {
			rgb.Set(i%120, i/120, m.At(i%120, i/120))
		}
		m = rgb
	}
	second := encode(m, codec.EncodeOptions{Format: codec.JPEG, Quality: 95, XMP: []byte(imgtest.GainMapXMP)})
	if err := os.WriteFile(path, imgtest.WithFurther(first, second, 0, binary.BigEndian), 0o644); err != nil {
		t.Fatal(err)
	}
}

// mapOf returns the picture and the gain map in a file; nil without one.
func mapOf(t *testing.T, path string) (picture, gain image.Image) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	if h.Format != codec.JPEG || h.GainMapFile() == nil {
		return first(t, path), nil
	}
	g := h.GainMapFile()
	d, err := codec.Decode(g.Data, g.Header, codec.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return first(t, path), d.Image
}

func keepGainMap(t *testing.T, in string, r ResizeOptions, e EncodeOptions) (Result, image.Image, image.Image) {
	t.Helper()
	e.KeepGainMap = true
	out := filepath.Join(t.TempDir(), "out")
	_, results, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: out + filepath.Ext(in)}, Resize: r, Encode: e})
	if err != nil {
		t.Fatal(err)
	}
	result := results[in]
	picture, gain := mapOf(t, result.Output)
	return result, picture, gain
}

// However a picture is cropped, turned and reduced, its gain map shows the same.
func TestGainMapFollowsThePicture(t *testing.T) {
	in := filepath.Join(t.TempDir(), "hdr.jpg")
	for orientation := 1; orientation <= 8; orientation++ {
		exif := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00")
		ultraHDR(t, in, codec.EncodeOptions{EXIF: exif}, orientation%2 == 0)
		for _, r := range []ResizeOptions{
			{Width: 80}, {Width: 60, Height: 60, Fit: FitCover, Gravity: Gravity{0, 0}}, {Width: 90, Height: 50, Fit: FitFill}, {},
			{Width: 80, Linear: true, Sharpen: 30}, {Width: 300, Enlarge: true},
		} {
			result, picture, gain := keepGainMap(t, in, r, EncodeOptions{Quality: 92})
			if gain == nil || len(result.Lost) > 0 {
				t.Errorf("orientation %d, %+v: no gain map; lost %v", orientation, r, result.Lost)
				continue
			}
			pb, gb := picture.Bounds(), gain.Bounds()
			mw, mh := 120, 80
			if orientation >= 5 {
				mw, mh = mh, mw
			}
			if w, h := min((pb.Dx()+1)/2, mw), min((pb.Dy()+1)/2, mh); gb.Dx() != w || gb.Dy() != h {
				t.Errorf("orientation %d, %+v: a map of %v for a picture of %v", orientation, r, gb.Max, pb.Max)
			}
			sum, luma := 0, func(m image.Image, x, y int) int { return int(color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y) }
			for y := range gb.Dy() {
				for x := range gb.Dx() {
					d := luma(gain, x, y) - luma(picture, (2*x+1)*pb.Dx()/(2*gb.Dx()), (2*y+1)*pb.Dy()/(2*gb.Dy()))
					sum += max(d, -d)
				}
			}
			// Edges are softer in the map. Shown the wrong way round, the two differ by 30 and more.
			if mean := float64(sum) / float64(gb.Dx()*gb.Dy()); mean > 4 {
				t.Errorf("orientation %d, %+v: picture and map differ by %.1f", orientation, r, mean)
			}
		}
	}
}

// The map is kept where it holds, and told of where it goes.
func TestGainMapKeptOrLost(t *testing.T) {
	in := filepath.Join(t.TempDir(), "hdr.jpg")
	p3 := codec.EncodeOptions{ICC: imgtest.DisplayP3.Profile()}
	for _, c := range []struct {
		name   string
		source codec.EncodeOptions
		colour bool
		r      ResizeOptions
		e      EncodeOptions
		kept   bool
	}{
		{"grey", codec.EncodeOptions{}, false, ResizeOptions{Width: 80}, EncodeOptions{}, true},
		{"colour", codec.EncodeOptions{}, true, ResizeOptions{Width: 80}, EncodeOptions{}, true},
		{"grey, other primaries", p3, false, ResizeOptions{Width: 80}, EncodeOptions{}, true},
		{"colour, other primaries", p3, true, ResizeOptions{Width: 80}, EncodeOptions{}, false},
		{"into PNG", codec.EncodeOptions{}, false, ResizeOptions{Width: 80}, EncodeOptions{Format: codec.PNG}, false},
		{"only metadata go", codec.EncodeOptions{EXIF: []byte("MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")}, false, ResizeOptions{}, EncodeOptions{Metadata: MetadataNone}, true},
		{"all metadata", codec.EncodeOptions{}, false, ResizeOptions{Width: 80}, EncodeOptions{Metadata: MetadataAll}, true},
		{"progressive", codec.EncodeOptions{}, false, ResizeOptions{Width: 80}, EncodeOptions{Progressive: true}, true},
	} {
		ultraHDR(t, in, c.source, c.colour)
		result, _, gain := keepGainMap(t, in, c.r, c.e)
		if lost := slices.Contains(result.Lost, string(codec.GainMap)); (gain != nil) != c.kept || lost == c.kept {
			t.Errorf("%s: kept %v, lost %v", c.name, gain != nil, result.Lost)
		}
	}
	ultraHDR(t, in, codec.EncodeOptions{}, false)
	out := filepath.Join(t.TempDir(), "out.jpg")
	s, results, err := run(t, Config{Discover: DiscoverOptions{Inputs: []string{in}}, Output: OutputOptions{Path: out}, Resize: ResizeOptions{Width: 80}})
	if err != nil || s.Lost["gain-map"] != 1 || !slices.Equal(results[in].Lost, []string{"gain-map"}) {
		t.Errorf("not asked for: lost %v, %v, %v", results[in].Lost, s.Lost, err)
	}
	if _, gain := mapOf(t, out); gain != nil {
		t.Error("not asked for, and there")
	}
}
