package jpeg

// coefStore holds coefficients in pieces, so that none is copied as they become
// more. Those of a block lie in one piece.
type coefStore struct {
	pieces [][]int16
	filled int // pieces before the one that is being filled
	most   int // how many values there are to be at most
}

// pieceBits is the part of a place that says where in a piece it is: pieces have
// 64 KiB.
const (
	pieceBits = 15
	pieceSize = 1 << pieceBits
)

// newCoefStore returns room for the AC coefficients of so many blocks.
func newCoefStore(blocks int) coefStore { return coefStore{most: 64 * (blocks + 1)} }

// piece returns the piece in which a block's coefficients have room, to be
// appended to.
func (s *coefStore) piece() *[]int16 {
	if s.filled < len(s.pieces) {
		if p := &s.pieces[s.filled]; cap(*p)-len(*p) >= 64 {
			return p
		}
		s.filled++
	}
	if s.filled == len(s.pieces) {
		s.pieces = append(s.pieces, make([]int16, 0, min(s.most, pieceSize)))
	}
	return &s.pieces[s.filled]
}

// next returns the place of the next value: that of the first of a block.
func (s *coefStore) next() uint32 {
	n := len(*s.piece())
	return uint32(s.filled<<pieceBits | n)
}

// from returns the values from a place on to the end of their piece.
func (s *coefStore) from(place uint32) []int16 {
	if len(s.pieces) == 0 { // no block has any
		return nil
	}
	return s.pieces[place>>pieceBits][place&(pieceSize-1):]
}

// clear makes the store empty; it keeps its memory.
func (s *coefStore) clear() {
	for i := range s.pieces {
		s.pieces[i] = s.pieces[i][:0]
	}
	s.filled = 0
}
