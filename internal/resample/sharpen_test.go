package resample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"math"
	"testing"
)

// sharpReference gives the wanted samples 0..top of a picture: of grey or luma,
// or of red, green and blue, and alpha last.
func sharpReference(src image.Image, amount float64) [][4]float64 {
	b := src.Bounds()
	at, channels, top := litSource(src)
	if m, ok := src.(*image.YCbCr); ok {
		channels, at = 1, func(x, y int) [4]float64 { return [4]float64{float64(m.Y[y*m.YStride+x]), 0, 0, top} }
	}
	if m, ok := src.(*image.NYCbCrA); ok {
		channels, at = 1, func(x, y int) [4]float64 {
			return [4]float64{float64(m.Y[y*m.YStride+x]), 0, 0, float64(m.A[y*m.AStride+x])}
		}
	}
	luma := func(x, y int) (l, a float64) {
		c := at(min(max(x, 0), b.Dx()-1), min(max(y, 0), b.Dy()-1))
		if channels == 1 {
			return c[0], c[3]
		}
		return 0.299*c[0] + 0.587*c[1] + 0.114*c[2], c[3]
	}
	var out [][4]float64
	for i := range b.Dx() * b.Dy() {
		x, y := i%b.Dx(), i/b.Dx()
		c := at(x, y)
		sum, weight := 0.0, 0.0
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				l, a := luma(x+dx, y+dy)
				w := float64((2-dx*dx)*(2-dy*dy)) * a
				sum, weight = sum+w*l, weight+w
			}
		}
		if l, a := luma(x, y); a > 0 {
			for k := range channels {
				c[k] = clampTo(c[k]+amount/100*(l-sum/weight), top)
			}
		}
		out = append(out, c)
	}
	return out
}

func TestSharpenAgainstReference(t *testing.T) {
	for _, amount := range []int{1, 60, 100, 500} {
		for _, size := range [][2]int{{33, 21}, {1, 9}, {7, 1}, {1, 1}, {2, 3}} {
			sources := append(pictures(size[0], size[1], 9)[:5], alphaYCbCr(size[0], size[1], image.YCbCrSubsampleRatio420))
			for _, m := range sources {
				want := sharpReference(m, float64(amount))
				if err := Sharpen(m, amount); err != nil {
					t.Fatal(err)
				}
				got := sharpReference(m, 0)
				// Half a sample of rounding, and the weights of luma in 1/65536.
				limit := 0.52
				if tolerance(m) > 1 {
					limit = 0.52 + 0.01*float64(amount)
				}
				for i := range want {
					for k := range 4 {
						if d := math.Abs(got[i][k] - want[i][k]); d > limit {
							t.Fatalf("%T %v by %d %%: pixel %d channel %d is %g, want %.2f", m, size, amount, i, k, got[i][k], want[i][k])
						}
					}
				}
			}
		}
	}
}

// What is flat stays as it is, and transparent pixels keep their colours.
func TestSharpenLeavesFlatAreas(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 9, 9))
	for i := 0; i < len(m.Pix); i += 4 {
		copy(m.Pix[i:], []byte{200, 100, 50, 255})
		if i%36 < 12 {
			copy(m.Pix[i:], []byte{1, 2, 3, 0})
		}
	}
	before := bytes.Clone(m.Pix)
	if err := Sharpen(m, MaxSharpen); err != nil || !bytes.Equal(before, m.Pix) {
		t.Errorf("a flat picture changed (%v)", err)
	}
}

func TestSharpenBytesAreTheSameEverywhere(t *testing.T) {
	sum := sha256.New()
	for i, m := range append(pictures(57, 43, 7), alphaYCbCr(57, 43, image.YCbCrSubsampleRatio422)) {
		if err := Sharpen(m, 30+40*i); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%T", m)
		sum.Write(allBytes(m))
	}
	const want = "848d8697c58482aaf0a89630ed62df0d38d6066c1b383944d31d8e6e9eceb9e4"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("digest is %s, want %s", got, want)
	}
}
