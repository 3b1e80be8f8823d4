package jpeg

// decodeSequential decodes the scans of a baseline or extended file.
func (d *Decoder) decodeSequential(f *frame, first *scan) error {
	return UnsupportedError("sequential coding")
}

// sequentialCost returns the memory that decodeSequential takes for f.
func sequentialCost(f *frame) int64 { return 0 }
