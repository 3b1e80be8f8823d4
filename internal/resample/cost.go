package resample

import (
	"image"

	"imgpool/internal/kernel/hpass"
)

// Cost returns how many bytes a call of Resize takes beyond the source, at
// most, within a few per cent: the output first and the working memory second,
// which later calls use again. Of src only the type counts: a nil pointer of
// that type will do. srcWidth and srcHeight are the sides of the rectangle, in
// pixels, width and height those of the output; o is what Resize will be given.
func Cost(src image.Image, srcWidth, srcHeight, width, height int, o Options) (output, scratch int64) {
	w, h := int64(width), int64(height)
	out, err := factorsOf(o.Subsampling)
	if err != nil {
		out = full
	}
	chromaW, chromaH := out.size(width, height)
	chroma := int64(chromaW) * int64(chromaH)
	planes, sample := int64(1), int64(2)
	var places int64 // of chroma in light: where each pixel lies, and rows of samples
	switch src.(type) {
	case *image.YCbCr:
		output = w*h + 2*chroma
		if o.Light != nil {
			output, planes, places = 4*w*h, 3, 24*int64(srcWidth)+16*int64(srcHeight)+4*w
		}
	case *image.NYCbCrA:
		output = 2*w*h + 2*chroma
		planes = 3
		if o.Light != nil {
			output, planes, places = 4*w*h, 4, 24*int64(srcWidth)+16*int64(srcHeight)+4*w
		}
	case *image.Gray16:
		output = 2 * w * h
		sample = 4
	case *image.NRGBA, *image.CMYK:
		output = 4 * w * h
		planes = 4
	case *image.NRGBA64:
		output = 8 * w * h
		planes, sample = 4, 4
	default:
		output = w * h
	}
	if o.Light != nil {
		sample = 4
	}
	if turnOf(o.Orientation).transpose {
		w, h = h, w
	}
	return output, scratchCost(w, int64(srcWidth), h, int64(srcHeight), planes, sample, o.Filter.Support) + places
}

// scratchCost bounds the working memory: the weights of four axes with their
// kernel values, and the buffers of the engine along the longer sides.
func scratchCost(w, srcW, h, srcH, planes, sample int64, support float64) int64 {
	taps := func(src, out int64) int64 {
		return int64(2*support*max(float64(src)/float64(out), 1)) + 3
	}
	tw, th := taps(srcW, w), taps(srcH, h)
	axes := 2 * ((w*tw+h*th)*(8+2*sample) + 20*(w+h))
	wide, out, window := max(srcW, srcH), max(w, h), max(tw, th)+slack
	rows := 2*hpass.Rows*wide + hpass.Rows*out + out*window
	return axes + planes*sample*rows + 8*max(wide, out)
}
