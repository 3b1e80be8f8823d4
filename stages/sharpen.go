package stages

import (
	"image"

	"imgpool/internal/resample"
)

// MaxSharpen is the largest amount of sharpening, in per cent.
const MaxSharpen = resample.MaxSharpen

// sharpen does to a finished picture what its plan says.
func sharpen(img image.Image, p Plan) error {
	if p.Sharpen == 0 {
		return nil
	}
	return resample.Sharpen(img, p.Sharpen)
}

// sharpenCost is the working memory of sharpen in bytes.
func sharpenCost(p Plan) int64 {
	if p.Sharpen == 0 {
		return 0
	}
	return 128 * int64(p.Width)
}
