package jpeg

import "strconv"

// model tells the colour model as the JFIF and Adobe segments define it; files
// with neither are judged by their component identifiers.
func (p *parser) model() Model {
	c, adobe := p.header.Components, p.header.AdobeTransform
	switch len(c) {
	case 1:
		return Gray
	case 3:
		switch {
		case p.header.JFIF:
			return YCbCr
		case adobe == 0:
			return RGB
		case adobe < 0 && c[0].ID == 'R' && c[1].ID == 'G' && c[2].ID == 'B':
			return RGB
		}
		return YCbCr
	case 4:
		if adobe == 2 {
			return YCCK
		}
		return CMYK
	}
	return OtherModel
}

// supportedFrame names what in the frame header this package cannot do.
func (p *parser) supportedFrame(marker byte) error {
	h := &p.header
	switch marker {
	case mSOF0, mSOF1, mSOF2:
	case 0xC3:
		return UnsupportedError("lossless coding")
	case 0xC5, 0xC6, 0xC7:
		return UnsupportedError("hierarchical coding")
	default:
		return UnsupportedError("arithmetic coding")
	}
	if h.Precision != 8 {
		return UnsupportedError(strconv.Itoa(h.Precision) + " bits per sample")
	}
	if h.Height == 0 {
		return UnsupportedError("number of lines in a DNL segment")
	}
	return nil
}

// supportedColour names what this package cannot do with the colours. It is
// asked at the first scan, because an Adobe segment may follow the frame
// header.
func (p *parser) supportedColour() error {
	h := &p.header
	h.Model = p.model()
	if p.inks {
		if len(h.Components) != 4 {
			return UnsupportedError(strconv.Itoa(len(h.Components)) + " components instead of four inks")
		}
		return nil
	}
	if p.anyColour && len(h.Components) <= 4 {
		return nil
	}
	switch h.Model {
	case Gray:
		return nil
	case YCbCr:
	case OtherModel:
		return UnsupportedError(strconv.Itoa(len(h.Components)) + " components")
	default:
		return UnsupportedError(h.Model.String())
	}
	x, y, ok := chromaFactors(h.Components)
	if ok {
		h.Subsampling, ok = subsampling(x, y)
	}
	if !ok {
		return UnsupportedError("unusual chroma sampling")
	}
	return nil
}
