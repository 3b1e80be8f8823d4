package deflate

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// finder finds matches with binary trees: for each key, a tree of the positions
// in the window, sorted by the bytes that follow, each position above the
// older ones. Going down to where a new position belongs, and splitting the
// tree into its left and right child on the way, meets the nearest match of
// every length.
//
// The key is a hash of 4 bytes. Inside of a run (bytes that repeat with a
// short period) the strings that follow sort in the order of their positions,
// which would turn the tree into a list; so there the length of the run that
// is left goes into the key too. That hides only matches that end with the
// run, which the run's own period gives anyway.
//
// Positions are kept with origin added, as in lazyFinder.
type finder struct {
	origin  int
	end     int // origin of the next data
	head3   [1 << btHash3Bits][2]int32
	head4   [1 << hash4Bits]int32
	lastRun [1 << hash4Bits]int32 // the last position of that hash inside of a run
	child   [2 * windowSize]int32 // by position: the subtree of lesser, then of greater strings
}

const (
	btHash3Bits = 15
	nowhere     = -1 // a position that is always too far
)

// found is a match in the cache: length<<20 | distance symbol<<15 | distance-1.
type found uint32

func (m found) length() int       { return int(m >> 20) }
func (m found) distSym() uint32   { return uint32(m >> 15 & 31) }
func (m found) distLess1() uint32 { return uint32(m & 0x7fff) }

func makeFound(length, dist int) found {
	d := uint32(dist - 1)
	return found(uint32(length)<<20 | uint32(distSymOf(d))<<15 | d)
}

// reset forgets all positions, for size bytes of new data.
func (f *finder) reset(size int) {
	if f.origin = f.end; f.end == 0 || f.end > math.MaxInt32-size-1 {
		f.origin = 0
		for i := range f.head3 {
			f.head3[i] = [2]int32{nowhere, nowhere}
		}
		for i := range f.head4 {
			f.head4[i], f.lastRun[i] = nowhere, nowhere
		}
	}
	f.end = f.origin + size
}

// MatchLen counts the equal bytes of a and b, up to the end of the shorter one,
// from n on, of which the first n are known to be equal.
func MatchLen(a, b []byte, n int) int {
	for n+8 <= len(a) && n+8 <= len(b) {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)>>3
		}
		n += 8
	}
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// A place is a position and what is known of it when it is entered.
type place struct {
	at      int
	longest int // bytes left to match, at least 5, at most maxMatch
	run     int // bytes of a run from here on, 0 outside of runs
}

// enter puts a position into its tree. It appends to out, if they are to be
// kept, the nearest match of each length that is longer than all nearer ones.
// After depth positions looked at, the search ends.
func (f *finder) enter(out []found, keep bool, data []byte, pl place, depth int) []found {
	i := f.origin + pl.at
	v := binary.LittleEndian.Uint32(data[pl.at:])
	h3 := (v << 8) * 0x9e3779b1 >> (32 - btHash3Bits)
	near := f.head3[h3]
	f.head3[h3] = [2]int32{int32(i), near[0]}
	oldest := int32(max(i-windowSize, f.origin-1)) // and this one is too far
	here := data[pl.at : pl.at+pl.longest]
	best := 3
	if keep {
		for _, p := range near {
			if p > oldest && (binary.LittleEndian.Uint32(data[int(p)-f.origin:])^v)<<8 == 0 {
				out = append(out, makeFound(3, i-int(p)))
				break
			}
		}
	} else {
		best = maxMatch
	}

	h := hash4(v)
	if pl.run > 0 {
		if p := f.lastRun[h]; p > oldest && keep {
			if n := MatchLen(data[int(p)-f.origin:][:len(here)], here, 0); n > best {
				best = n
				out = append(out, makeFound(n, i-int(p)))
			}
		}
		f.lastRun[h] = int32(i)
		h = (h ^ uint32(pl.run)*0x85ebca6b>>(32-hash4Bits)) & (1<<hash4Bits - 1)
	}
	node := f.head4[h]
	f.head4[h] = int32(i)
	return f.descend(out, data, pl, descent{node, best, depth})
}

// descent is where to start in a tree, the length that matches must be above,
// and how many positions to look at.
type descent struct {
	node        int32
	best, depth int
}

// descend is the tree's part of enter.
func (f *finder) descend(out []found, data []byte, pl place, d descent) []found {
	i := f.origin + pl.at
	oldest := int32(max(i-windowSize, f.origin-1))
	here := data[pl.at : pl.at+pl.longest]
	node, best := d.node, d.best
	const mask = windowSize - 1
	lt := 2 * (uint32(i) & mask)
	gt := lt + 1
	n, ltBest, gtBest := 0, 0, 0
	for depth := d.depth; node > oldest && depth > 0; depth-- {
		there := data[int(node)-f.origin:]
		there = there[:len(here)]
		at := 2 * (uint32(node) & mask)
		if there[n] == here[n] {
			n = MatchLen(there, here, n+1)
			if n > best {
				best = n
				out = append(out, makeFound(n, i-int(node)))
			}
			if n == len(here) {
				// It is as good as the new position, which takes its place.
				f.child[lt] = f.child[at]
				f.child[gt] = f.child[at+1]
				return out
			}
		}
		if there[n] < here[n] {
			f.child[lt] = node
			lt = at + 1
			node = f.child[lt]
			ltBest = n
			n = min(n, gtBest)
		} else {
			f.child[gt] = node
			gt = at
			node = f.child[gt]
			gtBest = n
			n = min(n, ltBest)
		}
	}
	f.child[lt], f.child[gt] = nowhere, nowhere
	return out
}
