package ssimulacra2

import (
	"math"

	"imgpool/internal/kernel/ssim"
)

const (
	scales    = 6
	maps      = 3 // structure, artefacts, detail lost
	norms     = 2 // mean, 4-norm
	minSide   = 8 // no scale is made of a picture that is smaller
	bestScore = 100
)

// weights of the norms: by component (X, Y, B), scale, norm and map. They are
// part of the definition (version 2.1).
var weights = [3 * scales * norms * maps]float64{
	// X
	0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,
	0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
	0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,
	0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,
	0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
	0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,
	// Y
	0, 0, 0, 7.466890328078848, 0, 17.445833984131262,
	0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
	225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
	176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
	0, 0, 0, 34.77906344483772, 44.835625328877896, 0,
	0, 0, 0, 0, 0, 0,
	// B
	0, 0.0008680556573291698, 0, 0, 0, 0,
	0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,
	0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,
	0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,
	95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
	0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,
}

// The curve that takes the weighted sum of the errors to the score.
const (
	gain                = 0.9562382616834844
	linear              = 2.326765642916932
	quadratic           = -0.020884521182843837
	cubic               = 6.248496625763138e-05
	exponent, perDegree = 0.6276336467831387, 10
)

// tally has the sums of one scale: for each component those of its error maps,
// alternately of errors and of their fourth powers.
type tally struct {
	pixels int
	sums   [3][norms * maps]float64
}

// add counts the errors of a row of a component.
func (t *tally) add(component int, row *ssim.Totals) {
	for m := range row {
		for _, v := range row[m] {
			t.sums[component][m] += float64(v)
		}
	}
}

// score weighs the sums of all scales that there are.
func score(tallies []tally) float64 {
	sum, i := 0.0, 0
	for c := range 3 {
		for _, t := range tallies {
			for norm := range norms {
				for m := range maps {
					v := t.sums[c][norms*m+norm] / float64(t.pixels)
					if norm == 1 {
						v = math.Sqrt(math.Sqrt(v))
					}
					sum += float64(weights[i] * v)
					i++
				}
			}
		}
	}
	sum *= gain
	e := float64(linear*sum) + float64(float64(quadratic*sum)*sum)
	e += float64(float64(float64(cubic*sum)*sum) * sum)
	if e <= 0 {
		return bestScore
	}
	return bestScore - float64(perDegree*power(e, exponent))
}

// power returns x to the power of y for x > 0, with a relative error below
// 1e-13 for results within float64's normal range. Other than math.Pow it gives
// the same bits on every machine.
func power(x, y float64) float64 {
	// ln x = e*ln 2 + 2*atanh(s) with the fraction within sqrt(1/2)..sqrt(2).
	fraction, e := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction *= 2
		e--
	}
	s := (fraction - 1) / (fraction + 1)
	square, series := float64(s*s), 0.0
	for k := 23; k >= 1; k -= 2 {
		series = float64(series*square) + 1/float64(k)
	}
	l := float64((float64(float64(e)*math.Ln2) + float64(2*float64(series*s))) * y)
	// exp l = 2^n * exp(rest), by Taylor's series.
	n := math.Floor(l/math.Ln2 + 0.5)
	rest, sum := l-float64(n*math.Ln2), 1.0
	for k := 16; k >= 1; k-- {
		sum = float64(float64(sum*rest)/float64(k)) + 1
	}
	return math.Ldexp(sum, int(n))
}
