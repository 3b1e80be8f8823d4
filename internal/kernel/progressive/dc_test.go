package progressive

import (
	"math/rand/v2"
	"slices"
	"testing"

	"imgpool/internal/kernel/cpu"
	"imgpool/internal/kernel/kerneltest"
)

// TestDCPathsAgree compares every path with the generic one on random data,
// and checks that incomplete MCUs are left alone.
func TestDCPathsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	symbols := make([]uint8, 24) // those above 15 are no legal categories
	for i := range symbols {
		symbols[i] = uint8(i)
	}
	total, calls := 0, 3000
	for n := range calls {
		tables := make([]DCTable, 3)
		for i := range tables {
			code := randomCode(rng, symbols[:1+rng.IntN(17)+rng.IntN(2)*rng.IntN(8)])
			tables[i].Build(&code.counts, &code.values)
		}
		mcus := 1 + rng.IntN(40)
		s := DCScan{Data: kerneltest.Guarded(t, 1+rng.IntN(200)+Padding, n%2 == 0), Al: rng.IntN(14)}
		for i := range s.Data {
			s.Data[i] = byte(rng.Uint32())
		}
		s.Pos = rng.IntN(8)
		s.End = 8 * (len(s.Data) - Padding)
		for i := range s.Pred {
			s.Pred[i] = int16(rng.Uint32())
		}
		var rows [][]int16
		for range 1 + rng.IntN(MaxUnits) {
			c, step := rng.IntN(3), 1+rng.IntN(4)
			row := kerneltest.GuardedInt16s(t, (mcus-1)*step+1, n%2 == 0)
			for i := range row {
				row[i] = int16(rng.Uint32())
			}
			rows = append(rows, row)
			s.Units = append(s.Units, DCUnit{Table: &tables[c], Predictor: c, Row: row, Step: step})
		}
		from := rng.IntN(mcus + 1)
		run := func(decode func(s *DCScan) int) (int, DCScan, [][]int16) {
			c := s
			var before, after [][]int16
			for _, r := range rows {
				before = append(before, slices.Clone(r))
			}
			done := decode(&c)
			for i, r := range rows {
				after = append(after, slices.Clone(r))
				step := s.Units[i].Step
				if behind := min((from+done)*step, len(r)); !slices.Equal(r[behind:], before[i][behind:]) {
					t.Fatalf("call %d: unit %d was written behind %d complete MCUs", n, i, done)
				}
				copy(r, before[i])
			}
			return done, c, after
		}
		for name, decode := range map[string]func(s *DCScan) int{
			"first":  func(s *DCScan) int { return s.DecodeFirst(from, mcus) },
			"refine": func(s *DCScan) int { return s.DecodeRefine(from, mcus) },
		} {
			var want int
			var scan DCScan
			var values [][]int16
			kerneltest.Generic(func() { want, scan, values = run(decode) })
			total += want
			for _, path := range cpu.Paths()[1:] {
				restore := cpu.Use(path)
				got, s, v := run(decode)
				restore()
				if got != want || s.Pos != scan.Pos || s.Pred != scan.Pred {
					t.Fatalf("%v, %s scan: %d MCUs to bit %d, predictors %v; want %d, %d, %v", path, name, got, s.Pos, s.Pred, want, scan.Pos, scan.Pred)
				}
				for i := range v {
					if !slices.Equal(v[i], values[i]) {
						t.Fatalf("%v, %s scan: unit %d has %v, want %v", path, name, i, v[i], values[i])
					}
				}
			}
		}
	}
	if total < 5*calls {
		t.Errorf("only %d MCUs were decoded in %d calls", total, calls)
	}
}
