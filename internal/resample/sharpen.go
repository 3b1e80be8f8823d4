package resample

import (
	"encoding/binary"
	"image"
)

// MaxSharpen is the largest amount that Sharpen takes, in per cent.
const MaxSharpen = 500

// Sharpen adds to the luma of each pixel what it differs from its surroundings,
// times amount per cent (1 to MaxSharpen): an unsharp mask. The surroundings are
// the 3 by 3 pixels around it with the weights 1 2 1 both ways, which is nearly
// a Gaussian with a standard deviation of 0.71 pixels; behind the edges pixels
// repeat. With alpha, pixels count as much as they show, and alpha stays.
//
// It works in place, on the types that Resize takes. Of *image.YCbCr and
// *image.NYCbCrA only the luma plane changes; in RGB all three channels get the
// change of luma (BT.601), so that no hue moves but where a channel is cut off.
// Whole numbers, and rounding to the nearest sample once.
func Sharpen(img image.Image, amount int) error {
	amount = min(max(amount, 0), MaxSharpen)
	switch m := img.(type) {
	case *image.Gray:
		sharpen(grayRows{plane{m.Pix, m.Stride, m.Rect.Dx(), m.Rect.Dy()}}, amount)
	case *image.YCbCr:
		sharpen(grayRows{plane{m.Y, m.YStride, m.Rect.Dx(), m.Rect.Dy()}}, amount)
	case *image.NYCbCrA:
		w, h := m.Rect.Dx(), m.Rect.Dy()
		sharpen(coveredRows{grayRows{plane{m.Y, m.YStride, w, h}}, plane{m.A, m.AStride, w, h}}, amount)
	case *image.Gray16:
		sharpen(gray16Rows{packed{m.Pix, m.Stride, 2, m.Rect.Dx(), m.Rect.Dy()}}, amount)
	case *image.NRGBA:
		sharpen(nrgbaRows{packed{m.Pix, m.Stride, 4, m.Rect.Dx(), m.Rect.Dy()}}, amount)
	case *image.NRGBA64:
		sharpen(nrgba64Rows{packed{m.Pix, m.Stride, 8, m.Rect.Dx(), m.Rect.Dy()}}, amount)
	default:
		return errType(img)
	}
	return nil
}

// sharpenFrac is the number of fraction bits of luma and its changes.
const sharpenFrac = 8

// lumaRows gives luma out and takes changes of it, row by row.
type lumaRows interface {
	size() (width, height int)
	// load sets a row's luma, with sharpenFrac fraction bits, and how much each
	// pixel shows, in any unit.
	load(y int, luma, shown []int64)
	// add changes a row's luma.
	add(y int, change []int64)
}

// blurRow is a row and its weighted sums along x: of luma times shown, and of
// shown, at most 4*2^24*2^16.
type blurRow struct{ luma, shown, sum, weight []int64 }

func sharpen(p lumaRows, amount int) {
	w, h := p.size()
	if w == 0 || h == 0 || amount == 0 {
		return
	}
	var rows [3]blurRow
	for i := range rows {
		rows[i] = blurRow{make([]int64, w), make([]int64, w), make([]int64, w), make([]int64, w)}
	}
	change := make([]int64, w)
	at := func(y int) *blurRow { return &rows[min(max(y, 0), h-1)%3] }
	read := func(y int) {
		p.load(y, at(y).luma, at(y).shown)
		at(y).blur()
	}
	read(0)
	for y := range h {
		if y+1 < h {
			read(y + 1)
		}
		a, b, c := at(y-1), at(y), at(y+1)
		for x := range change {
			change[x] = 0
			// Luma less the mean is (luma*weight - sum) / weight; the product is below 2^54.
			weight := a.weight[x] + 2*b.weight[x] + c.weight[x]
			if b.shown[x] == 0 {
				continue
			}
			sum := a.sum[x] + 2*b.sum[x] + c.sum[x]
			n, d := (b.luma[x]*weight-sum)*int64(amount), 100*weight
			if n < 0 {
				change[x] = -((-n + d/2) / d)
			} else {
				change[x] = (n + d/2) / d
			}
		}
		p.add(y, change)
	}
}

// blur makes the sums along x.
func (r *blurRow) blur() {
	last := len(r.luma) - 1
	for x := range r.luma {
		left, right := max(x-1, 0), min(x+1, last)
		a, b, c := r.shown[left], r.shown[x], r.shown[right]
		r.weight[x] = a + 2*b + c
		r.sum[x] = a*r.luma[left] + 2*b*r.luma[x] + c*r.luma[right]
	}
}

// sharpened adds a change to a sample and cuts it off.
func sharpened(sample, change, top int64) int64 {
	return min(max((sample<<sharpenFrac+change+1<<(sharpenFrac-1))>>sharpenFrac, 0), top)
}

// grayRows are rows of a plane.
type grayRows struct{ plane }

func (p grayRows) size() (width, height int) { return p.width, p.height }

func (p grayRows) load(y int, luma, shown []int64) {
	for x, v := range p.pix[y*p.stride:][:p.width] {
		luma[x], shown[x] = int64(v)<<sharpenFrac, 1
	}
}

func (p grayRows) add(y int, change []int64) {
	row := p.pix[y*p.stride:][:p.width]
	for x, v := range row {
		row[x] = uint8(sharpened(int64(v), change[x], 255))
	}
}

// coveredRows are rows of a plane with a plane of alpha.
type coveredRows struct {
	grayRows
	alpha plane
}

func (p coveredRows) load(y int, luma, shown []int64) {
	p.grayRows.load(y, luma, shown)
	for x, a := range p.alpha.pix[y*p.alpha.stride:][:p.width] {
		shown[x] = int64(a)
	}
}

// gray16Rows are rows of 16-bit samples.
type gray16Rows struct{ packed }

func (p gray16Rows) size() (width, height int) { return p.width, p.height }

func (p gray16Rows) load(y int, luma, shown []int64) {
	row := p.row(0, y, p.width)
	for x := range luma {
		luma[x], shown[x] = int64(binary.BigEndian.Uint16(row[2*x:]))<<sharpenFrac, 1
	}
}

func (p gray16Rows) add(y int, change []int64) {
	row := p.row(0, y, p.width)
	for x, c := range change {
		v := int64(binary.BigEndian.Uint16(row[2*x:]))
		binary.BigEndian.PutUint16(row[2*x:], uint16(sharpened(v, c, 65535)))
	}
}

// lumaOf is the luma of a colour by the weights of BT.601.
func lumaOf(r, g, b int64) int64 {
	return (19595*r + 38470*g + 7471*b + 1<<(15-sharpenFrac)) >> (16 - sharpenFrac)
}

// nrgbaRows are rows of 8-bit RGB with alpha.
type nrgbaRows struct{ packed }

func (p nrgbaRows) size() (width, height int) { return p.width, p.height }

func (p nrgbaRows) load(y int, luma, shown []int64) {
	row := p.row(0, y, p.width)
	for x := range luma {
		s := row[4*x : 4*x+4 : 4*x+4]
		luma[x], shown[x] = lumaOf(int64(s[0]), int64(s[1]), int64(s[2])), int64(s[3])
	}
}

func (p nrgbaRows) add(y int, change []int64) {
	row := p.row(0, y, p.width)
	for x, c := range change {
		s := row[4*x : 4*x+3 : 4*x+3]
		for k, v := range s {
			s[k] = uint8(sharpened(int64(v), c, 255))
		}
	}
}

// nrgba64Rows are rows of 16-bit RGB with alpha.
type nrgba64Rows struct{ packed }

func (p nrgba64Rows) size() (width, height int) { return p.width, p.height }

func (p nrgba64Rows) load(y int, luma, shown []int64) {
	row := p.row(0, y, p.width)
	for x := range luma {
		s := row[8*x : 8*x+8 : 8*x+8]
		at := func(k int) int64 { return int64(binary.BigEndian.Uint16(s[2*k:])) }
		luma[x], shown[x] = lumaOf(at(0), at(1), at(2)), at(3)
	}
}

func (p nrgba64Rows) add(y int, change []int64) {
	row := p.row(0, y, p.width)
	for x, c := range change {
		s := row[8*x : 8*x+6 : 8*x+6]
		for k := 0; k < 6; k += 2 {
			v := int64(binary.BigEndian.Uint16(s[k:]))
			binary.BigEndian.PutUint16(s[k:], uint16(sharpened(v, c, 65535)))
		}
	}
}
