package resample

import "encoding/binary"

// pickBytes copies pixels of size bytes each: column xs[i] of row ys[k] of the
// source becomes column i of row k of the output, or with transpose row i of
// column k. It serves nearest sample, crops and turns, for every type.
func pickBytes(dst []byte, dstStride int, src []byte, srcStride int, xs, ys []int32, size int, transpose bool) {
	step := run(xs)
	if size == 1 && transpose && step != 0 {
		turnBytes(dst, dstStride, src, srcStride, xs, ys, step)
		return
	}
	stepX, stepY := size, dstStride
	if transpose {
		stepX, stepY = dstStride, size
	}
	for k, y := range ys {
		row := src[int(y)*srcStride:]
		out := dst[k*stepY:]
		switch {
		case step == 1 && !transpose:
			copy(out[:len(xs)*size], row[int(xs[0])*size:])
		case size == 1:
			for i, x := range xs {
				out[i*stepX] = row[x]
			}
		default:
			for i, x := range xs {
				copy(out[i*stepX:][:size], row[int(x)*size:][:size])
			}
		}
	}
}

// run returns 1 if the positions are neighbours one after the other, -1 if they
// are so backwards, and 0 otherwise.
func run(xs []int32) int32 {
	if len(xs) < 2 {
		return 1
	}
	step := xs[1] - xs[0]
	if step != 1 && step != -1 {
		return 0
	}
	for i, x := range xs {
		if x != xs[0]+int32(i)*step {
			return 0
		}
	}
	return step
}

// tile is the side of the squares in which turnBytes walks over a picture, so
// that the rows it writes to stay in the first-level cache. A multiple of 8.
const tile = 64

// turnBytes is pickBytes with transpose for one byte per pixel and columns that
// are a run, as in a turn: it moves blocks of 8 by 8.
func turnBytes(dst []byte, dstStride int, src []byte, srcStride int, xs, ys []int32, step int32) {
	wide, high := len(xs)&^7, len(ys)&^7
	for top := 0; top < high; top += tile {
		for left := 0; left < wide; left += tile {
			for k := top; k < min(top+tile, high); k += 8 {
				for i := left; i < min(left+tile, wide); i += 8 {
					at := int(min(xs[i], xs[i+7]))
					turnBlock(dst[i*dstStride+k:], dstStride, src[at:], srcStride, (*[8]int32)(ys[k:]), step < 0)
				}
			}
		}
	}
	for k, y := range ys { // what is left on the right and at the bottom
		from := 0
		if k < high {
			from = wide
		}
		for i := from; i < len(xs); i++ {
			dst[i*dstStride+k] = src[int(y)*srcStride+int(xs[i])]
		}
	}
}

// turnBlock transposes 8 by 8 bytes, from eight rows of src to eight rows of
// dst, the last column first if backwards.
func turnBlock(dst []byte, dstStride int, src []byte, srcStride int, ys *[8]int32, backwards bool) {
	row := func(r int) uint64 { return binary.LittleEndian.Uint64(src[int(ys[r])*srcStride:]) }
	a, b, c, d, e, f, g, h := row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)
	// Exchange the quarters off the diagonal, then their quarters, then single bytes.
	a, e = exchange(a, e, 32, 0x00000000ffffffff)
	b, f = exchange(b, f, 32, 0x00000000ffffffff)
	c, g = exchange(c, g, 32, 0x00000000ffffffff)
	d, h = exchange(d, h, 32, 0x00000000ffffffff)
	a, c = exchange(a, c, 16, 0x0000ffff0000ffff)
	b, d = exchange(b, d, 16, 0x0000ffff0000ffff)
	e, g = exchange(e, g, 16, 0x0000ffff0000ffff)
	f, h = exchange(f, h, 16, 0x0000ffff0000ffff)
	a, b = exchange(a, b, 8, 0x00ff00ff00ff00ff)
	c, d = exchange(c, d, 8, 0x00ff00ff00ff00ff)
	e, f = exchange(e, f, 8, 0x00ff00ff00ff00ff)
	g, h = exchange(g, h, 8, 0x00ff00ff00ff00ff)
	if backwards {
		a, b, c, d, e, f, g, h = h, g, f, e, d, c, b, a
	}
	put := func(r int, v uint64) { binary.LittleEndian.PutUint64(dst[r*dstStride:], v) }
	put(0, a)
	put(1, b)
	put(2, c)
	put(3, d)
	put(4, e)
	put(5, f)
	put(6, g)
	put(7, h)
}

// exchange swaps the bits of u under mask<<shift with those of l under mask.
func exchange(u, l uint64, shift uint, mask uint64) (uint64, uint64) {
	t := (u>>shift ^ l) & mask
	return u ^ t<<shift, l ^ t
}
