package jpeg

import "image"

// halvedChroma returns m with chroma of half the resolution both ways (4:2:0) if
// nobody is to see that at the given quality, or m itself. It is for pictures
// with chroma of full resolution; others come back as they are.
//
// What is lost is how far samples are from the mean of their square of four.
// It goes unseen up to a limit that grows as quality falls, in all but a
// thousandth of the squares: found with butteraugli and SSIMULACRA 2, on photos,
// for which half the resolution takes fewer bytes at the same score, and on
// screenshots with coloured text, for which it takes more.
func halvedChroma(m *image.YCbCr, quality int) *image.YCbCr {
	if m.SubsampleRatio != image.YCbCrSubsampleRatio444 {
		return m
	}
	b := m.Bounds()
	half := image.NewYCbCr(image.Rect(0, 0, b.Dx(), b.Dy()), image.YCbCrSubsampleRatio420)
	half.Y, half.YStride = m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride
	limit := (100 - quality) * 2 / 5
	allowed := len(half.Cb) / 1000
	at := m.COffset(b.Min.X, b.Min.Y)
	for y := 0; y < b.Dy(); y += 2 {
		for x := 0; x < b.Dx(); x += 2 {
			// The last column and row stand for what would follow.
			i := at + y*m.CStride + x
			right, below := min(1, b.Dx()-1-x), m.CStride*min(1, b.Dy()-1-y)
			square := [4]int{i, i + right, i + below, i + below + right}
			j := y/2*half.CStride + x/2
			var off [2]int
			half.Cb[j], off[0] = meanOf(m.Cb, &square)
			half.Cr[j], off[1] = meanOf(m.Cr, &square)
			if max(off[0], off[1]) > limit {
				if allowed--; allowed < 0 {
					return m
				}
			}
		}
	}
	return half
}

// meanOf returns the mean of four samples and how far the farthest is from it.
func meanOf(pix []byte, square *[4]int) (mean byte, off int) {
	sum, low, high := 0, 255, 0
	for _, i := range square {
		v := int(pix[i])
		sum, low, high = sum+v, min(low, v), max(high, v)
	}
	m := (sum + 2) / 4
	return byte(m), max(high-m, m-low)
}
