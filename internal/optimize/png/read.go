package png

import (
	"strings"

	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// decode inflates image data of the header's form into buf, grown as needed,
// and undoes filters and interlacing. The rows stay in buf. It also returns
// the filters, unless the data are interlaced.
func decode(h *header, idat []byte, buf *[]byte) (*packed, []pngfilter.Kind, error) {
	size := h.filteredSize()
	if size > int64(len(idat))*deflate.MaxRatio {
		return nil, nil, FormatError("image data end early")
	}
	resize(buf, int(size))
	if err := deflate.Inflate(*buf, idat); err != nil {
		return nil, nil, FormatError("image data: " + strings.TrimPrefix(err.Error(), "deflate: "))
	}
	m := &packed{header: *h, pix: *buf}
	m.header.interlaced = false
	m.stride = 1 + h.rowBytes(h.width)
	rest := *buf
	var kinds []pngfilter.Kind
	if h.interlaced {
		m.stride--
		m.pix = make([]byte, m.stride*h.height)
	}
	zeros := make([]byte, h.rowBytes(h.width))
	for _, p := range h.passes() {
		w, ht := p.size(h.width, h.height)
		if w <= 0 || ht <= 0 {
			continue
		}
		n := h.rowBytes(w)
		prev := zeros[:n]
		for y := range ht {
			kind, row := pngfilter.Kind(rest[0]), rest[1:1+n]
			if kind >= pngfilter.Kinds {
				return nil, nil, FormatError("bad filter type")
			}
			pngfilter.Undo(row, prev, h.pixelBytes(), kind)
			if !h.interlaced {
				kinds = append(kinds, kind)
			} else {
				scatter(m.row(p.y0+y*p.dy), row, w, p, h.bitsPerPixel())
			}
			prev = row
			rest = rest[1+n:]
		}
	}
	if !h.interlaced {
		m.pix = (*buf)[1:]
	}
	return m, kinds, nil
}

// scatter puts w pixels of a reduced image where they belong in a row.
func scatter(dst, src []byte, w int, p pass, bits int) {
	if bits < 8 {
		mask := byte(1<<bits - 1)
		for i := range w {
			from, to := i*bits, (p.x0+i*p.dx)*bits
			v := src[from/8] >> (8 - bits - from%8) & mask
			dst[to/8] |= v << (8 - bits - to%8)
		}
		return
	}
	n := bits / 8
	for i := range w {
		copy(dst[(p.x0+i*p.dx)*n:][:n], src[i*n:])
	}
}
