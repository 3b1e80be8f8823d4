package codec

import (
	"image"
	"image/color"
	"testing"

	"imgpool/internal/imgtest"
)

// 16-bit samples are rounded to the nearest of 8 bits: v/257.
func TestNarrow(t *testing.T) {
	for v := range 65536 {
		var got [1]byte
		narrow(got[:], []byte{byte(v >> 8), byte(v)})
		if want := byte((v + 128) / 257); got[0] != want || to8bits(uint16(v)) != want {
			t.Fatalf("%d: got %d and %d, want %d", v, got[0], to8bits(uint16(v)), want)
		}
	}
}

// The two ranges of YCbCr: all studio values come back from the full range, and the ends are where they should be.
func TestRangeTables(t *testing.T) {
	for v := 16; v <= 235; v++ {
		if got := toStudioLuma[toFullLuma[v]]; int(got) != v {
			t.Errorf("luma %d came back as %d", v, got)
		}
	}
	for v := 16; v <= 240; v++ {
		if got := toStudioChroma[toFullChroma[v]]; int(got) != v {
			t.Errorf("chroma %d came back as %d", v, got)
		}
	}
	if toFullLuma[16] != 0 || toFullLuma[235] != 255 || toFullLuma[0] != 0 || toFullLuma[255] != 255 {
		t.Error("luma ends")
	}
	if toFullChroma[128] != 128 || toFullChroma[16] != 0 || toFullChroma[240] != 255 {
		t.Error("chroma ends")
	}
	if toStudioLuma[0] != 16 || toStudioLuma[255] != 235 || toStudioChroma[0] != 16 || toStudioChroma[255] != 240 {
		t.Error("studio ends")
	}
}

func TestFlatten(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	m.SetNRGBA(0, 0, color.NRGBA{200, 100, 0, 255})
	m.SetNRGBA(1, 0, color.NRGBA{200, 100, 0, 128})
	m.SetNRGBA(2, 0, color.NRGBA{200, 100, 0, 0})
	got := flatten(m, color.NRGBA{0, 100, 255, 7}).(*image.NRGBA)
	want := []byte{200, 100, 0, 255, 100, 100, 127, 255, 0, 100, 255, 255}
	if string(got.Pix) != string(want) {
		t.Errorf("got %v, want %v", got.Pix, want)
	}
	if m.Pix[7] != 128 {
		t.Error("the argument was changed")
	}
	opaque := imgtest.Photo(1, 4, 4)
	if flatten(opaque, color.NRGBA{}) != image.Image(opaque) {
		t.Error("an opaque picture was copied")
	}
}

// Laying planes on a colour is the same as laying the pixels on it.
func TestFlattenPlanes(t *testing.T) {
	cutout := imgtest.AlphaPhoto(1, 41, 31)
	bg := color.NRGBA{30, 200, 90, 255}
	want := flatten(cutout, bg)
	got := flatten(planarAlpha(cutout, image.YCbCrSubsampleRatio444), bg)
	if diff := imgtest.MaxDiff(want, got); diff > 4 {
		t.Errorf("%.1f levels away", diff)
	}
	half := flatten(planarAlpha(cutout, image.YCbCrSubsampleRatio420), bg).(*image.YCbCr)
	if half.SubsampleRatio != image.YCbCrSubsampleRatio420 || imgtest.PSNR(want, half) < 25 {
		t.Errorf("4:2:0: %v, %.1f dB", half.SubsampleRatio, imgtest.PSNR(want, half))
	}
}

// Chroma of any subsampling becomes any other: means where it gets coarser, repeated where it gets finer.
func TestWithSubsampling(t *testing.T) {
	ratios := []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	}
	for w := 1; w < 12; w++ {
		for h := 1; h < 7; h++ {
			for _, from := range ratios {
				src := image.NewYCbCr(image.Rect(0, 0, w, h), from)
				for i := range src.Cb {
					src.Cb[i], src.Cr[i] = 77, 200
				}
				for _, to := range ratios {
					dst := withSubsampling(src, to)
					size := image.NewYCbCr(src.Rect, to)
					if len(dst.Cb) < len(size.Cb) || dst.CStride != size.CStride {
						t.Fatalf("%v to %v at %d x %d: %d chroma samples, want %d", from, to, w, h, len(dst.Cb), len(size.Cb))
					}
					for i := range dst.Cb {
						if dst.Cb[i] != 77 || dst.Cr[i] != 200 {
							t.Fatalf("%v to %v at %d x %d: sample %d is %d, %d", from, to, w, h, i, dst.Cb[i], dst.Cr[i])
						}
					}
				}
			}
		}
	}
	src := image.NewYCbCr(image.Rect(0, 0, 3, 2), image.YCbCrSubsampleRatio444)
	copy(src.Cb, []byte{10, 20, 50, 30, 41, 70})
	if got := withSubsampling(src, image.YCbCrSubsampleRatio420).Cb; got[0] != 25 || got[1] != 60 {
		t.Errorf("means: got %v, want [25 60]", got)
	}
}
