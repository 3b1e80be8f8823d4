package jpeg

import (
	"bytes"
	"fmt"
)

// Recoder holds the coefficients of a file, read once, to write them again and
// again: as they are, or with coarser steps. It is for one goroutine at a time.
type Recoder struct {
	sparse *sparse
	head   *fileHead
	effort int
	sample *sample // for estimates, nil before the first
	// lossless is the file that Recode writes, nil before it was first made.
	lossless []byte
}

// NewRecoder reads data, which is not kept. What it takes is as for [Recode], and
// so are the errors. It holds at most what [RecodeCost] says.
func NewRecoder(data []byte, o RecodeOptions) (*Recoder, error) {
	s, head, err := readForRecoding(data, &o)
	if err != nil {
		return nil, err
	}
	if err := s.inRange(); err != nil {
		return nil, err
	}
	return &Recoder{sparse: s, head: head, effort: o.Effort}, nil
}

// Recode is [Recode] of the file that was read.
func (r *Recoder) Recode(dst *bytes.Buffer) error {
	if r.lossless == nil {
		start := dst.Len()
		if err := r.sparse.write(dst, r.head, r.effort); err != nil {
			return err
		}
		r.lossless = bytes.Clone(dst.Bytes()[start:])
		return nil
	}
	dst.Write(r.lossless)
	return nil
}

// Requantise is [Requantise] of the file that was read, at a quality of 1 to 100.
func (r *Recoder) Requantise(dst *bytes.Buffer, quality int) (changed bool, err error) {
	if quality < 1 || quality > 100 {
		return false, fmt.Errorf("JPEG quality %d is not between 1 and 100", quality)
	}
	coarse := r.sparse.requantised(quality)
	if coarse == nil {
		return false, r.Recode(dst)
	}
	start := dst.Len()
	if err := coarse.write(dst, r.head, r.effort); err != nil {
		return false, err
	}
	size := dst.Len() - start
	if r.lossless == nil && r.sparse.surelyLarger(size) {
		return true, nil
	}
	if r.lossless == nil {
		if err := r.Recode(dst); err != nil {
			dst.Truncate(start)
			return false, err
		}
		dst.Truncate(start + size)
	}
	if lossless := len(r.lossless); size < lossless-lossless/leastGain {
		return true, nil
	}
	dst.Truncate(start)
	dst.Write(r.lossless)
	return false, nil
}

// Finest returns the highest quality for which Requantise tries coarser steps, 0
// if there is none.
func (r *Recoder) Finest() int {
	for q := nearestQuality(r.sparse.planes[0].quant) - 1; q >= 1; q-- {
		if r.sparse.canBeCoarser(q) {
			return q
		}
	}
	return 0
}
