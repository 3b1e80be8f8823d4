package resample

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"
)

// Each ink comes out as a grey picture of it would, but for the order of the passes, which may change the last bit.
func TestInksAreIndependent(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	src := image.NewCMYK(image.Rect(0, 0, 61, 43))
	var inks [4]*image.Gray
	for k := range inks {
		inks[k] = image.NewGray(src.Rect)
	}
	for i := range src.Pix {
		src.Pix[i] = uint8(rng.Uint32())
		inks[i%4].Pix[i/4] = src.Pix[i]
	}
	for orientation := 1; orientation <= 8; orientation++ {
		for _, size := range [][2]int{{17, 31}, {61, 43}, {43, 61}, {5, 200}, {100, 9}} {
			o := Options{Filter: imaging.Lanczos, Orientation: orientation}
			got := mustResize(t, src, Rect{}, size[0], size[1], o).(*image.CMYK)
			for k, ink := range inks {
				want := mustResize(t, ink, Rect{}, size[0], size[1], o).(*image.Gray)
				for i, v := range want.Pix {
					if d := int(v) - int(got.Pix[4*i+k]); d < -1 || d > 1 {
						t.Fatalf("orientation %d, %v: ink %d of pixel %d is %d, alone %d", orientation, size, k, i, got.Pix[4*i+k], v)
					}
				}
			}
			Recycle(got)
		}
	}
	if _, err := Resize(&image.CMYK{Pix: make([]byte, 4), Stride: 4, Rect: src.Rect}, Rect{}, 3, 3, Options{}); err == nil {
		t.Error("a picture with too little memory was taken")
	}
}
