package deflate

import "testing"

func TestSymbolsOfLengthsAndDistances(t *testing.T) {
	for length, want := range map[int]int{3: 0, 10: 7, 11: 8, 12: 8, 13: 9, 114: 22, 115: 23, 257: 27, 258: 28} {
		if got := LengthSymbol(length); got != want {
			t.Errorf("length %d has symbol %d, want %d", length, got, want)
		}
	}
	for dist, want := range map[int]int{1: 0, 4: 3, 5: 4, 6: 4, 7: 5, 24: 8, 25: 9, 193: 15, 256: 15, 257: 16, 24576: 28, 24577: 29, 32768: 29} {
		if got := DistanceSymbol(dist); got != want {
			t.Errorf("distance %d has symbol %d, want %d", dist, got, want)
		}
	}
	for s, want := range map[int]int{0: 0, 3: 0, 4: 1, 5: 1, 6: 2, 28: 13, 29: 13} {
		if got := DistanceExtra(s); got != want {
			t.Errorf("distance symbol %d has %d extra bits, want %d", s, got, want)
		}
	}
	for s, want := range map[int]int{7: 0, 8: 1, 11: 1, 12: 2, 27: 5, 28: 0} {
		if got := LengthExtra(s); got != want {
			t.Errorf("length symbol %d has %d extra bits, want %d", s, got, want)
		}
	}
}
