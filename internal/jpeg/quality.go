package jpeg

// SourceQuality returns the quality, 1 to 100 on the scale of
// [EncodeOptions], whose luma table comes closest to the one that a file has:
// the very quality for files of libjpeg and its kin, a like one for others.
// Re-encoding at that quality or above only costs bytes. Only headers are read;
// errors are those of [Parse], but any colour model will do.
func SourceQuality(data []byte) (int, error) {
	var p parser
	if err := p.begin(data); err != nil {
		return 0, err
	}
	p.anyColour = true
	s, err := p.next()
	if err != nil {
		return 0, err
	}
	if s == nil {
		return 0, FormatError("no scan in the file")
	}
	return nearestQuality(p.quant[p.header.Components[s.comps[0].index].TQ]), nil
}

// nearestQuality returns the quality whose luma table differs least from quant:
// by the sum of all steps' differences in parts of the larger step, low
// frequencies, which tables differ in less, counting more. Of two as near it is
// the higher one.
func nearestQuality(quant *[64]uint16) int {
	best, least := 0, int(^uint(0)>>1)
	for q := 100; q >= 1; q-- {
		table := scaledQuant(false, q)
		sum := 0
		for i, want := range table {
			a, b := int(want), int(quant[i])
			low, high := min(a, b), max(a, b)
			if high > 0 { // a broken table may have steps of 0
				sum += (high - low) << 12 / high * (16 - i/8 - i%8)
			}
		}
		if sum < least {
			best, least = q, sum
		}
	}
	return best
}
