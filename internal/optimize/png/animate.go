package png

import (
	"bytes"
	"context"
	"encoding/binary"
)

// animation is what an APNG has besides a still's chunks.
type animation struct {
	control []byte  // acTL
	frames  []frame // in order
	next    uint32  // sequence number
}

// frame is an fcTL chunk and the data behind it.
type frame struct {
	control []byte // fcTL, its sequence number first
	data    []byte // of fdAT chunks, without sequence numbers; nil if the frame is the image data
	still   bool   // the frame is the image data
}

const (
	frameControl  = 26 // bytes of fcTL
	sequenceBytes = 4
)

// animate takes a chunk of an animation.
func (p *parser) animate(c Chunk) error {
	if c.Type == "acTL" {
		if p.animation != nil || p.pieces > 0 || len(c.Data) != 8 {
			return FormatError("bad animation control")
		}
		p.animation = &animation{control: c.Data}
		return nil
	}
	a := p.animation
	if a == nil || len(c.Data) < sequenceBytes || binary.BigEndian.Uint32(c.Data) != a.next {
		return FormatError("bad animation sequence")
	}
	a.next++
	if c.Type == "fcTL" {
		if len(c.Data) != frameControl || p.pieces == 0 && len(a.frames) > 0 {
			return FormatError("bad frame control")
		}
		a.frames = append(a.frames, frame{control: c.Data, still: p.pieces == 0})
		return nil
	}
	if len(a.frames) == 0 || p.pieces == 0 || a.frames[len(a.frames)-1].still {
		return FormatError("frame data without a frame")
	}
	f := &a.frames[len(a.frames)-1]
	f.data = append(f.data, c.Data[sequenceBytes:]...)
	return nil
}

// header is the header of a frame's data, in an animation with header h.
func (f *frame) header(h *header) header {
	fh := *h
	fh.width = int(binary.BigEndian.Uint32(f.control[4:]))
	fh.height = int(binary.BigEndian.Uint32(f.control[8:]))
	return fh
}

// check sees that the frames are as many as announced, lie within the picture,
// and have data.
func (a *animation) check(h *header) error {
	if uint32(len(a.frames)) != binary.BigEndian.Uint32(a.control) || len(a.frames) == 0 {
		return FormatError("wrong number of frames")
	}
	for _, f := range a.frames {
		w, ht := binary.BigEndian.Uint32(f.control[4:]), binary.BigEndian.Uint32(f.control[8:])
		x, y := binary.BigEndian.Uint32(f.control[12:]), binary.BigEndian.Uint32(f.control[16:])
		if w == 0 || ht == 0 || uint64(x)+uint64(w) > uint64(h.width) || uint64(y)+uint64(ht) > uint64(h.height) {
			return FormatError("bad frame")
		}
		if f.still && (x|y != 0 || int(w) != h.width || int(ht) != h.height) {
			return FormatError("bad first frame")
		}
		if !f.still && f.data == nil {
			return FormatError("frame without data")
		}
	}
	return nil
}

// pixels is the number of pixels in all frames that have data of their own.
func (a *animation) pixels(h *header) int64 {
	n := int64(0)
	for _, f := range a.frames {
		if fh := f.header(h); !f.still {
			n += int64(fh.width) * int64(fh.height)
		}
	}
	return n
}

// A frame takes some time however few its pixels are. Where there are more small
// frames than films have, each gets hurried effort: what their data take is a
// small part of what their chunks do.
const (
	smallFrame  = 64   // bytes of filtered image data
	manyFrames  = 1000 // small ones
	hurriedMost = 1
)

// hurried says that there are that many small frames.
func (a *animation) hurried(h *header) bool {
	small := 0
	for _, f := range a.frames {
		if fh := f.header(h); fh.filteredSize() <= smallFrame {
			small++
		}
	}
	return small > manyFrames
}

// animated compresses every frame anew, in the colour type that they share.
func (w *workspace) animated(ctx context.Context, f *file, o Options) (*result, error) {
	best := f.asItIs()
	least := o
	if f.animation.hurried(&f.header) {
		least.Effort = min(o.Effort, hurriedMost)
	}
	best.form.header.interlaced = false
	var err error
	if best.idat, err = w.frame(ctx, &f.header, f.idat, o); err != nil {
		return nil, err
	}
	for i := range f.animation.frames {
		fr := &f.animation.frames[i]
		var data []byte
		if !fr.still {
			h, o := fr.header(&f.header), o
			if h.filteredSize() <= smallFrame {
				o = least
			}
			if data, err = w.frame(ctx, &h, fr.data, o); err != nil {
				return nil, err
			}
		}
		best.frames = append(best.frames, data)
	}
	return best, nil
}

// frame compresses the data of a frame with header h, and removes its
// interlacing. It returns data where that is not smaller, unless it was
// interlaced.
func (w *workspace) frame(ctx context.Context, h *header, data []byte, o Options) ([]byte, error) {
	m, kinds, err := decode(h, data, &w.inflated)
	if err != nil {
		return nil, err
	}
	f := m.tight(&w.expanded, o.KeepHidden)
	s := search{workspace: w, plan: plans[o.Effort], recipes: []recipe{func(*[]byte) form { return f }}}
	if !h.interlaced {
		s.source = &source{*h, kinds, len(data)}
	}
	best, err := s.run(ctx)
	if best == nil {
		return data, err
	}
	return bytes.Clone(best.idat), nil
}

// tight is m as a form: its rows are in buf, grown as needed, without gaps.
func (m *packed) tight(buf *[]byte, keepHidden bool) form {
	f := form{header: m.header}
	f.pix = resize(buf, m.header.height*m.header.rowBytes(m.header.width))
	for y := range m.header.height {
		copy(f.row(y), m.row(y))
	}
	if keepHidden || m.header.colour&alphaUsed == 0 {
		return f
	}
	size, n := f.header.pixelBytes(), f.header.depth/8
	for p := f.pix; len(p) > 0 && !f.hidden; p = p[size:] {
		f.hidden = p[size-n] == 0 && p[size-1] == 0
	}
	return f
}
