package resample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"github.com/disintegration/imaging"
)

// Every number that comes out of floating point, for the filters that users can
// name, is in these digests: if they hold, the bytes of pictures do.
func TestTablesAreTheSameEverywhere(t *testing.T) {
	for name, want := range map[string]string{
		"lanczos": "b3a8483c5a4383a8", "catmullrom": "ca79c89ed0a285f4",
		"mitchell": "58c0feba102f9686", "linear": "3259ce1dc01696b8",
	} {
		c := curveOf(filters[name])
		sum := sha256.New()
		fmt.Fprint(sum, c.coarse().values, c.fine().values)
		if got := hex.EncodeToString(sum.Sum(nil))[:16]; got != want {
			t.Errorf("%s: digest is %s, want %s", name, got, want)
		}
	}
}

func TestTablesFollowTheKernel(t *testing.T) {
	for name, f := range filters {
		if f.Support == 0 {
			continue
		}
		c := curveOf(f)
		for _, k := range []struct {
			table *table
			limit float64
		}{{c.coarse(), 5e-6}, {c.fine(), 2e-8}} {
			if smooth := k.table.values != nil; smooth != (name != "box") {
				t.Errorf("%s: has a table: %v", name, smooth)
			}
			got := make([]int64, 1)
			sampler := k.table.sampler(1.7)
			for x := -f.Support - 0.5; x < f.Support+0.5; x += 0.00317 {
				sampler.row(got, x*1.7)
				if d := math.Abs(float64(got[0])/k.table.grid - f.Kernel(x)); d > k.limit {
					t.Fatalf("%s at %g: off by %g", name, x, d)
				}
			}
		}
	}
}

func TestFiltersAreToldApart(t *testing.T) {
	sharpened := func(a float64) imaging.ResampleFilter {
		return imaging.ResampleFilter{Support: 2, Kernel: func(x float64) float64 {
			return imaging.CatmullRom.Kernel(x)*(1+a) - imaging.Gaussian.Kernel(x)*a
		}}
	}
	a, b := curveOf(sharpened(0.1)), curveOf(sharpened(0.1000001))
	if a == b {
		t.Error("two closures of one function share a curve")
	}
	if curveOf(sharpened(0.1)) != a {
		t.Error("the same filter is prepared twice")
	}
	for range 20 { // more than are kept
		curveOf(sharpened(float64(len(curves.known)) + 1))
	}
	if c := curveOf(imaging.Lanczos); c.filter.Support != 3 {
		t.Error("a filter that was dropped comes back as another")
	}
}

// Weights of each output sample have the sum one exactly, and mirrored axes
// mirrored weights.
func TestWeightsHaveTheSumOne(t *testing.T) {
	for name, f := range filters {
		c := curveOf(f)
		for count := 1; count < 400; count += 13 {
			s := span{n: 211, from: 1.25, to: 210.5, step: 209.25 / float64(count), count: count}
			var a, m axis[int16]
			var w axis[int32]
			back := s.reflected()
			back.mirror = true
			for _, err := range []error{a.build(s, c, narrow), m.build(back, c, narrow), w.build(s, c, wide)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			for i := range count {
				var sum, deep int64
				for k := range int(a.count[i]) {
					sum += int64(a.weights[i*a.taps+k])
					if x := m.weights[i*m.taps+int(m.count[i])-1-k]; x != a.weights[i*a.taps+k] {
						t.Fatalf("%s to %d: weight %d of %d is not mirrored", name, count, k, i)
					}
				}
				for k := range int(w.count[i]) {
					deep += int64(w.weights[i*w.taps+k])
				}
				if sum != 1<<a.bits || deep != 1<<w.bits {
					t.Fatalf("%s to %d: weights of %d have the sums %d, %d", name, count, i, sum, deep)
				}
				if m.pos[i] != 211-a.pos[i]-a.count[i] || a.pos[i] < 1 || a.pos[i]+a.count[i] > 211 {
					t.Fatalf("%s to %d: sample %d lies at %d, mirrored at %d", name, count, i, a.pos[i], m.pos[i])
				}
			}
		}
	}
}
