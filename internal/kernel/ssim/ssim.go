// Package ssim has the arithmetic of the SSIMULACRA 2 metric that is done for
// every pixel of every scale: linear light to the XYB colours, the vertical half
// of the blur of two pictures and of their products, and the horizontal half
// together with the error maps.
//
// # Arithmetic
//
// All numbers are float32. Each sum and product is rounded on its own, in the
// order that the generic code writes them: no fused multiply-add, no
// reassociation. Sums over a row are kept in [Lanes] lanes, lane j for the
// columns x with x%Lanes = j. So every implementation gives the same bits, and
// a decision that rests on a score is the same on every machine.
//
// # Rows
//
// A row of n columns is a slice of Padded(n) samples. The metric takes what is
// outside of a picture for 0 in each component. Here components are centred, so
// that the squares of usual colours are small and a variance, the difference of
// two of them, keeps its digits; it is the same after any shift. Outside, and in
// the samples of a row beyond n, a component is therefore [Outside]. A blurred
// row, as Columns writes and Errors reads it, has [Margin] samples more at either
// end, which hold what the blur makes of the outside.
package ssim

const (
	// Lanes is how many columns are computed side by side.
	Lanes = 8
	// Reach is how far the blur looks to either side of a sample.
	Reach = 4
	// Taps is the number of rows that one blurred row is made of.
	Taps = 2*Reach + 1
	// Margin is what a blurred row has before and after its samples.
	Margin = 8
)

// Outside is what the three components are outside of a picture.
var Outside = [3]float32{-0.42, -0.41, -0.55}

// Padded returns the length of a row of n columns.
func Padded(n int) int { return (n + Lanes - 1) &^ (Lanes - 1) }

// Blurred returns the length of a blurred row of n columns.
func Blurred(n int) int { return Padded(n) + 2*Margin }

// weights of the blur, of the centre first. The metric is defined with the
// recursive Gaussian of Charalampidis (2016) with sigma 1.5. Its three
// resonators have frequencies of 1, 3 and 5 times pi/10, for which the second
// input of the recursion cancels the first after ten samples: the impulse
// response is finite, and these are all of its values. Summing them directly
// costs as much as the recursion, loses nothing to drift and has no order but
// one.
var weights = [Reach + 1]float32{
	0.26462110548819845, 0.21292859201042214, 0.10933537277746029, 0.036011114658364425, 0.009414367809653771,
}

// The quantities that are blurred, in the order of [Sums].
const (
	meanRef   = iota // the reference
	meanDist         // the distorted picture
	squareRef        // their squares and product
	squareDist
	product
	quantities
)

// Sums are the blurred rows of the five quantities: reference, distorted
// picture, the square of each, and their product.
type Sums [quantities][]float32

// Margins makes all samples of the blurred rows what they are outside of a
// picture, for component c.
func (s *Sums) Margins(c int) {
	for q, row := range s {
		v := Outside[c]
		if q >= squareRef {
			v *= v
		}
		for i := range row {
			row[i] = v
		}
	}
}

// Planes are rows of the three components of a colour.
type Planes [3][]float32

// Rows are the rows above one another that one blurred row is made of.
type Rows [Taps][]float32

// The errors that are summed, as in [Totals].
const (
	structure  = iota // 1 - SSIM, without the luminance's denominator
	structure4        // to the fourth power
	artefact          // an edge in the distorted picture where the reference has less of one
	artefact4
	lost // the other way around
	lost4
	errorMaps
)

// Totals are sums over columns, lane by lane: of the structural error, of the
// artefacts and of the detail lost, each once plain and once of fourth powers.
type Totals [errorMaps][Lanes]float32

// XYB turns n columns of linear light (red, green, blue; 0 to 1) into the three
// components of the metric, centred. What lies beyond n in dst is made
// [Outside]. dst may be src. Reference: xybGeneric.
func XYB(dst, src *Planes, n int) {
	for c := range dst {
		check(n, len(dst[c]), len(src[c]))
	}
	xyb(dst, src, n)
	for c := range dst {
		for i := n; i < Padded(n); i++ {
			dst[c][i] = Outside[c]
		}
	}
}

// Columns is the vertical half of the blur: it sums the nine rows of the
// reference and of the distorted picture and of their products with the weights
// of the blur, n columns of it. The margins of dst are left alone.
// Reference: columnsGeneric.
func Columns(dst *Sums, ref, dist *Rows, n int) {
	for i := range ref {
		check(n, len(ref[i]), len(dist[i]))
	}
	for q := range dst {
		check(n, len(dst[q])-2*Margin)
	}
	columns(dst, ref, dist, n)
}

// Errors is the horizontal half of the blur, and adds the errors of n columns to
// t. ref and dist are the rows themselves; the blurred rows belong to them.
// Reference: errorsGeneric.
func Errors(t *Totals, blurred *Sums, ref, dist []float32, n int) {
	for q := range blurred {
		check(n, len(blurred[q])-2*Margin)
	}
	check(n, len(ref), len(dist))
	errors(t, blurred, ref, dist, n)
}

// check panics unless there are columns and the rows hold them.
func check(n int, lengths ...int) {
	for _, l := range lengths {
		if n < 1 || Padded(n) > l {
			panic("ssim: internal error: a row is too short")
		}
	}
}
