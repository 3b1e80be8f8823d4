package search

// JPEGFrom is what a JPEG typically becomes whose coefficients, written at
// quality source, get the steps of another quality: not what [JPEG] says, because
// they are multiples of the old steps. Steps up to a quarter coarser change
// nothing; then there is a cliff, and up to twice as coarse everything moves away
// from what it was; then, as one and two old steps have become none, little
// happens for a while. The curve ends at source: Range.High should be that.
//
// With Known set to the file, searches in it take about as many trials as those
// among files made of pixels.
func JPEGFrom(source int) Curve {
	source = min(max(source, 1), 100)
	c := make(Curve, 0, source)
	for q := 1; q <= source; q++ {
		k := Knot{q, JPEG.bytes(source), nearlyAll}
		if ratio := stepsOf(q) / stepsOf(source); ratio > unchanged {
			bytes, score := again(ratio)
			k.Bytes = JPEG.bytes(q) + bytes
			k.Score = JPEG.Score(q) + float64(score*(100-JPEG.Score(q)))
		}
		if n := len(c); n > 0 { // it has to grow
			k.Bytes = max(k.Bytes, c[n-1].Bytes+least)
			k.Score = max(k.Score, c[n-1].Score+least)
		}
		c = append(c, k)
	}
	return c
}

const (
	// unchanged is up to which ratio steps are taken for the same.
	unchanged = 1.25
	// nearlyAll is the score of the same pixels, less what curves must grow.
	nearlyAll = 99
	least     = 0.001
)

// stepsOf is how coarse the tables of a quality are, as libjpeg scales them.
func stepsOf(quality int) float64 {
	if quality < 50 {
		return 5000 / float64(quality)
	}
	return float64(max(200-2*quality, 1))
}

// agains are means over photos written at qualities 80 and 90, by how many
// times coarser their steps became: what to add to the logarithm of the bytes,
// and which part of the way to 100 to the score.
var agains = []struct{ ratio, bytes, score float64 }{
	{1.25, -0.1, 0.6}, {1.3, -0.12, 0.42}, {1.4, -0.16, 0.2}, {1.5, -0.2, 0.15}, {1.6, -0.26, 0.11}, {1.75, -0.33, 0.05},
	{2, -0.33, 0.04}, {2.25, -0.35, 0.07}, {2.5, -0.33, 0.07}, {3, -0.34, 0.03}, {4, -0.48, 0.02}, {6, -0.48, -0.01},
	{10, -0.45, -0.03},
}

// again interpolates in agains.
func again(ratio float64) (bytes, score float64) {
	below := agains[0]
	for _, a := range agains {
		if ratio < a.ratio {
			part := (ratio - below.ratio) / (a.ratio - below.ratio)
			return below.bytes + float64((a.bytes-below.bytes)*part), below.score + float64((a.score-below.score)*part)
		}
		below = a
	}
	return below.bytes, below.score
}
