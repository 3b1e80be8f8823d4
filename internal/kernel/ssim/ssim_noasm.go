package ssim

func xyb(dst, src *Planes, n int)                      { xybGeneric(dst, src, n) }
func columns(dst *Sums, ref, dist *Rows, n int)        { columnsGeneric(dst, ref, dist, n) }
func errors(t *Totals, b *Sums, r, d []float32, n int) { errorsGeneric(t, b, r, d, n) }
