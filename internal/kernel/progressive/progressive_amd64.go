//go:build !purego

package progressive

import "imgpool/internal/kernel/cpu"

// The assembly leaves what is rare to the generic code, block by block: codes
// that are longer than a table's index, blocks that fail, and, of 64 lanes,
// blocks with more correction bits in one go than a 64-bit word gives.

// firstBMI2 is firstGeneric for a scan that is not Again, except that it may
// stop before a block for the reasons above, having put some of the block's
// coefficients into its lanes: to be called again for it, or taken back, by
// firstBlock.
//
//go:noescape
func firstBMI2(s *Scan, t *FirstTable, l *lanes, b, to int) int

// refinePDEP is refineGeneric, except that it may stop before a block for the
// reasons above.
//
//go:noescape
func refinePDEP(s *Scan, t *RefineTable, l *lanes, band uint64, b, to int) int

// usePDEP reports whether refinePDEP is to be used: it needs PDEP that is no
// microcode, and AVX2. Every processor with BMI2 has POPCNT and LZCNT.
func usePDEP() bool { return cpu.FastPDEP() && cpu.AVX2() }

func (s *Scan) first(t *FirstTable, b, to int) int {
	if s.Again || !cpu.BMI2() {
		return s.firstGeneric(t, b, to)
	}
	l := lanesFor(s.Lanes)
	for b < to {
		if b = firstBMI2(s, t, l, b, to); b == to {
			break
		}
		if !s.firstBlock(t, l, b) {
			break
		}
		b++
	}
	return b
}

func (s *Scan) refine(t *RefineTable, b, to int) int {
	if !usePDEP() {
		return s.refineGeneric(t, b, to)
	}
	l, band := lanesFor(s.Lanes), s.band()
	for b < to {
		if b = refinePDEP(s, t, l, band, b, to); b == to {
			break
		}
		if s.refineGeneric(t, b, b+1) == b {
			break
		}
		b++
	}
	return b
}

// dcFirstBMI2 is firstGeneric of a DC scan, except that it may stop before an
// MCU with a code that is longer than its table's index.
//
//go:noescape
func dcFirstBMI2(s *DCScan, units []DCUnit, i, to int) int

func (s *DCScan) first(i, to int) int {
	if !cpu.BMI2() {
		return s.firstGeneric(i, to)
	}
	for i < to {
		if i = dcFirstBMI2(s, s.Units, i, to); i == to {
			break
		}
		if s.firstGeneric(i, i+1) == i {
			break
		}
		i++
	}
	return i
}

// finishAVX2 is finishGeneric for 4 lanes and a multiple of 4 blocks, or for 16
// or 64 lanes and any number of blocks.
//
//go:noescape
func finishAVX2(value []int16, n int, dc []int16)

func finish(value []int16, n int, dc []int16) {
	if !cpu.AVX2() {
		finishGeneric(value, n, dc)
		return
	}
	whole := len(dc)
	if n == 4 {
		whole &^= 3
	}
	finishAVX2(value[:whole*n], n, dc[:whole])
	finishGeneric(value[whole*n:], n, dc[whole:])
}
