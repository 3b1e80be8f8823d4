package colour

import "fmt"

// codedPrimaries are the colour primaries of ITU-T H.273, table 2, but those of BT.709.
var codedPrimaries = map[uint8]Primaries{
	4:  {{0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}, {0.310, 0.316}},
	5:  {{0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}, d65},
	6:  {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, d65},
	7:  {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, d65},
	8:  {{0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}, {0.310, 0.316}},
	9:  {{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, d65},
	10: {{1, 0}, {0, 1}, {0, 0}, {1.0 / 3, 1.0 / 3}},
	11: {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, {0.314, 0.351}},
	12: p3Primaries,
	22: {{0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}, d65},
}

// Code points of ITU-T H.273, table 3.
const (
	transferPQ  = 16
	transferHLG = 18
)

// HighRange names the curve of a code point if it is one of high dynamic range.
func HighRange(transfer uint8) string {
	return map[uint8]string{transferPQ: "PQ", transferHLG: "HLG"}[transfer]
}

// CodedProfile returns an ICC profile of the colour primaries and the transfer characteristics that ITU-T H.273 gives
// numbers to; nil for sRGB and what viewers show as sRGB: BT.709 primaries, or none stated, with a curve of cameras for
// screens like sRGB's. High dynamic range is brought down to what screens show.
func CodedProfile(primaries, transfer uint8) ([]byte, error) {
	p, ok := codedPrimaries[primaries]
	switch {
	case primaries == 1 || primaries == 2:
		p = SRGBPrimaries
	case !ok:
		return nil, fmt.Errorf("colour primaries %d are not known", primaries)
	}
	t, err := codedTransfer(transfer)
	if err != nil {
		return nil, err
	}
	if p == SRGBPrimaries && &t[0] == &SRGBTransfer[0] {
		return nil, nil
	}
	return RGBProfile(fmt.Sprintf("CICP %d/%d", primaries, transfer), p, t)
}

// codedTransfer returns the curve of a code point.
func codedTransfer(code uint8) (Transfer, error) {
	switch code {
	case 1, 2, 6, 7, 11, 12, 13, 14, 15:
		return SRGBTransfer, nil
	case 4:
		return GammaTransfer(2.2), nil
	case 5:
		return GammaTransfer(2.8), nil
	case 8:
		return GammaTransfer(1), nil
	case 17:
		return GammaTransfer(2.6), nil
	case transferPQ:
		return tableTransfer(maxCurve, func(v float64) float64 { return toned(pqLight(v)) }), nil
	case transferHLG:
		return tableTransfer(maxCurve, func(v float64) float64 { return toned(hlgLight(v)) }), nil
	}
	return nil, fmt.Errorf("transfer characteristics %d are not known", code)
}

// Light of high dynamic range: 1 is the white of paper, at 203 cd/m2 (BT.2408-7, table 1), and highest that of a screen of
// 1000 cd/m2.
const (
	paperWhite = 203.0
	highest    = 1000 / paperWhite
)

// pqLight is the curve PQ (BT.2100-3, table 4).
func pqLight(v float64) float64 {
	const m1, m2 = 2610.0 / 16384, 2523.0 / 4096 * 128
	const c1, c2, c3 = 3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32
	e := pow(v, 1/m2)
	return pow(max(e-c1, 0)/(c2-float64(c3*e)), 1/m1) * (10000 / paperWhite)
}

// hlgLight is the curve HLG (BT.2100-3, table 5) on a screen of 1000 cd/m2, whose gamma of 1.2 is taken channel by channel.
func hlgLight(v float64) float64 {
	const a, b, c = 0.17883277, 0.28466892, 0.55991073
	e := float64(v*v) / 3
	if v > 0.5 {
		e = (exp2((v-c)/(a*0.6931471805599453)) + b) / 12
	}
	return pow(e, 1.2) * highest
}

// toned brings light of 0 to highest to 0..1: straight up to a knee at half of white, then along a curve that keeps the
// slope, comes to 1 at highest and cuts off what is beyond.
func toned(l float64) float64 {
	const knee = 0.5
	if l <= knee {
		return l
	}
	l = min(l, highest)
	const top, span = 1 - knee, highest - knee
	// x = (l-knee)/top; top*x*(1 + x/s^2)/(1 + x) would end at top where s = span/top, with a slope of 1 at the knee.
	x, s := (l-knee)/top, span/top
	return knee + top*x*(1+x/float64(s*s))/(1+x)
}
