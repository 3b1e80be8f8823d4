package stages

import (
	"image"
	"sync"

	"imgpool/internal/codec"
	"imgpool/internal/colour"
	"imgpool/internal/resample"
)

// resamples says that p's pixels are not only copied, cropped and turned.
func (p Plan) resamples() bool {
	w, h := p.Width, p.Height
	if p.Orientation >= 5 {
		w, h = h, w
	}
	return p.Crop.X1-p.Crop.X0 != float64(w) || p.Crop.Y1-p.Crop.Y0 != float64(h)
}

// lightOf is what samples mean as light, for a plan that resamples in light;
// else nil. Inks are nothing but shares of the area: their mean is that of light.
func lightOf(p Plan, h *codec.Header, c *colours) *resample.Light {
	switch {
	case !p.Linear || h.Inks():
		return nil
	case colour.IsSRGB(c.from):
		return srgbLight()
	}
	return resample.NewLight(colour.Light(c.from))
}

// srgbLight is made when it is first needed, for all pictures in sRGB.
var srgbLight = sync.OnceValue(func() *resample.Light { return resample.NewLight(colour.Light(nil)) })

// costOfLight stands for lightOf's result where only the cost is asked for.
func costOfLight(p Plan, h *codec.Header) *resample.Light {
	if p.Linear && !h.Inks() {
		return srgbLight()
	}
	return nil
}

// resizedType is what pixelType's picture is after resize.
func resizedType(h *codec.Header, p Plan) image.Image {
	img := pixelType(h)
	if _, planar := img.(*image.YCbCr); planar && p.Linear {
		return (*image.NRGBA)(nil)
	}
	return img
}
