package resample

import (
	"bytes"
	"image"
	"math"
	"testing"

	"imgpool/internal/kernel/kerneltest"
)

// FuzzResize asks for anything: the answer is an error, or a picture of the
// size asked for, and the same one from the generic kernels and from reused
// memory.
func FuzzResize(f *testing.F) {
	f.Add(uint8(0), uint16(40), uint16(30), uint16(20), uint16(15), uint8(1), uint8(0), uint8(2), 0.0, 0.0, 1.0, 1.0)
	f.Add(uint8(7), uint16(1), uint16(299), uint16(300), uint16(1), uint8(6), uint8(3), uint8(1), 0.1, 0.25, 0.99, 0.8)
	f.Add(uint8(10), uint16(33), uint16(65), uint16(33), uint16(65), uint8(8), uint8(5), uint8(4), 0.0, 0.0, 0.5, 0.5)
	names := []string{"lanczos", "catmullrom", "mitchell", "linear", "box", "nearest"}
	f.Fuzz(func(t *testing.T, kind uint8, sw, sh, w, h uint16, orientation, filter, sub uint8, x0, y0, x1, y1 float64) {
		width, height := int(sw%400), int(sh%400)
		all := append(pictures(width, height, uint32(kind)), alphaYCbCr(width, height, ratios[int(sub)%len(ratios)]))
		src := all[int(kind)%len(all)]
		from := Rect{x0 * float64(width), y0 * float64(height), x1 * float64(width), y1 * float64(height)}
		o := Options{Filter: filters[names[int(filter)%len(names)]], Orientation: int(orientation % 10),
			Subsampling: image.YCbCrSubsampleRatio(sub % 7)}
		if kind >= 128 {
			o.Light = testLight
		}
		dw, dh := int(w%500), int(h%500)
		got, err := Resize(src, from, dw, dh, o)
		if err != nil {
			inside := width > 0 && height > 0 && x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 &&
				from.X1-from.X0 > 0.01 && from.Y1-from.Y0 > 0.01
			if inside && dw > 0 && dh > 0 && o.Orientation <= 8 && o.Subsampling <= image.YCbCrSubsampleRatio410 {
				t.Fatalf("%s %v to %dx%d, %+v: %v", name(src), from, dw, dh, o, err)
			}
			return
		}
		if got.Bounds() != image.Rect(0, 0, dw, dh) {
			t.Fatalf("asked for %dx%d, got %v", dw, dh, got.Bounds())
		}
		want := bytes.Clone(allBytes(got))
		Recycle(got)
		kerneltest.Generic(func() { got, err = Resize(src, from, dw, dh, o) })
		if err != nil || !bytes.Equal(allBytes(got), want) {
			t.Fatalf("%s %v to %dx%d, %+v: the generic kernels give another picture (%v)", name(src), from, dw, dh, o, err)
		}
		if math.IsNaN(x0 + y0 + x1 + y1) {
			t.Fatal("a rectangle of no numbers was taken")
		}
	})
}
