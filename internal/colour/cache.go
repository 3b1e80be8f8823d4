package colour

import (
	"crypto/sha256"
	"slices"
	"sync"
)

// pixel is a colour without alpha: 0 is black and 65535 white in each channel.
type pixel struct{ r, g, b int32 }

// transform takes colours of a profile to sRGB, in place. It may be used by several goroutines at the same time.
type transform interface {
	convert(px []pixel)
}

// entry is what is known of one profile. It is made once, by whoever comes first; others wait.
type entry struct {
	once sync.Once
	t    transform
	srgb bool // converting changes nothing that can be seen
	gray bool // the profile is for pictures without colour
	err  error
}

// cacheSize is how many profiles are remembered: a folder rarely has more than a few. Each takes at most half a megabyte.
const cacheSize = 16

// cache remembers the profiles used last.
var cache struct {
	sync.Mutex
	entries map[[sha256.Size]byte]*entry
	order   [][sha256.Size]byte // of use, the last one at the end
}

// lookUp returns what is known of a profile.
func lookUp(data []byte) *entry {
	key := sha256.Sum256(data)
	cache.Lock()
	e := cache.entries[key]
	if e == nil {
		e = &entry{}
		if cache.entries == nil {
			cache.entries = map[[sha256.Size]byte]*entry{}
		}
		if len(cache.order) == cacheSize {
			delete(cache.entries, cache.order[0])
			cache.order = append(cache.order[:0], cache.order[1:]...)
		}
		cache.entries[key] = e
		cache.order = append(cache.order, key)
	} else {
		for i := range cache.order {
			if cache.order[i] == key {
				copy(cache.order[i:], cache.order[i+1:])
				cache.order[len(cache.order)-1] = key
				break
			}
		}
	}
	cache.Unlock()
	e.once.Do(func() { e.build(data) })
	return e
}

// build reads the profile.
func (e *entry) build(data []byte) {
	p, err := parse(data)
	if err != nil {
		e.err = err
		return
	}
	e.gray = p.space == "GRAY"
	if e.t, e.err = newTransform(p); e.err == nil {
		e.srgb = changesNothing(e.t, e.gray)
	}
}

// changesNothing reports whether no grey moves by a whole level of 255, and no colour on a grid by two. Profiles that are
// meant to be sRGB differ by their rounding, and some by a curve of few points.
func changesNothing(t transform, gray bool) bool {
	const greys, side = 256, 9
	var px []pixel
	for v := range int32(greys) {
		px = append(px, pixel{v * 257, v * 257, v * 257})
	}
	if !gray {
		level := func(i int32) int32 { return i % side * 65535 / (side - 1) }
		for i := range int32(side * side * side) {
			px = append(px, pixel{level(i / side / side), level(i / side), level(i)})
		}
	}
	before := slices.Clone(px)
	t.convert(px)
	for i, p := range px {
		q, limit := before[i], int32(257)
		if i >= greys {
			limit = 2 * 257
		}
		if max(p.r-q.r, q.r-p.r, p.g-q.g, q.g-p.g, p.b-q.b, q.b-p.b) >= limit {
			return false
		}
	}
	return true
}
