package compress

import (
	"image"

	"imgpool/internal/codec"
	"imgpool/internal/optimize/ssimulacra2"
)

// picture returns the decoded picture, which is held until the end: everything is tried on the same pixels.
func (f *file) picture() (image.Image, error) {
	if f.decoded == nil {
		d, err := codec.Decode(f.data, f.header, codec.DecodeOptions{})
		if err != nil {
			return nil, err
		}
		f.decoded = d
		f.warn(d.Warnings...)
	}
	return f.decoded.Image, nil
}

// score returns how much the file in data looks like the picture, on the scale of SSIMULACRA 2.
func (f *file) score(data []byte) (float64, error) {
	if f.reference == nil {
		img, err := f.picture()
		if err != nil {
			return 0, err
		}
		if f.reference, err = ssimulacra2.NewReference(img); err != nil {
			return 0, err
		}
	}
	h, err := codec.ReadHeader(data)
	if err != nil {
		return 0, err
	}
	d, err := codec.Decode(data, h, codec.DecodeOptions{})
	if err != nil {
		return 0, err
	}
	defer d.Release()
	return f.reference.Score(d.Image)
}

// release gives back what f holds.
func (f *file) release() {
	if f.decoded != nil {
		f.decoded.Release()
	}
	if f.reference != nil {
		f.reference.Release()
	}
}
