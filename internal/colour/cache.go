package colour

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
)

// pixel is a colour without alpha: 0 is black and 65535 white in each channel.
type pixel struct{ r, g, b int32 }

// transform takes colours of a profile to another space, in place. It may be used by several goroutines at the same time.
type transform interface {
	convert(px []pixel)
}

// source is what the numbers of a picture mean.
type source struct {
	profile []byte
	inks    bool // the picture has CMYK; tells what is meant without a profile
}

// entry is what is known of one source. It is made once, by whoever comes first; others wait.
type entry struct {
	once sync.Once
	t    transform // for all but CMYK
	inks *inkGrid  // for CMYK
	same bool      // converting changes nothing that can be seen
	gray bool      // the profile is for pictures without colour
	err  error
}

// key names an entry.
type key struct {
	sum  [sha256.Size]byte // of the profile
	inks bool              // without a profile
	to   Space
}

// cacheSize is how many profiles are remembered: a folder rarely has more than a few. Each takes at most half a megabyte.
const cacheSize = 16

// cache remembers the profiles used last.
var cache struct {
	sync.Mutex
	entries map[key]*entry
	order   []key // of use, the last one at the end
}

// lookUp returns what is known of a source.
func lookUp(from source, to Space) *entry {
	k := key{sha256.Sum256(from.profile), from.inks && len(from.profile) == 0, to}
	cache.Lock()
	e := cache.entries[k]
	if e == nil {
		e = &entry{}
		if cache.entries == nil {
			cache.entries = map[key]*entry{}
		}
		if len(cache.order) == cacheSize {
			delete(cache.entries, cache.order[0])
			cache.order = append(cache.order[:0], cache.order[1:]...)
		}
		cache.entries[k] = e
		cache.order = append(cache.order, k)
	} else if i := slices.Index(cache.order, k); i >= 0 {
		copy(cache.order[i:], cache.order[i+1:])
		cache.order[len(cache.order)-1] = k
	}
	cache.Unlock()
	e.once.Do(func() { e.build(from, to) })
	return e
}

// build reads the profile.
func (e *entry) build(from source, to Space) {
	data := from.profile
	if len(data) == 0 {
		if from.inks {
			e.inks = newInkGrid(newOffset().light, to)
			return
		}
		data = SRGB.Profile()
	}
	p, err := parse(data)
	if err != nil {
		e.err = err
		return
	}
	e.gray = p.space == "GRAY"
	if p.space == "CMYK" {
		d, err := newDevice(p, 4)
		if err != nil {
			e.err = err
			return
		}
		e.inks = newInkGrid(d.light, to)
		return
	}
	if e.t, e.err = newTransform(p, to); e.err == nil {
		e.same = changesNothing(e.t, e.gray)
	}
}

// newTransform reads a profile of pictures other than CMYK.
func newTransform(p *profile, to Space) (transform, error) {
	switch p.space {
	case "RGB ":
		if p.tags["A2B1"] != nil || p.tags["A2B0"] != nil { // a lookup table takes precedence over a matrix
			return newCube(p, to)
		}
		return newMatrix(p, to)
	case "GRAY":
		return newGray(p)
	}
	return nil, fmt.Errorf("colour profile is for the colour space %q, which is not supported", p.space)
}

// changesNothing reports whether no grey moves by a whole level of 255, and no colour on a grid by two. Profiles that are
// meant to be the same differ by their rounding, and some by a curve of few points.
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
