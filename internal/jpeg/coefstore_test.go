package jpeg

import (
	"slices"
	"testing"
)

// TestCoefStore puts blocks of all lengths into a store, twice, and finds them.
func TestCoefStore(t *testing.T) {
	const blocks = 3000 // some pieces
	s := newCoefStore(blocks)
	if got := s.from(0); got != nil {
		t.Errorf("nothing there: %v", got)
	}
	for round := range 2 {
		var want [][]int16
		var places []uint32
		for b := range blocks {
			places = append(places, s.next())
			piece := s.piece()
			var values []int16
			for k := range (b*7 + round) % 64 {
				values = append(values, int16(b+k))
			}
			*piece = append(*piece, values...)
			want = append(want, values)
		}
		for b, values := range want {
			if got := s.from(places[b])[:len(values)]; !slices.Equal(got, values) {
				t.Fatalf("round %d, block %d: %v, want %v", round, b, got, values)
			}
		}
		for i, p := range s.pieces {
			if cap(p) != pieceSize {
				t.Errorf("round %d: piece %d was made anew: room for %d", round, i, cap(p))
			}
		}
		s.clear()
	}
	small := newCoefStore(1)
	small.piece()
	if got := cap(small.pieces[0]); got > 128 {
		t.Errorf("a block gets room for %d values", got)
	}
}
