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
	table := &annexKQuant[0]
	if chroma {
		table = &annexKQuant[1]
	}
	for i, v := range table {
		q[i] = scaledStep(int(v), quality)
	}
	return q
}

// scaledStep returns a step of quality 50 scaled to another quality.
func scaledStep(step, quality int) uint16 {
	return uint16(max(1, min(255, (step*scalePercent(quality)+50)/100)))
}

// scalePercent returns how large the steps of a quality are in percent of those
// of quality 50.
func scalePercent(quality int) int {
	if quality < 50 {
		return 5000 / quality
	}
	return 200 - 2*quality
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

// visibleQuant are the tables of quality 50 of what is written with effort, in
// natural order: luma, chroma of half the resolution both ways, chroma of full
// resolution. With f as the distance from the first coefficient, luma has steps
// of 12 + 1.1*f^2, chroma 9 + 6*f^1.6, and chroma of full resolution the same
// with the double of f, for its frequencies are the double. The factors were
// found by trial: fewest bytes for what butteraugli and SSIMULACRA 2 see in
// files made again at qualities of 60 to 80 from web pictures of 90 and more.
// Beside those of annex K they spend less on fine detail of colour, and more on
// the coarse.
var visibleQuant = [3][64]uint16{
	{
		12, 13, 16, 22, 30, 40, 52, 66,
		13, 14, 18, 23, 31, 41, 53, 67,
		16, 18, 21, 26, 34, 44, 56, 70,
		22, 23, 26, 32, 40, 49, 62, 76,
		30, 31, 34, 40, 47, 57, 69, 83,
		40, 41, 44, 49, 57, 67, 79, 93,
		52, 53, 56, 62, 69, 79, 91, 106,
		66, 67, 70, 76, 83, 93, 106, 120,
	},
	{
		9, 15, 27, 44, 64, 88, 114, 144,
		15, 19, 31, 47, 67, 90, 117, 146,
		27, 31, 41, 56, 75, 98, 124, 153,
		44, 47, 56, 70, 88, 110, 135, 163,
		64, 67, 75, 88, 105, 126, 151, 178,
		88, 90, 98, 110, 126, 146, 170, 197,
		114, 117, 124, 135, 151, 170, 193, 219,
		144, 146, 153, 163, 178, 197, 219, 244,
	},
	{
		9, 27, 64, 114, 176, 248, 329, 418,
		27, 41, 75, 124, 184, 255, 336, 425,
		64, 75, 105, 151, 209, 278, 357, 445,
		114, 124, 151, 193, 248, 314, 391, 477,
		176, 184, 209, 248, 300, 364, 438, 522,
		248, 255, 278, 314, 364, 425, 497, 578,
		329, 336, 357, 391, 438, 497, 566, 645,
		418, 425, 445, 477, 522, 578, 645, 721,
	},
}

// effortQuant returns the steps that component i of a picture gets at a quality
// where effort is made; ycc says that components 1 and 2 are chroma.
func effortQuant(planes []sparsePlane, i int, ycc bool, quality int) (q [64]uint16) {
	table := &visibleQuant[0]
	if ycc && (i == 1 || i == 2) {
		table = &visibleQuant[1]
		if planes[i].h*planes[i].v == planes[0].h*planes[0].v {
			table = &visibleQuant[2]
		}
	}
	for k, v := range table {
		q[k] = scaledStep(int(v), quality)
	}
	return q
}
