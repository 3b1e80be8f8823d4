package jpeg

// progressiveState is what the decoder of progressive files keeps between
// pictures.
type progressiveState struct{}

// decodeProgressive decodes the scans of a progressive file.
func (d *Decoder) decodeProgressive(f *frame, first *scan) error {
	return UnsupportedError("progressive coding")
}

// progressiveCost returns the memory that decodeProgressive takes for f.
func progressiveCost(f *frame) int64 { return 0 }
