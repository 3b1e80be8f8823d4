package stages

import (
	"bytes"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
)

// dropsMetadata tells whether p's file has metadata that the policy drops. Of formats that can be rewritten without coding
// their pixels anew, any may be: the result tells. An AVIF or JPEG XL would lose quality each time, so what it has is held
// against what it would get, to the byte.
func (d *decoder) dropsMetadata(p *Picture) bool {
	h, policy := p.Header, d.cfg.Encode.Metadata
	if policy == MetadataAll || len(h.Blocks) == 0 {
		return false
	}
	overhead := map[codec.Format]int{codec.AVIF: 0, codec.JXL: 8} // of a block: the head of a box
	around, ok := overhead[h.Format]
	if !ok {
		return true
	}
	keep, _ := meta.Filter(h.Metadata(), policy, meta.Target{Width: h.Width, Height: h.Height, Orientation: 1, Room: h.Format.MetadataRoom()})
	seen := map[string]bool{}
	for _, b := range h.Blocks {
		fits := false
		switch b.Name {
		case "EXIF": // behind the position of its header, a number of four bytes
			fits = bytes.Equal(keep.EXIF, h.EXIF) && b.Size == around+4+len(h.EXIF)
		case "XMP":
			fits = bytes.Equal(keep.XMP, h.XMP) && b.Size == around+len(h.XMP)
		case "ICC":
			fits = bytes.Equal(p.colours.embed, h.ICC)
		}
		if !fits || seen[b.Name] {
			return true
		}
		seen[b.Name] = true
	}
	return false
}
