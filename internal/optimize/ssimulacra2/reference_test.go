package ssimulacra2_test

import (
	"image"
	"math"

	"imgpool/internal/optimize/ssimulacra2"
)

// slowScore is the metric written straight from its definition, in float64, with
// the recursive filter as its author gives it and with what the standard library
// has for roots and powers. ref and dist are opaque.
func slowScore(ref, dist *image.NRGBA) float64 {
	a, b := slowLight(ref), slowLight(dist)
	var norms [3][6][6]float64
	n := 0
	for ; n < 6 && a[0].w >= 8 && a[0].h >= 8; n++ {
		if n > 0 {
			for c := range 3 {
				a[c], b[c] = a[c].halved(), b[c].halved()
			}
		}
		x, y := slowXYB(a), slowXYB(b)
		for c := range 3 {
			norms[c][n] = slowErrors(x[c], y[c])
		}
	}
	sum, i := 0.0, 0
	for c := range 3 {
		for s := range n {
			for _, v := range norms[c][s] {
				sum += ssimulacra2.Weights[i] * v
				i++
			}
		}
	}
	sum *= 0.9562382616834844
	sum = 2.326765642916932*sum - 0.020884521182843837*sum*sum + 6.248496625763138e-05*sum*sum*sum
	if sum <= 0 {
		return 100
	}
	return 100 - 10*math.Pow(sum, 0.6276336467831387)
}

// slowPlane is one component of a picture.
type slowPlane struct {
	w, h int
	v    []float64
}

func newSlow(w, h int) slowPlane { return slowPlane{w, h, make([]float64, w*h)} }

// each returns a plane of what f makes of every index.
func (p slowPlane) each(f func(i int) float64) slowPlane {
	out := newSlow(p.w, p.h)
	for i := range out.v {
		out.v[i] = f(i)
	}
	return out
}

func slowLight(m *image.NRGBA) (light [3]slowPlane) {
	for c := range light {
		light[c] = newSlow(m.Rect.Dx(), m.Rect.Dy()).each(func(i int) float64 {
			v := float64(m.Pix[4*i+c]) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		})
	}
	return light
}

func (p slowPlane) halved() slowPlane {
	out := newSlow((p.w+1)/2, (p.h+1)/2)
	at := func(x, y int) float64 { return p.v[min(y, p.h-1)*p.w+min(x, p.w-1)] }
	return out.each(func(i int) float64 {
		x, y := 2*(i%out.w), 2*(i/out.w)
		return (at(x, y) + at(x+1, y) + at(x, y+1) + at(x+1, y+1)) / 4
	})
}

func slowXYB(light [3]slowPlane) (xyb [3]slowPlane) {
	const bias = 0.0037930732552754493
	receptor := func(r, g, b float64) slowPlane {
		return light[0].each(func(i int) float64 {
			return math.Cbrt(r*light[0].v[i]+g*light[1].v[i]+b*light[2].v[i]+bias) - math.Cbrt(bias)
		})
	}
	l, m := receptor(0.3, 0.622, 0.078), receptor(0.23, 0.692, 0.078)
	s := receptor(0.24342268924547819, 0.20476744424496821, 1-0.24342268924547819-0.20476744424496821)
	xyb[0] = l.each(func(i int) float64 { return (l.v[i]-m.v[i])/2*14 + 0.42 })
	xyb[1] = l.each(func(i int) float64 { return (l.v[i]+m.v[i])/2 + 0.01 })
	xyb[2] = l.each(func(i int) float64 { return s.v[i] - (l.v[i]+m.v[i])/2 + 0.55 })
	return xyb
}

// slowErrors returns the means of the three error maps, then their 4-norms,
// structure first each time.
func slowErrors(x, y slowPlane) (out [6]float64) {
	times := func(a, b slowPlane) slowPlane {
		return a.each(func(i int) float64 { return a.v[i] * b.v[i] }).blurred()
	}
	m1, m2, s11, s22, s12 := x.blurred(), y.blurred(), times(x, x), times(y, y), times(x, y)
	for i := range x.v {
		a, b := m1.v[i], m2.v[i]
		covers, whole := 2*(s12.v[i]-a*b)+0.0009, s11.v[i]-a*a+s22.v[i]-b*b+0.0009
		edge := (1+math.Abs(y.v[i]-b))/(1+math.Abs(x.v[i]-a)) - 1
		for m, e := range []float64{1 - (1-(a-b)*(a-b))*covers/whole, edge, -edge} {
			e = max(e, 0)
			out[m] += e / float64(len(x.v))
			out[m+3] += e * e * e * e / float64(len(x.v))
		}
	}
	for m := 3; m < 6; m++ {
		out[m] = math.Sqrt(math.Sqrt(out[m]))
	}
	return out
}

// blurred runs the recursive Gaussian over rows and columns.
func (p slowPlane) blurred() slowPlane {
	rows := newSlow(p.w, p.h)
	for y := range p.h {
		recursive(rows.v[y*p.w:][:p.w], p.v[y*p.w:][:p.w])
	}
	out := newSlow(p.w, p.h)
	column, result := make([]float64, p.h), make([]float64, p.h)
	for x := range p.w {
		for y := range column {
			column[y] = rows.v[y*p.w+x]
		}
		recursive(result, column)
		for y := range column {
			out.v[y*p.w+x] = result[y]
		}
	}
	return out
}

// recursive is the Gaussian filter of Charalampidis (2016) for sigma 1.5, whose
// equations the numbers refer to, with zeros around the signal.
func recursive(out, in []float64) {
	const radius = 5 // round(3.2795*sigma + 0.2546), (57)
	clear(out)
	for i, n2 := range resonators() {
		omega := float64(2*i+1) * math.Pi / (2 * radius)
		at := func(x int) float64 {
			if x < 0 || x >= len(in) {
				return 0
			}
			return in[x]
		}
		var last, before float64
		for n := 1 - radius; n < len(in); n++ {
			v := n2*(at(n-radius-1)+at(n+radius-1)) + 2*math.Cos(omega)*last - before // (35)
			last, before = v, last
			if n >= 0 {
				out[n] += v
			}
		}
	}
}

// resonators returns the gains of the three parts of the filter, (33).
func resonators() (n2 [3]float64) {
	const radius, sigma = 5.0, 1.5
	var p, r, rho, omega [3]float64
	for i, sign := range []float64{1, -1, 1} {
		omega[i] = float64(2*i+1) * math.Pi / (2 * radius)
		p[i] = sign / math.Tan(omega[i]/2)                           // (37)
		r[i] = sign * p[i] * p[i] / math.Sin(omega[i])               // (44)
		rho[i] = math.Exp(-sigma*sigma*omega[i]*omega[i]/2) / radius // (50)
	}
	d := func(i, k int) float64 { return p[i]*r[k] - r[i]*p[k] } // (52)
	zeta1, zeta3 := d(1, 2)/d(0, 1), d(2, 0)/d(0, 1)
	// (53): beta solves p*beta = 1, r*beta = radius²-sigma², zeta*beta = zeta*rho.
	a := [3][3]float64{p, r, {zeta1, zeta3, 1}}
	b := [3]float64{1, radius*radius - sigma*sigma, zeta1*rho[0] + zeta3*rho[1] + rho[2]}
	det := func(m [3][3]float64) float64 {
		return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) +
			m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	}
	for i := range n2 {
		m := a
		for row := range m {
			m[row][i] = b[row]
		}
		n2[i] = -det(m) / det(a) * math.Cos(omega[i]*(radius+1))
	}
	return n2
}
