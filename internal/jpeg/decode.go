package jpeg

import (
	"image"
	"math"
	"sync"
)

// Options says how to decode.
type Options struct {
	// ScaleLuma divides the size of the luma plane (or of the only plane) by 1,
	// 2, 4 or 8. Default (0): 1.
	ScaleLuma int
	// ScaleChroma does the same for the chroma planes. Default (0): as ScaleLuma.
	// Chroma of a 4:2:0 file at half of luma's divisor comes out as 4:4:4;
	// a pair of scales that image.YCbCr cannot hold is refused.
	ScaleChroma int
	// AllowTruncated returns a picture with grey in the missing places, instead
	// of an error, where data are cut off or corrupt. A file that is much too
	// short for its size is an error all the same.
	AllowTruncated bool
}

// Picture is a decoded picture.
type Picture struct {
	// Image is an *image.YCbCr or an *image.Gray at the wanted scale. Its planes
	// are padded to whole blocks and belong to a pool: they are not to be used
	// after Release.
	Image image.Image
	// Width and Height are the true extent in pixels of Image's bounds: at 1/4
	// a picture 1001 wide is 251 pixels wide and has an extent of 250.25.
	Width, Height float64
	// Incomplete is set if part of the picture is missing, which happens with
	// Options.AllowTruncated only.
	Incomplete *IncompleteError

	buffer *planeBuffer
}

// Release gives the picture's memory back for the next one. It may be called
// once; the picture is not to be used any more.
func (p *Picture) Release() {
	if p.buffer != nil {
		p.buffer.release()
		p.buffer = nil
		p.Image = nil
	}
}

// Decoder decodes one picture at a time and keeps its scratch memory between
// pictures. It must not be used by several goroutines at once. The zero value
// is ready.
type Decoder struct {
	parser      parser
	entropy     entropyData
	sequential  sequentialState
	progressive progressiveState
}

// maxIdleScratch bounds the scratch memory that a pooled decoder may keep.
const maxIdleScratch = 32 << 20

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// Decode decodes data with a pooled Decoder.
func Decode(data []byte, o Options) (*Picture, error) {
	d := decoders.Get().(*Decoder)
	p, err := d.Decode(data, o)
	if cap(d.entropy.bytes) <= maxIdleScratch {
		decoders.Put(d)
	}
	return p, err
}

// Decode decodes one file. The error is a FormatError, an UnsupportedError or,
// unless o.AllowTruncated, an *IncompleteError. The data are not kept.
func (d *Decoder) Decode(data []byte, o Options) (*Picture, error) {
	var p *Picture
	incomplete, err := d.decode(data, o, false, func(f *frame, ratio image.YCbCrSubsampleRatio) *planeBuffer {
		p = f.newPicture(ratio)
		return p.buffer
	})
	if err != nil {
		return nil, err
	}
	p.Incomplete = incomplete
	return p, nil
}

// decode decodes data into the planes that take makes for the frame. After an
// error they are given back.
func (d *Decoder) decode(data []byte, o Options, inks bool, take func(*frame, image.YCbCrSubsampleRatio) *planeBuffer) (*IncompleteError, error) {
	defer func() { d.parser.data = nil }()
	if err := d.parser.begin(data); err != nil {
		return nil, err
	}
	d.parser.inks = inks
	first, err := d.parser.next()
	if err != nil {
		return nil, err
	}
	if first == nil {
		return nil, FormatError("no scan in the file")
	}
	f := newFrame(&d.parser.header)
	ratio, err := f.setScales(o)
	if err != nil {
		return nil, err
	}
	if f.blocks() > d.plausibleBlocks() {
		return nil, &IncompleteError{Truncated: true}
	}
	if f.planeBytes() > math.MaxInt/2 {
		return nil, UnsupportedError("a picture of this size")
	}
	buffer := take(f, ratio)
	if f.Progressive {
		err = d.decodeProgressive(f, first)
	} else {
		d.decodeSequential(f, first)
	}
	var incomplete *IncompleteError
	if err == nil {
		incomplete = d.shortfall(f)
		if incomplete != nil && !o.AllowTruncated {
			err = incomplete
		}
	}
	if err != nil {
		buffer.release()
		return nil, err
	}
	return incomplete, nil
}

// latchQuant gives the components of s their quantisation tables if this is
// their first scan. Decoders call it for each scan before its data.
func (d *Decoder) latchQuant(f *frame, s *scan) {
	for _, sc := range s.comps {
		if c := &f.comps[sc.index]; c.quant == nil {
			c.quant = d.parser.quant[c.TQ]
		}
	}
}

// plausibleBlocks returns how many blocks the file can hold at most. A block
// takes at least 2 bits, in a progressive file 1 bit: an absurd size is refused
// before memory is taken for it.
func (d *Decoder) plausibleBlocks() int64 {
	n := int64(len(d.parser.data)-d.parser.pos) * 4
	if d.parser.header.Progressive {
		n *= 2
	}
	return n
}

// shortfall judges f.progress.
func (d *Decoder) shortfall(f *frame) *IncompleteError {
	if f.progress.done >= f.progress.total {
		return nil
	}
	return &IncompleteError{
		Percent:   100 * float64(f.progress.done) / float64(f.progress.total),
		Truncated: d.parser.pos >= len(d.parser.data),
	}
}

// setScales takes over the scales of o. It returns the subsampling of the
// scaled planes.
func (f *frame) setScales(o Options) (image.YCbCrSubsampleRatio, error) {
	if o.ScaleLuma == 0 {
		o.ScaleLuma = 1
	}
	if o.ScaleChroma == 0 {
		o.ScaleChroma = o.ScaleLuma
	}
	for _, s := range [2]int{o.ScaleLuma, o.ScaleChroma} {
		if s != 1 && s != 2 && s != 4 && s != 8 {
			return 0, UnsupportedError("a scale other than 1, 1/2, 1/4 and 1/8")
		}
	}
	for i := range f.comps {
		c := &f.comps[i]
		c.scale = o.ScaleLuma
		if i > 0 && len(f.comps) == 3 {
			c.scale = o.ScaleChroma
		}
		c.size = 8 / c.scale
	}
	if len(f.comps) != 3 {
		return 0, nil
	}
	x, y, _ := chromaFactors(f.Components)
	x, y = x*o.ScaleChroma, y*o.ScaleChroma
	ratio, ok := subsampling(x/o.ScaleLuma, y/o.ScaleLuma)
	if !ok || x%o.ScaleLuma != 0 || y%o.ScaleLuma != 0 {
		return 0, UnsupportedError("chroma scale that makes unusual sampling")
	}
	return ratio, nil
}

// blocks returns the number of blocks of all components.
func (f *frame) blocks() int64 {
	var n int64
	for i := range f.comps {
		n += int64(f.comps[i].blocksX) * int64(f.comps[i].blocksY)
	}
	return n
}

// planeBytes returns the size of all planes.
func (f *frame) planeBytes() int64 {
	var n int64
	for i := range f.comps {
		c := &f.comps[i]
		n += int64(c.paddedX*c.paddedY) * int64(c.size*c.size)
	}
	return n
}

// newPlanes takes memory for the planes, with undefined content.
func (f *frame) newPlanes() *planeBuffer {
	buffer := newPlaneBuffer(int(f.planeBytes()))
	mem := buffer.mem
	for i := range f.comps {
		c := &f.comps[i]
		n := c.paddedX * c.paddedY * c.size * c.size
		c.plane = plane{pix: mem[:n:n], stride: c.paddedX * c.size}
		mem = mem[n:]
	}
	return buffer
}

// newPicture takes memory for the planes and wraps them up.
func (f *frame) newPicture(ratio image.YCbCrSubsampleRatio) *Picture {
	buffer := f.newPlanes()
	scale := f.comps[0].scale
	p := &Picture{
		Width:  float64(f.Width) / float64(scale),
		Height: float64(f.Height) / float64(scale),
		buffer: buffer,
	}
	bounds := image.Rect(0, 0, ceilDiv(f.Width, scale), ceilDiv(f.Height, scale))
	luma := &f.comps[0].plane
	if len(f.comps) == 1 {
		p.Image = &image.Gray{Pix: luma.pix, Stride: luma.stride, Rect: bounds}
		return p
	}
	p.Image = &image.YCbCr{
		Y: luma.pix, Cb: f.comps[1].plane.pix, Cr: f.comps[2].plane.pix,
		YStride: luma.stride, CStride: f.comps[1].plane.stride,
		SubsampleRatio: ratio, Rect: bounds,
	}
	return p
}

// Cost returns how many bytes decoding a file of size bytes with header h takes
// at most: the planes that the picture holds until its Release, and the
// decoder's own need. It is 0 for what Decode refuses.
func Cost(h *Header, size int, o Options) int64 {
	f := newFrame(h)
	if _, err := f.setScales(o); err != nil || h.Width <= 0 || h.Height <= 0 {
		return 0
	}
	_, planes := planeClass(f.planeBytes())
	n := planes + int64(size) + scanPadding
	if h.Progressive {
		n += progressiveCost(f)
	} else {
		n += sequentialCost(f)
	}
	return n
}
