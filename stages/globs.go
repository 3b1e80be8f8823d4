package stages

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// wanted says that the globs take the file at path, which is relative to its input.
func (d *discoverer) wanted(path string) bool {
	if d.excluded(path) {
		return false
	}
	if len(d.cfg.Discover.Include) == 0 {
		return true
	}
	return matchAny(d.cfg.Discover.Include, path)
}

func (d *discoverer) excluded(path string) bool { return matchAny(d.cfg.Discover.Exclude, path) }

// matchAny matches path, and its last element alone, against the globs.
func matchAny(globs []string, path string) bool {
	path = filepath.ToSlash(path)
	base := path[strings.LastIndexByte(path, '/')+1:]
	for _, g := range globs {
		g = strings.TrimSuffix(g, "/")
		if ok, _ := doublestar.Match(g, path); ok {
			return true
		}
		if ok, _ := doublestar.Match(g, base); ok {
			return true
		}
	}
	return false
}

// validGlobs reports the globs that doublestar cannot read.
func validGlobs(o DiscoverOptions) (errs []error) {
	for flag, globs := range map[string][]string{"--include": o.Include, "--exclude": o.Exclude} {
		for _, g := range globs {
			if !doublestar.ValidatePattern(g) {
				errs = append(errs, fmt.Errorf("%s: %q is not a valid glob", flag, g))
			}
		}
	}
	return errs
}
