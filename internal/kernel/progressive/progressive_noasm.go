//go:build !amd64 || purego

package progressive

func (s *Scan) first(t *FirstTable, from, to int) int   { return s.firstGeneric(t, from, to) }
func (s *Scan) refine(t *RefineTable, from, to int) int { return s.refineGeneric(t, from, to) }
func (s *DCScan) first(from, to int) int                { return s.firstGeneric(from, to) }

func finish(value []int16, n int, dc []int16) { finishGeneric(value, n, dc) }
