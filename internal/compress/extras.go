package compress

import (
	"slices"

	"imgpool/internal/codec"
)

// extras finds out what becomes of what the file holds besides its picture. The gain map of an Ultra HDR JPEG goes along.
// All else would be lost; keep says that it may not be, for the result takes the place of the file. Data that nobody knows
// go as unknown metadata do.
func (f *file) extras() (keep bool) {
	h := f.header
	f.missing = slices.Clone(h.Extras)
	if i := slices.Index(f.missing, codec.GainMap); i >= 0 && h.Format == codec.JPEG {
		if g := h.GainMapFile(); g != nil {
			// A map that cannot be rewritten is one that cannot go along.
			second, _, err := codec.StripMetadata(g.Data, g.Header)
			if err == nil && g.Attach(f.bare(), second) != nil {
				f.gainMap, f.second = g, second
				f.missing = slices.Delete(f.missing, i, i+1)
			}
		}
	}
	known := func(e codec.Extra) bool { return e != codec.Trailer }
	return slices.ContainsFunc(f.missing, known) && f.options.Again
}

// bare is the smallest JPEG with the metadata that are kept, for there are packets that leave no room for a gain map.
func (f *file) bare() []byte {
	out, _, err := codec.ReplaceMetadata(f.data, f.header, f.keep, false)
	if err != nil {
		return nil
	}
	return out
}

// joined is primary, a JPEG without anything behind its picture, with the gain map that goes along; the file itself where
// there is no room for that.
func (f *file) joined(primary []byte) []byte {
	if f.gainMap == nil {
		return primary
	}
	if out := f.gainMap.Attach(primary, f.second); out != nil {
		return out
	}
	return f.data
}
