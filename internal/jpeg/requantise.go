package jpeg

import (
	"bytes"
	"slices"
)

// RequantiseOptions says how [Requantise] writes a file.
type RequantiseOptions struct {
	// Quality is of the scale of [EncodeOptions]. Default: 80.
	Quality int
	RecodeOptions
}

// Requantise appends to dst the JPEG file data with fewer bytes, at about the
// given quality: its coefficients are not turned into pixels and back, they only
// get coarser steps where the quality asks for them, chosen for few bits and
// little visible error. Chroma keeps its sampling. What it recodes, and what
// stays of a file, is as for [Recode].
//
// A file whose quality ([SourceQuality]) or whose steps are not above what is
// asked for, or nearly so, is recoded without loss, and so is one that shrinks by
// less than 2 % more: changed tells. A result given back with the same quality is
// therefore not changed again.
func Requantise(dst *bytes.Buffer, data []byte, o RequantiseOptions) (changed bool, err error) {
	if o.Quality == 0 {
		o.Quality = DefaultQuality
	}
	r, err := NewRecoder(data, o.RecodeOptions)
	if err != nil {
		return false, err
	}
	return r.Requantise(dst, o.Quality)
}

// surelyLarger tells that s, written without loss, would take a good deal more
// than the given number of bytes: its sequential file, which is soon counted,
// takes half as much again. Progressive ones save a fifth at most.
func (s *sparse) surelyLarger(size int) bool {
	var h huffBuilder
	p := s.sequentialPlan(true, &h)
	return p != nil && p.bits(&h)/8 > int64(size)*3/2
}

// leastGain is the part of a file, 1/leastGain, that coarser steps have to take
// off it to be worth the change.
const leastGain = 50

// RequantiseCost returns how many bytes [Requantise] allocates at most for a
// file of size bytes with header h, its output not counted: those of [Recode],
// and a second set of coefficients.
func RequantiseCost(h *Header, size int) int64 {
	return RecodeCost(h, size) + sparseCost(newFrame(h), size)
}

// requantised returns s with the steps of a quality where those are coarser,
// nil if they are not.
func (s *sparse) requantised(quality int) *sparse {
	if nearestQuality(s.planes[0].quant) <= quality || !s.canBeCoarser(quality) {
		return nil
	}
	coarse := *s
	coarse.planes = slices.Clone(s.planes)
	for i := range s.planes {
		if wanted, steps, enough := s.coarserSteps(i, quality); enough {
			coarse.planes[i] = s.planes[i].requantised(&steps, &wanted)
		}
	}
	return &coarse
}

// canBeCoarser tells whether the steps of luma can: coarser chroma alone is not
// worth it.
func (s *sparse) canBeCoarser(quality int) bool {
	_, _, enough := s.coarserSteps(0, quality)
	return enough
}

// coarserSteps returns the steps that plane i is to have at a quality, and those
// that it gets.
func (s *sparse) coarserSteps(i, quality int) (wanted, steps [64]uint16, enough bool) {
	wanted = effortQuant(s.planes, i, s.model == YCbCr || s.model == YCCK, quality)
	steps, enough = coarserSteps(s.planes[i].quant, &wanted)
	return wanted, steps, enough
}

// muchCoarser tells whether a step is larger than the one that there is by 3/10
// or more: less saves little, and an error comes with every change of a step.
func muchCoarser(have, wanted int) bool { return 10*wanted >= 13*have }

// coarserSteps returns the wanted steps where they are much coarser than those
// of have. It tells whether a quarter of the steps is so: less is not worth a
// change.
func coarserSteps(have, wanted *[64]uint16) (steps [64]uint16, enough bool) {
	steps = *have
	n := 0
	for i, w := range wanted {
		if muchCoarser(int(have[i]), int(w)) {
			steps[i] = w
			n++
		}
	}
	return steps, n >= 16
}

// requantised returns p with the given steps. Errors are measured in the steps
// wanted, or those that p has where these are larger.
func (p *sparsePlane) requantised(steps, wanted *[64]uint16) sparsePlane {
	weigh := *wanted
	src := unquantised{sparsePlane: p, unit: 1}
	for i, have := range p.quant {
		weigh[i] = max(weigh[i], have)
	}
	for k, natural := range zigzag {
		src.from[k] = int32(p.quant[natural])
	}
	return src.quantised(steps, &weigh)
}
