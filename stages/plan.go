package stages

import (
	"fmt"
	"image"
	"math"

	"github.com/disintegration/imaging"

	"imgpool/internal/codec"
	"imgpool/internal/resample"
)

// Action is what encode has to do with a picture.
type Action uint8

// The actions.
const (
	ActEncode   Action = iota // decode, resize, encode
	ActCopy                   // nothing to change: the bytes are copied
	ActStrip                  // only metadata has to go: rewritten without recoding pixels
	ActCompress               // the smallest bytes that show the same
)

// Plan is what becomes of one picture, decided once, from its header and the
// options, without a look at its pixels.
type Plan struct {
	Action Action
	Format codec.Format
	// Width and Height of the upright output in pixels.
	Width, Height int
	// Scale is the denominator of the JPEG DCT scale to decode at: 1, 2, 4, 8.
	Scale int
	// ChromaScale is the same for the chroma planes, which have a target of
	// their own: a 4:2:0 source that is written as 4:4:4 has half the chroma
	// samples and needs as many as luma.
	ChromaScale int
	// Crop is the part of the stored (not yet upright) full-size picture
	// that is shown, in its pixels.
	Crop        resample.Rect
	Orientation int
	// Subsampling is the chroma subsampling of a YCbCr output.
	Subsampling image.YCbCrSubsampleRatio
	// Linear says that the size changes by averages of light.
	Linear bool
	// Sharpen is the amount of sharpening behind, in per cent; 0 is none.
	Sharpen int
}

// fullChromaQuality is the JPEG quality from which on chroma is not subsampled.
const fullChromaQuality = 90

// makePlan decides for the picture with header h. colourChange says that its
// colours have to be converted, dropMetadata that it carries metadata which
// the policy drops.
func makePlan(h *codec.Header, r ResizeOptions, e EncodeOptions, colourChange, dropMetadata bool) (Plan, error) {
	p := Plan{Format: e.Format, Orientation: h.Orientation, Scale: 1, ChromaScale: 1}
	if p.Format == codec.Unknown {
		p.Format = h.Format
	}
	sw, sh := h.Width, h.Height
	if h.Orientation >= 5 {
		sw, sh = sh, sw
	}
	crop, w, ht := geometry(sw, sh, r)
	if w > MaxSide || ht > MaxSide {
		return p, fmt.Errorf("the output would be %dx%d: sides are limited to %d pixels", w, ht, MaxSide)
	}
	if limit := p.Format.MaxSide(); w > limit || ht > limit {
		return p, fmt.Errorf("the output would be %dx%d: %s holds at most %d pixels a side", w, ht, p.Format, limit)
	}
	p.Width, p.Height = w, ht
	p.Crop = storedRect(crop, h.Orientation, float64(h.Width), float64(h.Height))
	p.Linear = r.Linear && r.Filter != "nearest" && p.resamples()
	if p.resamples() && float64(w) <= crop.X1-crop.X0 && float64(ht) <= crop.Y1-crop.Y0 {
		p.Sharpen = r.Sharpen
	}
	p.Subsampling = image.YCbCrSubsampleRatio444
	if p.Format == codec.JPEG && e.quality() < fullChromaQuality {
		p.Subsampling = image.YCbCrSubsampleRatio420
	}
	// Bytes with oddities are not passed on: who reads the output may be less
	// forgiving than this program.
	if w == sw && ht == sh && p.Format == h.Format && h.Orientation <= 1 && !colourChange && !h.Odd && len(h.Warnings) == 0 {
		switch {
		case !dropMetadata:
			p.Action = ActCopy
			return p, nil
		case p.Format.CanStrip():
			p.Action = ActStrip
			return p, nil
		}
	}
	// The scaled inverse transform averages samples, so light needs all of them.
	if h.Format == codec.JPEG && !p.Linear {
		cw, ch := crop.X1-crop.X0, crop.Y1-crop.Y0
		p.Scale = jpegScale(cw, ch, w, ht)
		fromX, fromY := chromaFactors(h.Subsampling)
		if h.Orientation >= 5 {
			fromX, fromY = fromY, fromX
		}
		toX, toY := chromaFactors(p.Subsampling)
		p.ChromaScale = jpegScale(cw/float64(fromX), ch/float64(fromY), (w+toX-1)/toX, (ht+toY-1)/toY)
	}
	return p, nil
}

// jpegScale is the largest DCT scale denominator at which the decoded crop
// still covers the output.
func jpegScale(cropW, cropH float64, w, h int) int {
	d := 8
	for d > 1 && (float64(d*w) > cropW || float64(d*h) > cropH) {
		d /= 2
	}
	return d
}

// chromaFactors is how many luma samples a chroma sample stands for, across
// and down.
func chromaFactors(r image.YCbCrSubsampleRatio) (x, y int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// geometry gives, for an upright source of sw x sh pixels, the part of it to
// show and the size to show it at. Sizes round half up and are at least 1.
func geometry(sw, sh int, r ResizeOptions) (crop resample.Rect, w, h int) {
	crop = resample.Rect{X1: float64(sw), Y1: float64(sh)}
	long, short := max(sw, sh), min(sw, sh)
	switch {
	case r.Width > 0 && r.Height > 0 && r.Fit == FitFill:
		w, h = r.Width, r.Height
		if !r.Enlarge {
			w, h = min(w, sw), min(h, sh)
		}
		return crop, w, h
	case r.Width > 0 && r.Height > 0 && r.Fit == FitCover:
		return cover(sw, sh, r)
	case r.Width > 0 && r.Height > 0:
		w, h = r.Width, scaled(sh, r.Width, sw)
		if int64(r.Width)*int64(sh) > int64(r.Height)*int64(sw) {
			w, h = scaled(sw, r.Height, sh), r.Height
		}
	case r.Width > 0:
		w, h = r.Width, scaled(sh, r.Width, sw)
	case r.Height > 0:
		w, h = scaled(sw, r.Height, sh), r.Height
	case r.LongEdge > 0:
		w, h = scaled(sw, r.LongEdge, long), scaled(sh, r.LongEdge, long)
	case r.ShortEdge > 0:
		w, h = scaled(sw, r.ShortEdge, short), scaled(sh, r.ShortEdge, short)
	case r.Percent > 0:
		w, h = percent(sw, r.Percent), percent(sh, r.Percent)
	default:
		return crop, sw, sh
	}
	if !r.Enlarge && (w > sw || h > sh) {
		w, h = sw, sh
	}
	return crop, w, h
}

// cover fills the box of r.Width x r.Height and crops what sticks out. Where
// the source is too small and may not grow, the box shrinks to the source.
func cover(sw, sh int, r ResizeOptions) (crop resample.Rect, w, h int) {
	w, h = r.Width, r.Height
	// The source pixels that one output pixel takes, the same both ways.
	step := math.Min(float64(sw)/float64(w), float64(sh)/float64(h))
	if step < 1 && !r.Enlarge {
		step = 1
		w, h = min(w, sw), min(h, sh)
	}
	cw, ch := math.Min(step*float64(w), float64(sw)), math.Min(step*float64(h), float64(sh))
	x, y := (float64(sw)-cw)*r.Gravity.X, (float64(sh)-ch)*r.Gravity.Y
	if step == 1 { // a plain crop stays on the pixel grid, so that nothing is resampled
		x, y = math.Floor(x), math.Floor(y)
	}
	return resample.Rect{X0: x, Y0: y, X1: x + cw, Y1: y + ch}, w, h
}

// scaled is side*num/den, rounded half up, at least 1.
func scaled(side, num, den int) int {
	return int(max(1, (2*int64(side)*int64(num)+int64(den))/(2*int64(den))))
}

// percent is p per cent of side, rounded half up, at least 1.
func percent(side int, p float64) int {
	return int(math.Max(1, math.Floor(float64(float64(side)*p)/100+0.5)))
}

// storedRect turns a rectangle of the upright picture into one of the stored
// picture of w x h pixels, whose EXIF orientation is o (TIFF 6.0, tag 274).
func storedRect(r resample.Rect, o int, w, h float64) resample.Rect {
	switch o {
	case 2:
		return resample.Rect{X0: w - r.X1, Y0: r.Y0, X1: w - r.X0, Y1: r.Y1}
	case 3:
		return resample.Rect{X0: w - r.X1, Y0: h - r.Y1, X1: w - r.X0, Y1: h - r.Y0}
	case 4:
		return resample.Rect{X0: r.X0, Y0: h - r.Y1, X1: r.X1, Y1: h - r.Y0}
	case 5:
		return resample.Rect{X0: r.Y0, Y0: r.X0, X1: r.Y1, Y1: r.X1}
	case 6:
		return resample.Rect{X0: r.Y0, Y0: h - r.X1, X1: r.Y1, Y1: h - r.X0}
	case 7:
		return resample.Rect{X0: w - r.Y1, Y0: h - r.X1, X1: w - r.Y0, Y1: h - r.X0}
	case 8:
		return resample.Rect{X0: w - r.Y1, Y0: r.X0, X1: w - r.Y0, Y1: r.X1}
	}
	return r
}

// filterByName gives the resampling filter that name stands for.
func filterByName(name string) (imaging.ResampleFilter, error) {
	switch name {
	case "", "lanczos":
		return imaging.Lanczos, nil
	case "catmullrom":
		return imaging.CatmullRom, nil
	case "mitchell":
		return imaging.MitchellNetravali, nil
	case "linear":
		return imaging.Linear, nil
	case "box":
		return imaging.Box, nil
	case "nearest":
		return imaging.NearestNeighbor, nil
	}
	return imaging.ResampleFilter{}, fmt.Errorf("--filter: unknown filter %q: use lanczos, catmullrom, mitchell, linear, box or nearest", name)
}
