package stages

import (
	"fmt"
	"image"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/resample"
)

func TestGeometry(t *testing.T) {
	type size struct{ w, h int }
	full := func(w, h int) resample.Rect { return resample.Rect{X1: float64(w), Y1: float64(h)} }
	for _, c := range []struct {
		name string
		src  size
		r    ResizeOptions
		want size
		crop resample.Rect
	}{
		{"nothing asked", size{300, 200}, ResizeOptions{}, size{300, 200}, full(300, 200)},
		{"width", size{3000, 2000}, ResizeOptions{Width: 800}, size{800, 533}, full(3000, 2000)},
		{"width rounds half up", size{4, 6}, ResizeOptions{Width: 3}, size{3, 5}, full(4, 6)},
		{"width rounds down below half", size{1000, 333}, ResizeOptions{Width: 100}, size{100, 33}, full(1000, 333)},
		{"at least one pixel", size{10000, 1}, ResizeOptions{Width: 10}, size{10, 1}, full(10000, 1)},
		{"width never enlarges", size{500, 400}, ResizeOptions{Width: 800}, size{500, 400}, full(500, 400)},
		{"width enlarges when told", size{500, 400}, ResizeOptions{Width: 1000, Enlarge: true}, size{1000, 800}, full(500, 400)},
		{"height", size{3000, 2000}, ResizeOptions{Height: 500}, size{750, 500}, full(3000, 2000)},
		{"inside, bound by width", size{4000, 2000}, ResizeOptions{Width: 800, Height: 800}, size{800, 400}, full(4000, 2000)},
		{"inside, bound by height", size{2000, 4000}, ResizeOptions{Width: 800, Height: 800}, size{400, 800}, full(2000, 4000)},
		{"inside never enlarges", size{100, 50}, ResizeOptions{Width: 800, Height: 800}, size{100, 50}, full(100, 50)},
		{"long edge of a portrait", size{2000, 3000}, ResizeOptions{LongEdge: 600}, size{400, 600}, full(2000, 3000)},
		{"short edge of a portrait", size{2000, 3000}, ResizeOptions{ShortEdge: 600}, size{600, 900}, full(2000, 3000)},
		{"short edge never enlarges", size{200, 300}, ResizeOptions{ShortEdge: 600}, size{200, 300}, full(200, 300)},
		{"half", size{301, 201}, ResizeOptions{Percent: 50}, size{151, 101}, full(301, 201)},
		{"percent above 100 needs enlarge", size{301, 201}, ResizeOptions{Percent: 200}, size{301, 201}, full(301, 201)},
		{"percent enlarges when told", size{301, 201}, ResizeOptions{Percent: 200, Enlarge: true}, size{602, 402}, full(301, 201)},
		{"tiny percent", size{10, 10}, ResizeOptions{Percent: 0.1}, size{1, 1}, full(10, 10)},
		{"fill", size{300, 200}, ResizeOptions{Width: 100, Height: 150, Fit: FitFill}, size{100, 150}, full(300, 200)},
		{"fill never enlarges a side", size{300, 200}, ResizeOptions{Width: 100, Height: 250, Fit: FitFill}, size{100, 200}, full(300, 200)},
		{"fill enlarges when told", size{300, 200}, ResizeOptions{Width: 100, Height: 250, Fit: FitFill, Enlarge: true}, size{100, 250}, full(300, 200)},
		{"cover, centre", size{400, 200}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: GravityCentre}, size{100, 100}, resample.Rect{X0: 100, X1: 300, Y1: 200}},
		{"cover, west", size{400, 200}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: Gravity{0, 0.5}}, size{100, 100}, resample.Rect{X1: 200, Y1: 200}},
		{"cover, south", size{200, 400}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: Gravity{0.5, 1}}, size{100, 100}, resample.Rect{Y0: 200, X1: 200, Y1: 400}},
		{"cover never enlarges, crops", size{300, 50}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: GravityCentre}, size{100, 50}, resample.Rect{X0: 100, X1: 200, Y1: 50}},
		{"cover of a smaller picture", size{50, 40}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: GravityCentre}, size{50, 40}, full(50, 40)},
		{"cover enlarges when told", size{50, 100}, ResizeOptions{Width: 100, Height: 100, Fit: FitCover, Gravity: GravityCentre, Enlarge: true}, size{100, 100}, resample.Rect{Y0: 25, X1: 50, Y1: 75}},
		{"a side past 32 bits of product", size{65535, 65535}, ResizeOptions{Width: 65535}, size{65535, 65535}, full(65535, 65535)},
	} {
		crop, w, h := geometry(c.src.w, c.src.h, c.r)
		if got := (size{w, h}); got != c.want || crop != c.crop {
			t.Errorf("%s: got %v of %v, want %v of %v", c.name, got, crop, c.want, c.crop)
		}
	}
}

func TestGeometryHoldsForAllSizes(t *testing.T) {
	for sw := 1; sw < 40; sw++ {
		for sh := 1; sh < 40; sh++ {
			for _, r := range []ResizeOptions{{Width: 7}, {Height: 7}, {Width: 9, Height: 5}, {LongEdge: 8}, {ShortEdge: 8}, {Percent: 33}, {Width: 9, Height: 5, Fit: FitCover, Gravity: GravityCentre}, {Width: 9, Height: 5, Fit: FitFill}} {
				crop, w, h := geometry(sw, sh, r)
				if w < 1 || h < 1 || w > sw || h > sh {
					t.Fatalf("%dx%d with %+v: %dx%d is empty or enlarged", sw, sh, r, w, h)
				}
				if crop.X0 < 0 || crop.Y0 < 0 || crop.X1 > float64(sw) || crop.Y1 > float64(sh) || crop.X1 <= crop.X0 || crop.Y1 <= crop.Y0 {
					t.Fatalf("%dx%d with %+v: crop %v leaves the picture", sw, sh, r, crop)
				}
			}
		}
	}
}

func TestJPEGScale(t *testing.T) {
	for _, c := range []struct {
		cropW, cropH float64
		w, h, want   int
	}{
		{6400, 6400, 800, 800, 8},
		{6399, 6400, 800, 800, 4},
		{6400, 6399, 800, 800, 4},
		{3200, 2000, 800, 500, 4},
		{1600, 1000, 800, 500, 2},
		{1599, 1000, 800, 500, 1},
		{800, 500, 800, 500, 1},
		{400, 250, 800, 500, 1},
	} {
		if got := jpegScale(c.cropW, c.cropH, c.w, c.h); got != c.want {
			t.Errorf("%vx%v to %dx%d: scale 1/%d, want 1/%d", c.cropW, c.cropH, c.w, c.h, got, c.want)
		}
	}
}

func TestStoredRect(t *testing.T) {
	// The stored picture is 30x20. The rectangle is the top left 4x3 pixels
	// of the upright one.
	r := resample.Rect{X1: 4, Y1: 3}
	for o, want := range map[int]resample.Rect{
		1: {X0: 0, Y0: 0, X1: 4, Y1: 3},
		2: {X0: 26, Y0: 0, X1: 30, Y1: 3},
		3: {X0: 26, Y0: 17, X1: 30, Y1: 20},
		4: {X0: 0, Y0: 17, X1: 4, Y1: 20},
		5: {X0: 0, Y0: 0, X1: 3, Y1: 4},
		6: {X0: 0, Y0: 16, X1: 3, Y1: 20},
		7: {X0: 27, Y0: 16, X1: 30, Y1: 20},
		8: {X0: 27, Y0: 0, X1: 30, Y1: 4},
	} {
		if got := storedRect(r, o, 30, 20); got != want {
			t.Errorf("orientation %d: %v, want %v", o, got, want)
		}
	}
}

func TestPlan(t *testing.T) {
	jpeg := codec.Header{Format: codec.JPEG, Width: 3000, Height: 2000, Orientation: 1, Frames: 1}
	turned, small, png := jpeg, jpeg, jpeg
	turned.Orientation = 6
	small.Width, small.Height = 300, 200
	png.Format = codec.PNG
	for _, c := range []struct {
		name         string
		h            codec.Header
		r            ResizeOptions
		e            EncodeOptions
		colour, meta bool
		want         string
	}{
		{"reduced", jpeg, ResizeOptions{Width: 700}, EncodeOptions{}, false, false, "encode jpeg 700x467 at 1/4 4:2:0"},
		{"high quality has full chroma", jpeg, ResizeOptions{Width: 700}, EncodeOptions{Quality: 90}, false, false, "encode jpeg 700x467 at 1/4 4:4:4"},
		{"turned", turned, ResizeOptions{Width: 700}, EncodeOptions{}, false, false, "encode jpeg 700x1050 at 1/2 4:2:0"},
		{"into another format", jpeg, ResizeOptions{Width: 700}, EncodeOptions{Format: codec.PNG}, false, false, "encode png 700x467 at 1/4 4:4:4"},
		{"fits", small, ResizeOptions{Width: 700}, EncodeOptions{}, false, false, "copy jpeg 300x200 at 1/1 4:2:0"},
		{"fits, with metadata to drop", small, ResizeOptions{Width: 700}, EncodeOptions{}, false, true, "strip jpeg 300x200 at 1/1 4:2:0"},
		{"fits, colours do not", small, ResizeOptions{Width: 700}, EncodeOptions{}, true, false, "encode jpeg 300x200 at 1/1 4:2:0"},
		{"only the format changes", small, ResizeOptions{}, EncodeOptions{Format: codec.WebP}, false, false, "encode webp 300x200 at 1/1 4:4:4"},
		{"only a turn", turned, ResizeOptions{}, EncodeOptions{}, false, false, "encode jpeg 2000x3000 at 1/1 4:2:0"},
		{"a PNG has no scale", png, ResizeOptions{Width: 100}, EncodeOptions{}, false, false, "encode png 100x67 at 1/1 4:4:4"},
	} {
		p, err := makePlan(&c.h, c.r, c.e, c.colour, c.meta)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		chroma := map[image.YCbCrSubsampleRatio]string{image.YCbCrSubsampleRatio420: "4:2:0", image.YCbCrSubsampleRatio444: "4:4:4"}[p.Subsampling]
		got := fmt.Sprintf("%s %s %dx%d at 1/%d %s", [...]string{"encode", "copy", "strip"}[p.Action], p.Format, p.Width, p.Height, p.Scale, chroma)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestPlanRefusesWhatAFormatCannotHold(t *testing.T) {
	h := codec.Header{Format: codec.PNG, Width: 20000, Height: 10, Orientation: 1}
	if _, err := makePlan(&h, ResizeOptions{}, EncodeOptions{Format: codec.WebP}, false, false); err == nil {
		t.Error("a WebP of 20000 columns was planned")
	}
	h.Width, h.Height = 60000, 2
	if _, err := makePlan(&h, ResizeOptions{Width: 65535, Enlarge: true}, EncodeOptions{}, false, false); err != nil {
		t.Error(err)
	}
	if _, err := makePlan(&h, ResizeOptions{Percent: 200, Enlarge: true}, EncodeOptions{}, false, false); err == nil {
		t.Error("a picture of 120000 columns was planned")
	}
}
