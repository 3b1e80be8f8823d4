package imgtest

import (
	"image"
	"math"
	"testing"
)

// Pairs and results from the test data that Sharma, Wu and Dalal published with their paper on the formula.
func TestDeltaE(t *testing.T) {
	for _, c := range []struct {
		p, q [3]float64
		want float64
	}{
		{[3]float64{50, 2.6772, -79.7751}, [3]float64{50, 0, -82.7485}, 2.0425},
		{[3]float64{50, -1.3802, -84.2814}, [3]float64{50, 0, -82.7485}, 1.0000},
		{[3]float64{50, 0, 0}, [3]float64{50, -1, 2}, 2.3669},
		{[3]float64{50, 2.49, -0.001}, [3]float64{50, -2.49, 0.0009}, 7.1792},
		{[3]float64{50, 2.49, -0.001}, [3]float64{50, -2.49, 0.0011}, 7.2195},
		{[3]float64{50, 2.5, 0}, [3]float64{73, 25, -18}, 27.1492},
		{[3]float64{60.2574, -34.0099, 36.2677}, [3]float64{60.4626, -34.1751, 39.4387}, 1.2644},
		{[3]float64{22.7233, 20.0904, -46.6940}, [3]float64{23.0331, 14.9730, -42.5619}, 2.0373},
		{[3]float64{90.8027, -2.0831, 1.4410}, [3]float64{91.1528, -1.6435, 0.0447}, 1.4441},
		{[3]float64{2.0776, 0.0795, -1.1350}, [3]float64{0.9033, -0.0636, -0.5514}, 0.9082},
	} {
		if got := deltaE(c.p, c.q); math.Abs(got-c.want) > 5e-5 {
			t.Errorf("deltaE(%v, %v) = %.4f, want %.4f", c.p, c.q, got, c.want)
		}
		if a, b := deltaE(c.p, c.q), deltaE(c.q, c.p); math.Abs(a-b) > 1e-12 {
			t.Errorf("deltaE(%v, %v) depends on the order: %v, %v", c.p, c.q, a, b)
		}
	}
}

func TestCIEDE2000(t *testing.T) {
	white := lab(65535, 65535, 65535)
	if math.Abs(white[0]-100) > 0.01 || math.Abs(white[1]) > 0.01 || math.Abs(white[2]) > 0.01 {
		t.Errorf("white is %v", white)
	}
	a, b := gray(100, 100, 100, 100), gray(100, 100, 100, 103)
	mean, p99 := CIEDE2000(a, b)
	if p99 < 1 || p99 > 1.5 || math.Abs(mean-p99/4) > 1e-9 {
		t.Errorf("mean %v, 99th percentile %v", mean, p99)
	}
	if mean, p99 := CIEDE2000(image.NewGray(image.Rectangle{}), image.NewGray(image.Rectangle{})); mean != 0 || p99 != 0 {
		t.Errorf("empty pictures: %v, %v", mean, p99)
	}
}
