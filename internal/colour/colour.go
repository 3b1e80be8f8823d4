package colour

import (
	"errors"
	"fmt"
	"image"
)

// Is reports whether pictures with that ICC profile can be taken as pictures of a space: when they are converted no grey
// moves by one level of 255, and no colour by two. An empty profile stands for sRGB. A profile that cannot be read gives false; [Convert] then says why.
func Is(profile []byte, s Space) bool {
	if len(profile) == 0 && s == SRGB {
		return true
	}
	e := lookUp(source{profile: profile}, s)
	return e.err == nil && e.same
}

// IsSRGB is [Is] for sRGB.
func IsSRGB(profile []byte) bool { return Is(profile, SRGB) }

// Check returns why a profile cannot be used, for pictures in CMYK or for others; nil if it can, or if it is empty.
func Check(profile []byte, inks bool) error {
	if len(profile) == 0 {
		return nil
	}
	switch e := lookUp(source{profile: profile, inks: inks}, SRGB); {
	case e.err != nil:
		return e.err
	case inks && e.inks == nil:
		return errNoInks
	case !inks && e.inks != nil:
		return errInks
	}
	return nil
}

// ForGrey reports whether a profile that can be used is for pictures without colours.
func ForGrey(profile []byte) bool { return lookUp(source{profile: profile}, SRGB).gray }

// Convert brings a picture whose colours an ICC profile describes, sRGB if it is empty, to a space. It changes the pixels of
// img, which the caller must own, and returns img: *image.YCbCr and *image.NYCbCrA (full range, BT.601, any subsampling,
// which is kept), *image.Gray, *image.Gray16, *image.NRGBA or *image.NRGBA64. Alpha stays as it is. *image.CMYK comes out as
// a new *image.NRGBA; without a profile it is taken for offset printing on coated paper.
//
// With subsampled chroma each plane is converted where its samples lie: luma with chroma interpolated to the pixel, chroma
// with luma averaged over the pixels it stands for. A grey picture with an RGB profile is taken as that profile's grey; a
// grey profile also fits pictures whose three channels are equal.
//
// An error means that the profile is broken or does not fit the picture, which is then converted as if it had none. img
// must be complete: planes as large as its bounds say.
func Convert(img image.Image, profile []byte, to Space) (image.Image, error) {
	return convert(img, profile, to, false)
}

// ConvertPacked is [Convert] for outputs that hold RGB: *image.YCbCr and *image.NYCbCrA come out as a new *image.NRGBA, if
// there is anything to convert, which saves rounding to luma and chroma a second time. In dark colours that rounding alone
// is a CIEDE2000 of 0.5.
func ConvertPacked(img image.Image, profile []byte, to Space) (image.Image, error) {
	return convert(img, profile, to, true)
}

func convert(img image.Image, profile []byte, to Space, packed bool) (image.Image, error) {
	if m, ok := img.(*image.CMYK); ok {
		e, err := inksOf(profile, to)
		return e.inks.convertCMYK(m), err
	}
	if len(profile) == 0 && to == SRGB {
		return img, nil
	}
	e := lookUp(source{profile: profile}, to)
	err := e.err
	switch {
	case err != nil:
	case e.t == nil:
		err = errInks
	case e.gray && !fitsGray(img):
		err = errGray
	}
	if err != nil && len(profile) > 0 {
		img, _ = convert(img, nil, to, packed)
		return img, err
	}
	switch m := img.(type) {
	case *image.YCbCr:
		if packed {
			return packYCbCr(m, e.t), nil
		}
		convertYCbCr(m, e.t)
	case *image.NYCbCrA:
		if packed {
			return packNYCbCrA(m, e.t), nil
		}
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
		return img, fmt.Errorf("pictures of type %T cannot be converted to %s", img, to)
	}
	return img, nil
}

// errInks is for other pictures with a profile for CMYK, errNoInks for CMYK with another profile.
var (
	errInks   = errors.New("colour profile is for CMYK, the picture is not")
	errNoInks = errors.New("colour profile is not for CMYK, the picture is")
)

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
