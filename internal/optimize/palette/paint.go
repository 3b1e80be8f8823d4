package palette

import (
	"encoding/binary"
	"image"
)

// paint gives each pixel a colour of the palette.
func (q *quantiser) paint(img *image.NRGBA) *image.Paletted {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p := image.NewPaletted(image.Rect(0, 0, w, h), q.colours)
	if q.result.MSE > 0 && q.Dither == DitherOn {
		d := newPainter(q, w)
		for y := range h {
			d.row(p.Pix[y*w:][:w], p.Pix[max(y-1, 0)*w:][:w], img.Pix[y*img.Stride:][:4*w], y)
		}
		return p
	}
	for i, e := range q.hist.pixels {
		p.Pix[i] = q.hist.entries[e].choice
	}
	return p
}

// painter spreads the errors of pixels to their neighbours (Floyd and Steinberg), in rows of alternating direction.
type painter struct {
	hist      *histogram
	settler   *settler
	classes   []class // of the colours
	cur, next []point // errors in sixteenths for the row at hand and the next, with a pixel of margin on both sides
	still     int32   // pixels that err no more than this take no errors from others and pass none on
	slack     int32   // how much more a pixel may err to have the colour of one before
}

// Tunings of the painter, relative to the mean squared error of the nearest colours.
const (
	stillPart = 5  // thirty-seconds: what is nearly right stays as it is, so that flat areas stay flat
	slackPart = 20 // thirty-seconds: repeated colours compress well, and the errors are made good further on
)

// passed is how much of an error is passed on, in sixteenths: all of it would sharpen noise.
const passed = 12

func newPainter(q *quantiser, w int) *painter {
	mse := int32(q.result.MSE * fullSquare / 1e6)
	p := &painter{
		hist: q.hist, settler: &q.settler, cur: make([]point, w+2), next: make([]point, w+2),
		still: mse * stillPart / 32, slack: mse * slackPart / 32,
	}
	for _, c := range q.colours {
		_, _, _, a := c.RGBA()
		p.classes = append(p.classes, classOf(uint8(a>>8)))
	}
	return p
}

// row paints row y. above is the row before, which row 0 does not look at.
func (p *painter) row(pix, above, src []uint8, y int) {
	clear(p.next)
	x, step := 0, 1
	if y&1 == 1 {
		x, step = len(pix)-1, -1
	}
	places := p.settler.places
	entries := p.hist.pixels[y*len(pix):]
	before := -1 // the pixel painted before this one
	for ; x >= 0 && x < len(pix); x += step {
		e := &p.hist.entries[entries[x]]
		want := e.at
		if !p.hist.exact {
			want = placeOf(clean(binary.LittleEndian.Uint32(src[4*x:])))
		}
		choice := e.choice
		if want.t != clearT && distance(want, places[choice]) > p.still {
			want.shift(&p.cur[x+1])
			var d int32
			choice, d = p.settler.nearest(want, choice)
			if before >= 0 && p.likes(want, pix[before], choice, d) {
				choice = pix[before]
			} else if y > 0 && p.likes(want, above[x], choice, d) {
				choice = above[x]
			}
			p.spread(want.minus(places[choice]), x, step)
		}
		pix[x] = choice
		before = x
	}
	p.cur, p.next = p.next, p.cur
}

// likes tells whether another colour is nearly as good for p as the nearest, which is at the squared distance d.
func (p *painter) likes(want point, other, nearest uint8, d int32) bool {
	return p.classes[other] == p.classes[nearest] && distance(want, p.settler.places[other]) < d+p.slack
}

// spread passes the error of pixel x on to those that come after it.
func (p *painter) spread(e point, x, step int) {
	e = point{e.r * passed / 16, e.g * passed / 16, e.b * passed / 16, e.t * passed / 16}
	p.cur[x+1+step].add(e, 7)
	p.next[x+1-step].add(e, 3)
	p.next[x+1].add(e, 5)
	p.next[x+1+step].add(e, 1)
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
