package jpeg

// The quantisation tables of T.81 annex K.1, in natural order: luminance, then
// chrominance. They are what every encoder calls quality 50.
var annexKQuant = [2][64]uint8{
	{
		16, 11, 10, 16, 24, 40, 51, 61,
		12, 12, 14, 19, 26, 58, 60, 55,
		14, 13, 16, 24, 40, 57, 69, 56,
		14, 17, 22, 29, 51, 87, 80, 62,
		18, 22, 37, 56, 68, 109, 103, 77,
		24, 35, 55, 64, 81, 104, 113, 92,
		49, 64, 78, 87, 103, 121, 120, 101,
		72, 92, 95, 98, 112, 100, 103, 99,
	},
	{
		17, 18, 24, 47, 99, 99, 99, 99,
		18, 21, 26, 66, 99, 99, 99, 99,
		24, 26, 56, 99, 99, 99, 99, 99,
		47, 66, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99,
	},
}

// scaledQuant returns an annex K table scaled to a quality of 1 to 100 as
// libjpeg does it: by 5000/quality percent below 50 and by 200-2*quality from
// there on, rounded, at least 1 and at most 255, which is what a sequential
// 8-bit file allows.
func scaledQuant(chroma bool, quality int) (q [64]uint16) {
	percent := 200 - 2*quality
	if quality < 50 {
		percent = 5000 / quality
	}
	table := &annexKQuant[0]
	if chroma {
		table = &annexKQuant[1]
	}
	for i, v := range table {
		q[i] = uint16(max(1, min(255, (int(v)*percent+50)/100)))
	}
	return q
}

// rounding is what [fdct.Quantiser.Set] gets: a small dead zone for all but the
// first coefficient, whose errors show as steps in skies. An AC coefficient has
// to be 68/128 of the way to a level before it is raised to it. That takes 2.5 %
// of the bytes and 0.03 dB, where the next lower quality with as few bytes would
// take 0.17 dB; a wider zone gains more and begins to cost texture.
var rounding = func() (r [64]uint8) {
	for i := range r {
		r[i] = 60
	}
	r[0] = 64
	return r
}()
