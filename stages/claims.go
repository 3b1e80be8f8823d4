package stages

import (
	"encoding/binary"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// claims remembers which input has which output, at some 60 bytes an input,
// whatever the lengths of paths: outputs are kept as 128-bit hashes, inputs
// once each in one long slice.
type claims struct {
	taken map[[16]byte]uint64 // the output's hash, to where in names its input stands
	names []byte
	fold  bool // the file system takes Photo.jpg and photo.JPG for one name
}

// newClaims makes claims for outputs below root, which need not exist yet.
func newClaims(root string) *claims {
	return &claims{taken: map[[16]byte]uint64{}, fold: foldsCase(root)}
}

// take gives out to input. If another input has it already, that one is
// returned and nothing changes.
func (c *claims) take(out, input string) (first string, taken bool) {
	key := out
	if abs, err := filepath.Abs(out); err == nil {
		key = abs
	}
	if c.fold {
		key = strings.ToLower(strings.ToUpper(key))
	}
	h := fnv.New128a()
	h.Write([]byte(key))
	sum := [16]byte(h.Sum(nil))
	if at, ok := c.taken[sum]; ok {
		n, width := binary.Uvarint(c.names[at:])
		start := at + uint64(width)
		return string(c.names[start : start+n]), true
	}
	c.taken[sum] = uint64(len(c.names))
	c.names = binary.AppendUvarint(c.names, uint64(len(input)))
	c.names = append(c.names, input...)
	return "", false
}

// foldsCase tells whether the file system that holds dir ignores case: it
// looks whether the nearest folder above with a letter in its name is also
// there under the name with the other case. Nothing is written.
func foldsCase(dir string) bool {
	dir, err := filepath.Abs(dir)
	for err == nil {
		base := filepath.Base(dir)
		other := strings.Map(swapCase, base)
		if info, statErr := os.Stat(dir); statErr == nil && other != base {
			twin, twinErr := os.Stat(filepath.Join(filepath.Dir(dir), other))
			return twinErr == nil && os.SameFile(info, twin)
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		return false
	}
	return false
}

func swapCase(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return unicode.ToUpper(r)
}
