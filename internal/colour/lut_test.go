package colour

import (
	"crypto/sha256"
	"fmt"
	"math"
	"testing"

	"imgpool/internal/imgtest"
)

// A table for red on the slowest axis and straight curves gives the same as the colorants it was made from.
func TestTableAgreesWithMatrix(t *testing.T) {
	a, b := inSRGB(80, 60), inSRGB(80, 60)
	if _, err := Convert(a, imgtest.DisplayP3.Profile(), SRGB); err != nil {
		t.Fatal(err)
	}
	if _, err := Convert(b, imgtest.DisplayP3.TableProfile(33), SRGB); err != nil {
		t.Fatal(err)
	}
	if d := imgtest.MaxDiff(a, b); d > 2 {
		t.Errorf("table and matrix differ by %v levels", d)
	}
}

// The cube gives back its own grid, and is linear in each of the six tetrahedra.
func TestCubeInterpolation(t *testing.T) {
	c := &cube{}
	for r := range cubeSide {
		for g := range cubeSide {
			for b := range cubeSide {
				c.grid = append(c.grid, pixel{int32(r * 2000), int32(g*1000 + b*900), int32(65535 - b*2000)})
			}
		}
	}
	px := []pixel{{0, 0, 0}, {65535, 65535, 65535}, {65535, 0, 0}, {0, 65535, 0}, {0, 0, 65535}}
	for i := range 500 {
		px = append(px, pixel{int32(i * 7919 % 65536), int32(i * 104729 % 65536), int32(i * 1299709 % 65536)})
	}
	got := append([]pixel(nil), px...)
	c.convert(got)
	for i, p := range px {
		at := func(v int32, step float64) float64 { return float64(v) / 65535 * (cubeSide - 1) * step }
		want := [3]float64{at(p.r, 2000), at(p.g, 1000) + at(p.b, 900), 65535 - at(p.b, 2000)}
		for k, v := range []int32{got[i].r, got[i].g, got[i].b} {
			if math.Abs(float64(v)-want[k]) > 0.6 {
				t.Fatalf("%v becomes %v, want %v", p, got[i], want)
			}
		}
	}
}

// Curves, tables and Lab give the same bits on every machine, also where processors multiply and add in one go. This hash
// was made on amd64.
func TestSameBitsEverywhere(t *testing.T) {
	points := make([]float64, 1000)
	for i := range points {
		points[i] = float64(i*i) / 998001
	}
	data := make([]byte, 3*7*7*7)
	for i := range data {
		data[i] = byte(i * i / 7)
	}
	g, _, err := newGrid(data, []int{7, 7, 7}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	lab := (&profile{pcs: "Lab ", tags: map[string][]byte{"A2B0": []byte("mAB ")}}).decoder("A2B0")
	curve, h := table(points), sha256.New()
	for i := range 5000 {
		x := float64(i) / 4999
		v := g.at(vec{x, float64(i*7%5000) / 4999, float64(i*11%5000) / 4999})
		fmt.Fprintln(h, math.Float64bits(curve(x)), v, lab(v))
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); got != "0c3a0c66a5750abb" {
		t.Errorf("numbers have hash %s", got)
	}
}
