package search

// JPEGFrom is what a JPEG typically becomes whose coefficients, written at
// quality source, get the steps of another quality: not what [JPEG] says, because
// they are multiples of the old steps. Steps up to a quarter coarser change
// nothing; up to twice as coarse, everything moves away from what it was; then,
// as one and two old steps have become none, little happens for a while. The
// curve ends at source: Range.High should be that.
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
			k.Score = JPEG.score(q) + float64(score*(100-JPEG.score(q)))
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

// agains are the means over 14 photos written at qualities 80 and 90, by how many
// times coarser their steps became: what to add to the logarithm of the bytes,
// and which part of the way to 100 to the score.
var agains = []struct{ ratio, bytes, score float64 }{
	{1.25, 0.2, 0.6}, {1.3, 0.17, 0.45}, {1.4, 0.08, 0.17}, {1.5, 0.04, 0.13}, {1.6, -0.02, 0.1}, {1.75, -0.1, 0.04},
	{2, -0.17, 0.01}, {2.25, -0.11, 0.04}, {2.5, -0.06, 0.04}, {3, -0.05, 0}, {4, -0.09, -0.04}, {6, -0.14, -0.08},
	{10, -0.2, -0.1},
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
