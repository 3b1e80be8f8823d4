//go:build !amd64 || purego

package ssim

func xyb(dst, src *Planes, n int) { xybGeneric(dst, src, n) }

func columns(dst *Sums, ref, dist *Rows, n int) { columnsGeneric(dst, ref, dist, n) }

func errors(t *Totals, blurred *Sums, ref, dist []float32, n int) {
	errorsGeneric(t, blurred, ref, dist, n)
}
