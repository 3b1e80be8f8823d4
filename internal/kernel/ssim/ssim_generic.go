package ssim

import "math"

// The opsin absorbance of JPEG XL (ISO/IEC 18181-1, L.2.2): how much of red,
// green and blue the three receptors take, and the bias added before the cube
// root, with the cube root of that.
const (
	longR, longG, longB    = 0.30, 1 - 0.078 - 0.30, 0.078
	mediumR, mediumG       = 0.23, 1 - 0.078 - 0.23
	mediumB                = 0.078
	shortR, shortG, shortB = 0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821
	bias, rootOfBias       = 0.0037930732552754493, 0.15595420054924863
)

// The metric scales X by 14 and shifts the components by 0.42, 0.01 and 0.55 into
// 0 to 1. Less [Outside], this is left of the shifts.
const (
	scaleX  = 14
	offsetY = 0.01 - 0.41
)

// The first estimate of an inverse cube root: the bits of a float32 grow with
// its logarithm, so that a third of them, taken from a constant, is near the
// bits of the root (within 3.5 %).
const (
	rootMagic = 0x54a2fa8c
	third     = float32(1) / 3
	twoNinths = float32(2) / 9
)

// stability is the constant that keeps flat areas from dividing by nothing (C2
// of SSIM).
const stability = 0.0009

// xybGeneric is the reference of XYB.
func xybGeneric(dst, src *Planes, n int) {
	rows := [6][]float32{dst[0][:n], dst[1][:n], dst[2][:n], src[0][:n], src[1][:n], src[2][:n]}
	for i := range n {
		r, g, b := rows[3][i], rows[4][i], rows[5][i]
		l := cubeRoot(mix(r, g, b, longR, longG, longB)) - rootOfBias
		m := cubeRoot(mix(r, g, b, mediumR, mediumG, mediumB)) - rootOfBias
		s := cubeRoot(mix(r, g, b, shortR, shortG, shortB)) - rootOfBias
		x, y := float32(0.5*(l-m)), float32(0.5*(l+m))
		rows[0][i] = x * scaleX
		rows[1][i] = y + offsetY
		rows[2][i] = s - y
	}
}

// mix is what a receptor takes of a colour, at least the bias.
func mix(r, g, b, wr, wg, wb float32) float32 {
	return float32(r*wr) + float32(float32(g*wg)+float32(float32(b*wb)+bias))
}

// cubeRoot of x, which is 0.003 to 2, with an error of a few units of the last
// place. Two steps of third order bring the estimate of 1/root to the limit of
// float32; x times its square is the root.
func cubeRoot(x float32) float32 {
	r := math.Float32frombits(uint32(rootMagic - int32(float32(int32(math.Float32bits(x)))*third)))
	for range 2 {
		e := 1 - float32(float32(float32(x*r)*r)*r)
		r += float32(float32(float32(float32(e*twoNinths)+third)*e) * r)
	}
	return float32(float32(x*r) * r)
}

// columnsGeneric is the reference of Columns.
func columnsGeneric(dst *Sums, ref, dist *Rows, n int) {
	n = Padded(n)
	var out Sums
	for q := range out {
		out[q] = dst[q][Margin:][:n]
	}
	centreRef, centreDist := ref[Reach][:n], dist[Reach][:n]
	for i := range n {
		a, b := centreRef[i], centreDist[i]
		w := weights[0]
		out[meanRef][i] = a * w
		out[meanDist][i] = b * w
		out[squareRef][i] = float32(a*a) * w
		out[squareDist][i] = float32(b*b) * w
		out[product][i] = float32(a*b) * w
	}
	for k := 1; k <= Reach; k++ {
		w := weights[k]
		upRef, downRef := ref[Reach-k][:n], ref[Reach+k][:n]
		upDist, downDist := dist[Reach-k][:n], dist[Reach+k][:n]
		for i := range n {
			a, c := upRef[i], downRef[i]
			b, d := upDist[i], downDist[i]
			out[meanRef][i] += float32((a + c) * w)
			out[meanDist][i] += float32((b + d) * w)
			out[squareRef][i] += float32((float32(a*a) + float32(c*c)) * w)
			out[squareDist][i] += float32((float32(b*b) + float32(d*d)) * w)
			out[product][i] += float32((float32(a*b) + float32(c*d)) * w)
		}
	}
}

// errorsGeneric is the reference of Errors.
func errorsGeneric(t *Totals, blurred *Sums, ref, dist []float32, n int) {
	ref, dist = ref[:n], dist[:n]
	var in Sums
	for q := range in {
		in[q] = blurred[q][Margin-Reach:][:n+2*Reach]
	}
	for i := range n {
		lane := i % Lanes
		m1, m2 := across(in[meanRef], i), across(in[meanDist], i)
		s1 := across(in[squareRef], i) - float32(m1*m1)
		s2 := across(in[squareDist], i) - float32(m2*m2)
		s12 := across(in[product], i) - float32(m1*m2)

		// 1 - (1-dm²)*(2*s12+C)/(s1+s2+C), on one denominator.
		dm := m1 - m2
		similar := 1 - float32(dm*dm)
		covers := float32(s12+s12) + stability
		whole := float32(s1+s2) + stability
		d := max(float32(whole-float32(similar*covers))/whole, 0)
		t.add(structure, lane, d)

		// (1+edge2)/(1+edge1) - 1, likewise.
		edge1, edge2 := abs(ref[i]-m1), abs(dist[i]-m2)
		e := float32(edge2-edge1) / (1 + edge1)
		t.add(artefact, lane, max(e, 0))
		t.add(lost, lane, max(-e, 0))
	}
}

// add counts an error and its fourth power, which is the map after it.
func (t *Totals) add(m, lane int, e float32) {
	square := float32(e * e)
	t[m][lane] += e
	t[m+1][lane] += float32(square * square)
}

// across is the blur of the sample whose leftmost neighbour in reach is row[i].
func across(row []float32, i int) float32 {
	r := row[i:][:Taps]
	sum := float32(r[4] * weights[0])
	sum += float32((r[3] + r[5]) * weights[1])
	sum += float32((r[2] + r[6]) * weights[2])
	sum += float32((r[1] + r[7]) * weights[3])
	sum += float32((r[0] + r[8]) * weights[4])
	return sum
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
