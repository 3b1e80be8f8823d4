package palette

import (
	"encoding/binary"
	"image"
)

// paint gives each pixel of c a colour of the palette. The entries of its histogram know their nearest colour.
func (q *quantiser) paint(c *counted, entries []entry) *image.Paletted {
	w, h := c.img.Rect.Dx(), c.img.Rect.Dy()
	p := image.NewPaletted(image.Rect(0, 0, w, h), q.colours)
	if q.result.MSE == 0 || q.Dither == DitherNone {
		for i, e := range c.pixels {
			p.Pix[i] = entries[e].choice
		}
		return p
	}
	d := newPainter(q, c, entries)
	for y := range h {
		d.row(p.Pix, y)
	}
	return p
}

// painter chooses between the nearest colour of a pixel and those that its neighbours have, which compress better, and
// spreads the error to the pixels that come after (Floyd and Steinberg), in rows of alternating direction.
type painter struct {
	*counted
	entries   []entry
	settler   *settler
	classes   []class // of the colours
	cur, next []point // errors in sixteenths for the row at hand and the next, with a pixel of margin on both sides
	mse       int32   // of the nearest colours, at most mostMSE
}

// Tunings of the painter: where bytes at equal butteraugli and SSIMULACRA 2 were the least over a corpus of assets, but
// for even areas, which are held to more, because neither sees faint bands as people do.
const (
	// Pixels that err no more than this part of the mean squared error take no errors from others and pass none on, so
	// that flat areas stay flat.
	stillPart = 32

	// A pixel may err more than its nearest colour by these multiples of the mean squared error to have the colour of a
	// neighbour: in even areas, elsewhere, and this many 256ths of that more for each step that it lacks of full weight.
	evenSlack, slack, noiseSlack = 1, 2, 8

	// How much of an error is passed on, in sixteenths: in even areas most, to mix the colours of gradients, elsewhere
	// little, to keep edges clean.
	evenPassed, passed = 11, 4

	// evenTo is the most that brightness changes from a pixel to its neighbours in an even area, in quarters of a level.
	evenTo = 6 * 4

	mostMSE = 1 << 16
)

func newPainter(q *quantiser, c *counted, entries []entry) *painter {
	w := c.img.Rect.Dx()
	p := &painter{
		counted: c, entries: entries, settler: &q.settler, cur: make([]point, w+2), next: make([]point, w+2),
		mse: int32(min(q.result.MSE*fullSquare/1e6, mostMSE)),
	}
	for _, place := range q.settler.places {
		p.classes = append(p.classes, place.class())
	}
	for i := range entries {
		e := &entries[i]
		e.still = e.at.t == clearT || distance(e.at, q.settler.places[e.choice]) <= p.mse/stillPart
	}
	return p
}

// row paints row y of pix.
func (p *painter) row(pix []uint8, y int) {
	clear(p.next)
	w := p.img.Rect.Dx()
	x, step := 0, 1
	if y&1 == 1 {
		x, step = w-1, -1
	}
	src := p.img.Pix[y*p.img.Stride:][:4*w]
	before := -1 // the pixel painted before this one
	for ; x >= 0 && x < w; x += step {
		at := y*w + x
		e := &p.entries[p.pixels[at]]
		choice := e.choice
		if !e.still {
			want := e.at
			if !p.exact {
				want = placeOf(clean(binary.LittleEndian.Uint32(src[4*x:])))
			}
			want.shift(&p.cur[x+1])
			more, part := int32(slack), int32(passed)
			if p.change(x, y) <= evenTo {
				more, part = evenSlack, evenPassed
			}
			more *= p.mse
			more += more * (fullWeight - int32(p.weights[at])) / (256 / noiseSlack)
			nearest, d := p.settler.nearest(want, choice)
			choice = nearest
			if before >= 0 && p.near(want, pix[before], nearest, d+more) {
				choice = pix[before]
			} else if y > 0 && p.near(want, pix[at-w], nearest, d+more) {
				choice = pix[at-w]
			}
			p.spread(want.minus(p.settler.places[choice]), part, x, step)
		}
		pix[at] = choice
		before = at
	}
	p.cur, p.next = p.next, p.cur
}

// near tells whether another colour than the nearest is within the squared distance d of a place, and of its class.
func (p *painter) near(want point, other, nearest uint8, d int32) bool {
	return p.classes[other] == p.classes[nearest] && distance(want, p.settler.places[other]) < d
}

// spread passes some sixteenths of the error of pixel x on to those that come after it.
func (p *painter) spread(e point, part int32, x, step int) {
	e = point{e.r * part / 16, e.g * part / 16, e.b * part / 16, e.t * part / 16}
	p.cur[x+1+step].add(e, 7)
	p.next[x+1-step].add(e, 3)
	p.next[x+1].add(e, 5)
	p.next[x+1+step].add(e, 1)
}

// change returns how much brightness changes at most from a pixel to those beside, above and below it, in quarters of a
// level.
func (p *painter) change(x, y int) int32 {
	pix, at := p.img.Pix, y*p.img.Stride+4*x
	here, most := brightness(pix[at:]), int32(0)
	if x > 0 {
		most = max(most, abs(brightness(pix[at-4:])-here))
	}
	if x+1 < p.img.Rect.Dx() {
		most = max(most, abs(brightness(pix[at+4:])-here))
	}
	if y > 0 {
		most = max(most, abs(brightness(pix[at-p.img.Stride:])-here))
	}
	if y+1 < p.img.Rect.Dy() {
		most = max(most, abs(brightness(pix[at+p.img.Stride:])-here))
	}
	return most
}

// brightness returns that of a pixel in quarters of a level.
func brightness(px []uint8) int32 {
	px = px[:4]
	return int32(px[0]) + 2*int32(px[1]) + int32(px[2])
}

func abs(v int32) int32 {
	if v < 0 {
		return -v
	}
	return v
}

// shift moves p by an error in sixteenths, within its class and the colours that there are.
func (p *point) shift(e *point) {
	const most = 255 * unit / 2
	p.r = min(max(p.r+e.r>>4, -most*weightRed/weightOne), most*weightRed/weightOne)
	p.g = min(max(p.g+e.g>>4, -most), most)
	p.b = min(max(p.b+e.b>>4, -most*weightBlue/weightOne), most*weightBlue/weightOne)
	if p.t < opaqueT {
		p.t = min(max(p.t+e.t>>4, 0), opaqueT-classGap)
	}
}

func (p *point) add(e point, n int32) {
	p.r += e.r * n
	p.g += e.g * n
	p.b += e.b * n
	p.t += e.t * n
}

func (p point) minus(q point) point { return point{p.r - q.r, p.g - q.g, p.b - q.b, p.t - q.t} }
