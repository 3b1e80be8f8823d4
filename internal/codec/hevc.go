package codec

import "image"

// hevcParameters is what a sequence parameter set of HEVC tells.
type hevcParameters struct {
	size   image.Point // within the conformance window
	depth  int
	chroma uint32 // 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
	colour CICP
}

func (s *hevcParameters) subsampling() image.YCbCrSubsampleRatio {
	switch s.chroma {
	case 2:
		return image.YCbCrSubsampleRatio422
	case 3:
		return image.YCbCrSubsampleRatio444
	}
	return image.YCbCrSubsampleRatio420
}

var errHEVC = FormatError("HEIC: bad parameters of the coded picture")

// readHEVCParameters reads the sequence parameter set in an hvcC property (ISO/IEC 14496-15, clause 8.3.3.1). There must
// be one and no more, so that all agree which one counts.
func readHEVCParameters(p []byte) (s hevcParameters, err error) {
	if len(p) < 23 {
		return s, errHEVC
	}
	r := byteReader{p: p[22:]}
	found := 0
	for arrays := r.uint(1); arrays > 0 && !r.short; arrays-- {
		kind := r.uint(1) & 63
		for n := r.uint(2); n > 0 && !r.short; n-- {
			size := int(r.uint(2))
			if size > len(r.p) {
				return s, errHEVC
			}
			if kind == 33 {
				found++
				if s, err = parseHEVCParameters(unescape(r.p[:size])); err != nil {
					return s, err
				}
			}
			r.p = r.p[size:]
		}
	}
	if found != 1 || r.short {
		return s, errHEVC
	}
	return s, nil
}

// unescape takes out the bytes that keep start codes from appearing (H.265, 7.3.1.1).
func unescape(p []byte) []byte {
	out := make([]byte, 0, len(p))
	for i, b := range p {
		if b == 3 && i >= 2 && p[i-1] == 0 && p[i-2] == 0 {
			continue
		}
		out = append(out, b)
	}
	return out
}

// parseHEVCParameters reads seq_parameter_set_rbsp behind its two bytes of header (H.265, 7.3.2.2).
func parseHEVCParameters(p []byte) (s hevcParameters, err error) {
	if len(p) < 3 {
		return s, errHEVC
	}
	r := &msbReader{p: p[2:]}
	r.bits(4)
	layers := int(r.bits(3)) // less one
	r.bits(1)
	skipHEVCProfile(r, layers)
	r.golomb()
	if s.chroma = r.golomb(); s.chroma > 3 {
		return s, errHEVC
	}
	if s.chroma == 3 && r.flag() {
		return s, UnsupportedError("HEIC with separately coded planes")
	}
	w, h := r.golomb(), r.golomb()
	if r.flag() { // conformance window, in units of chroma samples
		unitX, unitY := uint32(1), uint32(1)
		if s.chroma == 1 || s.chroma == 2 {
			unitX = 2
		}
		if s.chroma == 1 {
			unitY = 2
		}
		left, right, top, bottom := uint64(r.golomb()), uint64(r.golomb()), uint64(r.golomb()), uint64(r.golomb())
		cutX, cutY := (left+right)*uint64(unitX), (top+bottom)*uint64(unitY)
		if cutX >= uint64(w) || cutY >= uint64(h) || cutX > 1<<10 || cutY > 1<<10 {
			return s, errHEVC // what is coded would be much more than what is shown
		}
		w, h = w-uint32(cutX), h-uint32(cutY)
	}
	luma, chroma := r.golomb(), r.golomb()
	if w > 1<<16 || h > 1<<16 || w == 0 || h == 0 || luma > 8 || chroma > 8 {
		return s, errHEVC
	}
	s.size, s.depth = image.Pt(int(w), int(h)), 8+int(luma)
	if err := skipHEVCTools(r, layers); err != nil {
		return s, err
	}
	s.colour = readHEVCColour(r)
	return s, nil
}

// skipHEVCProfile skips profile_tier_level (7.3.3).
func skipHEVCProfile(r *msbReader, layers int) {
	r.pos += 8*11 + 8 // general profile and level
	var profile, level [8]bool
	for i := range layers {
		profile[i], level[i] = r.flag(), r.flag()
	}
	if layers > 0 {
		r.pos += 2 * (8 - layers)
	}
	for i := range layers {
		if profile[i] {
			r.pos += 88
		}
		if level[i] {
			r.pos += 8
		}
	}
}

// skipHEVCTools skips what lies between the bit depths and the usability information.
func skipHEVCTools(r *msbReader, layers int) error {
	order := int(r.golomb()) + 4
	from := layers
	if r.flag() {
		from = 0
	}
	for i := from; i <= layers; i++ {
		r.golomb()
		r.golomb()
		r.golomb()
	}
	for range 6 {
		r.golomb()
	}
	if enabled := r.flag(); enabled && r.flag() { // scaling lists, in this very block
		skipHEVCScaling(r)
	}
	r.bits(2)
	if r.flag() { // PCM
		r.bits(8)
		r.golomb()
		r.golomb()
		r.bits(1)
	}
	sets := r.golomb()
	if sets > 64 {
		return errHEVC
	}
	if err := skipHEVCReferences(r, int(sets)); err != nil {
		return err
	}
	if r.flag() { // long-term references
		n := r.golomb()
		if n > 32 || order > 16 {
			return errHEVC
		}
		for range n {
			r.bits(order + 1)
		}
	}
	r.bits(2)
	return nil
}

// skipHEVCScaling skips scaling_list_data (7.3.4).
func skipHEVCScaling(r *msbReader) {
	for size := range 4 {
		step := 1
		if size == 3 {
			step = 3
		}
		for m := 0; m < 6; m += step {
			if !r.flag() {
				r.golomb()
				continue
			}
			if size > 1 {
				r.golomb()
			}
			for range min(64, 1<<(4+2*size)) {
				r.golomb()
			}
		}
	}
}

// skipHEVCReferences skips the sets of st_ref_pic_set (7.3.7). A still picture has no use for those that are predicted
// from others.
func skipHEVCReferences(r *msbReader, sets int) error {
	for i := range sets {
		if i > 0 && r.flag() {
			return UnsupportedError("HEIC with predicted reference sets")
		}
		n := uint64(r.golomb()) + uint64(r.golomb())
		if n > 32 {
			return errHEVC
		}
		for range n {
			r.golomb()
			r.bits(1)
		}
	}
	return nil
}

// readHEVCColour reads from vui_parameters (annex E) what the samples mean. Nothing stated is the studio range.
func readHEVCColour(r *msbReader) CICP {
	c := CICP{2, 2, 2, false}
	if !r.flag() {
		return c
	}
	if r.flag() && r.bits(8) == 255 { // aspect ratio
		r.bits(32)
	}
	if r.flag() { // overscan
		r.bits(1)
	}
	if r.flag() {
		r.bits(3)
		c.FullRange = r.flag()
		if r.flag() {
			c.Primaries, c.Transfer, c.Matrix = uint8(r.bits(8)), uint8(r.bits(8)), uint8(r.bits(8))
		}
	}
	return c
}
