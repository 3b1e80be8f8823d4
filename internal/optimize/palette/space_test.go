package palette

import (
	"image/color"
	"math/rand/v2"
	"testing"
)

// The places of all greys and of many colours lead back to these.
func TestColoursComeBack(t *testing.T) {
	for v := range 256 {
		c := color.NRGBA{uint8(v), uint8(255 - v), uint8(v * 7), 255}
		if got := colourOf(pointOf(c.R, c.G, c.B, c.A)); got != c {
			t.Errorf("%v came back as %v", c, got)
		}
	}
	for a := clearTo + 1; a < opaqueFrom; a++ {
		for v := 0; v < 256; v += 5 {
			c := color.NRGBA{uint8(v), uint8(255 - v), uint8(v * 7), uint8(a)}
			got := colourOf(pointOf(c.R, c.G, c.B, c.A))
			// At a low alpha, neighbouring colours have one place.
			most := 0
			for _, d := range []int{int(c.R) - int(got.R), int(c.G) - int(got.G), int(c.B) - int(got.B)} {
				most = max(most, d, -d)
			}
			if got.A != c.A || 10*most*a > 6*255 {
				t.Errorf("%v came back as %v", c, got)
			}
		}
	}
}

// distance is what the comment of point says: the mean over a black and a white ground.
func TestDistanceIsTheMeanOverBlackAndWhite(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	weights := [3]float64{0.5, 1, 0.45}
	for range 1000 {
		var c, d [4]uint8
		for i := range c {
			c[i], d[i] = uint8(rng.Uint32()), uint8(rng.Uint32())
		}
		c[3], d[3] = c[3]%200+20, d[3]%200+20
		want := 0.0
		for i, w := range weights {
			a, b := float64(c[3])/255, float64(d[3])/255
			p, q := float64(light[c[i]])*a, float64(light[d[i]])*b
			black := p - q
			white := black - 255*unit*(a-b)
			want += w * w * (black*black + white*white) / 2
		}
		got := float64(distance(pointOf(c[0], c[1], c[2], c[3]), pointOf(d[0], d[1], d[2], d[3])))
		// Each coordinate is rounded to one.
		if diff := got - want; diff > 3*unit*255/10+want/50 || -diff > 3*unit*255/10+want/50 {
			t.Errorf("distance of %v and %v is %v, want %v", c, d, got, want)
		}
	}
}
