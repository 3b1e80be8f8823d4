package palette

import "image/color"

// point is a colour in the space that distances are measured in. Its squared Euclidean distance to another point is the
// error that is seen when the one stands for the other, as the mean of that over a black and over a white ground:
//
//	with p = v·a and p' = v'·a' (premultiplied) and d = p-p', e = a-a',
//	(d² + (d-e)²)/2 = (d - e/2)² + e²/4
//
// summed over red, green and blue with their weights. So r, g and b are weight·(p - a/2) and t is a·√(Σweight²)/2. One is
// unit samples to a sample of green. In t there is a gap (classGap) on either side of the semitransparent colours, which
// keeps opaque and invisible colours apart from them in every search.
type point struct{ r, g, b, t int32 }

// unit is the scale of a point: full green is 255·unit.
const unit = 8

// Weights of red and blue relative to green, and what follows from them for alpha, in 1/weightOne.
const (
	weightOne   = 1 << 12
	weightRed   = weightOne / 2
	weightBlue  = weightOne * 9 / 20
	weightAlpha = 2468 // √(1 + 1/4 + 81/400)/2
)

// classGap is more than the distance of any two colours of like alpha.
const classGap = 4096

// Alphas from opaqueFrom on are taken for opaque, those up to clearTo for invisible: nobody sees the difference.
const (
	opaqueFrom = 253
	clearTo    = 2
)

// class says how a colour covers its ground.
type class uint8

const (
	invisible class = iota // invisible
	semi
	opaque
)

func classOf(alpha uint8) class {
	switch {
	case alpha >= opaqueFrom:
		return opaque
	case alpha <= clearTo:
		return invisible
	}
	return semi
}

// light maps a sample to the scale of a point: 255·unit times 0.79x + 0.21x² for x = sample/255, which lies between
// sRGB's even steps and its light as the eye's response does, and rises everywhere by three and more.
var light = func() (table [256]int32) {
	for c := range int32(256) {
		table[c] = (unit*(79*255*c+21*c*c) + 100*255/2) / (100 * 255)
	}
	return table
}()

// sample is the inverse of light.
var sample = func() (table [255*unit + 1]uint8) {
	c := 0
	for v := range int32(len(table)) {
		for c < 255 && light[c+1]-v <= v-light[c] {
			c++
		}
		table[v] = uint8(c)
	}
	return table
}()

// pointOf returns the place of a colour.
func pointOf(r, g, b, a uint8) point {
	k := int32(a)
	switch classOf(a) {
	case opaque:
		return point{weigh(light[r]-127*unit-unit/2, weightRed), light[g] - 127*unit - unit/2, weigh(light[b]-127*unit-unit/2, weightBlue), opaqueT}
	case invisible:
		return point{t: clearT}
	}
	half := k * unit / 2
	return point{
		weigh((light[r]*k+127)/255-half, weightRed), (light[g]*k+127)/255 - half, weigh((light[b]*k+127)/255-half, weightBlue),
		weigh(k*unit, weightAlpha),
	}
}

// The alphas of colours that are not semitransparent.
const (
	opaqueT = 255*unit*weightAlpha/weightOne + classGap
	clearT  = -classGap
)

// weigh returns v·w in units, rounded.
func weigh(v, w int32) int32 { return (v*w + weightOne/2) >> 12 }

// colourOf returns the colour that is nearest to a place.
func colourOf(p point) color.NRGBA {
	switch p.class() {
	case opaque:
		const half = 127*unit + unit/2
		return color.NRGBA{shown(unweigh(p.r, weightRed) + half), shown(p.g + half), shown(unweigh(p.b, weightBlue) + half), 255}
	case invisible:
		return color.NRGBA{}
	}
	a := min(max(unweigh(p.t, weightAlpha), (clearTo+1)*unit), (opaqueFrom-1)*unit)
	a = (a + unit/2) / unit
	half := a * unit / 2
	back := func(v int32) uint8 { return shown((2*(v+half)*255 + a) / (2 * a)) }
	return color.NRGBA{back(unweigh(p.r, weightRed)), back(p.g), back(unweigh(p.b, weightBlue)), uint8(a)}
}

// class returns that of the colours at a place.
func (p point) class() class {
	switch {
	case p.t > opaqueT-classGap/2:
		return opaque
	case p.t < clearT+classGap/2:
		return invisible
	}
	return semi
}

func unweigh(v, w int32) int32 {
	if v < 0 {
		return -((-v*weightOne + w/2) / w)
	}
	return (v*weightOne + w/2) / w
}

func shown(v int32) uint8 { return sample[min(max(v, 0), 255*unit)] }

// distance is the squared distance of two places, at most 2^27.
func distance(p, q point) int32 {
	r, g, b, t := p.r-q.r, p.g-q.g, p.b-q.b, p.t-q.t
	return r*r + g*g + b*b + t*t
}
