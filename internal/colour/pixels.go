package colour

import "image"

// to8 rounds a value of 16 bits to 8.
func to8(v int32) uint8 { return uint8((v*255 + 32895) >> 16) }

// convertNRGBA converts row by row.
func convertNRGBA(m *image.NRGBA, t transform) {
	px := make([]pixel, m.Rect.Dx())
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := m.Pix[m.PixOffset(m.Rect.Min.X, y):][:4*len(px)]
		for i := range px {
			s := row[4*i : 4*i+4 : 4*i+4]
			px[i] = pixel{int32(s[0]) * 257, int32(s[1]) * 257, int32(s[2]) * 257}
		}
		t.convert(px)
		for i, p := range px {
			d := row[4*i : 4*i+4 : 4*i+4]
			d[0], d[1], d[2] = to8(p.r), to8(p.g), to8(p.b)
		}
	}
}

// convertNRGBA64 converts row by row.
func convertNRGBA64(m *image.NRGBA64, t transform) {
	px := make([]pixel, m.Rect.Dx())
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := m.Pix[m.PixOffset(m.Rect.Min.X, y):][:8*len(px)]
		for i := range px {
			s := row[8*i : 8*i+8 : 8*i+8]
			px[i] = pixel{int32(s[0])<<8 | int32(s[1]), int32(s[2])<<8 | int32(s[3]), int32(s[4])<<8 | int32(s[5])}
		}
		t.convert(px)
		for i, p := range px {
			d := row[8*i : 8*i+8 : 8*i+8]
			d[0], d[1] = uint8(p.r>>8), uint8(p.r)
			d[2], d[3] = uint8(p.g>>8), uint8(p.g)
			d[4], d[5] = uint8(p.b>>8), uint8(p.b)
		}
	}
}

// isGray reports whether all pixels of rows of RGBA, with the given number of bytes in a channel, have equal channels.
func isGray(pix []uint8, stride, width, height, bytes int) bool {
	for y := range height {
		row := pix[y*stride:][:4*bytes*width]
		for i := 0; i < len(row); i += 4 * bytes {
			for k := range bytes {
				if row[i+k] != row[i+bytes+k] || row[i+k] != row[i+2*bytes+k] {
					return false
				}
			}
		}
	}
	return true
}

// greys converts all greys of a picture with the given number of bits. An RGB profile may give them a tint, which a grey
// picture cannot hold: the luma of JPEG is what stays.
func greys(t transform, n int, step int32) []pixel {
	px := make([]pixel, n)
	for i := range px {
		v := int32(i) * step
		px[i] = pixel{v, v, v}
	}
	t.convert(px)
	for i, p := range px {
		if p.r != p.g || p.g != p.b {
			px[i].g = int32((int64(p.r)*lumaR + int64(p.g)*lumaG + int64(p.b)*lumaB + 1<<15) >> 16)
		}
	}
	return px
}

// convertGray converts by a table.
func convertGray(m *image.Gray, t transform) {
	var table [256]uint8
	for i, p := range greys(t, len(table), 257) {
		table[i] = to8(p.g)
	}
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := m.Pix[m.PixOffset(m.Rect.Min.X, y):][:m.Rect.Dx()]
		for i, v := range row {
			row[i] = table[v]
		}
	}
}

// convertGray16 converts by a table.
func convertGray16(m *image.Gray16, t transform) {
	table := greys(t, 65536, 1)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := m.Pix[m.PixOffset(m.Rect.Min.X, y):][:2*m.Rect.Dx()]
		for i := 0; i < len(row); i += 2 {
			v := table[int(row[i])<<8|int(row[i+1])].g
			row[i], row[i+1] = uint8(v>>8), uint8(v)
		}
	}
}
