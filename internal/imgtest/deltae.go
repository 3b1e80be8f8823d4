package imgtest

import (
	"image"
	"math"
	"slices"
)

// CIEDE2000 returns how far apart two sRGB pictures of one size look: the mean and the 99th percentile of the colour
// difference of their pixels (CIE 142, with D65 and all weights 1). 1 is what the eye can just see. Alpha is ignored.
func CIEDE2000(a, b image.Image) (mean, p99 float64) {
	sameSize(a, b)
	p, q := a.Bounds().Min, b.Bounds().Min
	var all []float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			d := 0.0
			if c, e := Straight(a, p.X+x, p.Y+y), Straight(b, q.X+x, q.Y+y); c != e {
				d = deltaE(lab(c.R, c.G, c.B), lab(e.R, e.G, e.B))
			}
			mean += d
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return mean / float64(len(all)), all[len(all)*99/100]
}

// lab takes sRGB to CIE L*a*b* under D65.
func lab(r, g, b uint16) [3]float64 {
	light := func(v uint16) float64 { return srgbToLight(float64(v) / 65535) }
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (t*24389/27 + 16) / 116
	}
	rl, gl, bl := light(r), light(g), light(b)
	x := f((0.4124564*rl + 0.3575761*gl + 0.1804375*bl) / 0.95047)
	y := f(0.2126729*rl + 0.7151522*gl + 0.0721750*bl)
	z := f((0.0193339*rl + 0.1191920*gl + 0.9503041*bl) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// deltaE is the CIEDE2000 formula with the names of Sharma, Wu and Dalal (2005).
func deltaE(p, q [3]float64) float64 {
	const deg = math.Pi / 180
	pow7 := func(c float64) float64 { return math.Sqrt(math.Pow(c, 7) / (math.Pow(c, 7) + 6103515625)) } // 25^7
	g := 0.5 * (1 - pow7((math.Hypot(p[1], p[2])+math.Hypot(q[1], q[2]))/2))
	a1, a2 := p[1]*(1+g), q[1]*(1+g)
	c1, c2 := math.Hypot(a1, p[2]), math.Hypot(a2, q[2])
	h1, h2 := hue(a1, p[2]), hue(a2, q[2])
	dl, dc := q[0]-p[0], c2-c1
	dh, hm := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		dh, hm = 0, h1+h2
	case dh > 180:
		dh, hm = dh-360, hm+180
	case dh < -180:
		dh, hm = dh+360, hm+180
	}
	dH := 2 * math.Sqrt(c1*c2) * math.Sin(dh/2*deg)
	lm, cm := (p[0]+q[0])/2, (c1+c2)/2
	t := 1 - 0.17*math.Cos((hm-30)*deg) + 0.24*math.Cos(2*hm*deg) + 0.32*math.Cos((3*hm+6)*deg) - 0.20*math.Cos((4*hm-63)*deg)
	sl := 1 + 0.015*(lm-50)*(lm-50)/math.Sqrt(20+(lm-50)*(lm-50))
	sc, sh := 1+0.045*cm, 1+0.015*cm*t
	turn := 30 * math.Exp(-(hm-275)*(hm-275)/625)
	rt := -2 * pow7(cm) * math.Sin(2*turn*deg)
	l, c, h := dl/sl, dc/sc, dH/sh
	return math.Sqrt(max(0, l*l+c*c+h*h+rt*c*h))
}

// hue returns the angle in degrees, 0 to 360.
func hue(a, b float64) float64 {
	h := math.Atan2(b, a) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return h
}
