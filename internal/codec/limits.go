package codec

// MaxSide is the longest side in pixels that a file of format f can state.
func (f Format) MaxSide() int {
	switch f {
	case WebP:
		return 16383 // RFC 9649, section 2.5: 14 bits
	}
	return 65535 // JPEG (T.81 B.2.2) and GIF have 16 bits; the others more, which imgpool does not use
}

// CanDeep says whether files that Encode makes of format f hold 16 bits per sample.
func (f Format) CanDeep() bool { return f == PNG || f == TIFF }

// CanStrip says whether [StripMetadata] handles format f.
func (f Format) CanStrip() bool { return f == JPEG || f == PNG || f == WebP }
