package compress

import (
	"image"
	"image/color"

	"imgpool/internal/optimize/deflate"
	"imgpool/internal/optimize/palette"
	"imgpool/internal/optimize/png"
)

// What effort saves at most, as a share: over a draft of a picture without loss, and over an estimate of one with a palette.
const (
	draftSavings    = 0.15
	estimateSavings = 0.18
)

// fewPixels is the size up to which a picture is written sooner than it can be told what that may give.
const fewPixels = 1 << 13

// farBelowLossless says that size bytes are less than the picture takes without loss, whatever the effort.
func (f *file) farBelowLossless(size int) (bool, error) {
	if f.header.Width*f.header.Height < fewPixels {
		return false, nil
	}
	exact, err := f.exact()
	if err != nil {
		return false, err
	}
	if exact != nil {
		limit := int(float64(size) / (1 - estimateSavings))
		return len(f.best.Data) > limit && f.takesMore(exact, limit), nil
	}
	o := f.pngOptions()
	o.Effort = png.MinEffort
	draft, err := png.Optimize(f.ctx, f.best.Data, o)
	return err == nil && float64(size) < float64(len(draft))*(1-draftSavings), nil
}

// seemsOwn says that a file may be one that this package gave a palette: it is marked, has few colours, and no estimate
// says that it could be far smaller.
func (f *file) seemsOwn() (bool, error) {
	h := f.header
	if !marked(f.data) || h.Depth > 8 || h.Frames > 1 {
		return false, nil
	}
	if h.Width*h.Height < fewPixels {
		return true, nil
	}
	exact, err := f.exact()
	return exact != nil && f.takesMore(exact, int(float64(len(f.best.Data))*(1-2*ownSavings))), err
}

// exact returns the picture with a palette of its own colours, nil if they are too many.
func (f *file) exact() (*image.Paletted, error) {
	img, err := f.picture()
	if err != nil {
		return nil, err
	}
	p, _ := palette.Exact(toNRGBA(img))
	return p, nil
}

// takesMore says that a PNG of p, with the chunks of the best file so far, takes more than limit bytes, by an estimate.
func (f *file) takesMore(p *image.Paletted, limit int) bool {
	const frame = 12 // of a chunk
	size := len(pngSignature) + 4*frame + 13 + 3*len(p.Palette) + f.ancillarySize()
	seeThrough := 0
	for _, c := range p.Palette {
		if c.(color.NRGBA).A != 255 {
			seeThrough++
		}
	}
	if seeThrough > 0 {
		size += frame + seeThrough
	}
	var e deflate.Encoder
	return size > limit || e.Draft(packed(p), limit-size) == nil
}

// packed returns the rows of p as PNG has them, with as few bits for a pixel as the palette allows and without filters.
func packed(p *image.Paletted) []byte {
	bits := 8
	for bits > 1 && len(p.Palette) <= 1<<(bits/2) {
		bits /= 2
	}
	w := p.Rect.Dx()
	out := make([]byte, 0, ((w*bits+7)/8+1)*p.Rect.Dy())
	for y := range p.Rect.Dy() {
		row := p.Pix[y*p.Stride:][:w]
		out = append(out, 0)
		if bits == 8 {
			out = append(out, row...)
			continue
		}
		for len(row) > 0 {
			n := min(8/bits, len(row))
			v := byte(0)
			for i, c := range row[:n] {
				v |= c << (8 - bits - i*bits)
			}
			out, row = append(out, v), row[n:]
		}
	}
	return out
}
