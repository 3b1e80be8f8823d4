package colour

import (
	"math"
	"testing"

	"imgpool/internal/imgtest"
)

func TestLight(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile []byte
		x, want float64
		same    bool
	}{
		{"no profile", nil, 0.5, 0.21404, true},
		{"the straight part of sRGB", nil, 0.04, 0.0030960, true},
		{"broken profile", []byte("no profile"), 0.5, 0.21404, true},
		{"Display P3", imgtest.DisplayP3.Profile(), 0.5, 0.21404, true},
		{"Adobe RGB", imgtest.AdobeRGB.Profile(), 0.5, math.Pow(0.5, 563.0/256), true},
	} {
		curves, same := Light(c.profile)
		for i, f := range curves {
			if got := f(c.x); math.Abs(got-c.want) > 2e-5 || f(0) != 0 || f(1) != 1 {
				t.Errorf("%s, channel %d: %g is %.5f, want %.5f", c.name, i, c.x, got, c.want)
			}
		}
		if same != c.same {
			t.Errorf("%s: same is %v", c.name, same)
		}
	}
}
