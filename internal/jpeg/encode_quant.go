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
	percent := 200 - 2*quality
	if quality < 50 {
		percent = 5000 / quality
	}
	return uint16(max(1, min(255, (step*percent+50)/100)))
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
// of 15 + 1.4*f^2, chroma 11 + 7.5*f^1.6, and chroma of full resolution the same
// with the double of f, for its frequencies are the double, up to 255. The
// factors were found by trial: fewest bytes for what butteraugli and SSIMULACRA 2 see in
// files made again at qualities of 60 to 80 from web pictures of 90 and more.
// Beside those of annex K they spend less on fine detail, of colour above all, and
// more on the coarse.
var visibleQuant = [3][64]uint16{
	{
		15, 16, 21, 28, 37, 50, 65, 84,
		16, 18, 22, 29, 39, 51, 67, 85,
		21, 22, 26, 33, 43, 56, 71, 89,
		28, 29, 33, 40, 50, 63, 78, 96,
		37, 39, 43, 50, 60, 72, 88, 106,
		50, 51, 56, 63, 72, 85, 100, 119,
		65, 67, 71, 78, 88, 100, 116, 134,
		84, 85, 89, 96, 106, 119, 134, 152,
	},
	{
		11, 19, 34, 54, 80, 109, 143, 180,
		19, 24, 38, 58, 83, 113, 146, 182,
		34, 38, 51, 69, 93, 122, 154, 191,
		54, 58, 69, 87, 109, 137, 169, 204,
		80, 83, 93, 109, 131, 157, 188, 223,
		109, 113, 122, 137, 157, 182, 212, 246,
		143, 146, 154, 169, 188, 212, 241, 273,
		180, 182, 191, 204, 223, 246, 273, 305,
	},
	{
		11, 34, 80, 143, 220, 255, 255, 255,
		34, 51, 93, 154, 230, 255, 255, 255,
		80, 93, 131, 188, 255, 255, 255, 255,
		143, 154, 188, 241, 255, 255, 255, 255,
		220, 230, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255,
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
