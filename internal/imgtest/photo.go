package imgtest

import (
	"image"
	"image/color"
)

// Photo draws a scene of w x h pixels that is as hard to scale and to compress as a photo: a sky with soft gradients and
// clouds, a sun, hills with texture, a town with straight edges and windows, thin wires, and a little sensor noise. The
// seed chooses place and colours. The same arguments give the same pixels on every machine: it computes in integers. One
// seed at several sizes is the same scene.
func Photo(seed uint64, w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	s := newScene(seed)
	for y := range h {
		for x := range w {
			// Scene coordinates: 65536 units along the longer side, so that the aspect ratio crops and does not distort.
			side := max(w, h)
			c := s.at(int64(x)*one/int64(side), int64(y)*one/int64(side), int64(h)*one/int64(side))
			noise := int64(hash(seed, uint64(x), uint64(y))%9) - 4
			m.SetNRGBA(x, y, color.NRGBA{clamp(c[0] + noise), clamp(c[1] + noise), clamp(c[2] + noise), 255})
		}
	}
	return m
}

// GrayPhoto is [Photo] without colour.
func GrayPhoto(seed uint64, w, h int) *image.Gray {
	src, dst := Photo(seed, w, h), image.NewGray(image.Rect(0, 0, w, h))
	for i := range dst.Pix {
		p := src.Pix[4*i:]
		dst.Pix[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2]) + 500) / 1000)
	}
	return dst
}

// AlphaPhoto is [Photo] cut out: an opaque disc with a soft rim, invisible pixels of a loud colour around it, which must
// never show, and a wedge that fades from top to bottom.
func AlphaPhoto(seed uint64, w, h int) *image.NRGBA {
	m := Photo(seed, w, h)
	r := int64(min(w, h)) / 2
	for y := range h {
		for x := range w {
			dx, dy := int64(2*x+1-w), int64(2*y+1-h)
			a := (4*r*r - dx*dx - dy*dy) * 255 * 4 / (4 * r * r) // 0 at the rim, 255 at 87 % of the radius
			if x < w/8 {
				a = int64(y) * 255 / int64(h)
			}
			i := m.PixOffset(x, y)
			if m.Pix[i+3] = clamp(a); m.Pix[i+3] == 0 {
				copy(m.Pix[i:], []uint8{255, 0, 255, 0})
			}
		}
	}
	return m
}

// DeepPhoto is [Photo] (or with alpha [AlphaPhoto]) at 16 bits, with low bits that are not a copy of the high ones.
func DeepPhoto(seed uint64, w, h int, alpha bool) *image.NRGBA64 {
	src := Photo(seed, w, h)
	if alpha {
		src = AlphaPhoto(seed, w, h)
	}
	dst := image.NewNRGBA64(src.Rect)
	for i, v := range src.Pix {
		dst.Pix[2*i], dst.Pix[2*i+1] = v, v
		if i%4 != 3 {
			dst.Pix[2*i+1] = uint8(hash(seed, uint64(i), 1))
		}
	}
	return dst
}

// one is 1.0 in the fixed-point numbers of scenes.
const one = 1 << 16

// scene is what a seed chose. Coordinates run from 0 to one along the longer side.
type scene struct {
	seed             uint64
	top, low, ground [3]int64 // colours of the sky and of the hills
	sunX, sunY       int64
	town             int64 // where the town begins
}

// newScene lets the seed choose.
func newScene(seed uint64) scene {
	pick := func(n uint64, lo, hi int64) int64 { return lo + int64(hash(seed, n, 77)%uint64(hi-lo)) }
	return scene{
		seed:   seed,
		top:    [3]int64{pick(1, 20, 90), pick(2, 60, 130), pick(3, 140, 220)},
		low:    [3]int64{pick(4, 200, 250), pick(5, 170, 220), pick(6, 140, 210)},
		ground: [3]int64{pick(7, 40, 110), pick(8, 80, 140), pick(9, 20, 70)},
		sunX:   pick(10, one/6, one*5/6),
		sunY:   pick(11, one/16, one/5),
		town:   pick(12, 0, one*2/3),
	}
}

// at returns the colour at (x, y) of a picture that is tall high.
func (s scene) at(x, y, tall int64) [3]int64 {
	v := y * one / max(tall, 1) // 0 at the top, one at the bottom
	c := s.sky(x, y, v)
	if ridge := one/2 + s.noise(x*3, 0, 1, 4)/5; v > ridge {
		c = s.hill(x, y, v-ridge)
	}
	if t := x - s.town; t > 0 && t < one/3 {
		if house, ok := s.house(t, v); ok {
			c = house
		}
	}
	// Two wires that sag: thin lines are what bad resampling breaks first.
	for i := int64(1); i <= 2; i++ {
		sag := (x - one/2) * (x - one/2) / one / 3
		if d := v - one/5*i + sag; d > 0 && d < one/500 {
			c = [3]int64{30, 30, 34}
		}
	}
	return c
}

// sky mixes a gradient, clouds and a sun with a soft halo.
func (s scene) sky(x, y, v int64) [3]int64 {
	cloud := max(0, s.noise(x*2, y*5, 2, 5)-one/2) * 2
	dx, dy := x-s.sunX, y-s.sunY
	d2 := (dx*dx + dy*dy) / one
	halo := one * 200 / (200 + d2) // falls with the square of the distance
	if d2 < 40 {
		halo = one
	}
	var c [3]int64
	for i := range c {
		c[i] = mix(s.top[i], s.low[i], min(one, v*2))
		c[i] = mix(c[i], 246, cloud*3/4)
		c[i] = mix(c[i], 255-int64(i)*20, halo)
	}
	return c
}

// hill is rough texture that gets darker and coarser towards the viewer.
func (s scene) hill(x, y, depth int64) [3]int64 {
	rough := s.noise(x*40, y*40, 3, 4)
	fine := s.noise(x*300, y*300, 4, 2)
	var c [3]int64
	for i := range c {
		c[i] = mix(s.ground[i]*5/4, s.ground[i]/2, min(one, depth*2))
		c[i] = c[i] * (one/2 + rough/2 + fine/2) / one
	}
	return c
}

// house reports whether a house stands at t (from the town's edge) and v, and its colour there.
func (s scene) house(t, v int64) ([3]int64, bool) {
	const lot = one / 24
	n := uint64(t / lot)
	roof := one*2/5 + int64(hash(s.seed, n, 5)%(one/4))
	if v < roof || v > one*4/5 {
		return [3]int64{}, false
	}
	wall := int64(90 + hash(s.seed, n, 6)%130)
	c := [3]int64{wall, wall - 12, wall - 25}
	if u, r := t%lot*8/lot, (v-roof)*64/one; u%2 == 1 && r%2 == 1 {
		c = [3]int64{40, 50, 70}
		if hash(s.seed, n, uint64(u), uint64(r))%4 == 0 {
			c = [3]int64{250, 220, 140}
		}
	}
	return c, true
}

// noise sums octaves of value noise, each with half the height and twice the detail. The result lies in 0..one.
func (s scene) noise(x, y int64, layer uint64, octaves int) int64 {
	sum, height, total := int64(0), int64(one), int64(0)
	for o := range octaves {
		sum += s.value(x<<o, y<<o, layer*16+uint64(o)) * height / one
		total += height
		height /= 2
	}
	return sum * one / total
}

// value interpolates random numbers on a grid of one sixteenth smoothly.
func (s scene) value(x, y int64, layer uint64) int64 {
	const cell = one / 16
	gx, gy := x/cell, y/cell
	fx, fy := smooth(x%cell*16), smooth(y%cell*16)
	at := func(i, j int64) int64 { return int64(hash(s.seed+layer<<32, uint64(i), uint64(j)) % one) }
	return mix(mix(at(gx, gy), at(gx+1, gy), fx), mix(at(gx, gy+1), at(gx+1, gy+1), fx), fy)
}

// smooth is 3t^2 - 2t^3.
func smooth(t int64) int64 { return t * t / one * (3*one - 2*t) / one }

// mix goes from a to b as t goes from 0 to one.
func mix(a, b, t int64) int64 { return a + (b-a)*t/one }

// clamp cuts to a byte.
func clamp(v int64) uint8 { return uint8(max(0, min(255, v))) }

// hash scrambles numbers into one that looks random (the finishing steps of splitmix64 over each).
func hash(parts ...uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h ^= p
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}
