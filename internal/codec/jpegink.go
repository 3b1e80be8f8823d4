package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"imgpool/internal/jpeg"
)

// decodeInks decodes CMYK and YCCK, with the project's own decoder. Which way round the inks are stored depends on the
// Adobe marker: with it 255 is no ink, as Photoshop writes them.
func decodeInks(data []byte, h *Header, o DecodeOptions) (*Decoded, error) {
	options := inkOptions(o)
	p, err := jpeg.DecodeInks(withHeight(data, h), options)
	var (
		unsupported jpeg.UnsupportedError
		incomplete  *jpeg.IncompleteError
	)
	switch {
	case errors.As(err, &unsupported):
		return nil, UnsupportedError("JPEG with " + string(unsupported))
	case errors.As(err, &incomplete):
		return nil, jpegIncomplete(incomplete)
	case err != nil:
		return nil, formatErrorf("JPEG: %v", err)
	}
	defer p.Release()
	scale := options.ScaleLuma
	if p.Width != ceilDiv(h.Width, scale) || p.Height != ceilDiv(h.Height, scale) {
		return nil, FormatError("JPEG: header and data disagree about the size")
	}
	d := decoded(inkPixels(p, h))
	d.Width, d.Height = float64(h.Width)/float64(scale), float64(h.Height)/float64(scale)
	if p.Incomplete != nil && h.Damage == nil {
		d.Warnings = append(d.Warnings, p.Incomplete.Error())
	}
	return d, nil
}

// inkOptions takes over the wish for a scale.
func inkOptions(o DecodeOptions) jpeg.Options {
	p := jpeg.Options{ScaleLuma: 1, AllowTruncated: o.AllowTruncated}
	for p.ScaleLuma < 8 && 2*p.ScaleLuma <= o.Scale {
		p.ScaleLuma *= 2
	}
	return p
}

// withHeight returns data with the height that a DNL segment gives in the frame header.
func withHeight(data []byte, h *Header) []byte {
	l := h.layout.(*jpegLayout)
	frame := l.segments[l.frame].payload
	if int(binary.BigEndian.Uint16(data[frame+1:])) == h.Height {
		return data
	}
	out := bytes.Clone(data)
	binary.BigEndian.PutUint16(out[frame+1:], uint16(h.Height))
	return out
}

// inkPixels puts the planes together: 255 is all of an ink.
func inkPixels(p *jpeg.Inks, h *Header) *image.CMYK {
	m := image.NewCMYK(image.Rect(0, 0, p.Width, p.Height))
	var lines [4][]uint8
	var up [4]upsampler
	for i := range up {
		up[i] = newUpsampler(&p.Planes[i], p.Width)
		lines[i] = make([]uint8, p.Width)
	}
	adobe := h.layout.(*jpegLayout).adobe >= 0
	for y := range p.Height {
		for i := range up {
			up[i].line(lines[i], y)
		}
		row := m.Pix[y*m.Stride:][:m.Stride]
		a, b, c, k := lines[0], lines[1], lines[2], lines[3]
		switch {
		case h.Model == YCCK: // the complement of stored inks, which are complements themselves
			for x := range a {
				d := row[4*x : 4*x+4 : 4*x+4]
				d[0], d[1], d[2] = rgbOf(a[x], b[x], c[x])
				d[3] = ^k[x]
			}
		case adobe:
			for x := range a {
				d := row[4*x : 4*x+4 : 4*x+4]
				d[0], d[1], d[2], d[3] = ^a[x], ^b[x], ^c[x], ^k[x]
			}
		default:
			for x := range a {
				d := row[4*x : 4*x+4 : 4*x+4]
				d[0], d[1], d[2], d[3] = a[x], b[x], c[x], k[x]
			}
		}
	}
	return m
}

// rgbOf takes YCbCr of JFIF to RGB, rounded to nearest.
func rgbOf(y, cb, cr uint8) (r, g, b uint8) {
	const crToR, cbToG, crToG, cbToB = 91881, 22554, 46802, 116130 // 1.402, 0.344136, 0.714136, 1.772 in 1/65536
	l, u, v := int32(y)<<16+1<<15, int32(cb)-128, int32(cr)-128
	cut := func(v int32) uint8 { return uint8(min(max(v>>16, 0), 255)) }
	return cut(l + crToR*v), cut(l - cbToG*u - crToG*v), cut(l + cbToB*u)
}

// upsampler brings a plane to the size of the picture: linearly between its samples, which lie in the middle of the pixels
// they stand for (JFIF), and continue beyond the edges.
type upsampler struct {
	plane *jpeg.InkPlane
	x     []between // of each pixel, nil where the plane is as wide as the picture
}

// between is a place between the samples i and j, f 256ths of the way.
type between struct{ i, j, f int32 }

// betweenAt finds pixel p in a plane of n samples, of which there are factor for each largest pixels.
func betweenAt(p, factor, largest, n int) between {
	at := int32((2*p+1)*factor*128/largest - 128)
	i := at >> 8
	return between{min(max(i, 0), int32(n)-1), min(max(i+1, 0), int32(n)-1), at & 255}
}

func newUpsampler(p *jpeg.InkPlane, width int) upsampler {
	u := upsampler{plane: p}
	if p.H != p.HMax {
		u.x = make([]between, width)
		for x := range u.x {
			u.x[x] = betweenAt(x, p.H, p.HMax, p.Width)
		}
	}
	return u
}

// line fills dst with row y of the picture.
func (u *upsampler) line(dst []uint8, y int) {
	p := u.plane
	at := between{int32(y), int32(y), 0}
	if p.V != p.VMax {
		at = betweenAt(y, p.V, p.VMax, p.Height)
	}
	top, bottom := p.Pix[int(at.i)*p.Stride:][:p.Width], p.Pix[int(at.j)*p.Stride:][:p.Width]
	if u.x == nil && at.f == 0 {
		copy(dst, top)
		return
	}
	down := func(i int32) int32 { return int32(top[i])*(256-at.f) + int32(bottom[i])*at.f }
	for x := range dst {
		b := between{int32(x), int32(x), 0}
		if u.x != nil {
			b = u.x[x]
		}
		dst[x] = uint8((down(b.i)*(256-b.f) + down(b.j)*b.f + 1<<15) >> 16)
	}
}

// inkCost is what decodeInks allocates in bytes.
func inkCost(h *Header, o DecodeOptions) int64 {
	data := withHeight(h.data, h)
	header, _ := jpeg.Parse(data)
	if header == nil {
		return 0 // will be refused
	}
	options := inkOptions(o)
	scale := options.ScaleLuma
	w, hgt := int64(ceilDiv(h.Width, scale)), int64(ceilDiv(h.Height, scale))
	return jpeg.Cost(header, len(data), options) + 4*w*hgt + int64(len(data)) + 4*13*w
}
