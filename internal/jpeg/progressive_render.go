package jpeg

import (
	"imgpool/internal/kernel/idct"
	"imgpool/internal/kernel/progressive"
)

// render turns the coefficients of c into pixels.
func (c *progressiveComponent) render() {
	var none [64]uint16
	quant := c.quant
	if quant == nil { // no scan has the component: it is grey
		quant = &none
	}
	low := lowQuant(quant, c.size)
	n := c.size * c.size
	for row := range c.paddedY {
		dst := c.plane.pix[row*c.size*c.plane.stride:]
		dc := c.dc[row*c.paddedX:][:c.paddedX]
		if c.scale == 8 {
			idct.Row1(dst, dc, low[0])
			continue
		}
		if row >= c.blocksY {
			clear(dst[:c.size*c.plane.stride])
			continue
		}
		value := c.value[row*c.blocksX*n:][:c.blocksX*n]
		progressive.Finish(value, n, dc[:c.blocksX])
		switch c.scale {
		case 1:
			idct.Row8(dst, c.plane.stride, value, &low)
		case 2:
			idct.Row4(dst, c.plane.stride, value, (*[16]uint16)(low[:]))
		case 4:
			idct.Row2(dst, c.plane.stride, value, (*[4]uint16)(low[:]))
		}
		c.clearPadding(dst)
	}
}

// clearPadding makes the pixels of a row of blocks that lie behind its last
// block black: the content of pooled memory must not show.
func (c *progressiveComponent) clearPadding(dst []byte) {
	if c.paddedX == c.blocksX {
		return
	}
	for y := range c.size {
		clear(dst[y*c.plane.stride:][c.blocksX*c.size : c.paddedX*c.size])
	}
}

// lowQuant returns the low size x size entries of a quantisation table,
// row-major.
func lowQuant(quant *[64]uint16, size int) (low [64]uint16) {
	for y := range size {
		copy(low[y*size:], quant[8*y:8*y+size])
	}
	return low
}
