package png

import (
	"math"

	"imgpool/internal/optimize/deflate"
)

// plan is what an effort means.
type plan struct {
	direct  []strategy // for forms whose samples are shades
	indexed []strategy // for forms whose samples are places in a palette
	orders  int        // palette orders to try, see palettized.recipes
	whole   int        // of those, the first so many also with a byte for each of 16 colours or fewer
	brute   int        // of the forms, the best so many are filtered by brute force
	paths   int        // so often the cheapest path is looked for, with the statistics of the one before
	places  int        // but not of indexed ones with more bytes of pixels: there it hardly ever gains
	flat    int        // nor, if not 0, of large ones that take less than the flat-th part of their bytes: mostly long matches
	finals  int        // of the trials, the best so many are compressed in earnest
	close   int        // but only those that are estimated to be less than 1/(1<<close) larger than the first
	exact   int        // image data of so many bytes are compressed in earnest in each trial
	params  deflate.Params
}

// The strategies, the likeliest first; by brute force they are beaten on most
// pictures, so few need to be tried before it.
var (
	quickStrategies = []strategy{bigrams, allNone}
	goodStrategies  = []strategy{bigrams, allNone, allSub, entropy, minSum}
	everyStrategy   = []strategy{bigrams, allNone, allSub, entropy, minSum, bigramEntropy, allUp, allAverage, allPaeth}
)

// plans holds the plan of each effort; entry 0 is not used.
var plans = [MaxEffort + 1]plan{
	1: {direct: quickStrategies[:1], indexed: quickStrategies[1:], orders: 1, finals: 1,
		params: deflate.Params{Passes: 1, Depth: 4}},
	2: {direct: quickStrategies, indexed: quickStrategies[1:], orders: 2, finals: 1,
		params: deflate.Params{Passes: 1, Depth: 12}},
	3: {direct: quickStrategies, indexed: quickStrategies[1:], orders: 3, brute: 1, places: 1 << 14, flat: 32, finals: 1,
		params: deflate.Params{Passes: 1, Depth: 16}},
	4: {direct: quickStrategies, indexed: quickStrategies[1:], orders: 3, whole: 1, brute: 1, places: 1 << 14, flat: 32, finals: 1, exact: 5 << 10,
		params: deflate.Params{Passes: 1, Depth: 16}},
	5: {direct: quickStrategies, indexed: quickStrategies, orders: 4, whole: 1, brute: 1, places: 1 << 14, flat: 32, finals: 2, close: 4, exact: 1 << 13,
		params: deflate.Params{Passes: 3, Depth: 24}},
	6: {direct: goodStrategies, indexed: quickStrategies, orders: 5, whole: 5, brute: 2, places: math.MaxInt, finals: 3, close: 3, exact: 1 << 14,
		params: deflate.Params{Passes: 4, Depth: 32}},
	7: {direct: goodStrategies, indexed: goodStrategies, orders: 5, whole: 5, brute: 2, places: math.MaxInt, finals: 3, close: 3, exact: 1 << 14,
		params: deflate.Params{Passes: 6, Depth: 50}},
	8: {direct: everyStrategy, indexed: goodStrategies, orders: 5, whole: 5, brute: 2, places: math.MaxInt, finals: 4, close: 2, exact: 1 << 15,
		params: deflate.Params{Passes: 8, Depth: 100}},
	9: {direct: goodStrategies, indexed: everyStrategy, orders: 5, whole: 5, brute: 3, paths: 1, places: math.MaxInt, finals: 3, close: 4, exact: 1 << 15,
		params: deflate.Params{Passes: 12, Depth: 200}},
}
