package colour

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// curve takes a channel's value (0..1) to light, or back to a value.
type curve func(x float64) float64

// curve reads a tag that holds a transfer curve.
func (p *profile) curve(name string) (curve, error) {
	data, err := p.tag(name, "curv", "para")
	if err != nil {
		return nil, err
	}
	c, _, err := readCurve(data)
	if err != nil {
		return nil, fmt.Errorf("tag %s of the colour profile is broken: %w", name, err)
	}
	return c, nil
}

// errCut is for a part of a profile that ends early.
var errCut = errors.New("cut off")

// maxCurve is how many points a curve in a lookup table may have: as many as version 2 allows (10.10).
const maxCurve = 4096

// readCurve reads a curve at the beginning of data: a table or an exponent (10.6), or a formula (10.18). size is how many
// bytes it takes, up to the next multiple of four.
func readCurve(data []byte) (c curve, size int, err error) {
	if len(data) < 12 {
		return nil, 0, errCut
	}
	switch string(data[:4]) {
	case "para":
		return formula(data[8:])
	case "curv":
	default:
		return nil, 0, fmt.Errorf("a curve of the unknown type %q", data[:4])
	}
	n, body := int64(binary.BigEndian.Uint32(data[8:])), data[12:]
	if 2*n > int64(len(body)) {
		return nil, 0, errCut
	}
	size = (12 + 2*int(n) + 3) &^ 3
	switch n {
	case 0:
		return clamp01, size, nil
	case 1:
		gamma := float64(binary.BigEndian.Uint16(body)) / 256
		return func(x float64) float64 { return pow(clamp01(x), gamma) }, size, nil
	}
	points := make([]float64, n)
	for i := range points {
		points[i] = float64(binary.BigEndian.Uint16(body[2*i:])) / 65535
	}
	return table(points), size, nil
}

// table interpolates linearly between equally spaced points, at least two.
func table(points []float64) curve {
	last := len(points) - 1
	return func(x float64) float64 {
		at := float64(clamp01(x) * float64(last))
		i := min(int(at), last-1)
		return points[i] + float64((points[i+1]-points[i])*(at-float64(i)))
	}
}

// formula reads the parameters of a parametric curve: its number, two reserved bytes, then g a b c d e f as far as needed.
// size counts the 8 bytes before data as well.
func formula(data []byte) (_ curve, size int, err error) {
	kind := binary.BigEndian.Uint16(data)
	counts := []int{1, 3, 4, 5, 7}
	if int(kind) >= len(counts) {
		return nil, 0, fmt.Errorf("a curve of the unknown kind %d", kind)
	}
	if len(data) < 4+4*counts[kind] {
		return nil, 0, errCut
	}
	var v [7]float64
	for i := range counts[kind] {
		v[i] = fixed(data[4+4*i:])
	}
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	// All kinds are (ax+b)^g + e from d on, and cx + f below.
	switch kind {
	case 0:
		a, d = 1, 0
	case 1, 2:
		e, f = c, c // kind 1 has c = 0
		c, d = 0, math.Inf(1)
		if a != 0 {
			d = -b / a
		}
	}
	return func(x float64) float64 {
		x = clamp01(x)
		if x >= d {
			return clamp01(pow(max(0, float64(a*x)+b), g) + e)
		}
		return clamp01(float64(c*x) + f)
	}, 12 + 4*counts[kind], nil
}

// clamp01 cuts off what is outside of 0..1. No number is 0.
func clamp01(x float64) float64 {
	if x > 0 {
		return min(x, 1)
	}
	return 0
}

// lightToSRGB is the inverse of the transfer curve of sRGB (IEC 61966-2-1, 5.2).
func lightToSRGB(l float64) float64 {
	if l <= 0.0031308 {
		return 12.92 * l
	}
	return float64(1.055*pow(l, 1/2.4)) - 0.055
}

// pow returns x to the power of y for x >= 0, with a relative error below 1e-13. Unlike math.Pow, which takes what the
// processor offers, it gives the same bits everywhere.
func pow(x, y float64) float64 {
	switch {
	case y == 0:
		return 1
	case x <= 0:
		if y < 0 {
			return math.Inf(1)
		}
		return 0
	case x == 1:
		return 1
	}
	return exp2(float64(y * log2(x)))
}

// log2 returns the binary logarithm of x > 0. With x = m * 2^e and m in [0.7, 1.42) it sums the series of the area
// hyperbolic tangent: ln m = 2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1), |s| < 0.172; the first term left out is 1e-18.
func log2(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	s := (m - 1) / (m + 1)
	s2 := float64(s * s)
	sum := 0.0
	for k := 21; k >= 1; k -= 2 {
		sum = float64(sum*s2) + 1/float64(k)
	}
	return float64(2*s*sum/math.Ln2) + float64(e)
}

// exp2 returns 2^x. With x = n + f and |f| <= 1/2 it sums the series of e^(f ln 2) up to the 15th power; the first term
// left out is 2e-21.
func exp2(x float64) float64 {
	if x < -1000 {
		return 0
	}
	if x > 1000 {
		return math.Inf(1)
	}
	n := math.Floor(x + 0.5)
	t := float64((x - n) * math.Ln2)
	sum := 1.0
	for k := 15; k >= 1; k-- {
		sum = 1 + float64(sum*t)/float64(k)
	}
	return math.Ldexp(sum, int(n))
}
