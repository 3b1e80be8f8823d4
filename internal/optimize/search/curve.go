package search

// Model is what is expected of files of an encoder by quality, right but for an
// offset and a factor, which a search fits to the trials: the logarithm (base 2)
// of the bytes, per pixel or whole, and the score on the scale of SSIMULACRA 2.
// Both should grow with the quality.
type Model interface {
	Bytes(quality int) float64
	Score(quality int) float64
}

// Curve is the [Model] of what files of an encoder typically have and score, by
// quality, from low to high.
type Curve []Knot

// Knot is a place of a curve: the logarithm (base 2) of the bytes per pixel, and
// the score on the scale of SSIMULACRA 2. Both must grow with the quality.
type Knot struct {
	Quality      int
	Bytes, Score float64
}

// JPEG has the means of 44 photos of 1200 pixels (bytes) and of 11 of 600
// (scores), chroma halved, with the tables of the standard scaled as libjpeg
// does, Huffman codes made for the picture.
var JPEG = Curve{
	{1, -6.81, -61.5}, {4, -6.50, -55.8}, {6, -6.12, -36.5}, {8, -5.84, -17.3}, {10, -5.60, -3}, {15, -5.16, 21.5},
	{20, -4.86, 35.5}, {25, -4.62, 45}, {30, -4.44, 51.5}, {40, -4.16, 59.9}, {50, -3.93, 65.4}, {60, -3.72, 69.2},
	{65, -3.58, 71.6}, {70, -3.43, 74.1}, {75, -3.28, 77}, {80, -3.06, 79.4}, {85, -2.79, 82.5}, {88, -2.58, 84.5},
	{90, -2.42, 86}, {92, -2.27, 87.7}, {94, -1.99, 89.8}, {96, -1.66, 92}, {97, -1.47, 93.1}, {98, -1.25, 94.3},
	{99, -0.93, 95.4}, {100, -0.74, 96.4},
}

// WebP has the means of 8 photos of 600 pixels, lossy, by libwebp.
var WebP = Curve{
	{1, -5.77, -1.1}, {6, -5.24, 18.2}, {12, -4.91, 29.3}, {18, -4.66, 36.8}, {24, -4.45, 44.1}, {30, -4.26, 49.2},
	{36, -4.09, 54.1}, {42, -3.95, 57.5}, {48, -3.81, 60.7}, {54, -3.71, 63.1}, {60, -3.58, 65.8}, {66, -3.47, 68.4},
	{72, -3.36, 70.1}, {78, -3.11, 74.2}, {84, -2.74, 79.6}, {88, -2.44, 83}, {90, -2.26, 84.8}, {92, -2.06, 86.5},
	{94, -1.84, 87.9}, {96, -1.61, 89.2}, {98, -1.37, 90.2}, {99, -1.29, 90.5}, {100, -1.26, 90.6},
}

// AVIF has the means of 5 photos of 480 pixels, by libaom.
var AVIF = Curve{
	{1, -6.65, -4.9}, {10, -6.23, 12.4}, {20, -5.73, 29.6}, {30, -5.23, 43.8}, {40, -4.67, 57}, {50, -4.07, 67.9},
	{60, -3.58, 75.2}, {70, -3.13, 80.7}, {80, -2.69, 85.3}, {88, -2.2, 88.6}, {90, -2.12, 89.1}, {92, -1.93, 90},
	{94, -1.8, 90.4}, {96, -1.5, 91.4}, {98, -1.34, 92.1}, {99, -1.14, 92.4}, {100, -0.71, 94.2},
}

// Without a curve bytes are taken to double every 25 qualities, and scores to
// grow by a half with each.
const (
	bytesPerQuality = 1. / 25
	scorePerQuality = 1. / 2
)

// Bytes is the typical logarithm of the bytes per pixel at a quality.
func (c Curve) Bytes(quality int) float64 {
	return c.at(quality, bytesPerQuality, func(k Knot) float64 { return k.Bytes })
}

// Score is the typical score at a quality.
func (c Curve) Score(quality int) float64 {
	return c.at(quality, scorePerQuality, func(k Knot) float64 { return k.Score })
}

// at interpolates linearly between the knots and goes on with the given slope
// after the last.
func (c Curve) at(quality int, slope float64, value func(Knot) float64) float64 {
	if len(c) == 0 {
		return float64(float64(quality) * slope)
	}
	last := c[len(c)-1]
	if quality > last.Quality {
		return value(last) + float64(float64(quality-last.Quality)*slope)
	}
	below := c[0]
	for _, k := range c {
		if quality < k.Quality && k.Quality > below.Quality {
			return between(float64(quality-below.Quality)/float64(k.Quality-below.Quality), value(below), value(k))
		}
		below = k
	}
	return value(below)
}

// between returns what lies a part of the way, 0 to 1, from a to b.
func between(part, a, b float64) float64 { return a + float64(part*(b-a)) }

// Line is the places (x, y) of a line, by ascending x.
type Line [][2]float64

// At interpolates linearly between the places, and stays at the ends beyond
// them.
func (l Line) At(x float64) float64 {
	below := l[0]
	for _, p := range l {
		if x < p[0] && p[0] > below[0] {
			return between(max(0, (x-below[0])/(p[0]-below[0])), below[1], p[1])
		}
		below = p
	}
	return below[1]
}
