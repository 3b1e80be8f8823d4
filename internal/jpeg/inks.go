package jpeg

import "image"

// Inks is a decoded picture of four components, CMYK or YCCK as it is stored.
type Inks struct {
	// Planes are the components, each at its own resolution.
	Planes [4]InkPlane
	// Width and Height are the pixels of the picture at the wanted scale,
	// rounded up.
	Width, Height int
	// Incomplete is set as in [Picture].
	Incomplete *IncompleteError

	buffer *planeBuffer
}

// InkPlane is the samples of one component. They belong to a pool: they are not
// to be used after Release.
type InkPlane struct {
	Pix    []byte
	Stride int // bytes from one row to the next
	// Width and Height are the samples that there are: H/HMax times the
	// picture's, rounded up.
	Width, Height int
	// H and V are the component's sampling factors, HMax and VMax the largest
	// of all components.
	H, V, HMax, VMax int
}

// Release gives the picture's memory back. It may be called once; the picture
// is not to be used any more.
func (p *Inks) Release() {
	if p.buffer != nil {
		p.buffer.release()
		p.buffer = nil
		p.Planes = [4]InkPlane{}
	}
}

// DecodeInks is [Decode] for files of four components, of any sampling and
// whatever they mean. Of the scales of o only ScaleLuma counts, for all planes.
func DecodeInks(data []byte, o Options) (*Inks, error) {
	o.ScaleChroma = 0
	d := decoders.Get().(*Decoder)
	var p *Inks
	incomplete, err := d.decode(data, o, true, func(f *frame, _ image.YCbCrSubsampleRatio) *planeBuffer {
		p = f.newInks()
		return p.buffer
	})
	if cap(d.entropy.bytes) <= maxIdleScratch {
		decoders.Put(d)
	}
	if err != nil {
		return nil, err
	}
	p.Incomplete = incomplete
	return p, nil
}

// newInks takes memory for four planes and wraps them up.
func (f *frame) newInks() *Inks {
	scale := f.comps[0].scale
	p := &Inks{Width: ceilDiv(f.Width, scale), Height: ceilDiv(f.Height, scale), buffer: f.newPlanes()}
	for i := range p.Planes {
		c := &f.comps[i]
		p.Planes[i] = InkPlane{
			Pix: c.plane.pix, Stride: c.plane.stride,
			Width:  ceilDiv(ceilDiv(f.Width*c.H, f.hMax), scale),
			Height: ceilDiv(ceilDiv(f.Height*c.V, f.vMax), scale),
			H:      c.H, V: c.V, HMax: f.hMax, VMax: f.vMax,
		}
	}
	return p
}
