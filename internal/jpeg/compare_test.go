package jpeg

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/gen2brain/jpegn"
)

// sequentialScales are the scales for luma and chroma that tests go through;
// the unequal ones are those of a 4:2:0 file written as 4:4:4, and the reverse.
var sequentialScales = [][2]int{{1, 1}, {2, 2}, {4, 4}, {8, 8}, {2, 1}, {4, 2}, {8, 4}, {1, 2}, {4, 8}}

// checkAgainstReference decodes data at all scales and requires what the
// reference decoder gives: the same error or the same planes, and the same
// share of missing blocks.
func checkAgainstReference(t testing.TB, d *Decoder, name string, data []byte) {
	t.Helper()
	ref, refErr := refDecode(data)
	for _, scale := range sequentialScales {
		o := Options{ScaleLuma: scale[0], ScaleChroma: scale[1], AllowTruncated: true}
		if err := compareToReference(d, data, o, ref, refErr); err != nil {
			t.Errorf("%s at 1/%d, 1/%d: %v", name, scale[0], scale[1], err)
			return
		}
	}
}

func compareToReference(d *Decoder, data []byte, o Options, ref *refPicture, refErr error) error {
	p, err := d.Decode(data, o)
	if h, _ := Parse(data); h != nil && refErr == nil {
		if _, bad := newFrame(h).setScales(o); bad != nil {
			if err != bad {
				return fmt.Errorf("error %v, want %v", err, bad)
			}
			return nil
		}
	}
	if refErr != nil {
		if err == nil || err.Error() != refErr.Error() && !errors.As(err, new(UnsupportedError)) {
			return fmt.Errorf("error %v, the reference has %v", err, refErr)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer p.Release()
	percent, truncated := 100.0, false
	if p.Incomplete != nil {
		percent, truncated = p.Incomplete.Percent, p.Incomplete.Truncated
	}
	if percent != ref.percent() || truncated != (ref.truncated && percent < 100) {
		return fmt.Errorf("%v%% (truncated: %v), the reference has %v%% (%v)", percent, truncated, ref.percent(), ref.truncated)
	}
	for i, got := range planesOf(p.Image) {
		scale := o.ScaleLuma
		if i > 0 {
			scale = o.ScaleChroma
		}
		w, h := ref.frame.visible(i, scale)
		want := ref.plane(i, scale)
		if x, y, bad := differing(got, want, w, h); bad {
			return fmt.Errorf("component %d is %d at (%d, %d), the reference has %d", i,
				got.pix[y*got.stride+x], x, y, want.pix[y*want.stride+x])
		}
	}
	return nil
}

// checkAgainstJpegn requires jpegn's planes at the given scales.
func checkAgainstJpegn(t testing.TB, d *Decoder, name string, data []byte, scales ...int) {
	t.Helper()
	for _, scale := range scales {
		want, err := jpegn.Decode(bytes.NewReader(data), &jpegn.Options{ScaleDenom: scale})
		if err != nil {
			t.Errorf("%s at 1/%d: jpegn: %v", name, scale, err)
			return
		}
		p, err := d.Decode(data, Options{ScaleLuma: scale})
		if err != nil {
			t.Errorf("%s at 1/%d: %v", name, scale, err)
			return
		}
		h, _ := Parse(data)
		theirs := planesOf(want)
		for i, got := range planesOf(p.Image) {
			if theirs == nil {
				break // sampling that makes jpegn give RGBA
			}
			w, h := newFrame(h).visible(i, scale)
			if x, y, bad := differing(got, theirs[i], w, h); bad {
				t.Errorf("%s at 1/%d: component %d differs from jpegn at (%d, %d)", name, scale, i, x, y)
			}
		}
		p.Release()
	}
}
