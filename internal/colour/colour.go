package colour

import (
	"errors"
	"fmt"
	"image"
)

// IsSRGB reports whether pictures with that ICC profile can be taken as sRGB: it is empty, or no colour moves by one level
// of 255 when it is converted. A profile that cannot be read gives false; [ToSRGB] then says why.
func IsSRGB(profile []byte) bool {
	if len(profile) == 0 {
		return true
	}
	e := lookUp(profile)
	return e.err == nil && e.srgb
}

// ToSRGB converts a picture whose colours an ICC profile describes to sRGB. It changes the pixels of img, which the caller
// must own, and returns img: *image.YCbCr and *image.NYCbCrA (full range, BT.601, any subsampling, which is kept),
// *image.Gray, *image.Gray16, *image.NRGBA or *image.NRGBA64. Alpha stays as it is.
//
// With subsampled chroma each plane is converted where its samples lie: luma with chroma interpolated to the pixel, chroma
// with luma averaged over the pixels it stands for. A grey picture with an RGB profile is taken as that profile's grey; a
// grey profile also fits pictures whose three channels are equal.
//
// An error means that the profile is broken or does not fit the picture; the pixels are then as they were, and the best
// guess is that they are sRGB. img must be complete: planes as large as its bounds say.
func ToSRGB(img image.Image, profile []byte) (image.Image, error) {
	if len(profile) == 0 {
		return img, nil
	}
	e := lookUp(profile)
	if e.err != nil {
		return img, e.err
	}
	if e.gray && !fitsGray(img) {
		return img, errGray
	}
	switch m := img.(type) {
	case *image.YCbCr:
		convertYCbCr(m, e.t)
	case *image.NYCbCrA:
		convertYCbCr(&m.YCbCr, e.t)
	case *image.NRGBA:
		convertNRGBA(m, e.t)
	case *image.NRGBA64:
		convertNRGBA64(m, e.t)
	case *image.Gray:
		convertGray(m, e.t)
	case *image.Gray16:
		convertGray16(m, e.t)
	default:
		return img, fmt.Errorf("pictures of type %T cannot be converted to sRGB", img)
	}
	return img, nil
}

// ToSRGBPacked is [ToSRGB] for outputs that hold RGB: *image.YCbCr and *image.NYCbCrA come out as a new *image.NRGBA, which
// saves rounding to luma and chroma a second time. In dark colours that rounding alone is a CIEDE2000 of 0.5. Other types
// are converted in place. After an error the picture is img itself.
func ToSRGBPacked(img image.Image, profile []byte) (image.Image, error) {
	m, ok := img.(*image.YCbCr)
	var alpha *image.NYCbCrA
	if !ok {
		if alpha, ok = img.(*image.NYCbCrA); ok {
			m = &alpha.YCbCr
		}
	}
	if !ok || len(profile) == 0 {
		return ToSRGB(img, profile)
	}
	e := lookUp(profile)
	if e.err != nil {
		return img, e.err
	}
	if e.gray {
		return img, errGray
	}
	out := packYCbCr(m, e.t)
	if alpha != nil {
		for y := range out.Rect.Dy() {
			row := alpha.A[alpha.AOffset(m.Rect.Min.X, m.Rect.Min.Y+y):][:out.Rect.Dx()]
			for x, a := range row {
				out.Pix[y*out.Stride+4*x+3] = a
			}
		}
	}
	return out, nil
}

// errGray is for pictures in colour with a profile for pictures without.
var errGray = errors.New("colour profile is for grey, the picture has colours")

// fitsGray reports whether a grey profile can describe the picture. One with alpha has three channels, all equal.
func fitsGray(img image.Image) bool {
	switch m := img.(type) {
	case *image.Gray, *image.Gray16:
		return true
	case *image.NRGBA:
		return isGray(m.Pix, m.Stride, m.Rect.Dx(), m.Rect.Dy(), 1)
	case *image.NRGBA64:
		return isGray(m.Pix, m.Stride, m.Rect.Dx(), m.Rect.Dy(), 2)
	}
	return false
}
