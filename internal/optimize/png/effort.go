package png

import "imgpool/internal/optimize/deflate"

// plan is what an effort means.
type plan struct {
	direct  []strategy // for forms whose samples are shades
	indexed []strategy // for forms whose samples are places in a palette
	orders  int        // palette orders to try, see palettized.recipes
	brute   int        // of the forms, the best so many are filtered by brute force
	finals  int        // of the trials, the best so many are compressed in earnest
	exact   int        // image data of so many bytes are compressed in earnest in each trial
	params  deflate.Params
}

// everyStrategy is for when time does not count.
var everyStrategy = []strategy{allNone, allSub, allUp, allAverage, allPaeth, minSum, entropy, bigrams, bigramEntropy}

// plans holds the plan of each effort; entry 0 is not used.
var plans = [MaxEffort + 1]plan{
	1: {direct: []strategy{bigrams}, indexed: []strategy{allNone}, orders: 1, finals: 1,
		params: deflate.Params{Passes: 1, Depth: 6}},
	2: {direct: []strategy{bigrams, allNone}, indexed: []strategy{allNone}, orders: 2, finals: 1,
		params: deflate.Params{Passes: 1, Depth: 12}},
	3: {direct: []strategy{bigrams, allNone}, indexed: []strategy{allNone}, orders: 3, finals: 1,
		params: deflate.Params{Passes: 2, Depth: 20}},
	4: {direct: []strategy{bigrams, allNone}, indexed: []strategy{allNone}, orders: 4, brute: 1, finals: 2, exact: 1 << 12,
		params: deflate.Params{Passes: 3, Depth: 30}},
	5: {direct: []strategy{bigrams, allNone, entropy}, indexed: []strategy{allNone, bigrams}, orders: 4, brute: 1, finals: 2, exact: 1 << 13,
		params: deflate.Params{Passes: 4, Depth: 40}},
	6: {direct: []strategy{bigrams, allNone, entropy, minSum}, indexed: []strategy{allNone, bigrams}, orders: 5, brute: 2, finals: 3, exact: 1 << 14,
		params: deflate.Params{Passes: 5, Depth: 60}},
	7: {direct: everyStrategy, indexed: []strategy{allNone, bigrams, entropy}, orders: 5, brute: 2, finals: 3, exact: 1 << 14,
		params: deflate.Params{Passes: 7, Depth: 100}},
	8: {direct: everyStrategy, indexed: everyStrategy, orders: 5, brute: 3, finals: 4, exact: 1 << 15,
		params: deflate.Params{Passes: 10, Depth: 200}},
	9: {direct: everyStrategy, indexed: everyStrategy, orders: 5, brute: 4, finals: 6, exact: 1 << 15,
		params: deflate.Params{Passes: 15, Depth: 400}},
}
