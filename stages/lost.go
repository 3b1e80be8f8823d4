package stages

import (
	"encoding/binary"
	"fmt"
	"image"
	"slices"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// The words for what an output cannot hold of its input, stable in JSON. The
// words of [codec.Extra] are further ones.
const (
	LostDepth       = "depth"               // bits per sample beyond 8
	LostAlpha       = "alpha"               // transparency, or what of it a GIF cannot tell
	LostRange       = "dynamic-range"       // light brighter than the white of paper (PQ, HLG)
	LostProfile     = "profile"             // the colour profile that --profile asks for
	LostFrames      = "frames"              // of an animation of which a still was taken
	LostCredentials = "content-credentials" // C2PA: signatures that hold for the original's bytes alone
)

// lose records that the output lacks something, once, and tells the user.
func (p *Picture) lose(word, sentence string, args ...any) {
	if slices.Contains(p.Lost, word) {
		return
	}
	p.Lost = append(p.Lost, word)
	p.warn(fmt.Sprintf(sentence, args...))
}

// lossesOf tells what p's output will lack that its header and plan give away.
// A copy lacks nothing, and what compress finds is told of when it is found.
func (d *decoder) lossesOf(p *Picture) {
	h, format := p.Header, p.Plan.Format
	if p.Plan.Action != ActEncode && p.Plan.Action != ActStrip {
		return
	}
	loseExtras(p, d.cfg.Encode.Metadata)
	if p.Plan.Action == ActStrip {
		return
	}
	switch {
	case h.Depth <= 8:
	case animated(h, d.cfg.Decode):
		p.lose(LostDepth, "%d bits per sample become 8: frames are taken so", h.Depth)
	case h.Shallow:
		p.lose(LostDepth, "%d bits per sample become 8: %s is read so", h.Depth, h.Format)
	case !format.CanDeep():
		p.lose(LostDepth, "%d bits per sample become 8, which is all that %s holds", h.Depth, format)
	}
	if curve := h.HighRange(); curve != "" && p.colours.convert {
		p.lose(LostRange, "high dynamic range (%s) is brought down to what screens show", curve)
	}
	if p.colours.lost != "" {
		p.lose(LostProfile, "%s", p.colours.lost)
	}
	if h.Frames > 1 && h.Format != codec.TIFF && !animated(h, d.cfg.Decode) {
		p.lose(LostFrames, "%d of %d frames are left out", h.Frames-1, h.Frames)
	}
}

// loseExtras tells of what lies in p's file besides its picture, which is to be
// written anew.
func loseExtras(p *Picture, policy Metadata) {
	for _, e := range p.Header.Extras {
		// Unknown data are like metadata: that nobody wants them is no loss.
		if e == codec.GainMap && p.gainMap != nil || e == codec.Trailer && policy == meta.None {
			continue
		}
		p.lose(string(e), "%s", extraSentence(e, p.Header))
	}
	if policy != meta.None && p.Header.Metadata().C2PA {
		p.lose(LostCredentials, "the content credentials (C2PA) are left out: they hold for the original file alone")
	}
}

// extraSentence says what becomes of an extra of h.
func extraSentence(e codec.Extra, h *codec.Header) string {
	switch e {
	case codec.GainMap:
		return "the gain map is left out: on screens of high dynamic range the picture looks as on others"
	case codec.DepthMap:
		return "the depth map is left out"
	case codec.MotionPhoto:
		return "the video of a motion photo is left out"
	case codec.Layers:
		return "the layers are left out: the picture of them all stays"
	case codec.Trailer:
		return "what follows the end of the file is left out: data of no known kind"
	case codec.Pages:
		if h.Format == codec.TIFF {
			return fmt.Sprintf("%d of %d pages are left out", h.Frames-1, h.Frames)
		}
	}
	return "further pictures in the file are left out"
}

// loseAlpha tells of transparency in img that p's format cannot hold. img is p
// at its final size, or a frame of it.
func loseAlpha(p *Picture, img image.Image) {
	format := p.Plan.Format
	if format.CanAlpha() && format != codec.GIF || slices.Contains(p.Lost, LostAlpha) {
		return
	}
	any, partial := transparency(img)
	switch {
	case format == codec.GIF && p.Header.Format == codec.GIF: // it never had more, but for what a smaller size makes of edges
	case format == codec.GIF && partial:
		p.lose(LostAlpha, "partial transparency becomes all or nothing, which is all that gif holds")
	case format != codec.GIF && any:
		p.lose(LostAlpha, "transparency is filled with the background: %s has none", format)
	}
}

// transparency tells whether any pixel is not opaque, and whether one is
// neither opaque nor fully transparent.
func transparency(img image.Image) (any, partial bool) {
	var pix []byte
	var stride, width int // bytes of a row, pixels
	var first, step int   // bytes from a row's begin to the first alpha, from there to the next
	switch m := img.(type) {
	case *image.NRGBA:
		pix, stride, width, first, step = m.Pix, m.Stride, m.Rect.Dx(), 3, 4
	case *image.NYCbCrA:
		pix, stride, width, first, step = m.A, m.AStride, m.Rect.Dx(), 0, 1
	case *image.NRGBA64:
		pix, stride, width, first, step = m.Pix, m.Stride, m.Rect.Dx(), 6, 8
	}
	for y := 0; width > 0 && y*stride+first < len(pix) && !partial; y++ {
		for x := range width {
			a := uint16(pix[y*stride+x*step+first]) * 257
			if step == 8 {
				a = binary.BigEndian.Uint16(pix[y*stride+x*step+first:])
			}
			any = any || a != 0xFFFF
			partial = partial || a != 0xFFFF && a != 0
		}
	}
	return any, partial
}
